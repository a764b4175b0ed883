//! National support for the work for children's rights, with its address.

use crate::id::{OrganisationId, SupportResourceId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_resource")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupportResourceId,
    /// Its name.
    pub name: String,
    /// The organisation that gives it.
    pub organisation_id: Option<OrganisationId>,
    /// Its address on the web.
    pub url: String,
    /// What the source says about it.
    pub note: Option<String>,
    /// When somebody last saw the address answer; null: never.
    pub last_checked_on: Option<Date>,
    /// The name as a key for Swedish order.
    pub sort_name: String,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
