//! Asks both sides over HTTP, a slice of one after a slice of the other, and reads what each slice has cost.

use crate::{
    Result,
    bulk::openly,
    operation::{Ask, Asks, Operation},
    process,
    side::{Running, Side},
    while_doing,
};
use api::run::Fault;
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::Client;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Slices of each side, for each operation and database.
    pub rounds: usize,
    /// Requests of a slice.
    pub requests: usize,
    /// How many ask at the same time.
    pub clients: usize,
}

/// What one side has cost for one operation over one database.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// How many requests were answered.
    pub requests: usize,
    /// How long that took, slices added up.
    pub time: Duration,
    /// CPU time of the side's own process.
    pub server: Duration,
    /// CPU time of the database for it.
    pub database: Duration,
    /// How long each request took, shortest first when all is done.
    pub latencies: Vec<Duration>,
}

/// One line of the report.
#[derive(Clone, Debug)]
pub struct Line {
    /// The operation.
    pub operation: &'static str,
    /// What the database is called.
    pub database: String,
    /// What the product has cost.
    pub product: Cost,
    /// What the limit has cost.
    pub limit: Cost,
}

/// The most memory that a side has held.
#[derive(Clone, Debug)]
pub struct Memory {
    /// What its database is called.
    pub database: String,
    /// Which side.
    pub side: Side,
    /// Bytes.
    pub peak: u64,
}

/// A database with both sides over it.
struct Place {
    name: String,
    url: String,
    asks: Asks,
    product: Running,
    limit: Running,
}

impl Place {
    fn side(&self, side: Side) -> &Running {
        match side {
            Side::Product => &self.product,
            Side::Limit => &self.limit,
        }
    }
}

/// Measures operations over every database, which are given with a name each.
pub async fn run(
    databases: &[(String, String)],
    keys: &Path,
    load: Load,
    operations: &[&Operation],
) -> Result<(Vec<Line>, Vec<Memory>)> {
    let client = Client::builder()
        .no_proxy()
        .build()
        .map_err(while_doing("an HTTP client"))?;
    let mut places = Vec::new();
    for (name, url) in databases {
        places.push(Place {
            name: name.clone(),
            url: url.clone(),
            asks: Asks::read(url, keys).await?,
            product: Running::start(Side::Product, url, keys)?,
            limit: Running::start(Side::Limit, url, keys)?,
        });
    }
    let mut lines = Vec::new();
    for operation in operations {
        lines.extend(measure(&client, &places, operation, load).await?);
    }
    let mut memory = Vec::new();
    for place in &places {
        for side in [Side::Product, Side::Limit] {
            memory.push(Memory {
                database: place.name.clone(),
                side,
                peak: process::peak_memory(place.side(side).pid())?,
            });
        }
    }
    Ok((lines, memory))
}

async fn measure(
    client: &Client,
    places: &[Place],
    operation: &Operation,
    load: Load,
) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut questions = Vec::new();
    for place in places {
        let asks = place.asks.of(operation);
        // This also warms both sides up.
        let (product, limit) = (&place.product.address, &place.limit.address);
        equal_for_all(client, operation, product, limit, &asks).await?;
        questions.push(asks);
        lines.push(Line {
            operation: operation.name,
            database: place.name.clone(),
            product: Cost::default(),
            limit: Cost::default(),
        });
    }
    for round in 0..load.rounds {
        for ((place, asks), line) in places.iter().zip(&questions).zip(&mut lines) {
            // Whoever comes first in one round comes last in the next.
            let order = if round % 2 == 0 {
                [Side::Product, Side::Limit]
            } else {
                [Side::Limit, Side::Product]
            };
            for side in order {
                let cost = match side {
                    Side::Product => &mut line.product,
                    Side::Limit => &mut line.limit,
                };
                slice(client, place, side, operation, asks, round, load, cost).await?;
            }
        }
    }
    for line in &mut lines {
        for cost in [&mut line.product, &mut line.limit] {
            cost.latencies.sort_unstable();
        }
    }
    eprintln!("{}: measured", operation.name);
    Ok(lines)
}

async fn slice(
    client: &Client,
    place: &Place,
    side: Side,
    operation: &Operation,
    asks: &[Ask],
    round: usize,
    load: Load,
    cost: &mut Cost,
) -> Result<()> {
    let running = place.side(side);
    let backends = backends(&place.url, side).await?;
    let database = || -> Result<Duration> { backends.iter().map(|pid| process::cpu(*pid)).sum() };
    let (server_before, database_before) = (process::cpu(running.pid())?, database()?);
    let began = Instant::now();
    let latencies: Vec<Duration> = stream::iter(0..load.requests)
        .map(|number| {
            let ask = &asks[(round * load.requests + number) % asks.len()];
            async move {
                let began = Instant::now();
                ask_once(client, side, &running.address, operation, ask).await?;
                Ok::<_, Fault>(began.elapsed())
            }
        })
        .buffer_unordered(load.clients)
        .try_collect()
        .await?;
    cost.time += began.elapsed();
    cost.server += process::cpu(running.pid())?.saturating_sub(server_before);
    cost.database += database()?.saturating_sub(database_before);
    cost.requests += load.requests;
    cost.latencies.extend(latencies);
    Ok(())
}

/// The processes of the database that work for a side, and the one that they come from, which accounts for helpers
/// that have ended.
async fn backends(url: &str, side: Side) -> Result<Vec<u32>> {
    let failed = while_doing("the database's processes");
    let database = openly(url).await?;
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
        [side.application().into()],
    );
    let rows = database.query_all_raw(statement).await.map_err(&failed)?;
    let pids = rows
        .iter()
        .map(|row| row.try_get::<i32>("", "pid").map(i32::unsigned_abs))
        .collect::<std::result::Result<Vec<u32>, _>>()
        .map_err(&failed)?;
    database.close().await.map_err(&failed)?;
    if pids.is_empty() {
        return Err(Fault::new("the side has no connection to its database"));
    }
    Ok(pids)
}

async fn ask_once(
    client: &Client,
    side: Side,
    address: &str,
    operation: &Operation,
    ask: &Ask,
) -> Result<Vec<u8>> {
    let request = match side {
        Side::Product => client
            .post(format!("http://{address}/graphql"))
            .json(&json!({ "query": operation.document, "variables": ask.variables })),
        Side::Limit => client
            .post(format!("http://{address}{}", operation.path))
            .json(&ask.variables),
    };
    let failed = format!("{} of the {}", operation.name, side.name());
    let answer = request
        .bearer_auth(&ask.token)
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(while_doing(&failed))?;
    let bytes = answer.bytes().await.map_err(while_doing(&failed))?;
    Ok(bytes.into())
}

/// Fails unless both sides give every viewer the same data.
pub async fn equal_for_all(
    client: &Client,
    operation: &Operation,
    product: &str,
    limit: &str,
    asks: &[Ask],
) -> Result<()> {
    for ask in asks {
        let product = ask_once(client, Side::Product, product, operation, ask).await?;
        let limit = ask_once(client, Side::Limit, limit, operation, ask).await?;
        let (product, limit) = (data(&product)?, data(&limit)?);
        if product != limit {
            return Err(Fault::new(format!(
                "{} with {}: the product answers\n{product}\nand the limit\n{limit}",
                operation.name, ask.variables
            )));
        }
    }
    Ok(())
}

/// An answer without its cursors, which only whoever wrote them can read.
fn data(bytes: &[u8]) -> Result<Value> {
    let mut answer: Value = serde_json::from_slice(bytes).map_err(while_doing("an answer"))?;
    if let Some(errors) = answer.get("errors") {
        return Err(Fault::new(format!("an answer with errors: {errors}")));
    }
    without_cursors(&mut answer);
    Ok(answer)
}

fn without_cursors(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("endCursor");
            fields.values_mut().for_each(without_cursors);
        }
        Value::Array(items) => items.iter_mut().for_each(without_cursors),
        _ => {}
    }
}
