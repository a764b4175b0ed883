//! Who of its keeper answers for an initiative.

use crate::id::{InitiativeId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initiative_contact")]
pub struct Model {
    /// The initiative.
    #[sea_orm(primary_key, auto_increment = false)]
    pub initiative_id: InitiativeId,
    /// The keeper.
    pub organisation_id: OrganisationId,
    /// The person.
    pub person_id: PersonId,
    /// Whether the name is shown to everybody who sees the initiative.
    pub name_published: bool,
}

crate::placed::placed!(initiative_id, organisation_id, person_id, name_published,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
