//! Keyset pages: a cursor says after which row to go on, never how many rows to skip.
//!
//! A cursor is opaque and sealed: whoever changes one gets an error instead of another page.

use super::Viewer;
use crate::{
    error::{Error, Result},
    language::Text,
    policy::Policy,
};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sea_orm::{
    EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QueryResult, QuerySelect, Select, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

/// How many rows a page has at most.
pub const MOST: i32 = 100;
/// How many rows a page has when nothing is said.
pub const USUAL: i32 = 20;
/// How much of the seal a cursor carries: 128 bits are beyond guessing.
const SEAL: usize = 16;

/// Seals cursors with this installation's secret.
pub struct CursorSeal(hmac::Key);

impl CursorSeal {
    /// Makes the seal from the secret that all processes of the installation share.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    fn write(&self, order: &str, key: &Key, id: Uuid) -> String {
        let key = match key {
            Key::Text(text) => format!("t{text}"),
            Key::Instant(instant) => format!("i{}", instant.timestamp_micros()),
        };
        let body = format!("{order}\n{}\n{key}", id.simple());
        let seal = hmac::sign(&self.0, body.as_bytes());
        let mut bytes = seal.as_ref()[..SEAL].to_vec();
        bytes.extend_from_slice(body.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, order: &str, cursor: &str) -> Option<(Key, Uuid)> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (seal, body) = bytes.split_at_checked(SEAL)?;
        let expected = hmac::sign(&self.0, body);
        aws_lc_rs::constant_time::verify_slices_are_equal(seal, &expected.as_ref()[..SEAL]).ok()?;
        let body = std::str::from_utf8(body).ok()?;
        let mut lines = body.splitn(3, '\n');
        if lines.next() != Some(order) {
            return None;
        }
        let id = Uuid::try_parse(lines.next()?).ok()?;
        let key = lines.next()?;
        let key = match key.split_at_checked(1)? {
            ("t", text) => Key::Text(text.to_owned()),
            ("i", micros) => Key::Instant(DateTime::from_timestamp_micros(micros.parse().ok()?)?),
            _ => return None,
        };
        Some((key, id))
    }
}

/// What a page is sorted by, before the id.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Text(String),
    Instant(DateTime<Utc>),
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Text(text) => text.into(),
            Key::Instant(instant) => instant.into(),
        }
    }
}

/// What kind of value a page is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A sort key made by `swedish_sort_key`, or another text.
    Text,
    /// An instant.
    Instant,
}

/// An order of rows: an expression that is never null, and the id as tie-break.
pub struct Ordering<E: EntityTrait> {
    /// Names the order inside cursors: a cursor of another order is refused.
    pub name: &'static str,
    /// What to sort by.
    pub key: Expr,
    /// What kind of value that is.
    pub kind: KeyKind,
    /// The id.
    pub id: E::Column,
    /// Whether the last comes first.
    pub descending: bool,
}

/// Which page is asked for: the arguments of a Relay connection.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// The first so many rows, 1 to 100.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// The last so many rows, 1 to 100.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// One page of rows.
pub struct Page<M> {
    /// The rows with their cursors, in order.
    pub rows: Vec<(String, M)>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows come before.
    pub has_previous: bool,
}

/// A row with what it is sorted by.
struct Keyed<M> {
    key: String,
    instant: Option<DateTime<Utc>>,
    id: Uuid,
    model: M,
}

impl<M: FromQueryResult> FromQueryResult for Keyed<M> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let instant: Option<DateTime<Utc>> = row.try_get(prefix, "page_instant").ok();
        Ok(Self {
            key: if instant.is_some() { String::new() } else { row.try_get(prefix, "page_key")? },
            instant,
            id: row.try_get(prefix, "page_id")?,
            model: M::from_query_result(row, prefix)?,
        })
    }
}

impl PageArguments {
    /// How many rows, and whether from the end.
    fn size(&self) -> Result<(u64, bool)> {
        let (size, from_end) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(bad("Ange first eller last, inte båda.", "Give first or last, not both.")),
            (first, None) => (first.unwrap_or(USUAL), false),
            (None, Some(last)) => (last, true),
        };
        if !(1..=MOST).contains(&size) {
            return Err(bad(
                "first och last ska vara 1 till 100.",
                "first and last must be 1 to 100.",
            ));
        }
        Ok((u64::from(size.unsigned_abs()), from_end))
    }
}

fn bad(swedish: &'static str, english: &'static str) -> Error {
    Error::BadInput(Text::fixed(swedish, english))
}

impl Viewer {
    /// One page of the rows of the query that the viewer may see.
    pub async fn page<E: Policy>(
        &self,
        seal: &CursorSeal,
        mut query: Select<E>,
        order: &Ordering<E>,
        arguments: &PageArguments,
    ) -> Result<Page<E::Model>> {
        let (size, from_end) = arguments.size()?;
        let position = |cursor: &String| {
            seal.read(order.name, cursor).ok_or_else(|| {
                bad(
                    "Markören hör inte till den här listan och sorteringen. Börja om utan markör.",
                    "The cursor does not belong to this list and order. Start again without a cursor.",
                )
            })
        };
        let after = arguments.after.as_ref().map(position).transpose()?;
        let before = arguments.before.as_ref().map(position).transpose()?;
        let (has_after, has_before) = (after.is_some(), before.is_some());
        for (bound, forwards) in [(after, true), (before, false)] {
            if let Some(bound) = bound {
                query = query.filter(beyond(order, bound, forwards != order.descending));
            }
        }
        let direction = if from_end == order.descending { Order::Asc } else { Order::Desc };
        let key_name = match order.kind {
            KeyKind::Text => "page_key",
            KeyKind::Instant => "page_instant",
        };
        let query = query
            .expr_as(order.key.clone(), key_name)
            .expr_as(Expr::col((E::default(), order.id)), "page_id")
            .order_by(order.key.clone(), direction.clone())
            .order_by(order.id, direction)
            .limit(size + 1);
        let mut rows: Vec<Keyed<E::Model>> = self.all_as(query).await?;
        let more = rows.len() as u64 > size;
        rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        if from_end {
            rows.reverse();
        }
        Ok(Page {
            has_next: if from_end { has_before } else { more },
            has_previous: if from_end { more } else { has_after },
            rows: rows.into_iter().map(|row| seal_row(seal, order.name, row)).collect(),
        })
    }
}

fn seal_row<M>(seal: &CursorSeal, order: &str, row: Keyed<M>) -> (String, M) {
    let key = row.instant.map_or(Key::Text(row.key), Key::Instant);
    (seal.write(order, &key, row.id), row.model)
}

/// The rows that come after a position in ascending order, or before it in descending order.
fn beyond<E: EntityTrait>(order: &Ordering<E>, (key, id): (Key, Uuid), greater: bool) -> Expr {
    let row = Expr::tuple([order.key.clone(), Expr::col((E::default(), order.id))]);
    let position = Expr::tuple([Expr::value(key), Expr::value(id)]);
    if greater { row.gt(position) } else { row.lt(position) }
}
