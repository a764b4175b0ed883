//! A proposed appointment as its manager sees it: what one needs the permission for before it is confirmed or declined.
//! The same table as `appointment`, under a rule of its own.

use crate::confidential::Confidential;
use crate::id::{AppointmentId, OrganisationId, PersonId, RoleTypeId, UnitId};
use crate::kind::AppointmentStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    /// The appointment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    /// The role.
    pub role_type_id: RoleTypeId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The unit.
    pub unit_id: Option<UnitId>,
    /// What the manager has answered.
    pub status: AppointmentStatus,
    /// Why the manager declined.
    pub decline_reason: Confidential<Option<String>>,
    /// When.
    pub confirmed_at: Option<DateTimeUtc>,
    /// Who.
    pub confirmed_by: Option<PersonId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
