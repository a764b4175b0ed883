//! What was agreed about an occasion's seats while movements were made: with it the ledger explains itself.

use crate::id::OccasionId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seat_terms")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion_id: OccasionId,
    /// The number of the latest movement before: the terms hold for those with higher numbers.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// When they were noted.
    pub at: DateTimeUtc,
    /// The terms as JSON: capacity, quotas, how seats pass on.
    pub terms: String,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
