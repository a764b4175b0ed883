//! What holds for a series from a day on. A change is a new row: what lies before it stays.

use crate::id::MeetingSeriesId;
use crate::kind::SeriesFrequency;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_series_rule")]
pub struct Model {
    /// The series.
    #[sea_orm(primary_key, auto_increment = false)]
    pub series_id: MeetingSeriesId,
    /// The first day that it holds for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_day: Date,
    /// The last day on which a meeting may fall.
    pub until_day: Date,
    /// How often.
    pub frequency: SeriesFrequency,
    /// Every how many weeks or months.
    pub every: i32,
    /// When a meeting begins, in the series' zone: `09:30`.
    pub starts_at_time: String,
    /// How long it takes.
    pub minutes: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
