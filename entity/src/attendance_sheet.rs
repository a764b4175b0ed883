//! An occasion as those see it who record attendance: what one needs the permission for before anything is
//! written about who was there. The same table as `training_occasion`, under a rule of its own.

use crate::id::{OccasionId, TrainingId};
use crate::kind::OccasionStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_occasion")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OccasionId,
    /// The training.
    pub training_id: TrainingId,
    /// Scheduled or cancelled.
    pub status: OccasionStatus,
    /// The IANA name of the zone that days are counted in.
    pub time_zone: String,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
