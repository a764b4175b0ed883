//! One of a group's tasks, goals or activities, in words.

use crate::id::GroupId;
use crate::kind::GroupTaskKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_task")]
pub struct Model {
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: GroupId,
    /// Its place in the list, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// Whether it is a task, a goal or an activity.
    pub kind: GroupTaskKind,
    /// What it says.
    pub description: String,
    /// The law or convention that it rests on, as it is cited.
    pub law_cited_as: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
