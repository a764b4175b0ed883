//! A subject area of a training.

use crate::id::TrainingId;
use crate::kind::SubjectArea;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_subject")]
pub struct Model {
    /// The training.
    #[sea_orm(primary_key, auto_increment = false)]
    pub training_id: TrainingId,
    /// The subject area.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_area: SubjectArea,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
