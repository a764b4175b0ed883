//! That a person has completed a training.

use crate::id::{
    CompletionId, MeetingId, OccasionId, OrganisationId, PersonId, SignUpId, TrainingId,
};
use crate::kind::CompletionSource;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "completion")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CompletionId,
    /// Who completed it.
    pub person_id: PersonId,
    /// The organisation that the person took it for.
    pub organisation_id: OrganisationId,
    /// The training.
    pub training_id: TrainingId,
    /// The occasion, where it follows from attendance.
    pub occasion_id: Option<OccasionId>,
    /// The sign-up, where it follows from attendance.
    pub sign_up_id: Option<SignUpId>,
    /// The meeting, where it follows from who was at one.
    pub meeting_id: Option<MeetingId>,
    /// How it is known.
    pub source: CompletionSource,
    /// The day on which it was completed.
    pub completed_on: Date,
    /// The last day on which it is valid; null: for good.
    pub valid_until: Option<Date>,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
    /// Who recorded it; null for a service.
    pub recorded_by: Option<PersonId>,
    /// When it was taken back, because attendance was corrected or it was entered by mistake; null while it stands.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// Who took it back; null for a service.
    pub withdrawn_by: Option<PersonId>,
}

crate::placed::placed!(
    id,
    person_id,
    organisation_id,
    training_id,
    occasion_id,
    sign_up_id,
    meeting_id,
    source,
    completed_on,
    valid_until,
    recorded_at,
    recorded_by,
    withdrawn_at,
    withdrawn_by,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
