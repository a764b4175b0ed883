//! An extract of verified minutes.

use crate::id::{ExtractId, GroupId, MeetingId, MinutesId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "minutes_extract")]
pub struct Model {
    /// The extract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExtractId,
    /// The edition that it was taken from.
    pub minutes_id: MinutesId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The group whose minutes they are.
    pub group_id: GroupId,
    /// The group's name when it was sent.
    pub group_name: String,
    /// When the meeting began.
    pub held_at: DateTimeUtc,
    /// The passage of the text; empty: decisions only.
    pub body: String,
    /// The decisions, as they stand in the minutes: a JSON array.
    pub decisions: String,
    /// For which organisation it was sent.
    pub organisation_id: OrganisationId,
    /// By whom; none: a service.
    pub sent_by: Option<PersonId>,
    /// When.
    pub sent_at: DateTimeUtc,
}

crate::placed::placed!(
    id,
    minutes_id,
    meeting_id,
    group_id,
    group_name,
    held_at,
    body,
    decisions,
    organisation_id,
    sent_by,
    sent_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
