//! Decisions as those see them who verify minutes: by the second verification they stand. The same table as `decision`, under
//! a rule of its own.

use crate::id::{DecisionId, MeetingId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    /// The decision.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DecisionId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// When minutes that hold it were sealed first.
    pub verified_at: Option<DateTimeUtc>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
