//! That an action is open when a meeting begins: what is to be followed up at it. A view.

use crate::id::{ActionId, GroupId, MeetingId, OrganisationId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_action")]
pub struct Model {
    /// The action.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionId,
    /// The meeting.
    #[sea_orm(primary_key, auto_increment = false)]
    pub meeting_id: MeetingId,
    /// The group of both.
    pub group_id: GroupId,
    /// Who is to do it.
    pub organisation_id: OrganisationId,
    /// When the organisation was asked.
    pub assigned_at: DateTimeUtc,
}

crate::placed::placed!(id, meeting_id, group_id, organisation_id, assigned_at,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
