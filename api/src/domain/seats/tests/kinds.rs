//! Quotas for kinds of organisations: A and B are municipalities, C is an association.

use super::*;
use OrganisationKind::{Municipality, Ngo};

fn kind_quota(kind: OrganisationKind, guaranteed: u32, maximum: Option<u32>) -> KindQuota {
    KindQuota {
        kind,
        guaranteed,
        maximum,
        release_at: Some(release()),
    }
}

fn shared(seats: i32, quotas: &[Quota], kinds: &[KindQuota]) -> Occasion {
    Occasion {
        kinds: kinds.to_vec(),
        kind_of: BTreeMap::from([(A, Municipality), (B, Municipality), (C, Ngo)]),
        ..occasion(seats, quotas)
    }
}

#[test]
fn what_is_kept_for_a_kind_is_for_any_organisation_of_it() {
    let mut occasion = shared(10, &[], &[kind_quota(Ngo, 4, None)]);

    assert_eq!(occasion.free_for(A, just_before()), 6);
    assert_eq!(occasion.free_for(C, just_before()), 10);
    assert_eq!(
        occasion.take(A, 7, just_before()),
        Err(Refusal::SeatsGuaranteedToOthers)
    );
    assert_eq!(occasion.take(C, 3, just_before()), Ok(()));
    assert_eq!(occasion.free_for(A, just_before()), 6, "one is still kept");
    assert_eq!(occasion.free_for(A, release()), 7);
}

#[test]
fn a_kind_has_a_maximum_together() {
    let mut occasion = shared(10, &[], &[kind_quota(Municipality, 0, Some(3))]);

    occasion.take(A, 2, just_before()).unwrap();

    assert_eq!(
        occasion.take(B, 2, just_before()),
        Err(Refusal::QuotaOfOrganisationKindFull)
    );
    assert_eq!(occasion.take(B, 1, just_before()), Ok(()));
    assert_eq!(occasion.free_for(A, just_before()), 0);
    assert_eq!(occasion.free_for(C, just_before()), 7);
}

#[test]
fn a_seat_for_one_municipality_is_one_of_the_seats_for_municipalities() {
    let mut occasion = shared(
        10,
        &[quota(A, 3, None)],
        &[kind_quota(Municipality, 5, None)],
    );

    assert_eq!(
        occasion.free_for(C, just_before()),
        5,
        "five are kept, not eight"
    );
    assert_eq!(occasion.free_for(B, just_before()), 7, "all but those of A");
    occasion.take(B, 4, just_before()).unwrap();
    assert_eq!(
        occasion.free_for(C, just_before()),
        3,
        "the three of A are still kept"
    );
    assert_eq!(occasion.breakdown(just_before()).guaranteed_unused, 3);
}

#[test]
fn the_maximum_of_a_kind_leaves_room_for_what_one_of_them_is_promised() {
    let mut occasion = shared(
        10,
        &[quota(A, 3, None)],
        &[kind_quota(Municipality, 0, Some(5))],
    );

    assert_eq!(occasion.free_for(B, just_before()), 2);
    assert_eq!(
        occasion.take(B, 3, just_before()),
        Err(Refusal::SeatsGuaranteedToOthers)
    );
    occasion.take(B, 2, just_before()).unwrap();
    assert_eq!(occasion.take(A, 3, just_before()), Ok(()));
}

#[test]
fn impossible_quotas_of_kinds_are_named() {
    let errors = |quotas: &[Quota], kinds: &[KindQuota]| {
        shared(9, quotas, kinds)
            .validate(just_before())
            .unwrap_err()
    };

    assert_eq!(
        errors(&[], &[kind_quota(Ngo, 0, None), kind_quota(Ngo, 0, None)]),
        [QuotaError::KindTwice { kind: Ngo }]
    );
    assert_eq!(
        errors(
            &[quota(A, 2, None), quota(B, 2, None)],
            &[kind_quota(Municipality, 0, Some(3))]
        ),
        [QuotaError::KindMaximumTooSmall {
            kind: Municipality,
            needed: 4,
            maximum: 3
        }]
    );
    assert_eq!(
        errors(
            &[quota(A, 2, None)],
            &[kind_quota(Municipality, 5, None), kind_quota(Ngo, 5, None)]
        ),
        [QuotaError::GuaranteesAboveCapacity {
            guaranteed: 10,
            capacity: 9
        }]
    );
    let fits = shared(
        9,
        &[quota(A, 2, None)],
        &[
            kind_quota(Municipality, 5, Some(5)),
            kind_quota(Ngo, 4, None),
        ],
    );
    assert_eq!(fits.validate(just_before()), Ok(()));
}

#[test]
fn nothing_is_kept_for_an_organisation_whose_agreement_has_ended() {
    let mut occasion = shared(10, &[quota(A, 3, None)], &[]);
    occasion.take(A, 1, just_before()).unwrap();

    occasion.ended.insert(A);

    assert_eq!(occasion.free_for(A, just_before()), 0);
    assert_eq!(occasion.free_for(C, just_before()), 9);
    occasion.give_back(A, 1).unwrap();
    assert_eq!(
        occasion.take(A, 1, just_before()),
        Err(Refusal::QuotaOfOrganisationFull)
    );
}
