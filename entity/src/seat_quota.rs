//! An organisation's share of an occasion's seats, and how many of them it has taken. Made at its first sign-up, also where no quota was agreed.

use crate::id::{OccasionId, OrganisationId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seat_quota")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion_id: OccasionId,
    /// The organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    /// How many seats are kept for it until `release_at`.
    pub guaranteed: i32,
    /// How many seats it may have at most; null for no limit of its own.
    pub maximum: Option<i32>,
    /// When its unused guarantee is released to all; null: never.
    pub release_at: Option<DateTimeUtc>,
    /// How many seats it has taken: kept with the ledger, checked against it.
    pub taken: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
