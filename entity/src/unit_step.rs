//! By how much the number of units changes: a maintained counter.

use crate::kind::Grain;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_step")]
pub struct Model {
    /// The organisation, county or municipality.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// Whether it is about a year, a month or a day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub grain: Grain,
    /// The first day of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// The kind of units.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// The change.
    pub units: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
