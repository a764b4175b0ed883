//! A person's place at an occasion, or in its waiting list.

use crate::id::{OccasionId, OrganisationId, PartyId, PersonId, SignUpId};
use crate::kind::{SeatReason, SignUpStatus};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignUpId,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// The organisation that the person takes part for.
    pub organisation_id: OrganisationId,
    /// Who takes part; none while the seat is held without a name.
    pub person_id: Option<PersonId>,
    /// The party that takes seats together; none for a sign-up of its own.
    pub party_id: Option<PartyId>,
    /// Confirmed, waiting, offered a seat, or how it ended.
    pub status: SignUpStatus,
    /// The number of the ledger movement that made it: the order of arrival.
    pub number: i32,
    /// Why it waits, or was passed over.
    pub reason: Option<SeatReason>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Who made it; null for a service.
    pub created_by: Option<PersonId>,
    /// When it got a seat.
    pub confirmed_at: Option<DateTimeUtc>,
    /// When it was withdrawn, removed or cancelled.
    pub ended_at: Option<DateTimeUtc>,
    /// Until when it may take the seat that it is offered.
    pub offer_expires_at: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    occasion_id,
    organisation_id,
    person_id,
    party_id,
    status,
    number,
    reason,
    created_at,
    created_by,
    confirmed_at,
    ended_at,
    offer_expires_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
