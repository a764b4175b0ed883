use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn span(from: &str, until: &str) -> Span {
    Span::new(Some(day(from)), (!until.is_empty()).then(|| day(until)))
}

#[test]
fn the_first_day_counts_and_the_day_after_the_last_does_not() {
    let days = span("2026-03-01", "2026-04-01");

    assert!(!days.holds(day("2026-02-28")));
    assert!(days.holds(day("2026-03-01")));
    assert!(days.holds(day("2026-03-31")));
    assert!(!days.holds(day("2026-04-01")));
}

#[test]
fn one_who_takes_over_at_once_leaves_no_gap_and_is_not_counted_twice() {
    let both = vec![span("2026-03-01", "2026-04-01"), span("2026-04-01", "")];

    assert_eq!(united(both), [span("2026-03-01", "")]);
}

#[test]
fn nobody_is_there_on_no_day() {
    assert_eq!(united(vec![span("2026-03-01", "2026-03-01")]), []);
}

#[test]
fn the_percentage_is_100_only_where_every_place_is_covered() {
    assert_eq!(percent(33, 33), Some(100));
    assert_eq!(percent(32, 33), Some(96));
    assert_eq!(percent(999, 1000), Some(99));
    assert_eq!(percent(0, 33), Some(0));
    assert_eq!(percent(0, 0), None);
}

/// Days around turns of months and years, some decades apart.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    let near = prop::sample::select(vec!["1996-12-30", "2012-02-27", "2024-12-28", "2026-01-29"]);
    (near, 0..8_i64).prop_map(|(from, days)| day(from) + TimeDelta::days(days))
}

fn any_span() -> impl Strategy<Value = Span> {
    let from = prop::option::weighted(0.9, any_day());
    (from, prop::option::weighted(0.7, any_day())).prop_map(|(from, until)| Span::new(from, until))
}

fn any_place() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec(any_span(), 0..5)
}

/// What the counters say on a day, read as the database reads them.
fn counted(places: &[Vec<Span>], on: NaiveDate) -> i32 {
    let steps = places
        .iter()
        .flat_map(|place| changes(&united(place.clone())));
    let entered: Vec<(Grain, NaiveDate, i32)> = steps
        .flat_map(|(day, by)| entries(day).map(|(grain, day)| (grain, day, by)))
        .collect();
    let read = reading(on);
    let fits = |(grain, day, _): &&(Grain, NaiveDate, i32)| {
        let of_it = |(of, from, before): &(Grain, NaiveDate, NaiveDate)| {
            of == grain && from <= day && day < before
        };
        read.iter().any(of_it)
    };
    entered.iter().filter(fits).map(|(_, _, by)| by).sum()
}

proptest! {
    #[test]
    fn counters_say_on_every_day_how_many_places_have_somebody(
        places in prop::collection::vec(any_place(), 0..8),
        on in any_day(),
    ) {
        let has_somebody = |place: &&Vec<Span>| place.iter().any(|span| span.holds(on));
        let there = places.iter().filter(has_somebody).count();

        prop_assert_eq!(counted(&places, on), i32::try_from(there).unwrap());
    }

    #[test]
    fn days_in_common_are_those_that_both_lists_have(
        one in any_place(),
        other in any_place(),
        on in any_day(),
    ) {
        let holds = |spans: &[Span]| spans.iter().any(|span| span.holds(on));

        let both = common(&united(one.clone()), &united(other.clone()));

        prop_assert_eq!(holds(&both), holds(&one) && holds(&other));
    }
}
