//! The share that all organisations of one kind have together of an occasion's seats.

use crate::id::OccasionId;
use crate::kind::OrganisationKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "kind_quota")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion_id: OccasionId,
    /// The kind of organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_kind: OrganisationKind,
    /// How many seats are kept for such organisations until `release_at`.
    pub guaranteed: i32,
    /// How many seats they may have together at most; null for no limit.
    pub maximum: Option<i32>,
    /// When their unused guarantee is released to all; null: never.
    pub release_at: Option<DateTimeUtc>,
    /// How many seats they have taken: kept with the ledger, checked against it.
    pub taken: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
