//! A substitute who is called in for a seat at one meeting.

use crate::id::{MeetingId, OrganisationId, PersonId, SeatId, SubstitutionId};
use crate::kind::SubstitutionStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_substitution")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubstitutionId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The seat that is to be filled.
    pub seat_id: SeatId,
    /// The substitute's seat.
    pub substitute_seat_id: SeatId,
    /// Who is called.
    pub person_id: PersonId,
    /// For which organisation.
    pub organisation_id: OrganisationId,
    /// Called, serving, declined or released.
    pub status: SubstitutionStatus,
    /// When the call went out.
    pub called_at: DateTimeUtc,
    /// When it was answered.
    pub answered_at: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    meeting_id,
    seat_id,
    substitute_seat_id,
    person_id,
    organisation_id,
    status,
    called_at,
    answered_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
