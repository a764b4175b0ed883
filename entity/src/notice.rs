//! The outbox: what somebody is to be told, written in the transaction that does it, delivered later.

use crate::id::{
    NoticeId, OccasionId, OccasionMoveId, OrganisationId, PersonId, SignUpId, SignUpRequestId,
};
use crate::kind::{NoticeKind, ReleaseReason};
use sea_orm::entity::prelude::*;

/// One row. It holds ids only: nothing personal leaves the system with it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    /// Its id, the same however often it is delivered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// What it tells.
    pub kind: NoticeKind,
    /// The organisation that it is for.
    pub organisation_id: OrganisationId,
    /// The person that it is for; none: the organisation's coordinators.
    pub person_id: Option<PersonId>,
    /// The occasion that it is about.
    pub occasion_id: OccasionId,
    /// The sign-up that it is about.
    pub sign_up_id: Option<SignUpId>,
    /// The request to be signed up that it is about.
    pub request_id: Option<SignUpRequestId>,
    /// What was changed of the occasion's time and place.
    pub move_id: Option<OccasionMoveId>,
    /// The occasion that the place moved to, or could not move to.
    pub other_occasion_id: Option<OccasionId>,
    /// Whether the person has a confirmed place elsewhere at the new time.
    pub collides: bool,
    /// Why the place could not move.
    pub reason: Option<ReleaseReason>,
    /// When it happened.
    pub created_at: DateTimeUtc,
    /// When it was handed over to whatever reaches the recipient; none while it waits.
    pub delivered_at: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    kind,
    organisation_id,
    person_id,
    occasion_id,
    sign_up_id,
    request_id,
    move_id,
    other_occasion_id,
    collides,
    reason,
    created_at,
    delivered_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
