//! That an organisation makes visits to inform, inspire and challenge.

use crate::id::OrganisationId;
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outreach_offer")]
pub struct Model {
    /// Who comes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    /// What is offered, in plain text.
    pub description: String,
    /// Whether visits can be asked for now.
    pub is_open: bool,
    /// Since when; none: unknown.
    pub since: Option<PartialDate>,
    /// How many visits have been made; none: not known.
    pub visits_made: Option<i32>,
    /// What is known of how many.
    pub visits_note: Option<String>,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
