//! A name that an organisation has or has had.

use crate::id::{OrganisationId, OrganisationNameId};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_name")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationNameId,
    /// Whose name it is.
    pub organisation_id: OrganisationId,
    /// The name as it was written.
    pub name: String,
    /// From when, as precisely as the source has it; null where unknown.
    pub valid_from: Option<PartialDate>,
    /// Until when; null for the present name, or where unknown.
    pub valid_to: Option<PartialDate>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
