//! A stretch of time of an occasion.

use crate::id::OccasionId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "time_block")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion_id: OccasionId,
    /// Its place in the row, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// When it starts.
    pub starts_at: DateTimeUtc,
    /// When it ends.
    pub ends_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
