//! A group as those see it who keep its meetings: what one needs the permission for before a meeting is made. The same
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
    /// The year of the last number that a decision was given.
    pub decision_year: i32,
    /// That number.
    pub decision_number: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
