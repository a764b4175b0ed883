//! That one unit took over from another.

use crate::id::{OrganisationId, UnitId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_succession")]
pub struct Model {
    /// The unit that was.
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor_id: UnitId,
    /// The unit that took over.
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor_id: UnitId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// From which day on.
    pub on_day: Date,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
