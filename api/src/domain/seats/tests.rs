//! Examples and boundaries. The properties that hold for every occasion are in `properties`.

mod kinds;
mod properties;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;

const A: OrganisationKey = Uuid::from_u128(1);
const B: OrganisationKey = Uuid::from_u128(2);
const C: OrganisationKey = Uuid::from_u128(3);

fn release() -> DateTime<Utc> {
    "2026-03-01T07:00:00Z".parse().unwrap()
}

fn just_before() -> DateTime<Utc> {
    release() - TimeDelta::microseconds(1)
}

fn capacity(seats: i32) -> Capacity {
    Capacity::try_from(seats).unwrap()
}

fn quota(organisation: OrganisationKey, guaranteed: u32, maximum: Option<u32>) -> Quota {
    Quota {
        guaranteed,
        maximum,
        release_at: Some(release()),
        ..Quota::open(organisation)
    }
}

fn occasion(seats: i32, quotas: &[Quota]) -> Occasion {
    Occasion {
        capacity: capacity(seats),
        quotas: quotas.to_vec(),
        ..Occasion::default()
    }
}

fn waiting(number: u128, organisation: OrganisationKey) -> Waiting {
    Waiting {
        party: Uuid::from_u128(number),
        seats: 1,
        organisation,
    }
}

fn numbers(sign_ups: &[PartyKey]) -> Vec<u128> {
    sign_ups.iter().map(Uuid::as_u128).collect()
}

#[test]
fn the_own_guarantee_is_counted_once() {
    let occasion = occasion(20, &[quota(A, 8, None), quota(B, 5, None)]);

    assert_eq!(occasion.free_for(A, just_before()), 15, "8 own, 7 shared");
    assert_eq!(occasion.free_for(B, just_before()), 12, "5 own, 7 shared");
    assert_eq!(occasion.free_for(C, just_before()), 7, "shared only");
}

#[test]
fn a_guarantee_is_kept_until_the_microsecond_before_its_release() {
    let mut occasion = occasion(10, &[quota(A, 4, None)]);

    let too_early = occasion.take(B, 7, just_before());
    let in_time = occasion.take(B, 7, release());

    assert_eq!(too_early, Err(Refusal::SeatsGuaranteedToOthers));
    assert_eq!(in_time, Ok(()));
    assert_eq!(occasion.free_for(A, release()), 3);
}

#[test]
fn a_guarantee_without_a_release_time_is_never_released() {
    let kept = Quota {
        release_at: None,
        ..quota(A, 4, None)
    };
    let occasion = occasion(10, &[kept]);

    assert_eq!(occasion.free_for(B, DateTime::<Utc>::MAX_UTC), 6);
    assert_eq!(occasion.next_release(just_before()), None);
}

#[test]
fn a_used_guarantee_keeps_nothing_more_from_others() {
    let mut occasion = occasion(10, &[quota(A, 4, None)]);

    occasion.take(A, 6, just_before()).unwrap();

    assert_eq!(occasion.free_for(B, just_before()), 4);
}

#[test]
fn each_refusal_has_its_reason_and_changes_nothing() {
    let before = occasion(10, &[quota(A, 4, Some(5)), quota(B, 3, None)]);
    let mut occasion = before.clone();

    let reasons = [
        occasion.take(C, 11, just_before()),
        occasion.take(A, 11, just_before()),
        occasion.take(A, 6, just_before()),
        occasion.take(C, 4, just_before()),
    ]
    .map(|result| result.unwrap_err().code());

    assert_eq!(
        reasons,
        [
            "OCCASION_FULL",
            "OCCASION_FULL",
            "QUOTA_OF_ORGANISATION_FULL",
            "SEATS_GUARANTEED_TO_OTHERS"
        ]
    );
    assert_eq!(occasion, before);
}

#[test]
fn a_group_gets_all_its_seats_or_none() {
    let mut occasion = occasion(3, &[]);

    assert_eq!(occasion.take(A, 4, release()), Err(Refusal::OccasionFull));
    assert_eq!(occasion.taken(), 0);
    assert_eq!(occasion.take(A, 3, release()), Ok(()));
}

#[test]
fn nobody_gives_back_more_than_they_have() {
    let mut occasion = occasion(3, &[]);
    occasion.take(A, 2, release()).unwrap();

    let too_many = occasion.give_back(A, 3);
    let somebody_elses = occasion.give_back(B, 1);

    assert_eq!(
        too_many,
        Err(NotTaken {
            taken: 2,
            given_back: 3
        })
    );
    assert_eq!(
        somebody_elses,
        Err(NotTaken {
            taken: 0,
            given_back: 1
        })
    );
    assert_eq!(occasion.taken(), 2);
}

#[test]
fn promotion_lets_others_past_only_with_a_reason() {
    let mut full = quota(A, 0, Some(2));
    full.taken = 2;
    let mut occasion = occasion(6, &[full, quota(B, 1, None)]);
    let queue = [
        waiting(1, A),
        waiting(2, C),
        waiting(3, C),
        waiting(4, C),
        waiting(5, C),
        waiting(6, B),
        waiting(7, B),
    ];

    let promotion = occasion.promote(&queue, just_before());

    assert_eq!(numbers(&promotion.promoted), [2, 3, 4, 6]);
    assert_eq!(
        promotion.passed_over,
        [
            (Uuid::from_u128(1), Refusal::QuotaOfOrganisationFull),
            (Uuid::from_u128(5), Refusal::SeatsGuaranteedToOthers),
        ],
        "7 was not passed over: when its turn came there was no seat for anyone"
    );
}

#[test]
fn the_release_promotes_who_waited_for_guaranteed_seats() {
    let mut occasion = occasion(2, &[quota(A, 2, None)]);
    let queue = [waiting(1, B), waiting(2, B), waiting(3, B)];

    let before = occasion.promote(&queue, just_before());
    let after = occasion.promote(&queue, release());

    assert_eq!(numbers(&before.promoted), [0_u128; 0]);
    assert_eq!(numbers(&after.promoted), [1, 2]);
    assert_eq!(after.passed_over, []);
}

#[test]
fn each_impossible_quota_is_named_with_its_numbers() {
    let taken = |taken, quota| Quota { taken, ..quota };
    let errors = |seats, quotas: &[Quota]| {
        let occasion = occasion(seats, quotas);
        occasion.validate(just_before()).unwrap_err()
    };

    assert_eq!(
        errors(9, &[quota(A, 5, None), quota(B, 5, None)]),
        [QuotaError::GuaranteesAboveCapacity {
            guaranteed: 10,
            capacity: 9
        }]
    );
    assert_eq!(
        errors(9, &[taken(4, quota(A, 5, Some(3)))]),
        [
            QuotaError::GuaranteeAboveMaximum {
                organisation: A,
                guaranteed: 5,
                maximum: 3
            },
            QuotaError::TakenAboveMaximum {
                organisation: A,
                taken: 4,
                maximum: 3
            },
        ]
    );
    assert_eq!(
        errors(9, &[taken(8, Quota::open(A)), quota(B, 2, None)]),
        [QuotaError::GuaranteesAboveFree { kept: 2, free: 1 }]
    );
    assert_eq!(
        errors(9, &[Quota::open(A), Quota::open(A)]),
        [QuotaError::OrganisationTwice { organisation: A }]
    );
    assert_eq!(
        errors(i32::MAX, &[quota(A, u32::MAX, None), quota(B, 1, None)]),
        [QuotaError::GuaranteesAboveCapacity {
            guaranteed: u32::MAX,
            capacity: 2_147_483_647
        }],
        "sums must not overflow"
    );
}

#[test]
fn quotas_that_just_fit_are_possible() {
    let full = Quota {
        taken: 5,
        ..quota(A, 5, Some(5))
    };

    let fits = occasion(9, &[full, quota(B, 4, None)]).validate(just_before());
    let nine = Quota {
        taken: 9,
        ..Quota::open(A)
    };
    let released = occasion(9, &[nine, quota(B, 4, None)]).validate(release());

    assert_eq!(fits, Ok(()));
    assert_eq!(released, Ok(()), "a released guarantee keeps nothing");
}

#[test]
fn the_capacity_goes_down_to_what_is_taken_and_kept_and_no_further() {
    let mut occasion = occasion(10, &[quota(A, 2, None)]);
    occasion.take(B, 5, just_before()).unwrap();

    assert_eq!(
        occasion.change_capacity(capacity(4), just_before()),
        Err(QuotaError::CapacityTooSmall {
            capacity: 4,
            taken: 5,
            kept: 2,
            least: 7
        })
    );
    assert!(
        occasion
            .change_capacity(capacity(6), just_before())
            .is_err()
    );
    assert_eq!(occasion.capacity, capacity(10));
    assert_eq!(occasion.change_capacity(capacity(7), just_before()), Ok(()));
    assert_eq!(occasion.free_for(B, just_before()), 0);
    assert_eq!(Capacity::try_from(-1), Err(NegativeCapacity(-1)));
}

#[test]
fn the_next_release_is_the_first_one_still_to_come() {
    let later = release() + TimeDelta::days(1);
    let second = Quota {
        release_at: Some(later),
        ..quota(B, 2, None)
    };
    let of_nothing = Quota {
        release_at: Some(just_before()),
        ..Quota::open(C)
    };
    let occasion = occasion(10, &[second, quota(A, 2, None), of_nothing]);

    assert_eq!(
        occasion.next_release(just_before() - TimeDelta::days(1)),
        Some(release())
    );
    assert_eq!(occasion.next_release(just_before()), Some(release()));
    assert_eq!(occasion.next_release(release()), Some(later));
    assert_eq!(occasion.next_release(later), None);
}

#[test]
fn the_ledger_adds_up_and_a_difference_is_named() {
    let movement = |organisation, seats, waiting| Movement {
        organisation,
        seats,
        waiting,
    };
    let ledger = replay(&[
        movement(A, 2, 0),
        movement(B, 0, 1),
        movement(A, -1, 0),
        movement(B, 1, -1),
        movement(C, 0, 0),
    ]);
    let mut stored = ledger.clone();
    stored.remove(&C);
    assert_eq!(differences(&ledger, &stored), [], "zero and missing agree");

    stored.insert(
        B,
        Counters {
            taken: 2,
            waiting: 0,
        },
    );

    assert_eq!(
        differences(&ledger, &stored),
        [Difference {
            organisation: B,
            ledger: Counters {
                taken: 1,
                waiting: 0
            },
            stored: Counters {
                taken: 2,
                waiting: 0
            },
        }]
    );
}
