//! A group as those see it who keep its papers: what one needs the permission for before its actions are given out. The same
//! table as `group`, under a rule of its own.

use crate::id::GroupId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collaboration_group")]
pub struct Model {
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GroupId,
    /// When it was closed.
    pub closed_at: Option<DateTimeUtc>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
