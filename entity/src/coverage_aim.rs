//! How many places an organisation, or a county, wants to have somebody in a role.

use crate::id::{CoverageAimId, OrganisationId, PersonId, RoleTypeId};
use crate::kind::{CoverageBy, SharingLevel};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coverage_aim")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoverageAimId,
    /// The role.
    pub role_type_id: RoleTypeId,
    /// Who set it, and for whom it is unless it is for the county.
    pub organisation_id: OrganisationId,
    /// The organisation's county.
    pub county_code: Option<String>,
    /// Whether it is for the whole county.
    pub for_county: bool,
    /// What is counted.
    pub counted_by: CoverageBy,
    /// How many; none: all of them.
    pub target: Option<i32>,
    /// The aim as its source has it.
    pub statement: Option<String>,
    /// How far the coverage is shared.
    pub sharing: SharingLevel,
    /// The first day; none where it is not known.
    pub from_day: Option<Date>,
    /// The first day on which it no longer holds.
    pub until_day: Option<Date>,
    /// When it was set.
    pub set_at: DateTimeUtc,
    /// Who set it.
    pub set_by: Option<PersonId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
