//! An edition of a meeting's minutes.

use crate::id::{GroupId, MeetingId, MinutesId};
use crate::kind::MinutesStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_minutes")]
pub struct Model {
    /// The edition.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MinutesId,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The group whose meeting it is.
    pub group_id: GroupId,
    /// Which edition, from 1: a correction is the next one.
    pub edition: i32,
    /// When the meeting began, as its minutes say.
    pub held_at: DateTimeUtc,
    /// Where it is.
    pub status: MinutesStatus,
    /// The current text.
    pub body: String,
    /// The number of the current text, from 1.
    pub version: i32,
    /// Who was there, a line each, as read when it was put up for verification.
    pub attendance: String,
    /// The decisions that stand in it, as read at the same time: a JSON array. None: decisions had no numbers then.
    pub decisions: Option<String>,
    /// The SHA-256 of the canonical form, when both have verified it.
    pub seal: Option<String>,
    /// When it was sealed.
    pub sealed_at: Option<DateTimeUtc>,
    /// When it was begun.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
