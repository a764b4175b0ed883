//! Who was at a meeting, and which seat the person used.

use crate::id::{MeetingAttendanceId, MeetingId, OrganisationId, PersonId, SeatId};
use crate::kind::MeetingAttendanceStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_attendance")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeetingAttendanceId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The person's own seat; none for whoever has joined or is a member by role.
    pub seat_id: Option<SeatId>,
    /// The person.
    pub person_id: PersonId,
    /// For which organisation.
    pub organisation_id: OrganisationId,
    /// Present or absent.
    pub status: MeetingAttendanceStatus,
    /// The seat that the person uses: the own one, or the one that the person serves on as its substitute.
    pub uses_seat_id: Option<SeatId>,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
