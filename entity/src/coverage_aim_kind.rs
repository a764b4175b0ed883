//! A kind of units that an aim is about.

use crate::id::CoverageAimId;
use crate::kind::UnitKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coverage_aim_kind")]
pub struct Model {
    /// The aim.
    #[sea_orm(primary_key, auto_increment = false)]
    pub aim_id: CoverageAimId,
    /// The kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_kind: UnitKind,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
