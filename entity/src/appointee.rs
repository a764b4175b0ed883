//! Who is appointed: for whoever may know the name. The same table as `appointment`, under a rule of its own.

use crate::id::{AppointmentId, OrganisationId, PersonId};
use crate::kind::{AppointmentStatus, SharingLevel};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    /// The appointment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    /// The person; none where only the function is known.
    pub person_id: Option<PersonId>,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The organisation's county.
    pub county_code: Option<String>,
    /// Whether the manager has confirmed it.
    pub status: AppointmentStatus,
    /// How far it is shared.
    pub sharing: SharingLevel,
    /// Whether the name is shown as far as that.
    pub name_published: bool,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
