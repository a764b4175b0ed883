//! A meeting of a group.

use crate::id::{GroupId, MeetingId, MeetingSeriesId};
use crate::kind::MeetingStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeetingId,
    /// The group whose meeting it is.
    pub group_id: GroupId,
    /// The series that it belongs to.
    pub series_id: Option<MeetingSeriesId>,
    /// Its title.
    pub title: String,
    /// Where in its life it is.
    pub status: MeetingStatus,
    /// When it begins.
    pub starts_at: DateTimeUtc,
    /// When it ends.
    pub ends_at: DateTimeUtc,
    /// The IANA name of the zone to show the times in.
    pub time_zone: String,
    /// Where: the name of the place.
    pub venue_name: Option<String>,
    /// Where: the address.
    pub venue_address: Option<String>,
    /// Where online.
    pub online_url: Option<String>,
    /// What the notice (kallelse) says.
    pub notice_text: Option<String>,
    /// When the notice went out.
    pub noticed_at: Option<DateTimeUtc>,
    /// Why it was cancelled.
    pub cancellation_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Counts the changes, so that two editors do not overwrite each other.
    pub version: i32,
}

crate::placed::placed!(
    id,
    group_id,
    series_id,
    title,
    status,
    starts_at,
    ends_at,
    time_zone,
    venue_name,
    venue_address,
    online_url,
    notice_text,
    noticed_at,
    cancellation_reason,
    created_at,
    updated_at,
    version,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
