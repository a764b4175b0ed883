//! Loading for many parents at once: one statement a level, whatever the number of rows.
//!
//! Loaders belong to one request and end in the viewer. One that requests shared would leak rows between
//! users.

use crate::viewer::{Viewer, page::CursorSeal};
use async_graphql::{dataloader::DataLoader, runtime::Timer};
use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, poll_fn, ready},
    stream::FuturesUnordered,
    task::{FutureObj, Spawn, SpawnError},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

/// What the loaders of one request share.
pub struct Loaders {
    /// Who is asking.
    pub viewer: Viewer,
    /// Seals the cursors of lists below lists.
    pub seal: Arc<CursorSeal>,
}

impl Loaders {
    /// The loaders of one request, and what drives them. They keep nothing: a mutation must not read what was
    /// there before it.
    #[must_use]
    pub fn for_request(viewer: Viewer, seal: Arc<CursorSeal>) -> (DataLoader<Self>, Batches) {
        let batches = Batches::default();
        let loader = DataLoader::new(Self { viewer, seal }, batches.clone(), NoPause);
        (loader.delay(Duration::ZERO), batches)
    }
}

/// The batches that a request's loaders have begun.
///
/// They run inside the request's own task, each time after its resolvers have gone as far as they can: so a
/// batch always holds all keys of its level, and no timer decides how many statements a query takes.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Spawn for Batches {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(batch);
        Ok(())
    }
}

impl Batches {
    /// Runs the request together with its batches.
    pub async fn drive<T>(&self, request: impl Future<Output = T>) -> T {
        // Polled only when it was woken itself, not whenever the database has sent a few more bytes: on a page,
        // hundreds of resolvers wait at once, and each of them would be asked again.
        let mut request: FuturesUnordered<_> = std::iter::once(request).collect();
        let mut running = FuturesUnordered::new();
        poll_fn(|context| {
            loop {
                if let Poll::Ready(Some(done)) = request.poll_next_unpin(context) {
                    return Poll::Ready(done);
                }
                running.extend(
                    self.0
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .drain(..),
                );
                // A batch that ends lets resolvers go on; otherwise wait for the database.
                match running.poll_next_unpin(context) {
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}

/// The pause before a batch: none, since batches wait for the resolvers anyhow.
struct NoPause;

impl Timer for NoPause {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        ready(()).boxed()
    }
}

/// A loader of single rows by a key that is unique.
macro_rules! load_one {
    ($(#[$doc:meta])* $key:ident($id:ty) => $table:ident . $column:ident (|$row:ident| $of:expr)) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub $id);

        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::loader::Loaders {
            type Value = entity::$table::Model;
            type Error = $crate::error::Error;

            async fn load(
                &self,
                keys: &[$key],
            ) -> $crate::error::Result<std::collections::HashMap<$key, Self::Value>> {
                let ids = keys.iter().map(|key| key.0.clone());
                let rows = self
                    .viewer
                    .among::<entity::$table::Entity, _>(entity::$table::Column::$column, ids)
                    .await?;
                Ok(rows.into_iter().filter_map(|$row| Some(($key($of?), $row))).collect())
            }
        }
    };
}

/// A loader of the rows that belong to a parent, in an order.
macro_rules! load_many {
    ($(#[$doc:meta])* $key:ident($id:ty) => $table:ident . $column:ident ($field:ident), order $($order:ident),+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub $id);

        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::loader::Loaders {
            type Value = Vec<entity::$table::Model>;
            type Error = $crate::error::Error;

            async fn load(
                &self,
                keys: &[$key],
            ) -> $crate::error::Result<std::collections::HashMap<$key, Self::Value>> {
                use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
                let ids = keys.iter().map(|key| key.0.clone());
                let query = entity::$table::Entity::find()
                    .filter(entity::$table::Column::$column.is_in($crate::viewer::rounded(ids)))
                    $(.order_by_asc(entity::$table::Column::$order))+;
                let mut lists: std::collections::HashMap<$key, Self::Value> = Default::default();
                for row in self.viewer.all(query).await? {
                    lists.entry($key(row.$field.clone())).or_default().push(row);
                }
                Ok(lists)
            }
        }
    };
}

/// A loader of pages of a list below many parents: one statement for all parents that are asked with the same
/// arguments, whatever their number. `as` names what a row is read as, where the query joins something to it; `of papers` picks
/// the rows by the shorter rule where the viewer is known to read the papers of the groups that are the parents.
macro_rules! load_pages {
    (
        $(#[$doc:meta])*
        $key:ident($parent:ty) => $table:ident . $column:ident ($field:ident),
        $($rest:tt)+
    ) => {
        $crate::graphql::loader::load_pages! {
            $(#[$doc])*
            $key($parent) => $table . $column ($field) as entity::$table::Model,
            $($rest)+
        }
    };
    (@rule of $viewer:ident, $parents:ident) => {
        $viewer.rule()
    };
    (@rule of $viewer:ident, $groups:ident, papers) => {
        $viewer.rule_in($groups.iter().copied())
    };
    (
        $(#[$doc:meta])*
        $key:ident($parent:ty) => $table:ident . $column:ident ($field:ident) as $row:ty,
        $(of $papers:ident,)?
        order $order:expr,
        filter |$viewer:ident, $query:ident, $filter:ident: $filter_type:ty| $filtered:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $key {
            parent: $parent,
            filter: $filter_type,
            arguments: $crate::viewer::page::PageArguments,
            count: bool,
        }

        impl $key {
            /// The page of one parent, as the connection that its field answers with.
            pub(crate) async fn of<T: async_graphql::OutputType>(
                ctx: &async_graphql::Context<'_>,
                parent: $parent,
                filter: $filter_type,
                arguments: $crate::viewer::page::PageArguments,
                node: impl Fn($row) -> T,
            ) -> $crate::error::Result<$crate::graphql::connection::Nodes<T>> {
                use $crate::graphql::{connection, context};
                let count = connection::wants_total(ctx);
                let key = Self { parent, filter, arguments, count };
                let found = context::loaders(ctx).load_one(key).await?;
                let (page, total) =
                    found.unwrap_or_else(|| ($crate::viewer::page::Page::empty(), 0));
                Ok(connection::from_page(page, total, node))
            }
        }

        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::loader::Loaders {
            type Value = ($crate::viewer::page::Page<$row>, u64);
            type Error = $crate::error::Error;

            async fn load(
                &self,
                keys: &[$key],
            ) -> $crate::error::Result<std::collections::HashMap<$key, Self::Value>> {
                use $crate::viewer::page::Below;
                use entity::$table::{Column, Entity};
                use sea_orm::EntityTrait;
                use std::collections::HashMap;

                let $viewer = &self.viewer;
                // The parents of one list are asked with the same arguments; an alias may ask with others.
                let mut groups: HashMap<_, Vec<$parent>> = HashMap::new();
                for key in keys {
                    let group = (key.filter.clone(), key.arguments.clone(), key.count);
                    groups.entry(group).or_default().push(key.parent.clone());
                }
                let mut lists = HashMap::new();
                for (($filter, arguments, count), parents) in groups {
                    let $query = Entity::find();
                    let query = {
                        let $filter = $filter.clone();
                        $filtered
                    };
                    let below = || Below {
                        rule: $crate::graphql::loader::load_pages!(@rule of $viewer, parents $(, $papers)?),
                        column: Column::$column,
                        parents: &parents,
                    };
                    let mut totals = if count {
                        $viewer.count_by(below(), query.clone()).await?
                    } else {
                        HashMap::new()
                    };
                    let mut pages = $viewer
                        .page_by(below(), &self.seal, query, |row: &$row| row.$field.clone(), &$order, &arguments)
                        .await?;
                    for parent in parents {
                        let page = pages.remove(&parent).unwrap_or_else($crate::viewer::page::Page::empty);
                        let total = totals.remove(&parent).unwrap_or(0);
                        let key = $key { parent, filter: $filter.clone(), arguments: arguments.clone(), count };
                        lists.insert(key, (page, total));
                    }
                }
                Ok(lists)
            }
        }
    };
}

/// A loader that tells of which keys the viewer may edit a row: one statement for a whole list.
macro_rules! load_editable {
    ($(#[$doc:meta])* $key:ident($id:ty) => $table:ident . $column:ident ($field:ident)) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub $id);

        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::loader::Loaders {
            type Value = ();
            type Error = $crate::error::Error;

            async fn load(
                &self,
                keys: &[$key],
            ) -> $crate::error::Result<std::collections::HashMap<$key, ()>> {
                use $crate::policy::Policy;
                use entity::$table::{Column, Entity};
                use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
                let ids = keys.iter().map(|key| key.0.clone());
                let query = Entity::find()
                    .filter(Column::$column.is_in($crate::viewer::rounded(ids)))
                    .filter(Entity::editable(&self.viewer));
                let rows = self.viewer.all(query).await?;
                Ok(rows.into_iter().map(|row| ($key(row.$field), ())).collect())
            }
        }
    };
}

pub(crate) use {load_editable, load_many, load_one, load_pages};
