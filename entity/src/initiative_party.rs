//! Who takes part in an initiative: an organisation of the directory, or words where a source names none.

use crate::id::{InitiativeId, InitiativePartyId, OrganisationId};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initiative_party")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InitiativePartyId,
    /// The initiative.
    pub initiative_id: InitiativeId,
    /// Its place in the list.
    pub position: i32,
    /// The organisation of the directory.
    pub organisation_id: Option<OrganisationId>,
    /// The party in words.
    pub name: Option<String>,
    /// How many the words stand for; none: the source does not say.
    pub number: Option<i32>,
    /// What the source says besides.
    pub note: Option<String>,
    /// Since when it takes part.
    pub since: Option<PartialDate>,
    /// Until when.
    pub until: Option<PartialDate>,
    /// The first day on which it is a party no more.
    pub ends_on: Option<Date>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
