//! An occasion's participants, counted by the kind of their organisation.

use super::{Answered, Gates, Id, body, data, id, me, visible};
use axum::{body::Bytes, extract::State, http::HeaderMap};
use sea_orm::sqlx::Row;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const STATISTICS: &str = concat!(
    me!(),
    "SELECT o.id, o.capacity, o.taken, o.waiting, o.sees, c.kind, c.confirmed, c.waiting \
     FROM me LEFT JOIN LATERAL (SELECT o.id, o.capacity, o.taken, o.waiting, \
     me.role <> 'MEMBER' AND EXISTS (SELECT 1 FROM training_organiser g WHERE g.training_id = t.id \
     AND g.organisation_id = me.id AND g.sees_participants) AS sees \
     FROM training_occasion o JOIN training t ON t.id = o.training_id WHERE o.id = $5 AND ",
    visible!(),
    ") o ON true LEFT JOIN LATERAL (SELECT n.kind, count(*) FILTER (WHERE s.status = 'CONFIRMED') AS confirmed, \
     count(*) FILTER (WHERE s.status = 'WAITLISTED') AS waiting \
     FROM sign_up s JOIN organisation n ON n.id = s.organisation_id \
     WHERE o.sees AND s.occasion_id = o.id AND s.status IN ('CONFIRMED', 'WAITLISTED') \
     GROUP BY n.kind) c ON true ORDER BY c.kind"
);

#[derive(Serialize)]
pub(super) struct Answer {
    occasion: Option<Occasion>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Occasion {
    id: Id,
    seats: Seats,
    participants_by_organisation_kind: Option<Vec<Count>>,
}

#[derive(Serialize)]
struct Seats {
    capacity: i32,
    taken: i32,
    waiting: i32,
}

#[derive(Serialize)]
struct Count {
    kind: String,
    confirmed: i64,
    waiting: i64,
}

#[derive(Deserialize)]
struct Variables {
    id: String,
}

pub(super) async fn page(State(gate): Gates, headers: HeaderMap, bytes: Bytes) -> Answered<Answer> {
    let claims = gate.claims(&headers).await?;
    let variables: Variables = body(&bytes)?;
    let query = gate
        .ask(STATISTICS, &claims)
        .bind(id(&variables.id, "occasion")?);
    let rows = gate.rows(query).await?;
    let first = &rows[0];
    let Some(id) = first.try_get::<Option<Uuid>, _>(0)? else {
        return Ok(data(Answer { occasion: None }));
    };
    let mut counts = Vec::new();
    for row in &rows {
        if let Some(kind) = row.try_get(5)? {
            counts.push(Count {
                kind,
                confirmed: row.try_get(6)?,
                waiting: row.try_get(7)?,
            });
        }
    }
    let occasion = Some(Occasion {
        id: Id("occasion", id),
        seats: Seats {
            capacity: first.try_get(1)?,
            taken: first.try_get(2)?,
            waiting: first.try_get(3)?,
        },
        participants_by_organisation_kind: first.try_get::<bool, _>(4)?.then_some(counts),
    });
    Ok(data(Answer { occasion }))
}
