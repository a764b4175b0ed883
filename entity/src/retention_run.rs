//! One run of the retention job.

use crate::id::RetentionRunId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_run")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RetentionRunId,
    /// The day that it is the daily run of, `2026-03-02`; none for a run that the operator asked for.
    pub day: Option<String>,
    /// When it began.
    pub started_at: DateTimeUtc,
    /// When it had done everything; none while it runs, and for one that was interrupted.
    pub finished_at: Option<DateTimeUtc>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
