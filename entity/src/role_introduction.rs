//! Since when there is a role, in one organisation or in a county.

use crate::id::{OrganisationId, RoleIntroductionId, RoleTypeId};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_introduction")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleIntroductionId,
    /// The role.
    pub role_type_id: RoleTypeId,
    /// The organisation, unless it is about a county.
    pub organisation_id: Option<OrganisationId>,
    /// The county, unless it is about an organisation.
    pub county_code: Option<String>,
    /// Since when, as precisely as the source has it.
    pub since: Option<PartialDate>,
    /// What the source says, where it says more.
    pub note: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
