//! That an initiative is of an organisation, its keeper or a party. A view.

use crate::id::{InitiativeId, OrganisationId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initiative_organisation")]
pub struct Model {
    /// The initiative for its keeper, else the party.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The initiative.
    pub initiative_id: InitiativeId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The initiative's name as a key for Swedish order.
    pub sort_name: String,
    /// The first day on which it is of the organisation no more.
    pub ends_on: Option<Date>,
}

crate::placed::placed!(id, initiative_id, organisation_id, sort_name, ends_on,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
