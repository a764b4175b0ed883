//! When and where a training is given, with its seats.

use crate::id::{OccasionId, TrainingId};
use crate::kind::{OccasionStatus, PromotionMode};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_occasion")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OccasionId,
    /// The training.
    pub training_id: TrainingId,
    /// Scheduled or cancelled.
    pub status: OccasionStatus,
    /// When, where it is only known roughly (`HT 2021`).
    pub period: Option<PartialDate>,
    /// The IANA name of the zone that its times are shown in.
    pub time_zone: String,
    /// When its first time block starts, or the period begins in its zone: what lists are sorted by.
    pub starts_at: DateTimeUtc,
    /// When its last time block or the period ends.
    pub ends_at: DateTimeUtc,
    /// Where: the name of the place.
    pub venue_name: Option<String>,
    /// Where: the address.
    pub venue_address: Option<String>,
    /// Where: the link, for what is given online.
    pub online_url: Option<String>,
    /// How many seats there are.
    pub capacity: i32,
    /// How many seats are taken: kept with the ledger, checked against it.
    pub taken: i32,
    /// How many wait: kept with the ledger, checked against it.
    pub waiting: i32,
    /// How many movements the ledger has: the number of the latest.
    pub movements: i32,
    /// When sign-up opens; null: at once.
    pub sign_up_opens_at: Option<DateTimeUtc>,
    /// When sign-up closes; null: when it starts.
    pub sign_up_closes_at: Option<DateTimeUtc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTimeUtc>,
    /// Why, as told to those who had signed up.
    pub cancellation_reason: Option<String>,
    /// Counts the changes, so that two editors do not overwrite each other.
    pub version: i32,
    /// How a seat that comes free reaches the first in line.
    pub promotion: PromotionMode,
    /// How long an offer stands, in working hours. Stays when the organiser goes back to direct promotion, since
    /// offers that were made keep their deadlines.
    pub offer_working_hours: Option<i32>,
    /// Whether kinds of organisations have quotas.
    pub shares_by_kind: bool,
    /// Whether sign-up opens earlier for some.
    pub opens_stepwise: bool,
    /// The digest of the latest terms that the ledger holds.
    pub terms: Option<String>,
}

crate::placed::placed!(
    id,
    training_id,
    status,
    period,
    time_zone,
    starts_at,
    ends_at,
    venue_name,
    venue_address,
    online_url,
    capacity,
    taken,
    waiting,
    movements,
    sign_up_opens_at,
    sign_up_closes_at,
    cancelled_at,
    cancellation_reason,
    version,
    promotion,
    offer_working_hours,
    shares_by_kind,
    opens_stepwise,
    terms,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
