//! Keyset pages: a cursor says after which row to go on, never how many rows to skip.
//!
//! A cursor is opaque and sealed: whoever changes one gets an error instead of another page.

use super::{Viewer, door::Rule, rounded};
use crate::{
    error::{Error, Result},
    language::Text,
    policy::Policy,
};
use aws_lc_rs::{aead, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::placed::Placed;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Order, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, Select, TryGetable, Value,
    sea_query::{Expr, ExprTrait, Func, Query, WindowStatement},
};
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// How many rows a page has at most.
pub const MOST: i32 = 100;
/// How many rows a page has when nothing is said.
pub const USUAL: i32 = 20;
/// How many bytes of a cursor say which of the many ways of hiding was used.
const NONCE: usize = aead::NONCE_LEN;

/// Seals cursors with this installation's secret.
///
/// What is inside is hidden too, not only sealed: the sort key of a list of people is made of their names, and
/// an answer without a name must not hold one.
pub struct CursorSeal {
    nonces: hmac::Key,
    key: aead::LessSafeKey,
}

impl CursorSeal {
    /// Makes the seal from the secret that all processes of the installation share.
    pub fn new(secret: &str) -> Result<Self> {
        let nonces = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let key = hmac::sign(&nonces, b"the key that hides what cursors hold");
        let key = aead::UnboundKey::new(&aead::AES_256_GCM_SIV, key.as_ref());
        let key = aead::LessSafeKey::new(key.map_err(Error::internal)?);
        Ok(Self { nonces, key })
    }

    /// The same row in the same order always gets the same cursor.
    fn write(&self, order: &str, key: &Key, id: Uuid) -> String {
        let key = match key {
            Key::Text(text) => format!("t{text}"),
            Key::Instant(instant) => format!("i{}", instant.timestamp_micros()),
        };
        let mut body = format!("{}\n{key}", id.simple()).into_bytes();
        let mut nonce = [0; NONCE];
        let mark = hmac::sign(&self.nonces, &[order.as_bytes(), b"\n", &body].concat());
        nonce.copy_from_slice(&mark.as_ref()[..NONCE]);
        self.key
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(order),
                &mut body,
            )
            .expect("only messages of gigabytes cannot be sealed");
        URL_SAFE_NO_PAD.encode([&nonce[..], &body].concat())
    }

    fn read(&self, order: &str, cursor: &str) -> Option<(Key, Uuid)> {
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, body) = bytes.split_at_mut_checked(NONCE)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let body = self
            .key
            .open_in_place(nonce, aead::Aad::from(order), body)
            .ok()?;
        let (id, key) = std::str::from_utf8(body).ok()?.split_once('\n')?;
        let id = Uuid::try_parse(id).ok()?;
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

/// Where a row stands in its list. It is sealed into a cursor only when somebody asks for that: a page of lists has
/// many more rows than its reader wants cursors.
#[derive(Clone)]
pub struct Position {
    seal: Arc<CursorSeal>,
    order: &'static str,
    key: Key,
    id: Uuid,
}

impl Position {
    /// The cursor of the row.
    #[must_use]
    pub fn cursor(&self) -> String {
        self.seal.write(self.order, &self.key, self.id)
    }
}

/// One page of rows.
#[derive(Clone)]
pub struct Page<M> {
    /// The rows with their positions, in order.
    pub rows: Vec<(Position, M)>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows come before.
    pub has_previous: bool,
}

impl<M> Page<M> {
    /// A page of an empty list.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            rows: Vec::new(),
            has_next: false,
            has_previous: false,
        }
    }
}

/// A row of a page, read by the places of its columns: those of the table itself first, then those of what the query has
/// joined to it.
pub(crate) trait PageRow: Sized {
    /// Reads it from the place at which it begins, which is moved to where it ends.
    fn read(row: &QueryResult, place: &mut usize) -> Result<Self, DbErr>;
}

impl<M: Placed> PageRow for M {
    fn read(row: &QueryResult, place: &mut usize) -> Result<Self, DbErr> {
        let first = *place;
        *place += M::COLUMNS.len();
        M::placed(row, first)
    }
}

/// A row with what it is sorted by.
struct Keyed<M> {
    key: Key,
    id: Uuid,
    model: M,
}

impl<M: PageRow> Keyed<M> {
    fn read(row: &QueryResult, kind: KeyKind) -> Result<Self, DbErr> {
        let mut place = 0;
        let model = M::read(row, &mut place)?;
        Ok(Self {
            key: match kind {
                KeyKind::Text => Key::Text(row.try_get_by_index(place)?),
                KeyKind::Instant => Key::Instant(row.try_get_by_index(place)?),
            },
            id: row.try_get_by_index(place + 1)?,
            model,
        })
    }
}

impl PageArguments {
    /// How many rows, and whether from the end.
    fn size(&self) -> Result<(u64, bool)> {
        let (size, from_end) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(bad(
                    "Ange first eller last, inte båda.",
                    "Give first or last, not both.",
                ));
            }
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

/// What of a page is not in its query yet: which way it runs, and how many rows it has.
struct Cut {
    direction: Order,
    size: u64,
    from_end: bool,
    has_after: bool,
    has_before: bool,
}

/// The query with the bounds of a page and what it is sorted by, and how the page is cut from its rows.
fn prepare<E: EntityTrait>(
    seal: &CursorSeal,
    mut query: Select<E>,
    order: &Ordering<E>,
    arguments: &PageArguments,
) -> Result<(Select<E>, Cut)> {
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
    // The last two columns, after all that the row holds.
    let query = query
        .expr_as(order.key.clone(), "page_key")
        .expr_as(Expr::col((E::default(), order.id)), "page_id");
    let direction = if from_end == order.descending {
        Order::Asc
    } else {
        Order::Desc
    };
    let cut = Cut {
        direction,
        size,
        from_end,
        has_after,
        has_before,
    };
    Ok((query, cut))
}

impl Cut {
    fn sorted<E: EntityTrait>(&self, query: Select<E>, order: &Ordering<E>) -> Select<E> {
        query
            .order_by(order.key.clone(), self.direction.clone())
            .order_by(order.id, self.direction.clone())
    }

    /// The query of one page, with its order and size.
    fn whole<E: EntityTrait>(&self, query: Select<E>, order: &Ordering<E>) -> Select<E> {
        self.sorted(query, order).limit(self.size + 1)
    }

    /// The page from its rows, of which there is one more than its size if it has a next.
    fn page<E: EntityTrait, M>(
        &self,
        seal: &Arc<CursorSeal>,
        order: &Ordering<E>,
        mut rows: Vec<Keyed<M>>,
    ) -> Page<M> {
        let more = rows.len() as u64 > self.size;
        rows.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        if self.from_end {
            rows.reverse();
        }
        Page {
            has_next: if self.from_end { self.has_before } else { more },
            has_previous: if self.from_end { more } else { self.has_after },
            rows: rows
                .into_iter()
                .map(|row| placed(seal, order.name, row))
                .collect(),
        }
    }
}

impl Viewer {
    /// One page of the rows of the query that the viewer may see.
    pub(crate) async fn page<E: Policy, M: PageRow>(
        &self,
        seal: &Arc<CursorSeal>,
        query: Select<E>,
        order: &Ordering<E>,
        arguments: &PageArguments,
    ) -> Result<Page<M>> {
        self.page_under(self.rule(), seal, query, order, arguments)
            .await
    }

    async fn page_under<E: Policy, M: PageRow>(
        &self,
        rule: Rule<E>,
        seal: &Arc<CursorSeal>,
        query: Select<E>,
        order: &Ordering<E>,
        arguments: &PageArguments,
    ) -> Result<Page<M>> {
        let (query, cut) = prepare(seal, query, order, arguments)?;
        let rows = self
            .keyed(rule.on(cut.whole(query, order)), order.kind)
            .await?;
        Ok(cut.page(seal, order, rows))
    }

    /// The rows of the query that a rule lets the viewer see, read by the places of their columns.
    pub(crate) async fn all_under<E: Policy, M: PageRow>(
        &self,
        rule: Rule<E>,
        query: Select<E>,
    ) -> Result<Vec<M>> {
        let statement = rule.on(query).into_query();
        let found = self.db.reader().query_all(&statement).await?;
        let rows = found.iter().map(|row| M::read(row, &mut 0));
        Ok(rows.collect::<Result<_, DbErr>>()?)
    }

    async fn keyed<E: EntityTrait, M: PageRow>(
        &self,
        query: Select<E>,
        kind: KeyKind,
    ) -> Result<Vec<Keyed<M>>> {
        let found = self.db.reader().query_all(&query.into_query()).await?;
        let rows = found.iter().map(|row| Keyed::read(row, kind));
        Ok(rows.collect::<Result<_, DbErr>>()?)
    }

    /// One page for each parent, in one statement: the rows are numbered within their parents, where there are several. A
    /// row is the table's own, or it holds besides what the query has joined to it.
    pub(crate) async fn page_by<E: Policy, M: PageRow, P>(
        &self,
        below: Below<'_, E, P>,
        seal: &Arc<CursorSeal>,
        query: Select<E>,
        parent_of: impl Fn(&M) -> P,
        order: &Ordering<E>,
        arguments: &PageArguments,
    ) -> Result<HashMap<P, Page<M>>>
    where
        P: std::hash::Hash + Eq + Clone + Into<Value> + Sync,
    {
        let (column, parents) = (below.column, below.parents);
        let (query, rule) = below.of(query);
        if let [parent] = parents {
            let page = self.page_under(rule, seal, query, order, arguments).await?;
            return Ok(HashMap::from([(parent.clone(), page)]));
        }
        let (query, cut) = prepare(seal, query, order, arguments)?;
        let window = WindowStatement::partition_by((E::default(), column))
            .order_by_expr(order.key.clone(), cut.direction.clone())
            .order_by((E::default(), order.id), cut.direction.clone())
            .to_owned();
        let mut numbered = rule.on(query.clone()).select_only().into_query();
        numbered
            .expr_as(Expr::col((E::default(), order.id)), "id")
            .expr_window_as(Func::cust("ROW_NUMBER"), window, "row");
        let first = Query::select()
            .column("id")
            .from_subquery(numbered, "numbered")
            .and_where(Expr::col("row").lte(cut.size + 1))
            .to_owned();
        // What has been numbered has passed the rule.
        let query = query.filter(Expr::col((E::default(), order.id)).in_subquery(first));
        let rows = self.keyed(cut.sorted(query, order), order.kind).await?;
        let mut lists: HashMap<P, Vec<Keyed<M>>> = HashMap::new();
        for row in rows {
            lists.entry(parent_of(&row.model)).or_default().push(row);
        }
        Ok(lists
            .into_iter()
            .map(|(parent, rows)| (parent, cut.page(seal, order, rows)))
            .collect())
    }

    /// How many rows of the query the viewer may see, for each parent.
    pub(crate) async fn count_by<E: Policy, P>(
        &self,
        below: Below<'_, E, P>,
        query: Select<E>,
    ) -> Result<HashMap<P, u64>>
    where
        P: TryGetable + std::hash::Hash + Eq + Clone + Into<Value> + Sync,
    {
        let parent = Expr::col((E::default(), below.column));
        let (query, rule) = below.of(query);
        let query = rule
            .on(query)
            .select_only()
            .column_as(parent.clone(), "parent")
            .column_as(parent.clone().count(), "number")
            .group_by(parent);
        let query = query.into_model::<Count<P>>();
        Ok(query
            .all(&self.db.reader())
            .await?
            .into_iter()
            .map(|count| (count.parent, count.number))
            .collect())
    }
}

/// Below which rows of another table the lists stand, and which of the rows below them the viewer may see.
pub(crate) struct Below<'p, E: Policy, P> {
    /// Which rows the viewer may see.
    pub(crate) rule: Rule<E>,
    /// The column that holds the parent.
    pub(crate) column: E::Column,
    /// The parents.
    pub(crate) parents: &'p [P],
}

impl<E: Policy, P: Clone + Into<Value>> Below<'_, E, P> {
    /// The query of what stands below the parents, and the rule.
    fn of(self, query: Select<E>) -> (Select<E>, Rule<E>) {
        let here = self.column.is_in(rounded(self.parents.iter().cloned()));
        (query.filter(here), self.rule)
    }
}

struct Count<P> {
    parent: P,
    number: u64,
}

impl<P: TryGetable> FromQueryResult for Count<P> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let number: i64 = row.try_get(prefix, "number")?;
        Ok(Self {
            parent: row.try_get(prefix, "parent")?,
            number: number.unsigned_abs(),
        })
    }
}

fn placed<M>(seal: &Arc<CursorSeal>, order: &'static str, row: Keyed<M>) -> (Position, M) {
    let position = Position {
        seal: Arc::clone(seal),
        order,
        key: row.key,
        id: row.id,
    };
    (position, row.model)
}

/// The rows that come after a position in ascending order, or before it in descending order.
fn beyond<E: EntityTrait>(order: &Ordering<E>, (key, id): (Key, Uuid), greater: bool) -> Expr {
    let row = Expr::tuple([order.key.clone(), Expr::col((E::default(), order.id))]);
    let position = Expr::tuple([Expr::value(key), Expr::value(id)]);
    if greater {
        row.gt(position)
    } else {
        row.lt(position)
    }
}
