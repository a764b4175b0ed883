//! What holds for every book, whatever is done with it and in which order.

use super::*;
use chrono::TimeDelta;
use entity::id::{OccasionId, TrainingId};
use proptest::prelude::*;
use uuid::Uuid;

/// How many organisations take part; the last one's agreement has ended.
const ORGANISATIONS: usize = 4;

fn start() -> DateTime<Utc> {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

fn act() -> Act {
    Act {
        at: start(),
        by: None,
    }
}

fn organisation(number: usize) -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap() + 1))
}

fn occasion(capacity: i32) -> training_occasion::Model {
    training_occasion::Model {
        id: OccasionId::new(),
        training_id: TrainingId::new(),
        status: OccasionStatus::Scheduled,
        period: None,
        time_zone: "Europe/Stockholm".to_owned(),
        starts_at: start() + TimeDelta::days(30),
        ends_at: start() + TimeDelta::days(31),
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
    }
}

fn open(capacity: i32, ended: &[OrganisationId]) -> Book {
    let ended = ended.iter().copied().collect();
    Book::open(occasion(capacity), &[], Vec::new(), &ended).unwrap()
}

/// A book over what another one leaves behind, as the next request opens it.
fn reopened(book: &Book, ended: &BTreeSet<OrganisationId>) -> Book {
    let signed = |count: u32| i32::try_from(count).unwrap();
    let quota = |quota: Quota| seat_quota::Model {
        occasion_id: book.occasion.id,
        organisation_id: OrganisationId::from_uuid(quota.organisation),
        guaranteed: signed(quota.guaranteed),
        maximum: quota.maximum.map(signed),
        release_at: quota.release_at,
        taken: signed(quota.taken),
    };
    let quotas: Vec<_> = book.quotas().into_iter().map(quota).collect();
    Book::open(book.occasion.clone(), &quotas, book.waiting.clone(), ended).unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    SignUp(usize, usize, usize, bool),
    Leave(prop::sample::Index),
    Replace(prop::sample::Index),
    Capacity(i32),
    Quotas(Vec<(u32, Option<u32>)>),
    Reopen,
}

fn any_step() -> impl Strategy<Value = Step> {
    let share = (0..4_u32, prop::option::of(0..6_u32));
    prop_oneof![
        5 => (0..ORGANISATIONS, 0..4_usize, 0..3_usize, any::<bool>())
            .prop_map(|(who, named, held, together)| Step::SignUp(who, named, held, together)),
        4 => any::<prop::sample::Index>().prop_map(Step::Leave),
        1 => any::<prop::sample::Index>().prop_map(Step::Replace),
        1 => (0..16_i32).prop_map(Step::Capacity),
        1 => prop::collection::vec(share, 1..ORGANISATIONS).prop_map(Step::Quotas),
        1 => Just(Step::Reopen),
    ]
}

/// A book with everything that came of it, also before it was opened again.
struct World {
    book: Book,
    ended: BTreeSet<OrganisationId>,
    movements: Vec<seat_movement::Model>,
    rows: BTreeMap<SignUpId, sign_up::Model>,
}

impl World {
    fn new(capacity: i32) -> Self {
        let ended = BTreeSet::from([organisation(ORGANISATIONS - 1)]);
        let book = Book::open(occasion(capacity), &[], Vec::new(), &ended).unwrap();
        Self {
            book,
            ended,
            movements: Vec::new(),
            rows: BTreeMap::new(),
        }
    }

    fn standing(&self) -> Vec<sign_up::Model> {
        let stands = |row: &&sign_up::Model| {
            matches!(
                row.status,
                SignUpStatus::Confirmed | SignUpStatus::Waitlisted
            )
        };
        self.rows.values().filter(stands).cloned().collect()
    }

    fn chosen(&self, index: &prop::sample::Index) -> Option<sign_up::Model> {
        let standing = self.standing();
        (!standing.is_empty()).then(|| index.get(&standing).clone())
    }

    fn play(&mut self, step: &Step) {
        let before = self.book.movements().len();
        match step {
            Step::SignUp(who, named, held, together) => {
                let named = (0..*named).map(|_| Some(PersonId::new()));
                let people: Vec<_> = named.chain((0..*held).map(|_| None)).collect();
                let party = if *together {
                    Party::Together
                } else {
                    Party::Separate
                };
                let ids = self.book.sign_up(organisation(*who), &people, party, act());
                assert_eq!(ids.len(), people.len(), "each row is told what it became");
            }
            Step::Leave(index) => {
                if let Some(row) = self.chosen(index) {
                    let cause = MovementCause::Withdrawal;
                    self.book.give_back(&row, cause, act()).unwrap();
                }
            }
            Step::Replace(index) => {
                if let Some(row) = self.chosen(index) {
                    let person = PersonId::new();
                    self.book.replace(&row, person, act());
                    let now = self.book.current(row.clone());
                    let kept = sign_up::Model {
                        person_id: Some(person),
                        ..row
                    };
                    assert_eq!(now, kept, "only the person changes");
                }
            }
            Step::Capacity(seats) => {
                let wanted = Capacity::try_from(*seats).unwrap();
                let kept = self.book.occasion().capacity;
                let done = self.book.set_capacity(wanted, act());
                let expected = if done.is_ok() { *seats } else { kept };
                assert_eq!(self.book.occasion().capacity, expected);
            }
            Step::Quotas(shares) => {
                let agreed = shares.iter().enumerate().map(|(who, (kept, more))| Quota {
                    guaranteed: *kept,
                    maximum: more.map(|more| kept + more),
                    ..Quota::open(organisation(who).uuid())
                });
                // What is refused must change nothing; the invariants below see it.
                let _ = self.book.set_quotas(&agreed.collect::<Vec<_>>(), act());
            }
            Step::Reopen => {
                let mut book = reopened(&self.book, &self.ended);
                book.settle(act());
                assert_eq!(
                    book.movements(),
                    [],
                    "the request before has moved everybody up"
                );
                self.book = book;
            }
        }
        let before = if matches!(step, Step::Reopen) {
            0
        } else {
            before
        };
        self.movements
            .extend_from_slice(&self.book.movements()[before..]);
        for row in self.book.made().iter().chain(self.book.changed()) {
            self.rows.insert(row.id, row.clone());
        }
    }

    fn count(&self, status: SignUpStatus, who: Option<OrganisationId>) -> i32 {
        let is = |row: &&sign_up::Model| {
            row.status == status && who.is_none_or(|who| row.organisation_id == who)
        };
        i32::try_from(self.rows.values().filter(is).count()).unwrap()
    }

    fn assert_ledger(&self) {
        let occasion = self.book.occasion();
        let sum = |of: fn(&seat_movement::Model) -> i32| self.movements.iter().map(of).sum::<i32>();
        assert_eq!(occasion.taken, sum(|row| row.seats), "taken by the ledger");
        assert_eq!(
            occasion.waiting,
            sum(|row| row.waiting),
            "waiting by the ledger"
        );
        let numbers: Vec<i32> = self.movements.iter().map(|row| row.number).collect();
        let gapless: Vec<i32> = (1..=occasion.movements).collect();
        assert_eq!(numbers, gapless, "the ledger is numbered without gaps");
        assert_eq!(occasion.taken, self.count(SignUpStatus::Confirmed, None));
        assert_eq!(occasion.waiting, self.count(SignUpStatus::Waitlisted, None));
        let line = self.book.waiting();
        assert_eq!(line.len(), usize::try_from(occasion.waiting).unwrap());
        assert!(line.is_sorted_by_key(|row| row.number), "first come, first");
        for waiting in line {
            assert_eq!(
                Some(waiting),
                self.rows.get(&waiting.id),
                "the line shows each as it is"
            );
        }
    }

    fn assert_shares(&self) {
        let occasion = self.book.occasion();
        assert!(occasion.taken <= occasion.capacity, "no seat is sold twice");
        for quota in self.book.quotas() {
            let who = OrganisationId::from_uuid(quota.organisation);
            let taken = u32::try_from(self.count(SignUpStatus::Confirmed, Some(who))).unwrap();
            assert_eq!(quota.taken, taken, "what {quota:?} has taken");
            assert!(
                quota.maximum.is_none_or(|most| taken <= most),
                "{quota:?} is above its maximum"
            );
            let kept = u32::from(!self.ended.contains(&who)) * quota.guaranteed;
            assert!(
                kept.saturating_sub(taken) <= u32::try_from(occasion.capacity).unwrap(),
                "{quota:?} cannot be kept"
            );
        }
        for who in &self.ended {
            assert_eq!(
                self.count(SignUpStatus::Confirmed, Some(*who)),
                0,
                "an ended agreement gets nothing"
            );
        }
    }

    fn assert_line(&self) {
        let mut again = self.book.clone();
        again.settle(act());
        assert_eq!(
            again.movements(),
            self.book.movements(),
            "nobody waits who could have a seat"
        );
        let mut parties: BTreeMap<PartyId, BTreeSet<bool>> = BTreeMap::new();
        for row in self.standing() {
            let waits = row.status == SignUpStatus::Waitlisted;
            assert_eq!(row.reason.is_some(), waits, "who waits is told why");
            assert_eq!(row.confirmed_at.is_none(), waits);
            if let Some(party) = row.party_id {
                parties.entry(party).or_default().insert(waits);
            }
        }
        for (party, states) in parties {
            assert_eq!(states.len(), 1, "party {party:?} has seats or waits as one");
        }
    }
}

proptest! {
    #[test]
    fn counters_shares_and_the_line_are_right_after_every_step(
        capacity in 0..12_i32,
        steps in prop::collection::vec(any_step(), 1..40),
    ) {
        let mut world = World::new(capacity);

        for step in &steps {
            world.play(step);

            world.assert_ledger();
            world.assert_shares();
            world.assert_line();
        }
    }
}

/// Makes somebody of an organisation; the sign-up as it is.
fn enter(book: &mut Book, who: OrganisationId) -> sign_up::Model {
    let people = [Some(PersonId::new())];
    book.sign_up(who, &people, Party::Separate, act());
    book.made().last().unwrap().clone()
}

#[test]
fn a_seat_that_an_ended_agreement_gives_back_goes_to_others() {
    let (ended, other) = (organisation(0), organisation(1));
    let mut before = open(1, &[]);
    let seat = enter(&mut before, ended);
    let first = enter(&mut before, ended);
    let second = enter(&mut before, other);
    let mut book = reopened(&before, &BTreeSet::from([ended]));

    book.give_back(&seat, MovementCause::Removal, act())
        .unwrap();

    let (first, second) = (book.current(first), book.current(second));
    assert_eq!(second.status, SignUpStatus::Confirmed);
    assert_eq!(first.status, SignUpStatus::Waitlisted);
    assert_eq!(first.reason, Some(SeatReason::QuotaOfOrganisationFull));
}

#[test]
fn who_is_busy_elsewhere_is_let_past_with_the_reason() {
    let mut book = open(1, &[]);
    let seat = enter(&mut book, organisation(0));
    let busy = enter(&mut book, organisation(0));
    let next = enter(&mut book, organisation(1));
    book.keep_in_line(BTreeSet::from([busy.person_id.unwrap()]));

    book.give_back(&seat, MovementCause::Withdrawal, act())
        .unwrap();

    assert_eq!(
        book.current(busy.clone()).reason,
        Some(SeatReason::BusyElsewhere)
    );
    assert_eq!(book.current(next.clone()).status, SignUpStatus::Confirmed);

    book.keep_in_line(BTreeSet::new());
    let next = book.current(next);
    book.give_back(&next, MovementCause::Withdrawal, act())
        .unwrap();

    assert_eq!(book.current(busy).status, SignUpStatus::Confirmed);
}
