//! An organisation that holds a meeting together with others, with its own registration number (diarienummer).

use crate::id::{MeetingId, MeetingRegistrationId, OrganisationId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_registration")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeetingRegistrationId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Its registration number, in the format that the organisation chooses.
    pub registration_number: String,
    /// When it was entered.
    pub registered_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
