//! What is told of small worlds of participants.

use super::*;
use uuid::Uuid;

const MANAGERS: Option<TargetAudience> = Some(TargetAudience::Managers);
const SCHOOL: Option<TargetAudience> = Some(TargetAudience::SchoolStaff);

fn people(
    organisation: u128,
    unit: Option<u128>,
    audience: Option<TargetAudience>,
    number: u32,
) -> People {
    People {
        kind: if organisation < 10 {
            OrganisationKind::Municipality
        } else {
            OrganisationKind::Region
        },
        organisation: OrganisationId::from_uuid(Uuid::from_u128(organisation)),
        unit: unit.map(|unit| UnitId::from_uuid(Uuid::from_u128(unit))),
        audience,
        listed: false,
        number,
        outcome: Outcome::default(),
    }
}

fn total(own: u32, all: u32) -> Count {
    Count {
        own,
        all: Some(all),
        outcome: Outcome::default(),
    }
}

fn by(dimensions: &[Dimension]) -> BTreeSet<Dimension> {
    dimensions.iter().copied().collect()
}

fn counts(numbers: &Numbers, dimensions: &[Dimension]) -> Vec<(u32, Option<u32>)> {
    let rows = numbers.rows(&by(dimensions)).into_iter();
    rows.map(|(_, count)| (count.own, count.all)).collect()
}

#[test]
fn the_own_people_are_counted_exactly_and_the_others_with_them() {
    let own = vec![people(1, Some(7), MANAGERS, 1), people(1, None, SCHOOL, 2)];
    let others = [people(2, None, SCHOOL, 20), people(10, None, MANAGERS, 30)];

    let numbers = Numbers::with_others(own, &others);

    assert_eq!(numbers.total(), total(3, 53));
    assert_eq!(
        counts(&numbers, &[Dimension::OrganisationKind]),
        [(0, Some(30)), (3, Some(23))]
    );
    assert_eq!(
        counts(&numbers, &[Dimension::Audience]),
        [(1, Some(31)), (2, Some(22))]
    );
    assert_eq!(
        counts(&numbers, &[Dimension::Unit]),
        [(0, Some(30)), (2, Some(2)), (1, Some(1)), (0, Some(20))]
    );
}

#[test]
fn four_others_are_not_told_also_where_there_are_many_own() {
    let own = vec![people(1, None, SCHOOL, 40)];
    let others = [people(2, None, SCHOOL, 4), people(10, None, SCHOOL, 30)];

    let numbers = Numbers::with_others(own, &others);

    let kinds = counts(&numbers, &[Dimension::OrganisationKind]);
    assert_eq!(kinds, [(0, None), (40, None)], "30 would tell the 4");
    assert_eq!(numbers.total(), total(40, 74));
}

#[test]
fn those_on_ones_own_lists_do_not_hide_the_rest() {
    let on_a_list = People {
        listed: true,
        ..people(2, None, SCHOOL, 30)
    };
    let others = [
        on_a_list,
        people(2, None, SCHOOL, 2),
        people(10, None, SCHOOL, 30),
    ];

    let numbers = Numbers::with_others(Vec::new(), &others);

    assert_eq!(
        counts(&numbers, &[Dimension::OrganisationKind]),
        [(0, None), (0, None)]
    );
}

#[test]
fn where_only_the_total_is_told_no_groups_are() {
    let others = [people(2, None, SCHOOL, 3), people(10, None, SCHOOL, 2)];

    let numbers = Numbers::with_others(vec![people(1, None, SCHOOL, 1)], &others);

    assert_eq!(numbers.total(), total(1, 6));
    assert_eq!(
        counts(&numbers, &[Dimension::OrganisationKind]),
        [(1, None)]
    );
}

#[test]
fn without_the_others_nothing_but_the_own_people_is_told() {
    let numbers = Numbers::own(vec![people(1, None, SCHOOL, 9)]);

    assert_eq!((numbers.total().own, numbers.total().all), (9, None));
    assert_eq!(counts(&numbers, &[Dimension::Audience]), [(9, None)]);
}

fn came(number: u32, attended: u32, completed: u32) -> People {
    People {
        outcome: Outcome {
            attended,
            completed,
        },
        ..people(2, None, SCHOOL, number)
    }
}

#[test]
fn what_became_of_all_is_told_unless_it_tells_of_few() {
    let of = |others: People| Numbers::with_others(vec![came(3, 2, 1)], &[others]).outcome_of_all();

    assert_eq!(
        of(came(40, 30, 20)),
        Some(Outcome {
            attended: 32,
            completed: 21
        })
    );
    assert_eq!(
        of(came(40, 40, 40)),
        Some(Outcome {
            attended: 42,
            completed: 41
        })
    );
    assert_eq!(of(came(40, 36, 20)), None, "4 did not come");
    assert!(of(came(40, 35, 20)).is_some(), "5 did not come");
    assert_eq!(of(came(40, 4, 0)), None, "4 came");
    assert_eq!(of(came(40, 20, 17)), None, "3 came in vain");
    assert_eq!(of(came(4, 0, 0)), None, "there are only 4");
    let on_a_list = People {
        listed: true,
        ..came(40, 30, 20)
    };
    assert!(of(on_a_list).is_some());
}

#[test]
fn no_one_at_all_is_nought() {
    assert_eq!(Numbers::with_others(Vec::new(), &[]).total(), total(0, 0));
}
