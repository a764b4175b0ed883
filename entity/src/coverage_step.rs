//! By how much the number of covered places changes: a maintained counter.

use crate::id::RoleTypeId;
use crate::kind::Grain;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coverage_step")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_type_id: RoleTypeId,
    /// The organisation, county or municipality.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// Whether it is about a year, a month or a day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub grain: Grain,
    /// The first day of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// What sort of place.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// The change of covered places.
    pub covered: i32,
    /// The change of places with somebody trained.
    pub trained: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
