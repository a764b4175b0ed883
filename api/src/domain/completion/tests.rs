use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

fn blocks(number: i64) -> Vec<DateTime<Utc>> {
    let first: DateTime<Utc> = "2026-03-31T06:30:00Z".parse().unwrap();
    (0..number)
        .map(|day| first + TimeDelta::days(day))
        .collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The number of the block with which the rule is met, when the blocks are marked so: `P` present, `p` partly, `n`
/// absent with notice, `a` absent, `-` not marked.
fn met(share: u8, partly: PartlyCounts, marks: &str) -> Option<usize> {
    let blocks = blocks(i64::try_from(marks.len()).unwrap());
    let marks = blocks.iter().zip(marks.chars());
    let marks = marks.filter_map(|(block, letter)| {
        let grade = match letter {
            'P' => AttendanceGrade::Present,
            'p' => AttendanceGrade::Partly,
            'n' => AttendanceGrade::AbsentWithNotice,
            'a' => AttendanceGrade::Absent,
            _ => return None,
        };
        Some((*block, grade))
    });
    let at = Rule { share, partly }.met_at(&blocks, &marks.collect())?;
    blocks.iter().position(|block| *block == at)
}

#[test]
fn all_blocks_or_a_share_of_them_must_be_attended() {
    use PartlyCounts::{Half, Nothing, Whole};

    for (share, partly, marks, wanted) in [
        (100, Nothing, "P", Some(0)),
        (100, Nothing, "a", None),
        (100, Nothing, "n", None),
        (100, Nothing, "PP", Some(1)),
        (100, Nothing, "P-", None),
        (100, Nothing, "Pp", None),
        (100, Half, "Pp", None),
        (100, Whole, "pp", Some(1)),
        (75, Half, "Pp", Some(1)),
        (76, Half, "Pp", None),
        (80, Nothing, "PPPPa", Some(3)),
        (80, Nothing, "aPPPP", Some(4)),
        (81, Nothing, "PPPPa", None),
        (50, Half, "pp", Some(1)),
        (50, Nothing, "pp", None),
        (1, Nothing, "---P", Some(3)),
        (1, Nothing, "aaaa", None),
        (34, Nothing, "Pnn", None),
        (33, Nothing, "Pnn", Some(0)),
    ] {
        assert_eq!(
            met(share, partly, marks),
            wanted,
            "{share} % with {partly:?} of {marks}"
        );
    }
}

#[test]
fn what_has_no_blocks_is_not_completed_by_attendance() {
    assert_eq!(met(1, PartlyCounts::Whole, ""), None);
}

#[test]
fn marks_for_blocks_that_have_been_moved_count_for_nothing() {
    let (old, new) = (blocks(1), blocks(2)[1]);
    let marks = HashMap::from([(old[0], AttendanceGrade::Present)]);
    let rule = Rule {
        share: 100,
        partly: PartlyCounts::Nothing,
    };

    assert_eq!(rule.met_at(&[new], &marks), None);
    assert_eq!(rule.met_at(&old, &marks), Some(old[0]));
}

#[test]
fn a_completion_is_valid_for_so_many_months_to_the_day() {
    for (completed, months, until) in [
        ("2026-03-31", Some(12), Some("2027-03-31")),
        ("2026-03-31", Some(1), Some("2026-04-30")),
        ("2024-02-29", Some(12), Some("2025-02-28")),
        ("2026-03-31", None, None),
    ] {
        assert_eq!(
            valid_until(day(completed), months),
            until.map(day),
            "{completed} {months:?}"
        );
    }
}

#[test]
fn a_completion_is_valid_from_its_day_to_its_last_day() {
    let (from, until) = (day("2026-03-31"), day("2027-03-31"));

    for (on, valid) in [
        ("2026-03-30", false),
        ("2026-03-31", true),
        ("2027-03-31", true),
        ("2027-04-01", false),
    ] {
        assert_eq!(is_valid_on(from, Some(until), day(on)), valid, "{on}");
    }
    assert!(is_valid_on(from, None, day("2126-01-01")));
    assert!(!is_valid_on(from, None, day("2026-03-30")));
}

#[test]
fn the_day_is_that_of_the_zone() {
    let late: DateTime<Utc> = "2026-03-31T22:30:00Z".parse().unwrap();

    assert_eq!(day_in("Europe/Stockholm", late), day("2026-04-01"));
    assert_eq!(day_in("Atlantic/Reykjavik", late), day("2026-03-31"));
    assert_eq!(day_in("nowhere", late), day("2026-04-01"));
    assert_eq!(today(late), day("2026-04-01"));
    assert_eq!(within(today(late), 90), day("2026-06-30"));
}

#[test]
fn requirements_must_not_go_round() {
    let chain = [(1, 2), (2, 3), (3, 4), (5, 4)];

    assert!(requires_itself(4, &[1], &chain), "through three others");
    assert!(requires_itself(4, &[4], &[]), "itself");
    assert!(requires_itself(2, &[5, 1], &chain), "any of several");
    assert!(!requires_itself(1, &[2, 5], &chain), "two ways to one");
    assert!(!requires_itself(6, &[1], &chain));
    assert!(
        !requires_itself(6, &[1], &[(1, 2), (2, 1)]),
        "a circle elsewhere ends too"
    );
}

proptest! {
    #[test]
    fn more_attendance_never_completes_later(marks in "[Ppna-]{1,12}", share in 1_u8..=100, at in 0_usize..12) {
        let at = at % marks.len();
        let mut more = marks.clone();
        more.replace_range(at..=at, "P");

        let (before, after) = (met(share, PartlyCounts::Half, &marks), met(share, PartlyCounts::Half, &more));

        if let Some(before) = before {
            prop_assert!(after.is_some_and(|after| after <= before), "{marks} → {more}");
        }
    }

    #[test]
    fn whoever_attends_everything_completes(number in 1_usize..60, share in 1_u8..=100) {
        prop_assert!(met(share, PartlyCounts::Nothing, &"P".repeat(number)).is_some());
        prop_assert!(met(share, PartlyCounts::Whole, &"a".repeat(number)).is_none());
    }
}
