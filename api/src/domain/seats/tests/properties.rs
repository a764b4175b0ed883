//! What holds for every occasion, whatever is done with it and in which order.

use proptest::prelude::*;

use super::*;

const ORGANISATIONS: [OrganisationKey; 4] = [A, B, C, Uuid::from_u128(4)];

fn at(hour: i64) -> DateTime<Utc> {
    release() + TimeDelta::hours(hour)
}

fn any_organisation() -> impl Strategy<Value = OrganisationKey> {
    prop::sample::select(ORGANISATIONS.to_vec())
}

/// The first two organisations are municipalities, the others associations.
fn kind_of(organisation: OrganisationKey) -> OrganisationKind {
    if organisation == A || organisation == B {
        OrganisationKind::Municipality
    } else {
        OrganisationKind::Ngo
    }
}

/// Valid occasions, nothing taken, with a quota for some of the four organisations and of the two kinds.
fn any_occasion() -> impl Strategy<Value = Occasion> {
    let rule = (
        0..6_u32,
        prop::option::of(0..6_u32),
        prop::option::of(0..6_i64),
    );
    let kind_rule = (
        0..8_u32,
        prop::option::of(0..8_u32),
        prop::option::of(0..6_i64),
    );
    (
        0..16_i32,
        prop::collection::vec(prop::option::of(rule), ORGANISATIONS.len()),
        prop::collection::vec(prop::option::of(kind_rule), 2),
    )
        .prop_map(|(spare, rules, kind_rules)| {
            let quotas: Vec<Quota> = ORGANISATIONS
                .iter()
                .zip(rules)
                .filter_map(|(organisation, rule)| {
                    let (guaranteed, beyond, release) = rule?;
                    Some(Quota {
                        guaranteed,
                        maximum: beyond.map(|beyond| guaranteed + beyond),
                        release_at: release.map(at),
                        ..Quota::open(*organisation)
                    })
                })
                .collect();
            let of_kind = |kind| {
                let own = quotas
                    .iter()
                    .filter(|quota| kind_of(quota.organisation) == kind);
                own.map(|quota| quota.guaranteed).sum::<u32>()
            };
            let kinds: Vec<KindQuota> = [OrganisationKind::Municipality, OrganisationKind::Ngo]
                .into_iter()
                .zip(kind_rules)
                .filter_map(|(kind, rule)| {
                    let (guaranteed, beyond, release) = rule?;
                    let least = guaranteed.max(of_kind(kind));
                    Some(KindQuota {
                        kind,
                        guaranteed,
                        maximum: beyond.map(|beyond| least + beyond),
                        release_at: release.map(at),
                    })
                })
                .collect();
            let guaranteed: u32 = quotas.iter().map(|quota| quota.guaranteed).sum::<u32>()
                + kinds.iter().map(|quota| quota.guaranteed).sum::<u32>();
            let seats = i32::try_from(guaranteed).unwrap() + spare;
            Occasion {
                kinds,
                kind_of: ORGANISATIONS.map(|who| (who, kind_of(who))).into(),
                ..occasion(seats, &quotas)
            }
        })
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Take(OrganisationKey, u32),
    GiveBack(OrganisationKey, u32),
    Wait,
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (any_organisation(), 0..5_u32).prop_map(|(who, count)| Step::Take(who, count)),
        2 => (any_organisation(), 0..4_u32).prop_map(|(who, count)| Step::GiveBack(who, count)),
        1 => Just(Step::Wait),
    ];
    prop::collection::vec(step, 0..30)
}

/// Does the steps one after the other and shows each state on the way with its time.
fn walk(
    mut occasion: Occasion,
    steps: &[Step],
    mut check: impl FnMut(&Occasion, DateTime<Utc>) -> Result<(), TestCaseError>,
) -> Result<(Occasion, DateTime<Utc>), TestCaseError> {
    let mut hour = -1;
    check(&occasion, at(hour))?;
    for step in steps {
        match *step {
            Step::Take(who, count) => drop(occasion.take(who, count, at(hour))),
            Step::GiveBack(who, count) => drop(occasion.give_back(who, count)),
            Step::Wait => hour += 1,
        }
        check(&occasion, at(hour))?;
    }
    Ok((occasion, at(hour)))
}

fn any_queue() -> impl Strategy<Value = Vec<Waiting>> {
    prop::collection::vec(any_organisation(), 0..20).prop_map(|organisations| {
        organisations
            .into_iter()
            .zip(1..)
            .map(|(organisation, number)| waiting(number, organisation))
            .collect()
    })
}

fn taken_by(occasion: &Occasion, organisation: OrganisationKey) -> u32 {
    occasion.quota(organisation).map_or(0, |quota| quota.taken)
}

/// The slow model: every seat is a chair with a name on it or none, and people sit down.
mod chairs {
    use super::*;

    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Label {
        Organisation(OrganisationKey),
        Kind(OrganisationKind),
        Anybody,
    }

    #[derive(Clone, Copy)]
    struct Chair {
        label: Label,
        occupied: bool,
    }

    fn sit_down(chairs: &mut [Chair], organisation: OrganisationKey) -> bool {
        let labels = [
            Label::Organisation(organisation),
            Label::Kind(kind_of(organisation)),
            Label::Anybody,
        ];
        let free = |label| {
            chairs
                .iter()
                .position(|chair| !chair.occupied && chair.label == label)
        };
        let Some(place) = labels.into_iter().find_map(free) else {
            return false;
        };
        chairs[place].occupied = true;
        true
    }

    fn holds(release_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        release_at.is_none_or(|release_at| now < release_at)
    }

    /// All chairs with everybody on them who has a seat; none if somebody finds none.
    fn seated(occasion: &Occasion, now: DateTime<Utc>) -> Option<Vec<Chair>> {
        let mut chairs = Vec::new();
        let put = |chairs: &mut Vec<Chair>, label, count: u32| {
            let chair = Chair {
                label,
                occupied: false,
            };
            chairs.extend((0..count).map(|_| chair));
        };
        let holding = || {
            occasion
                .quotas
                .iter()
                .filter(|quota| holds(quota.release_at, now))
        };
        for quota in holding() {
            put(
                &mut chairs,
                Label::Organisation(quota.organisation),
                quota.guaranteed,
            );
        }
        for quota in occasion
            .kinds
            .iter()
            .filter(|quota| holds(quota.release_at, now))
        {
            let own = holding().filter(|own| kind_of(own.organisation) == quota.kind);
            let single: u32 = own.map(|own| own.guaranteed).sum();
            put(
                &mut chairs,
                Label::Kind(quota.kind),
                quota.guaranteed.saturating_sub(single),
            );
        }
        let all = occasion.capacity.seats() as usize;
        let anybody = u32::try_from(all.saturating_sub(chairs.len())).unwrap();
        put(&mut chairs, Label::Anybody, anybody);
        for quota in &occasion.quotas {
            for _ in 0..quota.taken {
                if !sit_down(&mut chairs, quota.organisation) {
                    return None;
                }
            }
        }
        Some(chairs)
    }

    /// Whether one more of the organisation leaves everybody below the maxima, also when those come who are promised
    /// a seat.
    fn is_allowed(
        occasion: &Occasion,
        organisation: OrganisationKey,
        more: u32,
        now: DateTime<Utc>,
    ) -> bool {
        let own = taken_by(occasion, organisation) + more;
        let maximum = occasion.quota(organisation).and_then(|quota| quota.maximum);
        let kind = kind_of(organisation);
        let together: u32 = ORGANISATIONS
            .into_iter()
            .filter(|other| kind_of(*other) == kind && *other != organisation)
            .map(|other| {
                let promised = occasion
                    .quota(other)
                    .filter(|quota| holds(quota.release_at, now));
                taken_by(occasion, other).max(promised.map_or(0, |quota| quota.guaranteed))
            })
            .sum();
        let of_kind = occasion.kinds.iter().find(|quota| quota.kind == kind);
        let kind_maximum = of_kind.and_then(|quota| quota.maximum);
        maximum.is_none_or(|maximum| own <= maximum)
            && kind_maximum.is_none_or(|maximum| own + together <= maximum)
    }

    /// How many more of the organisation find a chair, one after the other.
    pub fn free_for(
        occasion: &Occasion,
        organisation: OrganisationKey,
        now: DateTime<Utc>,
    ) -> Option<u32> {
        let mut chairs = seated(occasion, now)?;
        let mut more = 0;
        while is_allowed(occasion, organisation, more + 1, now)
            && sit_down(&mut chairs, organisation)
        {
            more += 1;
        }
        Some(more)
    }
}

proptest! {
    #[test]
    fn the_formula_finds_as_many_seats_as_people_find_chairs(
        start in any_occasion(),
        steps in any_steps(),
    ) {
        walk(start, &steps, |occasion, now| {
            for organisation in ORGANISATIONS {
                prop_assert_eq!(
                    Some(occasion.free_for(organisation, now)),
                    chairs::free_for(occasion, organisation, now)
                );
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_step_passes_the_capacity_or_a_maximum(start in any_occasion(), steps in any_steps()) {
        walk(start, &steps, |occasion, now| {
            prop_assert_eq!(occasion.validate(now), Ok(()));
            Ok(())
        })?;
    }

    #[test]
    fn exactly_what_is_free_can_be_taken(
        start in any_occasion(),
        steps in any_steps(),
        who in any_organisation(),
    ) {
        let (occasion, now) = walk(start, &steps, |_, _| Ok(()))?;
        let free = occasion.free_for(who, now);

        prop_assert_eq!(occasion.clone().take(who, free, now), Ok(()));
        prop_assert!(occasion.clone().take(who, free + 1, now).is_err());
    }

    #[test]
    fn no_guarantee_is_lost_before_its_release(start in any_occasion(), steps in any_steps()) {
        walk(start, &steps, |occasion, now| {
            for quota in occasion.quotas.iter().filter(|quota| !quota.is_released(now)) {
                let promised = quota.guaranteed.saturating_sub(quota.taken);
                prop_assert!(occasion.free_for(quota.organisation, now) >= promised);
            }
            for quota in &occasion.kinds {
                let promised = quota.kept(occasion.taken_by_kind(quota.kind), now);
                let mut everybody = occasion.clone();
                for who in ORGANISATIONS.into_iter().filter(|who| kind_of(*who) == quota.kind) {
                    // However large the kind's own organisations are, together they find what they are promised.
                    let free = everybody.free_for(who, now);
                    everybody.take(who, free, now).unwrap();
                }
                let single = occasion.quotas.iter().any(|own| own.maximum.is_some());
                let found = everybody.taken_by_kind(quota.kind) - occasion.taken_by_kind(quota.kind);
                prop_assert!(single || found >= promised);
            }
            Ok(())
        })?;
    }

    #[test]
    fn giving_back_what_was_taken_leaves_everything_as_it_was(
        start in any_occasion(),
        steps in any_steps(),
        who in any_organisation(),
        count in 0..6_u32,
    ) {
        let (before, now) = walk(start, &steps, |_, _| Ok(()))?;
        let mut after = before.clone();

        if after.take(who, count, now).is_ok() {
            after.give_back(who, count).unwrap();
        }

        prop_assert_eq!(before.breakdown(now), after.breakdown(now));
        for organisation in ORGANISATIONS {
            prop_assert_eq!(taken_by(&before, organisation), taken_by(&after, organisation));
            prop_assert_eq!(before.free_for(organisation, now), after.free_for(organisation, now));
        }
    }

    #[test]
    fn the_breakdown_adds_up_to_the_capacity(start in any_occasion(), steps in any_steps()) {
        walk(start, &steps, |occasion, now| {
            let Breakdown { taken, guaranteed_unused, shared_free } = occasion.breakdown(now);
            prop_assert_eq!(taken + guaranteed_unused + shared_free, occasion.capacity.seats());
            let stranger = occasion.free_for(Uuid::from_u128(99), now);
            prop_assert_eq!(shared_free, stranger, "who has no quota may take what is shared");
            Ok(())
        })?;
    }

    #[test]
    fn promotion_is_the_first_who_may_again_and_again(
        start in any_occasion(),
        steps in any_steps(),
        queue in any_queue(),
    ) {
        let (mut occasion, now) = walk(start, &steps, |_, _| Ok(()))?;
        let mut slow = occasion.clone();
        let mut line = queue.clone();
        let mut expected = Vec::new();
        while let Some(place) =
            line.iter().position(|waiting| slow.free_for(waiting.organisation, now) > 0)
        {
            let first = line.remove(place);
            slow.take(first.organisation, 1, now).unwrap();
            expected.push(first.party);
        }

        let promotion = occasion.promote(&queue, now);

        prop_assert_eq!(promotion.promoted, expected);
        prop_assert_eq!(occasion, slow);
    }

    #[test]
    fn promotion_leaves_nobody_waiting_who_may_have_a_seat(
        start in any_occasion(),
        steps in any_steps(),
        queue in any_queue(),
    ) {
        let (mut occasion, now) = walk(start, &steps, |_, _| Ok(()))?;

        let promotion = occasion.promote(&queue, now);

        let left = queue.iter().filter(|waiting| !promotion.promoted.contains(&waiting.party));
        for waiting in left {
            prop_assert_eq!(occasion.free_for(waiting.organisation, now), 0);
            let passed = promotion.passed_over.iter().any(|(who, _)| *who == waiting.party);
            let last = promotion.promoted.last().map_or(0, Uuid::as_u128);
            let let_past = waiting.party.as_u128() < last;
            prop_assert_eq!(passed, let_past, "who is let past is told why, and nobody else");
        }
    }

    #[test]
    fn a_party_gets_all_its_seats_or_none_and_none_that_fits_is_left(
        start in any_occasion(),
        steps in any_steps(),
        queue in any_queue(),
        sizes in prop::collection::vec(1_u32..5, 12),
    ) {
        let (mut occasion, now) = walk(start, &steps, |_, _| Ok(()))?;
        let queue: Vec<Waiting> = queue
            .into_iter()
            .zip(sizes.iter().cycle())
            .map(|(waiting, seats)| Waiting { seats: *seats, ..waiting })
            .collect();
        let before = occasion.taken();

        let promotion = occasion.promote(&queue, now);

        let (in_seats, left): (Vec<&Waiting>, Vec<&Waiting>) =
            queue.iter().partition(|waiting| promotion.promoted.contains(&waiting.party));
        let got: u32 = in_seats.iter().map(|waiting| waiting.seats).sum();
        prop_assert_eq!(occasion.taken(), before + got);
        for waiting in left {
            prop_assert!(occasion.free_for(waiting.organisation, now) < waiting.seats);
        }
    }

    #[test]
    fn promotion_keeps_the_order_within_an_organisation(
        start in any_occasion(),
        steps in any_steps(),
        queue in any_queue(),
    ) {
        let (mut occasion, now) = walk(start, &steps, |_, _| Ok(()))?;

        let promotion = occasion.promote(&queue, now);

        for organisation in ORGANISATIONS {
            let outcomes: Vec<bool> = queue
                .iter()
                .filter(|waiting| waiting.organisation == organisation)
                .map(|waiting| promotion.promoted.contains(&waiting.party))
                .collect();
            prop_assert!(outcomes.is_sorted_by(|a, b| a >= b), "nobody passes a colleague");
        }
    }
}

#[test]
fn the_chairs_would_notice_a_guarantee_that_is_counted_twice() {
    let occasion = occasion(10, &[quota(A, 4, None)]);
    let breakdown = occasion.breakdown(just_before());

    let counted_twice = 4 + (10 - breakdown.taken);

    assert_ne!(
        chairs::free_for(&occasion, A, just_before()),
        Some(counted_twice)
    );
}
