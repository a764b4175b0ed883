//! On which days the meetings of a series fall.

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use entity::kind::SeriesFrequency;

/// How many meetings a series lays out at most: two years of weeks.
pub const MOST_MEETINGS: usize = 104;

/// How the meetings of a series recur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The day of the first.
    pub first: NaiveDate,
    /// The last day on which one may fall.
    pub until: NaiveDate,
    /// By weeks or months.
    pub frequency: SeriesFrequency,
    /// Every how many of them, from 1.
    pub every: u32,
}

impl Recurrence {
    /// The days, first to last, and never more than [`MOST_MEETINGS`]. A month without a fifth such weekday has none.
    #[must_use]
    pub fn days(&self) -> Vec<NaiveDate> {
        let every = self.every.max(1);
        let steps = (0..).map_while(|step: u32| self.nth(step * every));
        steps
            .take_while(|(beginning, _)| *beginning <= self.until)
            .filter_map(|(_, day)| day)
            .filter(|day| *day <= self.until)
            .take(MOST_MEETINGS)
            .collect()
    }

    /// The day so many weeks or months later, with the first day of that week or month; none at the end of time.
    fn nth(&self, step: u32) -> Option<(NaiveDate, Option<NaiveDate>)> {
        match self.frequency {
            SeriesFrequency::Weekly => {
                let day = self
                    .first
                    .checked_add_days(Days::new(u64::from(step) * 7))?;
                Some((day, Some(day)))
            }
            SeriesFrequency::Monthly => {
                let month = self
                    .first
                    .with_day(1)?
                    .checked_add_months(Months::new(step))?;
                let nth = u8::try_from(self.first.day0() / 7 + 1).ok()?;
                let day = NaiveDate::from_weekday_of_month_opt(
                    month.year(),
                    month.month(),
                    self.first.weekday(),
                    nth,
                );
                Some((month, day))
            }
        }
    }
}

/// The instant of a local time in a zone: the earlier one where the clock is turned back, an hour later where it is
/// turned forward.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest().or_else(|| {
        zone.from_local_datetime(&(local + TimeDelta::hours(1)))
            .earliest()
    });
    found.map_or_else(|| local.and_utc(), |found| found.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn days(first: &str, until: &str, frequency: SeriesFrequency, every: u32) -> Vec<String> {
        let rule = Recurrence {
            first: day(first),
            until: day(until),
            frequency,
            every,
        };
        rule.days().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn weeks_keep_the_weekday_and_the_last_day_counts() {
        let weekly = SeriesFrequency::Weekly;
        assert_eq!(
            days("2026-09-01", "2026-09-29", weekly, 2),
            ["2026-09-01", "2026-09-15", "2026-09-29"]
        );
        assert_eq!(days("2026-09-01", "2026-09-28", weekly, 2).len(), 2);
        assert!(days("2026-09-01", "2026-08-31", weekly, 1).is_empty());
    }

    #[test]
    fn months_keep_which_weekday_of_the_month_it_is() {
        let monthly = SeriesFrequency::Monthly;
        assert_eq!(
            days("2026-09-08", "2026-12-31", monthly, 1),
            ["2026-09-08", "2026-10-13", "2026-11-10", "2026-12-08"],
            "each the second Tuesday"
        );
        assert_eq!(
            days("2026-09-29", "2026-12-31", monthly, 1),
            ["2026-09-29", "2026-12-29"],
            "October and November 2026 have four Tuesdays"
        );
    }

    #[test]
    fn a_series_has_an_end_however_far_it_is_to_go() {
        let weekly = SeriesFrequency::Weekly;
        assert_eq!(
            days("2026-01-01", "2126-01-01", weekly, 1).len(),
            MOST_MEETINGS
        );
    }

    #[test]
    fn the_clock_may_be_turned() {
        let zone = chrono_tz::Europe::Stockholm;
        let at = |text: &str| instant(text.parse().expect("a time"), zone).to_rfc3339();
        assert_eq!(at("2026-03-28T09:00:00"), "2026-03-28T08:00:00+00:00");
        assert_eq!(at("2026-03-30T09:00:00"), "2026-03-30T07:00:00+00:00");
        assert_eq!(
            at("2026-03-29T02:30:00"),
            "2026-03-29T01:30:00+00:00",
            "skipped"
        );
        assert_eq!(
            at("2026-10-25T02:30:00"),
            "2026-10-25T00:30:00+00:00",
            "twice"
        );
    }
}
