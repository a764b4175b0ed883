//! Meetings of a group that recur by a rule.

use crate::id::{GroupId, MeetingSeriesId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_series")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeetingSeriesId,
    /// The group.
    pub group_id: GroupId,
    /// The title that its meetings have.
    pub title: String,
    /// The IANA name of the zone that its times are in.
    pub time_zone: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
