//! Working hours in Sweden: 08:00 to 16:00 in the occasion's zone, Monday to Friday, except public holidays and
//! the three eves that the Annual Leave Act treats like Sundays.
//!
//! Sources: lag (1989:253) om allmänna helgdagar; semesterlag (1977:480) 3 a § (midsommarafton, julafton,
//! nyårsafton).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

const OPENS: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of day");
const CLOSES: NaiveTime = NaiveTime::from_hms_opt(16, 0, 0).expect("a time of day");

/// When so many working hours have passed.
#[must_use]
pub fn after(now: DateTime<Utc>, hours: u32, zone: Tz) -> DateTime<Utc> {
    let mut left = TimeDelta::hours(i64::from(hours));
    let mut at = now;
    let mut day = now.with_timezone(&zone).date_naive();
    loop {
        if is_working_day(day) {
            let opens = instant(day, OPENS, zone).max(now);
            let closes = instant(day, CLOSES, zone);
            if opens < closes {
                if left <= closes - opens {
                    return opens + left;
                }
                left -= closes - opens;
                at = closes;
            }
        }
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            // The end of the calendar: no offer lasts longer.
            return at;
        };
        day = next;
    }
}

/// Whether people are at work on that day.
#[must_use]
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

fn is_holiday(day: NaiveDate) -> bool {
    let fixed = [
        (1, 1),   // New Year's Day
        (1, 6),   // Epiphany
        (5, 1),   // 1 May
        (6, 6),   // National Day
        (12, 24), // Christmas Eve
        (12, 25), // Christmas Day
        (12, 26), // Boxing Day
        (12, 31), // New Year's Eve
    ];
    // Good Friday, Easter Monday and Ascension Day; Easter and Whit Sunday are Sundays anyhow.
    let from_easter = [-2, 1, 39];
    let after_easter = (day - easter_sunday(day.year())).num_days();
    fixed.contains(&(day.month(), day.day()))
        || from_easter.contains(&after_easter)
        || is_midsummer_eve(day)
}

/// The Friday between 19 and 25 June.
fn is_midsummer_eve(day: NaiveDate) -> bool {
    day.month() == 6 && day.weekday() == Weekday::Fri && (19..=25).contains(&day.day())
}

/// Easter Sunday in the Gregorian calendar, by the method of Meeus, Jones and Butcher.
fn easter_sunday(year: i32) -> NaiveDate {
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let skipped = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - skipped + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let correction = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * correction + 114;
    let month = u32::try_from(days / 31).unwrap_or(3);
    let day = u32::try_from(days % 31 + 1).unwrap_or(31);
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN)
}

/// A time of day in a zone; where the clock skips or repeats it, the earlier reading.
fn instant(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(time);
    zone.from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Stockholm;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[track_caller]
    fn assert_after(now: &str, hours: u32, then: &str) {
        assert_eq!(
            after(at(now), hours, Stockholm),
            at(then),
            "{now} + {hours}"
        );
    }

    #[test]
    fn hours_of_one_day_are_the_clocks() {
        assert_after("2026-03-02T09:00:00+01:00", 3, "2026-03-02T12:00:00+01:00");
        assert_after("2026-03-02T09:00:00+01:00", 7, "2026-03-02T16:00:00+01:00");
    }

    #[test]
    fn what_is_left_at_four_goes_on_at_eight() {
        assert_after("2026-03-02T09:00:00+01:00", 8, "2026-03-03T09:00:00+01:00");
        assert_after("2026-03-02T20:00:00+01:00", 1, "2026-03-03T09:00:00+01:00");
        assert_after("2026-03-03T05:00:00+01:00", 16, "2026-03-04T16:00:00+01:00");
    }

    #[test]
    fn nobody_works_at_the_weekend() {
        assert_after("2026-03-06T15:00:00+01:00", 2, "2026-03-09T09:00:00+01:00");
        assert_after("2026-03-07T10:00:00+01:00", 1, "2026-03-09T09:00:00+01:00");
    }

    #[test]
    fn easter_and_the_change_to_summer_time_are_jumped_over() {
        // Maundy Thursday 2 April 2026; Good Friday and Easter Monday are free, Tuesday is not.
        assert_after("2026-04-02T15:00:00+02:00", 2, "2026-04-07T09:00:00+02:00");
        // The clock goes forward on Sunday 29 March.
        assert_after("2026-03-27T15:00:00+01:00", 2, "2026-03-30T09:00:00+02:00");
    }

    #[test]
    fn easter_is_when_the_almanac_says() {
        for (year, month, day) in [
            (1961, 4, 2),
            (2000, 4, 23),
            (2008, 3, 23),
            (2024, 3, 31),
            (2026, 4, 5),
            (2038, 4, 25),
        ] {
            assert_eq!(
                easter_sunday(year),
                NaiveDate::from_ymd_opt(year, month, day).unwrap()
            );
        }
    }

    #[test]
    fn holidays_and_the_three_eves_are_free() {
        for free in [
            "2026-01-01",
            "2026-01-06",
            "2026-04-03",
            "2026-04-06",
            "2026-05-01",
            "2026-05-14",
            "2025-06-06",
            "2026-06-19",
            "2026-12-24",
            "2026-12-25",
            "2026-12-31",
        ] {
            assert!(!is_working_day(free.parse().unwrap()), "{free}");
        }
        for working in [
            "2026-01-02",
            "2026-01-05",
            "2026-04-02",
            "2026-04-07",
            "2026-06-18",
            "2026-06-26",
            "2026-12-23",
        ] {
            assert!(is_working_day(working.parse().unwrap()), "{working}");
        }
    }
}
