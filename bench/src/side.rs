//! The two sides that are compared, each a process of its own: the product as it is, and the limit.

use crate::{Result, bulk::openly, instant, limit, settings, while_doing};
use api::{
    clock::Clock,
    demo::issuer::{DemoIssuer, EXPLORER_CLIENT, LIFETIME},
    http::Rate,
    identity::{Pace, Verifier, self_test},
    run::{self, Fault, Server},
    telemetry,
};
use entity::{organisation, organisation_number::OrganisationNumber};
use sea_orm::{EntityTrait, QuerySelect};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};
use tokio::net::TcpListener;

/// What the tokens of the benchmark are meant for.
pub const AUDIENCE: &str = "https://bench.invalid";

/// How many connections each side may have.
const CONNECTIONS: u32 = 16;

/// What a side says when it can be asked.
const LISTENING: &str = "listening on ";

/// The name by which a viewer's issuer knows it.
#[must_use]
pub fn subject(number: usize) -> String {
    format!("viewer-{number}")
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Samverkan, with tokens, limits, the log and every rule on.
    Product,
    /// The hand-written limit.
    Limit,
}

impl Side {
    /// As a command and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Limit => "limit",
        }
    }

    /// How its connections to the database are called.
    #[must_use]
    pub const fn application(self) -> &'static str {
        match self {
            Self::Product => "samverkan",
            Self::Limit => "limit",
        }
    }
}

/// The issuer whose key lies in the folder.
pub fn issuer(keys: &Path) -> Result<DemoIssuer> {
    DemoIssuer::open(keys, AUDIENCE).map_err(while_doing("the issuer of tokens"))
}

/// A token of a viewer.
#[must_use]
pub fn token(issuer: &DemoIssuer, subject: &str, organisation: &str) -> String {
    let client = EXPLORER_CLIENT;
    issuer.mint(subject, organisation, client, &[], LIFETIME, instant())
}

/// Serves one side as a process of its own, which ends with whoever started it.
pub async fn serve(side: Side, url: &str, keys: &Path) -> Result<()> {
    telemetry::init(telemetry::Format::Json, "info,sqlx=warn").map_err(while_doing("the log"))?;
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(while_doing("a port"))?;
    let address = listener.local_addr().map_err(while_doing("a port"))?;
    let mut out = std::io::stdout();
    writeln!(out, "{LISTENING}{address}")
        .and_then(|()| out.flush())
        .map_err(while_doing("the first line"))?;
    serve_on(listener, side, url, keys).await
}

/// Serves one side. Its clock stands at the instant of the data.
pub async fn serve_on(listener: TcpListener, side: Side, url: &str, keys: &Path) -> Result<()> {
    let issuer = issuer(keys)?;
    let registration = issuer.registration(organisations(url).await?);
    match side {
        Side::Product => {
            let mut config = settings(url, CONNECTIONS)?;
            config.issuers.push(registration);
            let server = Server {
                config,
                clock: Clock::fixed(instant()),
                // The points are counted as always; there just are enough of them.
                rate: Rate {
                    burst: u32::MAX,
                    ..Rate::default()
                },
                open_introspection: false,
                pages: axum::Router::new(),
            };
            run::serve(server, listener, std::future::pending()).await
        }
        Side::Limit => {
            self_test().map_err(while_doing("the signature back end"))?;
            let verifier = Verifier::start(vec![registration], Pace::default())
                .map_err(while_doing("the issuer"))?;
            let pool = limit::connect(url, CONNECTIONS).await?;
            let router = limit::router(pool, verifier, Clock::fixed(instant()));
            axum::serve(listener, router)
                .await
                .map_err(while_doing("the limit"))
        }
    }
}

/// For whom the issuer may speak: every organisation.
async fn organisations(url: &str) -> Result<Vec<String>> {
    let database = openly(url).await?;
    let numbers: Vec<OrganisationNumber> = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::OrganisationNumber)
        .into_tuple()
        .all(&database)
        .await
        .map_err(while_doing("the organisations"))?;
    Ok(numbers.iter().map(OrganisationNumber::digits).collect())
}

/// A side that runs; it ends with this value.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Running {
    /// Starts a side over a database as a process of its own.
    pub fn start(side: Side, url: &str, keys: &Path) -> Result<Self> {
        let failed = "a side cannot be started";
        let program = std::env::current_exe().map_err(while_doing(failed))?;
        let mut child = Command::new(program)
            .arg("serve")
            .arg(side.name())
            .arg("--keys")
            .arg(keys)
            // Not as an argument: an address may hold a password.
            .env("BENCH_DATABASE", url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // The log is written, and read by nobody.
            .stderr(Stdio::null())
            .spawn()
            .map_err(while_doing(failed))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out)
                .read_line(&mut line)
                .map_err(while_doing(failed))?;
        }
        let address = line.trim().strip_prefix(LISTENING).map(str::to_owned);
        let address = address.ok_or_else(|| Fault::new("a side ended before it listened"))?;
        Ok(Self { child, address })
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
