//! An organisation that an item is open to without being in the group.

use crate::id::{AgendaItemGuestId, AgendaItemId, OrganisationId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_item_guest")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgendaItemGuestId,
    /// The item.
    pub item_id: AgendaItemId,
    /// The organisation.
    pub organisation_id: OrganisationId,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
