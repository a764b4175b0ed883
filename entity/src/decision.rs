//! What a group has decided, with its number.

use crate::id::{AgendaItemId, DecisionId, GroupId, MeetingId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    /// The decision.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DecisionId,
    /// The group.
    pub group_id: GroupId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The item of the agenda that it answers.
    pub item_id: Option<AgendaItemId>,
    /// The year of the meeting's day there.
    pub year: i32,
    /// Its number within group and year, from 1.
    pub number: i32,
    /// What it is about.
    pub title: String,
    /// What was decided.
    pub body: String,
    /// When the meeting began.
    pub decided_at: DateTimeUtc,
    /// When minutes that hold it were sealed first.
    pub verified_at: Option<DateTimeUtc>,
    /// When it was entered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
    /// Title and text folded for search.
    pub search_text: String,
}

crate::placed::placed!(
    id,
    group_id,
    meeting_id,
    item_id,
    year,
    number,
    title,
    body,
    decided_at,
    verified_at,
    created_at,
    updated_at,
    version,
    search_text,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
