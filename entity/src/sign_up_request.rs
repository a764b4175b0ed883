//! That a member asks to be signed up, where somebody of the own organisation must approve. It takes no seat.

use crate::id::{
    OccasionId, OrganisationId, PersonId, SignUpApproverId, SignUpId, SignUpRequestId,
};
use crate::kind::SignUpRequestStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_request")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignUpRequestId,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// The organisation that the person asks for a place for.
    pub organisation_id: OrganisationId,
    /// Who asks.
    pub person_id: PersonId,
    /// Whom it was sent to; none once nobody approves for the unit any more.
    pub approver_id: Option<SignUpApproverId>,
    /// What has become of it.
    pub status: SignUpRequestStatus,
    /// Why it was declined.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was decided, withdrawn or ran out.
    pub decided_at: Option<DateTimeUtc>,
    /// Who decided; none for a service, and for what ran out.
    pub decided_by: Option<PersonId>,
    /// The sign-up that came of it.
    pub sign_up_id: Option<SignUpId>,
}

crate::placed::placed!(
    id,
    occasion_id,
    organisation_id,
    person_id,
    approver_id,
    status,
    reason,
    created_at,
    decided_at,
    decided_by,
    sign_up_id,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
