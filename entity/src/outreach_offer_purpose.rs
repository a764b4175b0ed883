//! What an organisation makes visits for.

use crate::id::OrganisationId;
use crate::kind::VisitPurpose;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outreach_offer_purpose")]
pub struct Model {
    /// Whose offer it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    /// The purpose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: VisitPurpose,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
