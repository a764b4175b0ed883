//! How many of an organisation have a role, where a source tells no more, or not even the number.

use crate::id::{OrganisationId, RoleHeadcountId, RoleTypeId};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_headcount")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleHeadcountId,
    /// The role.
    pub role_type_id: RoleTypeId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// How many; none where the source does not say.
    pub value: Option<i32>,
    /// What the source says: `ett antal`.
    pub note: Option<String>,
    /// When that was.
    pub as_of: Option<PartialDate>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
