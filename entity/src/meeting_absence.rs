//! That whoever holds a seat has announced not to come to a meeting.

use crate::id::{MeetingAbsenceId, MeetingId, OrganisationId, PersonId, SeatId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_absence")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeetingAbsenceId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The seat.
    pub seat_id: SeatId,
    /// Who will not come.
    pub person_id: PersonId,
    /// For which organisation.
    pub organisation_id: OrganisationId,
    /// When that was announced.
    pub announced_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
