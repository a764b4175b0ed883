//! Who manages a unit, and so confirms its appointments.

use crate::id::{OrganisationId, PersonId, UnitId, UnitManagerId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_manager")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitManagerId,
    /// The unit.
    pub unit_id: UnitId,
    /// The unit's organisation.
    pub organisation_id: OrganisationId,
    /// The manager.
    pub person_id: PersonId,
    /// The first day.
    pub from_day: Date,
    /// The first day on which the person no longer manages it; none: until further notice.
    pub until_day: Option<Date>,
    /// When it was entered.
    pub recorded_at: DateTimeUtc,
    /// Who entered it.
    pub recorded_by: Option<PersonId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
