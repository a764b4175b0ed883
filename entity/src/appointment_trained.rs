//! When somebody who is appointed has all the trainings that the role needs.

use crate::id::AppointmentId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment_trained")]
pub struct Model {
    /// The appointment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub appointment_id: AppointmentId,
    /// The first day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_day: Date,
    /// The first day after; none: for good.
    pub until_day: Option<Date>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
