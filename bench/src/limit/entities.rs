//! What a router asks for: organisations by their keys.

use super::{Answered, Gates, body, data, id, me};
use axum::{body::Bytes, extract::State, http::HeaderMap};
use sea_orm::sqlx::Row;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

const ORGANISATIONS: &str = concat!(
    me!(),
    "SELECT o.id, o.name, o.kind FROM me LEFT JOIN organisation o ON o.id = ANY($5)"
);

#[derive(Serialize)]
pub(super) struct Entities {
    #[serde(rename = "_entities")]
    entities: Vec<Option<Organisation>>,
}

#[derive(Clone, Serialize)]
struct Organisation {
    id: String,
    name: String,
    kind: String,
}

#[derive(Deserialize)]
struct Variables {
    r: Vec<Representation>,
}

#[derive(Deserialize)]
struct Representation {
    id: String,
}

pub(super) async fn organisations(
    State(gate): Gates,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered<Entities> {
    let claims = gate.claims(&headers).await?;
    let variables: Variables = body(&bytes)?;
    let wanted = variables
        .r
        .iter()
        .map(|one| id(&one.id, "organisation"))
        .collect::<Result<Vec<Uuid>, _>>()?;
    let query = gate.ask(ORGANISATIONS, &claims).bind(wanted.clone());
    let mut found = HashMap::with_capacity(wanted.len());
    for row in gate.rows(query).await? {
        if let Some(id) = row.try_get::<Option<Uuid>, _>(0)? {
            let organisation = Organisation {
                id: format!("organisation_{}", id.simple()),
                name: row.try_get(1)?,
                kind: row.try_get(2)?,
            };
            found.insert(id, organisation);
        }
    }
    let entities = wanted.iter().map(|id| found.get(id).cloned()).collect();
    Ok(data(Entities { entities }))
}
