//! An earlier opening of an occasion's sign-up, for some.

use crate::id::OccasionId;
use crate::kind::{OrganisationKind, TargetAudience};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_opening")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion_id: OccasionId,
    /// Its place in the order of time, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// When sign-up opens for those below.
    pub opens_at: DateTimeUtc,
    /// For organisations of this kind; null: of any.
    pub organisation_kind: Option<OrganisationKind>,
    /// For people of this audience; null: for any.
    pub audience: Option<TargetAudience>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
