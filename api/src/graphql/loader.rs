//! Loading for many parents at once: one statement a level, whatever the number of rows.
//!
//! Loaders belong to one request and end in the viewer. One that requests shared would leak rows between
//! users.

use crate::viewer::{Viewer, page::CursorSeal};
use async_graphql::{
    dataloader::DataLoader,
    runtime::{TokioSpawner, TokioTimer},
};
use std::{sync::Arc, time::Duration};

/// What the loaders of one request share.
pub struct Loaders {
    /// Who is asking.
    pub viewer: Viewer,
    /// Seals the cursors of lists below lists.
    pub seal: Arc<CursorSeal>,
}

impl Loaders {
    /// The loaders of one request. They keep nothing: a mutation must not read what was there before it.
    #[must_use]
    pub fn for_request(viewer: Viewer, seal: Arc<CursorSeal>) -> DataLoader<Self> {
        DataLoader::new(
            Self { viewer, seal },
            TokioSpawner::current(),
            TokioTimer::default(),
        )
        // The usual pause of a millisecond in each batch would be most of the time of a page.
        .delay(Duration::ZERO)
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
                    .filter(entity::$table::Column::$column.is_in(ids))
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

pub(crate) use {load_many, load_one};
