//! That somebody is appointed to a role, in an organisation or one of its units. Who it is stands in `appointee`, a view of
//! the same table under a rule of its own.

use crate::confidential::Confidential;
use crate::id::{AppointmentId, OrganisationId, PersonId, RoleTypeId, UnitId};
use crate::kind::{AppointmentStatus, SharingLevel};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    /// The role.
    pub role_type_id: RoleTypeId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The organisation's county.
    pub county_code: Option<String>,
    /// The unit; none: the organisation as a whole.
    pub unit_id: Option<UnitId>,
    /// The person; none where only the function is known. Whoever sees that there is an appointment need not know whose.
    pub person_id: Confidential<Option<PersonId>>,
    /// Whether the manager has confirmed it.
    pub status: AppointmentStatus,
    /// How far it is shared that there is somebody.
    pub sharing: SharingLevel,
    /// Whether the name is shown as far as that.
    pub name_published: bool,
    /// How to reach the function.
    pub function_address: Option<String>,
    /// By which decision, as the organisation refers to it.
    pub decision: Confidential<Option<String>>,
    /// Why the manager declined.
    pub decline_reason: Confidential<Option<String>>,
    /// The first day.
    pub from_day: Date,
    /// The first day on which the person no longer has the role; none: until further notice.
    pub until_day: Option<Date>,
    /// Since when, as roughly as a source has it.
    pub since: Option<PartialDate>,
    /// When it was proposed.
    pub proposed_at: DateTimeUtc,
    /// Who proposed it.
    pub proposed_by: Option<PersonId>,
    /// When it was confirmed or declined.
    pub confirmed_at: Option<DateTimeUtc>,
    /// Who confirmed or declined it.
    pub confirmed_by: Option<PersonId>,
}

crate::placed::placed!(
    id,
    role_type_id,
    organisation_id,
    county_code,
    unit_id,
    person_id,
    status,
    sharing,
    name_published,
    function_address,
    decision,
    decline_reason,
    from_day,
    until_day,
    since,
    proposed_at,
    proposed_by,
    confirmed_at,
    confirmed_by,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
