//! For which of its staff an organisation has made a training mandatory.

use crate::id::MandatoryTrainingId;
use crate::kind::StaffCategory;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mandatory_training_category")]
pub struct Model {
    /// The mandatory training.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mandatory_training_id: MandatoryTrainingId,
    /// One of the kinds of work that it is mandatory for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_category: StaffCategory,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
