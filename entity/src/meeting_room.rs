//! A meeting as those see it who may read its papers. The same table as `meeting`, under a rule of its own.

use crate::id::{GroupId, MeetingId};
use crate::kind::MeetingStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting")]
pub struct Model {
    /// The meeting.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeetingId,
    /// The group whose meeting it is.
    pub group_id: GroupId,
    /// Where in its life it is.
    pub status: MeetingStatus,
    /// When it begins.
    pub starts_at: DateTimeUtc,
    /// When it ends.
    pub ends_at: DateTimeUtc,
    /// The IANA name of the zone to show the times in.
    pub time_zone: String,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
