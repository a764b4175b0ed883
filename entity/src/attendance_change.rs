//! A change of an attendance mark. Rows are added and never changed.

use crate::id::{AttendanceChangeId, OccasionId, OrganisationId, PersonId, SignUpId};
use crate::kind::AttendanceGrade;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_change")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttendanceChangeId,
    /// The sign-up.
    pub sign_up_id: SignUpId,
    /// The time block, by its start.
    pub block_starts_at: DateTimeUtc,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// Whom it is about.
    pub person_id: PersonId,
    /// The mark before; none if there was none.
    pub previous: Option<AttendanceGrade>,
    /// The mark after.
    pub grade: AttendanceGrade,
    /// When.
    pub at: DateTimeUtc,
    /// Who changed it; null for a service.
    pub actor_id: Option<PersonId>,
    /// The organisation that the actor acted for.
    pub actor_organisation_id: OrganisationId,
}

crate::placed::placed!(
    id,
    sign_up_id,
    block_starts_at,
    occasion_id,
    person_id,
    previous,
    grade,
    at,
    actor_id,
    actor_organisation_id,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
