//! One's own sign-ups, the latest first.

use super::{Answered, At, Gates, Id, Page, PageInfo, data, me, visible};
use axum::{extract::State, http::HeaderMap};
use sea_orm::sqlx::{Error, Row, postgres::PgRow};
use serde::Serialize;
use uuid::Uuid;

const MINE: &str = concat!(
    me!(),
    "SELECT s.id, s.status, s.position, s.created_at, o.id, o.starts_at, o.training_id, o.title \
     FROM me LEFT JOIN LATERAL (SELECT s.*, CASE WHEN s.status = 'WAITLISTED' THEN (\
     SELECT count(*) FROM sign_up a WHERE a.occasion_id = s.occasion_id AND a.status = 'WAITLISTED' \
     AND a.number <= s.number) END AS position FROM sign_up s \
     WHERE s.person_id = me.person_id AND s.organisation_id = me.id \
     ORDER BY s.created_at DESC, s.id DESC LIMIT 21) s ON true LEFT JOIN LATERAL (\
     SELECT o.id, o.starts_at, o.training_id, t.title FROM training_occasion o \
     JOIN training t ON t.id = o.training_id WHERE o.id = s.occasion_id AND ",
    visible!(),
    ") o ON true ORDER BY s.created_at DESC, s.id DESC"
);

#[derive(Serialize)]
pub(super) struct Answer {
    viewer: Viewer,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Viewer {
    sign_ups: Page<SignUp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignUp {
    id: Id,
    status: String,
    position: Option<i64>,
    created_at: At,
    occasion: Option<Occasion>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Occasion {
    id: Id,
    starts_at: At,
    training: Training,
}

#[derive(Serialize)]
struct Training {
    id: Id,
    title: String,
}

pub(super) async fn page(State(gate): Gates, headers: HeaderMap) -> Answered<Answer> {
    const FIRST: usize = 20;
    let claims = gate.claims(&headers).await?;
    let query = gate.ask(MINE, &claims);
    let mut nodes = Vec::with_capacity(FIRST + 1);
    for row in gate.rows(query).await? {
        if let Some(id) = row.try_get::<Option<Uuid>, _>(0)? {
            nodes.push(sign_up(&row, id)?);
        }
    }
    let page_info = PageInfo {
        end_cursor: None,
        has_next_page: nodes.len() > FIRST,
    };
    nodes.truncate(FIRST);
    Ok(data(Answer {
        viewer: Viewer {
            sign_ups: Page { nodes, page_info },
        },
    }))
}

fn sign_up(row: &PgRow, id: Uuid) -> Result<SignUp, Error> {
    let occasion = match row.try_get::<Option<Uuid>, _>(4)? {
        None => None,
        Some(id) => Some(Occasion {
            id: Id("occasion", id),
            starts_at: At(row.try_get(5)?),
            training: Training {
                id: Id("training", row.try_get(6)?),
                title: row.try_get(7)?,
            },
        }),
    };
    Ok(SignUp {
        id: Id("signup", id),
        status: row.try_get(1)?,
        position: row.try_get(2)?,
        created_at: At(row.try_get(3)?),
        occasion,
    })
}
