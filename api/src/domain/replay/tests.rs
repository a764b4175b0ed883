//! The ledgers that the book writes are told again without a difference; ledgers that somebody has touched are not.

use super::*;
use crate::domain::{
    book::{Act, Book, Given, Party},
    seats::{Capacity, KindQuota, Quota},
};
use chrono::TimeDelta;
use entity::{
    id::{OccasionId, OrganisationId, PersonId, TrainingId},
    kind::{OccasionStatus, OrganisationKind, PromotionMode, SignUpStatus},
    sign_up, training_occasion,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn start() -> DateTime<Utc> {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

fn act(hour: i64) -> Act {
    Act {
        at: start() + TimeDelta::hours(hour),
        by: None,
    }
}

fn organisation(number: u128) -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(number + 1))
}

fn kind_of(number: u128) -> OrganisationKind {
    if number < 2 {
        OrganisationKind::Municipality
    } else {
        OrganisationKind::Ngo
    }
}

fn open(capacity: i32, promotion: PromotionMode) -> Book {
    let occasion = training_occasion::Model {
        id: OccasionId::new(),
        training_id: TrainingId::new(),
        status: OccasionStatus::Scheduled,
        period: None,
        time_zone: "Europe/Stockholm".to_owned(),
        starts_at: start() + TimeDelta::days(90),
        ends_at: start() + TimeDelta::days(91),
        venue_name: None,
        venue_address: None,
        online_url: None,
        capacity,
        taken: 0,
        waiting: 0,
        movements: 0,
        sign_up_opens_at: None,
        sign_up_closes_at: None,
        cancelled_at: None,
        cancellation_reason: None,
        version: 1,
        promotion,
        offer_working_hours: Some(8),
        shares_by_kind: false,
        opens_stepwise: false,
        terms: None,
    };
    let mut book = Book::open(occasion, Given::default()).unwrap();
    for number in 0..4 {
        book.introduce(organisation(number), kind_of(number));
    }
    book
}

#[derive(Clone, Debug)]
enum Step {
    SignUp(u128, usize, bool),
    Leave(prop::sample::Index),
    Busy(prop::sample::Index),
    Answer(prop::sample::Index, bool),
    Capacity(i32),
    Quotas(Vec<(u32, Option<u32>, i64)>, Option<(u32, u32)>),
    Wait(i64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let share = (0..4_u32, prop::option::of(0..4_u32), 0..100_i64);
    prop_oneof![
        5 => (0..4_u128, 1..4_usize, any::<bool>())
            .prop_map(|(who, count, together)| Step::SignUp(who, count, together)),
        3 => any::<prop::sample::Index>().prop_map(Step::Leave),
        1 => any::<prop::sample::Index>().prop_map(Step::Busy),
        2 => (any::<prop::sample::Index>(), any::<bool>())
            .prop_map(|(which, accept)| Step::Answer(which, accept)),
        1 => (0..14_i32).prop_map(Step::Capacity),
        1 => (prop::collection::vec(share, 1..5), prop::option::of((0..4_u32, 0..6_u32)))
            .prop_map(|(shares, kind)| Step::Quotas(shares, kind)),
        2 => (1..40_i64).prop_map(Step::Wait),
    ]
}

struct World {
    book: Book,
    hour: i64,
    kept: BTreeMap<PersonId, SeatReason>,
}

impl World {
    fn rows(&self, statuses: &[SignUpStatus]) -> Vec<sign_up::Model> {
        let made = self.book.made().iter();
        made.filter(|row| statuses.contains(&row.status))
            .cloned()
            .collect()
    }

    /// As the next request begins: what has run out passes on, what has come free goes to the line.
    fn begin(&mut self) -> Act {
        let act = act(self.hour);
        self.book.keep_in_line(self.kept.clone());
        self.book.expire_offers(act).unwrap();
        self.book.settle(act);
        act
    }

    fn play(&mut self, step: &Step) {
        if let Step::Wait(hours) = step {
            self.hour += hours;
            return;
        }
        let act = self.begin();
        match step {
            Step::SignUp(who, count, together) => {
                let people: Vec<_> = (0..*count).map(|_| Some(PersonId::new())).collect();
                let party = if *together {
                    Party::Together
                } else {
                    Party::Separate
                };
                self.book.sign_up(organisation(*who), &people, party, act);
            }
            Step::Leave(which) => {
                let rows = self.rows(&SignUpStatus::STANDING);
                if !rows.is_empty() {
                    let cause = MovementCause::Withdrawal;
                    self.book.give_back(which.get(&rows), cause, act).unwrap();
                }
            }
            Step::Busy(which) => {
                let waiting = self.rows(&[SignUpStatus::Waitlisted]);
                if !waiting.is_empty() && !self.kept.is_empty() {
                    self.kept.clear();
                } else if !waiting.is_empty() {
                    let reason = if self.hour % 2 == 0 {
                        SeatReason::BusyElsewhere
                    } else {
                        SeatReason::MembershipEnded
                    };
                    let person = which.get(&waiting).person_id;
                    self.kept.extend(person.map(|person| (person, reason)));
                }
            }
            Step::Answer(which, accept) => {
                let offered = self.rows(&[SignUpStatus::Offered]);
                if !offered.is_empty() {
                    let party = self.book.offered_with(which.get(&offered));
                    if *accept {
                        self.book.accept_offer(&party, act);
                    } else {
                        let cause = MovementCause::OfferDeclined;
                        self.book.give_back_all(&party, cause, act).unwrap();
                    }
                }
            }
            Step::Capacity(seats) => {
                let wanted = Capacity::try_from(*seats).unwrap();
                // What is refused changes nothing.
                let _ = self.book.set_capacity(wanted, act);
            }
            Step::Quotas(shares, kind) => {
                let quotas = shares
                    .iter()
                    .zip(0..)
                    .map(|((kept, more, release), who)| Quota {
                        guaranteed: *kept,
                        maximum: more.map(|more| kept + more),
                        release_at: Some(start() + TimeDelta::hours(*release)),
                        ..Quota::open(organisation(who).uuid())
                    });
                let kinds = kind.iter().map(|(kept, more)| KindQuota {
                    kind: OrganisationKind::Ngo,
                    guaranteed: *kept,
                    maximum: Some(kept + more + 6),
                    release_at: None,
                });
                let (quotas, kinds): (Vec<_>, Vec<_>) = (quotas.collect(), kinds.collect());
                let _ = self.book.set_quotas(&quotas, &kinds, act);
            }
            Step::Wait(_) => {}
        }
    }

    fn terms(&self) -> Vec<(i32, Terms)> {
        let noted = self.book.noted_terms().iter();
        noted
            .map(|noted| (noted.number, serde_json::from_str(&noted.terms).unwrap()))
            .collect()
    }
}

fn played(capacity: i32, promotion: PromotionMode, steps: &[Step]) -> World {
    let mut world = World {
        book: open(capacity, promotion),
        hour: 0,
        kept: BTreeMap::new(),
    };
    for step in steps {
        world.play(step);
    }
    world
}

fn any_mode() -> impl Strategy<Value = PromotionMode> {
    prop::sample::select(vec![PromotionMode::Direct, PromotionMode::Offer])
}

proptest! {
    #[test]
    fn what_the_book_has_written_is_told_again_from_the_ledger_alone(
        capacity in 0..10_i32,
        promotion in any_mode(),
        steps in prop::collection::vec(any_step(), 1..40),
    ) {
        let world = played(capacity, promotion, &steps);

        let told = replay(world.book.movements(), &world.terms()).unwrap();

        let line: Vec<_> = told.line.iter().map(|row| (row.sign_up, row.reason)).collect();
        let waiting: Vec<_> = world.book.waiting().iter().map(|row| (row.id, row.reason)).collect();
        prop_assert_eq!(line, waiting);
        for (offered, status) in [(false, SignUpStatus::Confirmed), (true, SignUpStatus::Offered)] {
            let seated = told.seated.iter().filter(|(_, seat)| seat.offered == offered);
            let seated: BTreeSet<SignUpId> = seated.map(|(id, _)| *id).collect();
            let stored: BTreeSet<SignUpId> = world.rows(&[status]).iter().map(|row| row.id).collect();
            prop_assert_eq!(seated, stored);
        }
    }

    #[test]
    fn a_jump_of_the_queue_is_found(
        capacity in 1..6_i32,
        promotion in any_mode(),
        steps in prop::collection::vec(any_step(), 20..60),
        which in any::<prop::sample::Index>(),
    ) {
        let world = played(capacity, promotion, &steps);
        let mut movements = world.book.movements().to_vec();
        let moves: Vec<usize> = movements
            .iter()
            .enumerate()
            .filter(|(_, row)| matches!(row.cause, MovementCause::Promotion | MovementCause::Offer))
            .map(|(place, _)| place)
            .collect();
        prop_assume!(!moves.is_empty());
        let place = *which.get(&moves);
        // Somebody else of the line is put in the place of whoever moved up.
        let waited: Vec<SignUpId> = movements[..place]
            .iter()
            .filter(|row| row.waiting == 1 && row.sign_up_id != movements[place].sign_up_id)
            .map(|row| row.sign_up_id)
            .collect();
        prop_assume!(!waited.is_empty());
        movements[place].sign_up_id = *which.get(&waited);

        prop_assert!(replay(&movements, &world.terms()).is_err());
    }
}

#[test]
fn two_settlements_one_after_the_other_are_told_as_two() {
    let somebody = Step::SignUp(0, 1, false);
    let mut world = played(0, PromotionMode::Direct, std::slice::from_ref(&somebody));
    let waiting = world.rows(&[SignUpStatus::Waitlisted]);
    let waiting = waiting.iter().filter_map(|row| row.person_id);
    world
        .kept
        .extend(waiting.map(|person| (person, SeatReason::BusyElsewhere)));
    world.play(&somebody);
    world.play(&Step::Capacity(2));
    world.kept.clear();
    world.play(&somebody);

    let told = replay(world.book.movements(), &world.terms()).unwrap();

    assert_eq!((told.seated.len(), told.line.len()), (2, 1));
}

#[test]
fn a_seat_too_many_is_found() {
    let steps = [Step::SignUp(0, 2, false), Step::SignUp(1, 1, false)];
    let world = played(2, PromotionMode::Direct, &steps);
    let mut movements = world.book.movements().to_vec();
    let last = movements.last_mut().unwrap();
    (last.seats, last.waiting, last.reason) = (1, 0, None);

    let told = replay(&movements, &world.terms());

    assert!(
        matches!(told, Err(Discrepancy::At { number: 3, .. })),
        "{told:?}"
    );
}

#[test]
fn a_ledger_without_terms_is_not_explained() {
    let world = played(2, PromotionMode::Direct, &[Step::SignUp(0, 1, false)]);

    let told = replay(world.book.movements(), &[]);

    assert_eq!(told.unwrap_err(), Discrepancy::WithoutTerms);
}
