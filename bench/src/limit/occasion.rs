//! The page on which people sign up: an occasion, its training, its times and seats, and the sign-ups that the viewer
//! may see.

use super::{
    Answered, At, Gates, Id, Organisation, Page, PageInfo, Seats, body, data, id, me, standing,
    visible,
};
use axum::{body::Bytes, extract::State, http::HeaderMap};
use sea_orm::sqlx::{Error, Row, postgres::PgRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const OCCASION: &str = concat!(
    me!(),
    "SELECT o.id, o.status, o.starts_at, o.ends_at, o.time_zone, o.venue_name, \
     o.capacity, o.taken, o.waiting, o.kept, o.left_of_maximum, o.training_id, o.title, o.description, o.format, \
     p.kind, p.id, p.text, p.at, p.until, p.position FROM me LEFT JOIN LATERAL (\
     SELECT o.*, q.kept, q.left_of_maximum, t.title, t.description, t.format, t.accountable_organisation_id \
     FROM training_occasion o JOIN training t ON t.id = o.training_id LEFT JOIN LATERAL (",
    standing!(),
    ") q ON true WHERE o.id = $5 AND ",
    visible!(),
    ") o ON true LEFT JOIN LATERAL (\
     SELECT 1 AS kind, g.organisation_id <> o.accountable_organisation_id AS later, n.id, n.name AS text, \
     NULL::timestamptz AS at, NULL::timestamptz AS until, NULL::bigint AS position \
     FROM training_organiser g JOIN organisation n ON n.id = g.organisation_id WHERE g.training_id = o.training_id \
     UNION ALL \
     SELECT 2, false, NULL, NULL, b.starts_at, b.ends_at, NULL FROM time_block b WHERE b.occasion_id = o.id \
     UNION ALL \
     SELECT 3, false, s.id, s.status, s.created_at, NULL, s.position FROM (SELECT s.id, s.status, s.created_at, \
     CASE WHEN s.status = 'WAITLISTED' THEN (SELECT count(*) FROM sign_up a WHERE a.occasion_id = s.occasion_id \
     AND a.status = 'WAITLISTED' AND a.number <= s.number) END AS position \
     FROM sign_up s WHERE s.occasion_id = o.id AND (\
     (s.organisation_id = me.id AND (s.person_id = me.person_id OR me.role <> 'MEMBER')) \
     OR (me.role <> 'MEMBER' AND EXISTS (SELECT 1 FROM training_organiser g WHERE g.training_id = o.training_id \
     AND g.organisation_id = me.id AND g.sees_participants))) \
     ORDER BY s.created_at, s.id LIMIT 21) s) p ON true ORDER BY p.kind, p.later, p.at, p.id"
);

#[derive(Serialize)]
pub(super) struct Answer {
    occasion: Option<Occasion>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Occasion {
    id: Id,
    status: String,
    starts_at: At,
    ends_at: At,
    time_zone: String,
    venue: Option<Venue>,
    time_blocks: Vec<TimeBlock>,
    seats: Seats,
    training: Training,
    sign_ups: Page<SignUp>,
}

#[derive(Serialize)]
struct Venue {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TimeBlock {
    starts_at: At,
    ends_at: At,
}

#[derive(Serialize)]
struct Training {
    id: Id,
    title: String,
    description: String,
    format: String,
    organisers: Vec<Organisation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignUp {
    id: Id,
    status: String,
    position: Option<i64>,
    created_at: At,
}

#[derive(Deserialize)]
struct Variables {
    id: String,
}

pub(super) async fn page(State(gate): Gates, headers: HeaderMap, bytes: Bytes) -> Answered<Answer> {
    const FIRST: usize = 20;
    let claims = gate.claims(&headers).await?;
    let variables: Variables = body(&bytes)?;
    let query = gate
        .ask(OCCASION, &claims)
        .bind(id(&variables.id, "occasion")?);
    let rows = gate.rows(query).await?;
    let Some(id) = rows[0].try_get::<Option<Uuid>, _>(0)? else {
        return Ok(data(Answer { occasion: None }));
    };
    let mut occasion = occasion(&rows[0], id)?;
    for row in &rows {
        part(&mut occasion, row)?;
    }
    let nodes = &mut occasion.sign_ups.nodes;
    occasion.sign_ups.page_info.has_next_page = nodes.len() > FIRST;
    nodes.truncate(FIRST);
    let occasion = Some(occasion);
    Ok(data(Answer { occasion }))
}

fn occasion(row: &PgRow, id: Uuid) -> Result<Occasion, Error> {
    let name: Option<String> = row.try_get(5)?;
    Ok(Occasion {
        id: Id("occasion", id),
        status: row.try_get(1)?,
        starts_at: At(row.try_get(2)?),
        ends_at: At(row.try_get(3)?),
        time_zone: row.try_get(4)?,
        venue: name.map(|name| Venue { name }),
        time_blocks: Vec::new(),
        seats: Seats::at(row, 6)?,
        training: Training {
            id: Id("training", row.try_get(11)?),
            title: row.try_get(12)?,
            description: row.try_get(13)?,
            format: row.try_get(14)?,
            organisers: Vec::new(),
        },
        sign_ups: Page {
            nodes: Vec::new(),
            page_info: PageInfo {
                end_cursor: None,
                has_next_page: false,
            },
        },
    })
}

/// An organiser, a time block or a sign-up.
fn part(occasion: &mut Occasion, row: &PgRow) -> Result<(), Error> {
    match row.try_get::<Option<i32>, _>(15)? {
        Some(1) => occasion.training.organisers.push(Organisation {
            id: Id("organisation", row.try_get(16)?),
            name: row.try_get(17)?,
        }),
        Some(2) => occasion.time_blocks.push(TimeBlock {
            starts_at: At(row.try_get(18)?),
            ends_at: At(row.try_get(19)?),
        }),
        Some(_) => occasion.sign_ups.nodes.push(SignUp {
            id: Id("signup", row.try_get(16)?),
            status: row.try_get(17)?,
            position: row.try_get(20)?,
            created_at: At(row.try_get(18)?),
        }),
        None => {}
    }
    Ok(())
}
