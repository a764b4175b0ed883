//! What an initiative is made of.

use crate::id::{GroupId, InitiativeId, ProgrammeId, RoleTypeId};
use crate::kind::InitiativePartKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initiative_part")]
pub struct Model {
    /// The initiative.
    #[sea_orm(primary_key, auto_increment = false)]
    pub initiative_id: InitiativeId,
    /// Its place in the list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// What kind of part it is.
    pub kind: InitiativePartKind,
    /// What it is called.
    pub name: String,
    /// The group.
    pub group_id: Option<GroupId>,
    /// The type of role.
    pub role_type_id: Option<RoleTypeId>,
    /// The training programme.
    pub programme_id: Option<ProgrammeId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
