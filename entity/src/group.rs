//! A group in which several organisations or units work together: a strategy group, a network, a council.

use crate::id::{GroupId, OrganisationId, RoleTypeId};
use crate::kind::{GroupKind, GroupLevel, SharingLevel, SubstitutionRule};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collaboration_group")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GroupId,
    /// What kind of group it is.
    pub kind: GroupKind,
    /// For what it works: a unit, an organisation, a county, the nation.
    pub level: GroupLevel,
    /// Its name.
    pub name: String,
    /// What it is for, in plain text.
    pub description: String,
    /// The county that it is for: what `COUNTY` sharing refers to.
    pub county_code: Option<String>,
    /// The group above it.
    pub parent_id: Option<GroupId>,
    /// How far name, purposes, organisations and seats are shared.
    pub sharing: SharingLevel,
    /// How far times and places of its meetings are shared; none: with its members.
    pub meetings_sharing: Option<SharingLevel>,
    /// How far verified minutes and decisions are shared; none: with its members.
    pub decisions_sharing: Option<SharingLevel>,
    /// The role whose holders are its members, for a network that fills itself.
    pub role_type_id: Option<RoleTypeId>,
    /// The one organisation whose holders of the role are meant; none: those of the county.
    pub role_organisation_id: Option<OrganisationId>,
    /// How a substitute steps in; none where there are no seats.
    pub substitution: Option<SubstitutionRule>,
    /// How many seats must be filled for a decision; none: more than half of the ordinary ones.
    pub quorum: Option<i32>,
    /// How many meetings it is to hold a year; none: nothing is said.
    pub meetings_a_year: Option<i32>,
    /// Whether a unit may have more than one ordinary seat.
    pub several_seats_a_unit: bool,
    /// Since when it exists, as precisely as the source has it; none: unknown.
    pub valid_from: Option<PartialDate>,
    /// Until when it existed.
    pub valid_to: Option<PartialDate>,
    /// Why it was closed.
    pub closing_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// When it was closed.
    pub closed_at: Option<DateTimeUtc>,
    /// Counts the changes, so that two editors do not overwrite each other.
    pub version: i32,
    /// Name and description folded for search.
    pub search_text: String,
    /// The name as a key for Swedish order.
    pub sort_name: String,
}

crate::placed::placed!(
    id,
    kind,
    level,
    name,
    description,
    county_code,
    parent_id,
    sharing,
    meetings_sharing,
    decisions_sharing,
    role_type_id,
    role_organisation_id,
    substitution,
    quorum,
    meetings_a_year,
    several_seats_a_unit,
    valid_from,
    valid_to,
    closing_reason,
    created_at,
    updated_at,
    closed_at,
    version,
    search_text,
    sort_name,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
