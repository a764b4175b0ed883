//! How many of an organisation's people have completed a training elsewhere: a number without names. Never added up across trainings: the same person may stand in several.

use crate::id::{OrganisationId, ReportedCompletionId, TrainingId};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reported_completion")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportedCompletionId,
    /// The training.
    pub training_id: TrainingId,
    /// Whose people they are; it reported the number.
    pub organisation_id: OrganisationId,
    /// How many; null where the source gives no number.
    pub count: Option<i32>,
    /// As of when, as precisely as the source has it.
    pub as_of: Option<PartialDate>,
    /// Whether the number counts all so far, rather than those of a period.
    pub cumulative: bool,
    /// What the source says, where it says more than the number.
    pub note: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
