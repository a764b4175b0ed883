//! Relay connections over the viewer's keyset pages.

use super::{context::viewer, loader::Loaders};
use crate::{
    error::Result,
    guard::list_complexity,
    policy::Policy,
    viewer::page::{CursorSeal, Ordering, Page, PageArguments, Position},
};
use async_graphql::{
    Context, OutputType, SimpleObject,
    connection::{Connection, CursorType, Edge, EmptyFields},
    dataloader::DataLoader,
};
use entity::placed::Placed;
use sea_orm::Select;
use std::sync::Arc;

/// A page of nodes, with how many there are in all.
pub type Nodes<T> = Connection<Position, T, Total, EmptyFields>;

impl CursorType for Position {
    type Error = &'static str;

    fn decode_cursor(_: &str) -> std::result::Result<Self, Self::Error> {
        Err("cursors are read by the viewer's pages, which know the order that they belong to")
    }

    fn encode_cursor(&self) -> String {
        self.cursor()
    }
}

/// What a connection tells besides its nodes.
#[derive(SimpleObject)]
pub struct Total {
    /// How many nodes the whole list has, as far as you may see them; counted only when you ask for it.
    total_count: u64,
}

/// Answers a list field with one page; the count costs a statement of its own, so only who asks pays.
pub(crate) async fn connect<E, T>(
    ctx: &Context<'_>,
    query: Select<E>,
    order: &Ordering<E>,
    arguments: &PageArguments,
    node: impl Fn(E::Model) -> T,
) -> Result<Nodes<T>>
where
    E: Policy,
    E::Model: Placed + Send + Sync,
    T: OutputType,
{
    let viewer = viewer(ctx);
    let total = if wants_total(ctx) {
        viewer.count(query.clone()).await?
    } else {
        0
    };
    let page = viewer.page(seal(ctx), query, order, arguments).await?;
    Ok(from_page(page, total, node))
}

/// What seals the cursors of this installation.
pub(crate) fn seal<'a>(ctx: &Context<'a>) -> &'a Arc<CursorSeal> {
    &ctx.data_unchecked::<DataLoader<Loaders>>().loader().seal
}

/// Whether the answer will hold `totalCount`.
pub(crate) fn wants_total(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

/// A connection from a page that has been loaded.
pub(crate) fn from_page<M, T: OutputType>(
    page: Page<M>,
    total_count: u64,
    mut node: impl FnMut(M) -> T,
) -> Nodes<T> {
    let mut connection =
        Connection::with_additional_fields(page.has_previous, page.has_next, Total { total_count });
    connection.edges.extend(
        page.rows
            .into_iter()
            .map(|(cursor, row)| Edge::new(cursor, node(row))),
    );
    connection
}

/// What a list costs: each of its rows what one row costs, for the complexity limit.
#[must_use]
pub(crate) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).unwrap_or(crate::viewer::page::USUAL);
    let rows = usize::try_from(rows.clamp(1, crate::viewer::page::MOST)).unwrap_or(1);
    list_complexity(rows, child)
}

/// A connection without nodes.
pub(crate) fn nothing<T: OutputType>() -> Nodes<T> {
    from_page(Page::<T>::empty(), 0, |node| node)
}
