//! Something that a group has asked an organisation to do.

use crate::id::{ActionId, DecisionId, GroupId, MeetingId, OrganisationId};
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
    /// Where it was agreed.
    pub meeting_id: Option<MeetingId>,
    /// The decision that it carries out.
    pub decision_id: Option<DecisionId>,
    /// Who is to do it.
    pub organisation_id: OrganisationId,
    /// What is to be done.
    pub title: String,
    /// The same at length.
    pub description: String,
    /// By when.
    pub due_on: Option<Date>,
    /// Where it is.
    pub status: ActionStatus,
    /// Why it was declined or called off.
    pub reason: Option<String>,
    /// When the organisation was asked.
    pub assigned_at: DateTimeUtc,
    /// When its organisation answered.
    pub answered_at: Option<DateTimeUtc>,
    /// When it was done, declined or called off; none while it is open.
    pub ended_at: Option<DateTimeUtc>,
    /// When its organisation was last reminded.
    pub reminded_at: Option<DateTimeUtc>,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

crate::placed::placed!(
    id,
    group_id,
    meeting_id,
    decision_id,
    organisation_id,
    title,
    description,
    due_on,
    status,
    reason,
    assigned_at,
    answered_at,
    ended_at,
    reminded_at,
    updated_at,
    version,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
