//! That a person belongs to an organisation, in which role.

use crate::id::{MembershipId, OrganisationId, PersonId, UnitId};
use crate::kind::{Role, StaffCategory};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The person.
    pub person_id: PersonId,
    /// The `iss` of the person's tokens; none for somebody who can be signed up but not sign in. Who somebody is
    /// follows from (issuer, subject), never from an e-mail address.
    pub issuer: Option<String>,
    /// The `sub` of the person's tokens.
    pub subject: Option<String>,
    /// The unit that the person works in.
    pub unit_id: Option<UnitId>,
    /// What the person may do for the organisation.
    pub role: Role,
    /// What kind of work the person does, for the rules about target audiences.
    pub staff_category: StaffCategory,
    /// From when.
    pub active_from: DateTimeUtc,
    /// Until when; null while it lasts.
    pub active_until: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    organisation_id,
    person_id,
    issuer,
    subject,
    unit_id,
    role,
    staff_category,
    active_from,
    active_until,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
