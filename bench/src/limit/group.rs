//! The first page of a group, and how far the units of an organisation have somebody in a role.

use super::{Answered, At, Gates, Id, body, data, id, me};
use axum::{body::Bytes, extract::State, http::HeaderMap};
use chrono::NaiveDate;
use sea_orm::sqlx::{Error, Row, postgres::PgRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whether `me` is in the group `g`: holds a seat in it today.
macro_rules! reads {
    () => {
        "EXISTS (SELECT 1 FROM group_seat s JOIN seat_holder h ON h.seat_id = s.id WHERE s.group_id = g.id \
         AND s.organisation_id = me.id AND h.person_id = me.person_id AND h.from_day <= $4::date \
         AND (h.until_day IS NULL OR h.until_day > $4::date) AND (s.ends_on IS NULL OR s.ends_on > $4::date))"
    };
}

const GROUP: &str = concat!(
    me!(),
    ", g AS MATERIALIZED (SELECT g.id, g.name, g.kind, g.level, g.county_code, me.id AS own, me.county_code AS own_county, me.role <> 'MEMBER' AS coordinates, ",
    reads!(),
    " AS reads FROM me JOIN collaboration_group g ON g.id = $5 \
     WHERE g.sharing IN ('PUBLIC', 'PARTNERS') OR (g.sharing = 'COUNTY' AND g.county_code = me.county_code) OR ",
    reads!(),
    "), m AS MATERIALIZED (SELECT m.id, m.title, m.starts_at, m.status FROM g JOIN meeting m ON m.group_id = g.id \
     WHERE g.reads AND m.status IN ('PLANNED', 'NOTICED') ORDER BY m.starts_at, m.id LIMIT 3) \
     SELECT g.name, g.kind, g.level, p.* FROM me LEFT JOIN g ON true LEFT JOIN LATERAL (\
     SELECT 1 AS part, s.sort_key AS by_text, s.id AS by_id, NULL::timestamptz AS at, NULL::uuid AS parent, \
     s.capacity AS one, s.role AS two, o.name AS three, u.name AS four, h.from_day AS day, \
     CASE WHEN p.protected_identity AND s.organisation_id <> g.own THEN NULL ELSE p.name END AS five, 0 AS number \
     FROM group_seat s JOIN organisation o ON o.id = s.organisation_id LEFT JOIN organisation_unit u ON u.id = s.unit_id \
     LEFT JOIN seat_holder h ON h.seat_id = s.id AND h.from_day <= $4::date AND (h.until_day IS NULL OR h.until_day > $4::date) \
     AND (g.reads OR s.organisation_id = g.own) LEFT JOIN person p ON p.id = h.person_id \
     WHERE s.group_id = g.id AND (s.ends_on IS NULL OR s.ends_on > $4::date) \
     UNION ALL \
     SELECT 2, '', m.id, m.starts_at, NULL, m.title, m.status, NULL, NULL, NULL, NULL, 0 FROM m \
     UNION ALL \
     SELECT 3, '', i.id, m.starts_at, i.parent_id, i.title, i.kind, NULL, NULL, NULL, NULL, i.position \
     FROM m JOIN agenda_item i ON i.meeting_id = m.id WHERE i.status IN ('ACCEPTED', 'DONE') \
     UNION ALL \
     SELECT 4, '', a.id, a.assigned_at, NULL, a.title, a.status, o.name, NULL, a.due_on, NULL, 0 \
     FROM group_action a JOIN organisation o ON o.id = a.organisation_id \
     WHERE (g.reads OR (g.coordinates AND a.organisation_id = g.own)) AND a.group_id = g.id AND a.status IN ('ASSIGNED', 'ACCEPTED') \
     UNION ALL \
     (SELECT 5, '', d.id, d.decided_at, NULL, d.title, NULL, NULL, NULL, NULL, d.year || ':' || d.number, 0 \
     FROM decision d WHERE d.group_id = g.id AND (g.reads OR (d.verified_at IS NOT NULL AND g.county_code = g.own_county)) \
     ORDER BY d.decided_at DESC, d.id DESC LIMIT 5)\
     ) p ON true ORDER BY p.part, CASE WHEN p.part = 5 THEN NULL ELSE p.at END, p.number, p.by_text, \
     CASE WHEN p.part = 5 THEN NULL ELSE p.by_id END, p.by_id DESC"
);

#[derive(Serialize)]
pub(super) struct Answer {
    group: Option<Group>,
}

#[derive(Serialize)]
struct Group {
    name: String,
    kind: String,
    level: String,
    seats: Nodes<Seat>,
    meetings: Nodes<Meeting>,
    actions: Nodes<Action>,
    decisions: Nodes<Decision>,
}

#[derive(Serialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Serialize)]
struct Named {
    name: Option<String>,
}

#[derive(Serialize)]
struct Seat {
    capacity: String,
    role: String,
    organisation: Named,
    unit: Option<Named>,
    holder: Option<Holder>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    from_day: NaiveDate,
    person: Named,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meeting {
    id: Id,
    title: String,
    starts_at: At,
    status: String,
    agenda: Vec<Item>,
    #[serde(skip)]
    top: Vec<Uuid>,
}

#[derive(Serialize)]
struct Item {
    number: String,
    title: String,
    kind: String,
    children: Vec<Child>,
}

#[derive(Serialize)]
struct Child {
    number: String,
    title: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    id: Id,
    title: String,
    due_on: Option<NaiveDate>,
    status: String,
    organisation: Named,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decision {
    id: Id,
    reference: String,
    title: String,
    decided_at: At,
}

#[derive(Deserialize)]
struct Variables {
    id: String,
}

pub(super) async fn page(State(gate): Gates, headers: HeaderMap, bytes: Bytes) -> Answered<Answer> {
    let claims = gate.claims(&headers).await?;
    let variables: Variables = body(&bytes)?;
    let query = gate.ask(GROUP, &claims).bind(id(&variables.id, "group")?);
    let rows = gate.rows(query).await?;
    let Some(name) = rows[0].try_get::<Option<String>, _>(0)? else {
        return Ok(data(Answer { group: None }));
    };
    let empty = || Vec::with_capacity(16);
    let mut group = Group {
        name,
        kind: rows[0].try_get(1)?,
        level: rows[0].try_get(2)?,
        seats: Nodes { nodes: empty() },
        meetings: Nodes { nodes: Vec::new() },
        actions: Nodes { nodes: Vec::new() },
        decisions: Nodes { nodes: Vec::new() },
    };
    for row in &rows {
        part(&mut group, row)?;
    }
    Ok(data(Answer { group: Some(group) }))
}

fn named(row: &PgRow, place: usize) -> Result<Named, Error> {
    let name = row.try_get(place)?;
    Ok(Named { name })
}

fn part(group: &mut Group, row: &PgRow) -> Result<(), Error> {
    match row.try_get::<Option<i32>, _>(3)? {
        Some(1) => {
            let from_day: Option<NaiveDate> = row.try_get(12)?;
            let person = named(row, 13)?;
            let unit = named(row, 11)?;
            group.seats.nodes.push(Seat {
                capacity: row.try_get(8)?,
                role: row.try_get(9)?,
                organisation: named(row, 10)?,
                unit: unit.name.is_some().then_some(unit),
                holder: from_day.map(|from_day| Holder { from_day, person }),
            });
        }
        Some(2) => group.meetings.nodes.push(Meeting {
            id: Id("meeting", row.try_get(5)?),
            starts_at: At(row.try_get(6)?),
            title: row.try_get(8)?,
            status: row.try_get(9)?,
            agenda: Vec::new(),
            top: Vec::new(),
        }),
        Some(3) => item(group, row)?,
        Some(4) => group.actions.nodes.push(Action {
            id: Id("action", row.try_get(5)?),
            title: row.try_get(8)?,
            status: row.try_get(9)?,
            organisation: named(row, 10)?,
            due_on: row.try_get(12)?,
        }),
        Some(_) => group.decisions.nodes.push(Decision {
            id: Id("decision", row.try_get(5)?),
            decided_at: At(row.try_get(6)?),
            title: row.try_get(8)?,
            reference: row.try_get(13)?,
        }),
        None => {}
    }
    Ok(())
}

/// An item below its meeting, or below the item that it is a part of; they come in order.
fn item(group: &mut Group, row: &PgRow) -> Result<(), Error> {
    let at: chrono::DateTime<chrono::Utc> = row.try_get(6)?;
    let Some(meeting) = group
        .meetings
        .nodes
        .iter_mut()
        .find(|one| one.starts_at.0 == at)
    else {
        return Ok(());
    };
    let title = row.try_get(8)?;
    let parent: Option<Uuid> = row.try_get(7)?;
    let above = parent.and_then(|parent| meeting.top.iter().position(|one| *one == parent));
    if let Some(above) = above {
        let item = &mut meeting.agenda[above];
        let number = format!("{}.{}", item.number, item.children.len() + 1);
        item.children.push(Child { number, title });
        return Ok(());
    }
    meeting.top.push(row.try_get(5)?);
    meeting.agenda.push(Item {
        number: meeting.top.len().to_string(),
        title,
        kind: row.try_get(9)?,
        children: Vec::new(),
    });
    Ok(())
}

const COVERAGE: &str = concat!(
    me!(),
    "SELECT count(u.id), count(a.unit_id) FROM me LEFT JOIN organisation_unit u ON u.organisation_id = me.id AND me.id = $5 \
     AND (u.from_day IS NULL OR u.from_day <= $4::date) AND (u.until_day IS NULL OR u.until_day > $4::date) \
     LEFT JOIN (SELECT DISTINCT a.unit_id FROM appointment a JOIN role_type r ON r.id = a.role_type_id \
     WHERE r.code = $6 AND a.organisation_id = $5 AND a.status = 'CONFIRMED' AND a.from_day <= $4::date \
     AND (a.until_day IS NULL OR a.until_day > $4::date)) a ON a.unit_id = u.id"
);

#[derive(Serialize)]
pub(super) struct Covered {
    coverage: Coverage,
}

#[derive(Serialize)]
struct Coverage {
    total: i64,
    covered: i64,
    percent: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    role_type: String,
    organisation_id: String,
}

/// Counted from the units and appointments each time: what one would write who keeps no counters.
pub(super) async fn coverage(
    State(gate): Gates,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered<Covered> {
    let claims = gate.claims(&headers).await?;
    let variables: Role = body(&bytes)?;
    let query = gate
        .ask(COVERAGE, &claims)
        .bind(id(&variables.organisation_id, "organisation")?)
        .bind(variables.role_type);
    let rows = gate.rows(query).await?;
    let (total, covered): (i64, i64) = (rows[0].try_get(0)?, rows[0].try_get(1)?);
    let percent = (total > 0).then(|| covered * 100 / total);
    Ok(data(Covered {
        coverage: Coverage {
            total,
            covered,
            percent,
        },
    }))
}
