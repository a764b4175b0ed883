//! The training that whoever is at a meeting completes by it.

use crate::id::{MeetingId, OrganisationId, PersonId, TrainingId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_credit")]
pub struct Model {
    /// The meeting.
    #[sea_orm(primary_key, auto_increment = false)]
    pub meeting_id: MeetingId,
    /// The training.
    pub training_id: TrainingId,
    /// The organiser of the training for which that was agreed.
    pub organisation_id: OrganisationId,
    /// When it was agreed.
    pub agreed_at: DateTimeUtc,
    /// Who agreed to it; null for a service.
    pub agreed_by: Option<PersonId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
