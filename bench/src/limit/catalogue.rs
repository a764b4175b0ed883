//! The catalogue page and the search for text.

use super::{
    Answered, At, Gates, Id, Organisation, Page, PageInfo, Refused, Seats, body, data, me,
    standing, visible,
};
use axum::{body::Bytes, extract::State, http::HeaderMap};
use entity::search_text::like_pattern;
use sea_orm::sqlx::{Error, Row, postgres::PgRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const PAGE: &str = concat!(
    me!(),
    "SELECT t.id, t.title, t.format, t.status, t.sort_title, p.kind, p.id, p.name, p.starts_at, p.ends_at, \
     p.capacity, p.taken, p.waiting, p.kept, p.left_of_maximum FROM me LEFT JOIN LATERAL (\
     SELECT t.id, t.title, t.format, t.status, t.sort_title, t.accountable_organisation_id \
     FROM training t WHERE ",
    visible!(),
    " ORDER BY t.sort_title, t.id LIMIT $5) t ON true LEFT JOIN LATERAL (\
     SELECT 1 AS kind, g.organisation_id <> t.accountable_organisation_id AS later, o.id, o.name, \
     NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at, NULL::integer AS capacity, \
     NULL::integer AS taken, NULL::integer AS waiting, NULL::bigint AS kept, NULL::integer AS left_of_maximum \
     FROM training_organiser g JOIN organisation o ON o.id = g.organisation_id WHERE g.training_id = t.id \
     UNION ALL \
     SELECT 2, false, o.id, o.venue_name, o.starts_at, o.ends_at, o.capacity, o.taken, o.waiting, q.kept, \
     q.left_of_maximum FROM (SELECT o.* FROM training_occasion o WHERE o.training_id = t.id AND o.ends_at > $4 \
     ORDER BY o.starts_at, o.id LIMIT 3) o LEFT JOIN LATERAL (",
    standing!(),
    ") q ON true) p ON true ORDER BY t.sort_title, t.id, p.kind, p.later, p.starts_at, p.id"
);

const SEARCH: &str = concat!(
    me!(),
    "SELECT t.id, t.title, t.format, t.status, t.sort_title, 1, p.id, p.name FROM me LEFT JOIN LATERAL (\
     SELECT t.id, t.title, t.format, t.status, t.sort_title, t.accountable_organisation_id \
     FROM training t WHERE t.search_text LIKE $6 ESCAPE '\\' AND ",
    visible!(),
    " ORDER BY t.sort_title, t.id LIMIT $5) t ON true LEFT JOIN LATERAL (\
     SELECT g.organisation_id <> t.accountable_organisation_id AS later, o.id, o.name \
     FROM training_organiser g JOIN organisation o ON o.id = g.organisation_id WHERE g.training_id = t.id) p ON true \
     ORDER BY t.sort_title, t.id, p.later, p.id"
);

#[derive(Serialize)]
pub(super) struct Catalogue {
    trainings: Page<Training>,
}

#[derive(Serialize)]
struct Training {
    id: Id,
    title: String,
    format: String,
    status: String,
    organisers: Vec<Organisation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occasions: Option<Nodes<Occasion>>,
}

#[derive(Serialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Occasion {
    id: Id,
    starts_at: At,
    ends_at: At,
    venue: Option<Venue>,
    seats: Seats,
}

#[derive(Serialize)]
struct Venue {
    name: String,
}

#[derive(Deserialize)]
struct PageVariables {
    first: i64,
}

pub(super) async fn page(
    State(gate): Gates,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered<Catalogue> {
    let claims = gate.claims(&headers).await?;
    let variables: PageVariables = body(&bytes)?;
    let query = gate.ask(PAGE, &claims).bind(variables.first + 1);
    let rows = gate.rows(query).await?;
    answer(&rows, variables.first, true)
}

#[derive(Deserialize)]
struct SearchVariables {
    text: String,
}

pub(super) async fn search(
    State(gate): Gates,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered<Catalogue> {
    const FIRST: i64 = 20;
    let claims = gate.claims(&headers).await?;
    let variables: SearchVariables = body(&bytes)?;
    let query = gate
        .ask(SEARCH, &claims)
        .bind(FIRST + 1)
        .bind(like_pattern(&variables.text));
    let rows = gate.rows(query).await?;
    answer(&rows, FIRST, false)
}

/// Rows of one training stand together.
fn answer(rows: &[PgRow], first: i64, with_occasions: bool) -> Answered<Catalogue> {
    let first = usize::try_from(first).map_err(|_| Refused::Variables)?;
    let mut nodes: Vec<Training> = Vec::with_capacity(first + 1);
    let mut end = String::new();
    for row in rows {
        let Some(id) = row.try_get::<Option<Uuid>, _>(0)? else {
            break;
        };
        if nodes.last().is_none_or(|training| training.id.1 != id) {
            if nodes.len() < first {
                end = format!("{}{}", id.simple(), row.try_get::<&str, _>(4)?);
            }
            nodes.push(training(row, id, with_occasions)?);
        }
        if let Some(training) = nodes.last_mut() {
            part(training, row)?;
        }
    }
    let has_next_page = nodes.len() > first;
    nodes.truncate(first);
    Ok(data(Catalogue {
        trainings: Page {
            nodes,
            page_info: PageInfo {
                end_cursor: with_occasions.then_some(end),
                has_next_page,
            },
        },
    }))
}

fn training(row: &PgRow, id: Uuid, with_occasions: bool) -> Result<Training, Error> {
    Ok(Training {
        id: Id("training", id),
        title: row.try_get(1)?,
        format: row.try_get(2)?,
        status: row.try_get(3)?,
        organisers: Vec::new(),
        occasions: with_occasions.then(|| Nodes { nodes: Vec::new() }),
    })
}

/// An organiser or an occasion.
fn part(training: &mut Training, row: &PgRow) -> Result<(), Error> {
    let Some(id) = row.try_get::<Option<Uuid>, _>(6)? else {
        return Ok(());
    };
    if row.try_get::<i32, _>(5)? == 1 {
        training.organisers.push(Organisation {
            id: Id("organisation", id),
            name: row.try_get(7)?,
        });
        return Ok(());
    }
    let name: Option<String> = row.try_get(7)?;
    if let Some(occasions) = &mut training.occasions {
        occasions.nodes.push(Occasion {
            id: Id("occasion", id),
            starts_at: At(row.try_get(8)?),
            ends_at: At(row.try_get(9)?),
            venue: name.map(|name| Venue { name }),
            seats: Seats::at(row, 10)?,
        });
    }
    Ok(())
}
