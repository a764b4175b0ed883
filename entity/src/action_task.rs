//! An action as the organisation sees it that is to do it. The same table as `group_action`, under a rule of its own.

use crate::id::{ActionId, GroupId, OrganisationId};
use crate::kind::ActionStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_action")]
pub struct Model {
    /// The action.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionId,
    /// The group.
    pub group_id: GroupId,
    /// Who is to do it.
    pub organisation_id: OrganisationId,
    /// Where it is.
    pub status: ActionStatus,
    /// Why it was declined or called off.
    pub reason: Option<String>,
    /// When its organisation answered.
    pub answered_at: Option<DateTimeUtc>,
    /// When it was done, declined or called off; none while it is open.
    pub ended_at: Option<DateTimeUtc>,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
