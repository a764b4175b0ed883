//! Somebody who has joined an informal group.

use crate::id::{GroupId, GroupMemberId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_member")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GroupMemberId,
    /// The group.
    pub group_id: GroupId,
    /// The person.
    pub person_id: PersonId,
    /// For which organisation.
    pub organisation_id: OrganisationId,
    /// When the person joined.
    pub joined_at: DateTimeUtc,
    /// When the person left.
    pub left_at: Option<DateTimeUtc>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
