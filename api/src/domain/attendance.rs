//! When attendance can be recorded, and what a new mark changes.

use chrono::{DateTime, TimeDelta, Utc};
use entity::kind::AttendanceGrade;

/// For how long before a block begins attendance can be recorded for it: people are checked in as they come.
pub const EARLY: TimeDelta = TimeDelta::minutes(60);

/// Whether attendance can be recorded for a block that starts then: from an hour before, itself included, and
/// without end, since a mistake may be found at any time.
#[must_use]
pub fn can_be_recorded(block_starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    block_starts_at - EARLY <= now
}

/// Whether a mark changes anything: the same mark twice is one.
#[must_use]
pub fn changes(present: Option<AttendanceGrade>, wanted: AttendanceGrade) -> bool {
    present != Some(wanted)
}

/// Whether somebody with this mark has been there.
#[must_use]
pub const fn has_been_there(grade: AttendanceGrade) -> bool {
    match grade {
        AttendanceGrade::Present | AttendanceGrade::Partly => true,
        AttendanceGrade::AbsentWithNotice | AttendanceGrade::Absent => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn attendance_can_be_recorded_from_an_hour_before_to_the_microsecond() {
        let start: DateTime<Utc> = "2026-03-31T06:30:00Z".parse().unwrap();
        let moment = TimeDelta::microseconds(1);

        assert!(!can_be_recorded(start, start - EARLY - moment));
        assert!(can_be_recorded(start, start - EARLY));
        assert!(can_be_recorded(start, start));
        assert!(can_be_recorded(start, start + TimeDelta::days(400)));
    }

    #[test]
    fn only_another_mark_changes_anything() {
        for present in AttendanceGrade::iter() {
            for wanted in AttendanceGrade::iter() {
                assert_eq!(changes(Some(present), wanted), present != wanted);
            }
            assert!(changes(None, present));
        }
    }

    #[test]
    fn who_was_there_for_a_part_has_been_there() {
        use AttendanceGrade::{Absent, AbsentWithNotice, Partly, Present};

        assert!(has_been_there(Present) && has_been_there(Partly));
        assert!(!has_been_there(Absent) && !has_been_there(AbsentWithNotice));
    }
}
