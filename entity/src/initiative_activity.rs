//! What the keeper or a party of an initiative does in it.

use crate::id::{InitiativeActivityId, InitiativeId, OrganisationId};
use crate::kind::InitiativeActivityStatus;
use crate::partial_date::PartialDate;
use crate::search_text::swedish_sort_key;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initiative_activity")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InitiativeActivityId,
    /// The initiative.
    pub initiative_id: InitiativeId,
    /// Whose activity it is.
    pub organisation_id: OrganisationId,
    /// Its title.
    pub title: String,
    /// What is done, in plain text.
    pub description: String,
    /// How far it has come.
    pub status: InitiativeActivityStatus,
    /// When it begins.
    pub begins: Option<PartialDate>,
    /// When it ends.
    pub ends: Option<PartialDate>,
    /// When it was entered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
    /// The first day on which it could begin, then the title.
    pub sort_key: String,
}

crate::placed::placed!(
    id,
    initiative_id,
    organisation_id,
    title,
    description,
    status,
    begins,
    ends,
    created_at,
    updated_at,
    version,
    sort_key,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What activities are sorted by: the first day on which one could begin, then the title; those without one come
    /// last.
    #[must_use]
    pub fn sort_key(begins: Option<PartialDate>, title: &str) -> String {
        let day = begins.map_or_else(
            || "9999-99-99".to_owned(),
            |begins| begins.first_day().to_string(),
        );
        format!("{day} {}", swedish_sort_key(title))
    }
}
