//! That an organiser moved an occasion: when and where it was to be held before, and since. Never changed.

use crate::id::{OccasionId, OccasionMoveId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "occasion_move")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OccasionMoveId,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// When it was moved.
    pub at: DateTimeUtc,
    /// The time blocks before: intervals as ISO 8601 writes them, with a space between two.
    pub from_times: String,
    /// The name of the place before.
    pub from_venue_name: Option<String>,
    /// The address before.
    pub from_venue_address: Option<String>,
    /// The link before.
    pub from_online_url: Option<String>,
    /// The time blocks since.
    pub to_times: String,
    /// The name of the place since.
    pub to_venue_name: Option<String>,
    /// The address since.
    pub to_venue_address: Option<String>,
    /// The link since.
    pub to_online_url: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
