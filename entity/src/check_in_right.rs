//! That a person may check participants in at one occasion, and nothing else there.

use crate::id::{CheckInRightId, OccasionId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "check_in_right")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckInRightId,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// Who may check in.
    pub person_id: PersonId,
    /// The organiser that gave the right: the person uses it when acting for this organisation.
    pub organisation_id: OrganisationId,
    /// When it was given.
    pub granted_at: DateTimeUtc,
    /// Who gave it; null for a service.
    pub granted_by: Option<PersonId>,
    /// When it was taken back; null while it stands.
    pub revoked_at: Option<DateTimeUtc>,
    /// Who took it back; null for a service.
    pub revoked_by: Option<PersonId>,
}

crate::placed::placed!(
    id,
    occasion_id,
    person_id,
    organisation_id,
    granted_at,
    granted_by,
    revoked_at,
    revoked_by,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
