//! A training that a role needs, in one organisation or in all of a county's.

use crate::id::{OrganisationId, RoleTrainingId, RoleTypeId, TrainingId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_training")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleTrainingId,
    /// The role.
    pub role_type_id: RoleTypeId,
    /// The training.
    pub training_id: TrainingId,
    /// The organisation, unless it is about a county.
    pub organisation_id: Option<OrganisationId>,
    /// The county, unless it is about an organisation.
    pub county_code: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
