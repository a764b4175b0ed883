//! What is taught: a training in the joint catalogue.

use crate::id::{OrganisationId, ProgrammeId, TrainingId};
use crate::kind::{PartlyCounts, SharingLevel, TrainingFormat, TrainingStatus};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TrainingId,
    /// Its title.
    pub title: String,
    /// What it is about, in plain text.
    pub description: String,
    /// How it is given.
    pub format: TrainingFormat,
    /// Draft, published or archived.
    pub status: TrainingStatus,
    /// How far it is shared.
    pub sharing: SharingLevel,
    /// The county that it is for: what `COUNTY` sharing refers to.
    pub county_code: Option<String>,
    /// The one organiser that is the controller of the list of participants (personuppgiftsansvarig).
    pub accountable_organisation_id: OrganisationId,
    /// The programme that it belongs to.
    pub programme_id: Option<ProgrammeId>,
    /// What it qualifies for, in words.
    pub qualifies_for: Option<String>,
    /// Where more can be read.
    pub url: Option<String>,
    /// When it was given, where a source tells that without giving occasions.
    pub period: Option<PartialDate>,
    /// How large a share of the time blocks must be attended for the training to be completed, in per cent; none:
    /// attendance completes nothing.
    pub completion_share: Option<i32>,
    /// What a block counts for that was attended partly.
    pub partly_counts: PartlyCounts,
    /// For how many months a completion is valid; none: for good.
    pub valid_months: Option<i32>,
    /// Whether it is for the members of groups that are named.
    pub for_groups: bool,
    /// When it was published.
    pub published_at: Option<DateTimeUtc>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes, so that two editors do not overwrite each other.
    pub version: i32,
    /// Title and description folded for search.
    pub search_text: String,
    /// The title as a key for Swedish order.
    pub sort_title: String,
}

crate::placed::placed!(
    id,
    title,
    description,
    format,
    status,
    sharing,
    county_code,
    accountable_organisation_id,
    programme_id,
    qualifies_for,
    url,
    period,
    completion_share,
    partly_counts,
    valid_months,
    for_groups,
    published_at,
    created_at,
    updated_at,
    version,
    search_text,
    sort_title,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
