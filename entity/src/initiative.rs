//! Standing work that organisations do together beside groups and trainings, kept by one of them.

use crate::id::{InitiativeId, OrganisationId};
use crate::kind::{GroupLevel, InitiativeKind, InitiativeStatus, SharingLevel};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initiative")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InitiativeId,
    /// A short name, unique for its keeper.
    pub code: Option<String>,
    /// What kind of work it is.
    pub kind: InitiativeKind,
    /// For how large a part of the country it is.
    pub level: GroupLevel,
    /// The county that it is for: what `COUNTY` sharing refers to.
    pub county_code: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is, in plain text.
    pub description: String,
    /// Who keeps the entry.
    pub organisation_id: OrganisationId,
    /// How far it has come.
    pub status: InitiativeStatus,
    /// Since when, as precisely as the source has it; none: unknown.
    pub valid_from: Option<PartialDate>,
    /// Until when.
    pub valid_to: Option<PartialDate>,
    /// The number of the agreement in the register.
    pub registration_number: Option<String>,
    /// Who answers questions, as a function.
    pub contact_function: Option<String>,
    /// How far it is shared; `Organisation`: the keeper and the parties.
    pub sharing: SharingLevel,
    /// When it was entered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes, so that two editors do not overwrite each other.
    pub version: i32,
    /// Name and description folded for search.
    pub search_text: String,
    /// The name as a key for Swedish order.
    pub sort_name: String,
}

crate::placed::placed!(
    id,
    code,
    kind,
    level,
    county_code,
    name,
    description,
    organisation_id,
    status,
    valid_from,
    valid_to,
    registration_number,
    contact_function,
    sharing,
    created_at,
    updated_at,
    version,
    search_text,
    sort_name,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
