//! The demonstration's times: all of them are so many days from the moment it is filled.

use super::table::wrong;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{Europe::Stockholm, Tz};
use entity::partial_date::PartialDate;
use sea_orm::DbErr;

/// The zone of everything that the demonstration shows.
pub(super) const ZONE: Tz = Stockholm;

/// Counts from one moment.
#[derive(Debug)]
pub(super) struct Calendar {
    now: DateTime<Utc>,
}

impl Calendar {
    pub(super) fn of(now: DateTime<Utc>) -> Self {
        Self { now }
    }

    /// So many days from now, at the same time of day; before now if negative.
    pub(super) fn days(&self, days: i64) -> DateTime<Utc> {
        self.now + TimeDelta::days(days)
    }

    pub(super) fn hours_ago(&self, hours: i64) -> DateTime<Utc> {
        self.now - TimeDelta::hours(hours)
    }

    /// A time of day in Sweden, so many days from this week's Monday: 0 to 4, and so many weeks more,
    /// are working days whatever day it is now.
    pub(super) fn at(&self, days: i64, clock: NaiveTime) -> Result<DateTime<Utc>, DbErr> {
        let today = self.now.with_timezone(&ZONE).date_naive();
        let monday = today - Days::new(today.weekday().num_days_from_monday().into());
        in_sweden(monday + TimeDelta::days(days), clock)
    }
}

/// From the first moment of a period to the first moment after it, in Sweden.
pub(super) fn bounds(period: PartialDate) -> Result<(DateTime<Utc>, DateTime<Utc>), DbErr> {
    let starts_at = in_sweden(period.first_day(), NaiveTime::MIN)?;
    let ends_at = in_sweden(period.last_day() + Days::new(1), NaiveTime::MIN)?;
    Ok((starts_at, ends_at))
}

fn in_sweden(date: NaiveDate, clock: NaiveTime) -> Result<DateTime<Utc>, DbErr> {
    ZONE.from_local_datetime(&date.and_time(clock))
        .earliest()
        .map(|time| time.to_utc())
        .ok_or_else(|| wrong(format!("there is no {clock} on {date} in Sweden")))
}
