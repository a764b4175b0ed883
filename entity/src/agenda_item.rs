//! An item of a meeting's agenda; without a meeting it waits in the group's backlog.

use crate::id::{AgendaItemId, GroupId, MeetingId, OrganisationId, PersonId};
use crate::kind::{AgendaItemKind, AgendaItemStatus};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_item")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgendaItemId,
    /// The group.
    pub group_id: GroupId,
    /// The meeting; none while it waits in the backlog.
    pub meeting_id: Option<MeetingId>,
    /// The item that it is a part of.
    pub parent_id: Option<AgendaItemId>,
    /// Its place among its siblings, from 0.
    pub position: i32,
    /// For information, for discussion, for decision.
    pub kind: AgendaItemKind,
    /// Proposed, accepted or declined.
    pub status: AgendaItemStatus,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Which organisation proposed it.
    pub proposed_by_organisation_id: OrganisationId,
    /// Who proposed it.
    pub proposed_by: Option<PersonId>,
    /// Why it was declined.
    pub decline_reason: Option<String>,
    /// The meeting that it was moved from last.
    pub moved_from_id: Option<MeetingId>,
    /// When it was proposed.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes, so that two editors do not overwrite each other.
    pub version: i32,
}

crate::placed::placed!(
    id,
    group_id,
    meeting_id,
    parent_id,
    position,
    kind,
    status,
    title,
    description,
    proposed_by_organisation_id,
    proposed_by,
    decline_reason,
    moved_from_id,
    created_at,
    updated_at,
    version,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
