//! The ledger of seats: one row a movement, written in the same transaction as the counters, never changed.

use crate::id::{OccasionId, OrganisationId, PartyId, PersonId, SignUpId};
use crate::kind::{MovementCause, OrganisationKind, SeatReason};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seat_movement")]
pub struct Model {
    /// The occasion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion_id: OccasionId,
    /// Its number within the occasion, from 1 without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The organisation whose seats move.
    pub organisation_id: OrganisationId,
    /// The sign-up that moves.
    pub sign_up_id: SignUpId,
    /// Why.
    pub cause: MovementCause,
    /// How many seats are taken (positive) or given back (negative).
    pub seats: i32,
    /// How many join the waiting list (positive) or leave it (negative).
    pub waiting: i32,
    /// Why it waits, or was passed over.
    pub reason: Option<SeatReason>,
    /// When.
    pub at: DateTimeUtc,
    /// Who caused it; null for a service or a job.
    pub actor_id: Option<PersonId>,
    /// The party that it moves with; none for a sign-up of its own.
    pub party_id: Option<PartyId>,
    /// The kind of the organisation at that time.
    pub organisation_kind: Option<OrganisationKind>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
