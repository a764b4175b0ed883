//! For how long what is kept: months of the calendar, never cut short.

use chrono::{DateTime, Months, Utc};
use std::ops::RangeInclusive;

/// How many months a rule may keep something: up to a hundred years.
pub const MONTHS: RangeInclusive<i32> = 1..=1200;

/// What ended at this instant or before has been kept for so many months now. None for a number of months that
/// no rule may have, and before the beginning of the calendar.
///
/// Where a month has no such day, it is the last before it: what ended on 31 January is due a month later not on
/// 28 February but on 1 March, since it is kept for the whole time.
#[must_use]
pub fn due_until(months: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if !MONTHS.contains(&months) {
        return None;
    }
    now.checked_sub_months(Months::new(months.unsigned_abs()))
}

/// The name that stands for somebody who has been erased, made from the id that stays.
#[must_use]
pub fn pseudonym(id: &str) -> String {
    let end = id.len().saturating_sub(6);
    let mark = id.get(end..).unwrap_or_default().to_uppercase();
    format!("Avidentifierad {mark}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_ended_so_many_months_ago_is_due_to_the_moment() {
        let now = at("2026-03-02T08:00:00Z");

        let until = due_until(24, now).unwrap();

        assert_eq!(until, at("2024-03-02T08:00:00Z"));
    }

    #[test]
    fn the_thirty_first_is_kept_for_the_whole_month() {
        let ended = at("2026-01-31T12:00:00Z");

        assert!(due_until(1, at("2026-02-28T12:00:00Z")).unwrap() < ended);
        assert!(due_until(1, at("2026-03-01T12:00:00Z")).unwrap() >= ended);
    }

    #[test]
    fn no_months_and_too_many_months_are_no_rule() {
        let now = at("2026-03-02T08:00:00Z");

        for months in [i32::MIN, -1, 0, 1201, i32::MAX] {
            assert_eq!(due_until(months, now), None, "{months}");
        }
    }

    #[test]
    fn a_pseudonym_tells_nothing_but_the_end_of_the_id() {
        assert_eq!(
            pseudonym("person_0192aa00ff4f2a9c"),
            "Avidentifierad 4F2A9C"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_due_before_all_its_months_have_passed(
            seconds in 0..4_000_000_000_i64,
            months in MONTHS,
            earlier in 0..100_000_000_i64,
        ) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let ended = due_until(months, now).unwrap() - TimeDelta::seconds(earlier);

            let kept = ended.checked_add_months(Months::new(months.unsigned_abs())).unwrap();

            prop_assert!(kept <= now, "what ended {ended} was due {now}, before {kept}");
        }
    }
}
