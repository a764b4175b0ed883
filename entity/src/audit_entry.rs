//! Who read or changed whose personal data. Written in the same request, never changed.

use crate::id::{AuditEntryId, OrganisationId, PersonId};
use crate::kind::AuditAction;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEntryId,
    /// When.
    pub at: DateTimeUtc,
    /// The request, as in the logs and the answer's header.
    pub request_id: String,
    /// Whose log this is in: the organisation that acted, or the one whose person was concerned.
    pub organisation_id: OrganisationId,
    /// The organisation that the actor acted for; none for a job.
    pub actor_organisation_id: Option<OrganisationId>,
    /// Who; null for a service.
    pub actor_id: Option<PersonId>,
    /// The client program that a service's token names.
    pub actor_client: Option<String>,
    /// What was done.
    pub action: AuditAction,
    /// About whom.
    pub person_id: PersonId,
    /// The object that it concerned: its global id.
    pub subject: Option<String>,
}

crate::placed::placed!(
    id,
    at,
    request_id,
    organisation_id,
    actor_organisation_id,
    actor_id,
    actor_client,
    action,
    person_id,
    subject,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
