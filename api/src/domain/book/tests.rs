//! What holds for every book, whatever is done with it and in which order.

use super::*;
use chrono::TimeDelta;
use entity::{
    id::{OccasionId, TrainingId},
    kind::{OccasionStatus, PromotionMode},
};
use proptest::prelude::*;
use uuid::Uuid;

/// How many organisations take part; the last one's agreement may end.
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

/// The first two organisations are municipalities, the others associations.
fn kind_of(number: usize) -> OrganisationKind {
    if number < 2 {
        OrganisationKind::Municipality
    } else {
        OrganisationKind::Ngo
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
        promotion: PromotionMode::Direct,
        offer_working_hours: None,
        shares_by_kind: false,
        opens_stepwise: false,
        terms: None,
    }
}

fn open(capacity: i32) -> Book {
    Book::open(occasion(capacity), Given::default()).unwrap()
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
    let kind = |(quota, taken): (KindQuota, u32)| kind_quota::Model {
        occasion_id: book.occasion.id,
        organisation_kind: quota.kind,
        guaranteed: signed(quota.guaranteed),
        maximum: quota.maximum.map(signed),
        release_at: quota.release_at,
        taken: signed(taken),
    };
    let partner = |number| Partner {
        organisation: organisation(number),
        kind: kind_of(number),
        ended: ended.contains(&organisation(number)),
    };
    let mut line = [book.waiting.clone(), book.offered.clone()].concat();
    line.sort_by_key(|row| row.number);
    let given = Given {
        quotas: book.quotas().iter().copied().map(quota).collect(),
        kinds: book.kinds().map(kind).collect(),
        line,
        partners: (0..ORGANISATIONS).map(partner).collect(),
    };
    Book::open(book.occasion.clone(), given).unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    SignUp(usize, usize, usize, bool),
    Leave(prop::sample::Index),
    Replace(prop::sample::Index),
    Capacity(i32),
    Quotas(Vec<(u32, Option<u32>)>, Vec<(u32, Option<u32>)>),
    Offers(bool),
    Accept(prop::sample::Index),
    Decline(prop::sample::Index),
    OffersRunOut,
    Expire,
    Reopen,
    EndAgreement,
}

fn any_step() -> impl Strategy<Value = Step> {
    let share = (0..4_u32, prop::option::of(0..6_u32));
    prop_oneof![
        5 => (0..ORGANISATIONS, 0..4_usize, 0..3_usize, any::<bool>())
            .prop_map(|(who, named, held, together)| Step::SignUp(who, named, held, together)),
        4 => any::<prop::sample::Index>().prop_map(Step::Leave),
        1 => any::<prop::sample::Index>().prop_map(Step::Replace),
        1 => (0..16_i32).prop_map(Step::Capacity),
        1 => (
            prop::collection::vec(share.clone(), 1..=ORGANISATIONS),
            prop::collection::vec(share, 0..=2),
        ).prop_map(|(shares, kinds)| Step::Quotas(shares, kinds)),
        1 => any::<bool>().prop_map(Step::Offers),
        2 => any::<prop::sample::Index>().prop_map(Step::Accept),
        1 => any::<prop::sample::Index>().prop_map(Step::Decline),
        1 => Just(Step::OffersRunOut),
        1 => Just(Step::Expire),
        1 => Just(Step::Reopen),
        1 => Just(Step::EndAgreement),
    ]
}

/// A book with everything that came of it, also before it was opened again.
struct World {
    book: Book,
    /// Whose agreement has ended, and the seats that it had then and has not given back.
    ended: BTreeMap<OrganisationId, i32>,
    movements: Vec<seat_movement::Model>,
    rows: BTreeMap<SignUpId, sign_up::Model>,
}

impl World {
    fn new(capacity: i32) -> Self {
        Self {
            book: reopened(&open(capacity), &BTreeSet::new()),
            ended: BTreeMap::new(),
            movements: Vec::new(),
            rows: BTreeMap::new(),
        }
    }

    fn standing(&self) -> Vec<sign_up::Model> {
        let stands = |row: &&sign_up::Model| SignUpStatus::STANDING.contains(&row.status);
        self.rows.values().filter(stands).cloned().collect()
    }

    fn offered(&self, index: prop::sample::Index) -> Option<sign_up::Model> {
        let mut offered = self.standing();
        offered.retain(|row| row.status == SignUpStatus::Offered);
        (!offered.is_empty()).then(|| index.get(&offered).clone())
    }

    fn seated(&self, who: Option<OrganisationId>) -> i32 {
        SignUpStatus::SEATED
            .into_iter()
            .map(|status| self.count(status, who))
            .sum()
    }

    fn chosen(&self, index: prop::sample::Index) -> Option<sign_up::Model> {
        let standing = self.standing();
        (!standing.is_empty()).then(|| index.get(&standing).clone())
    }

    /// As the next request begins.
    fn reopen(&mut self) {
        self.book = reopened(&self.book, &self.ended.keys().copied().collect());
        self.book.settle(act());
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each thing that can happen"
    )]
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
                if let Some(row) = self.chosen(*index) {
                    let cause = MovementCause::Withdrawal;
                    self.book.give_back(&row, cause, act()).unwrap();
                }
            }
            Step::Replace(index) => {
                if let Some(row) = self.chosen(*index) {
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
            Step::Quotas(shares, kinds) => {
                let agreed = shares.iter().enumerate().map(|(who, (kept, more))| Quota {
                    guaranteed: *kept,
                    maximum: more.map(|more| kept + more),
                    ..Quota::open(organisation(who).uuid())
                });
                let kinds = kinds
                    .iter()
                    .enumerate()
                    .map(|(place, (kept, more))| KindQuota {
                        kind: kind_of(place * 2),
                        guaranteed: *kept,
                        maximum: more.map(|more| kept + more),
                        release_at: None,
                    });
                let (agreed, kinds): (Vec<_>, Vec<_>) = (agreed.collect(), kinds.collect());
                // What is refused must change nothing; the invariants below see it.
                let _ = self.book.set_quotas(&agreed, &kinds, act());
            }
            Step::Offers(offers) => {
                self.book.occasion.promotion = if *offers {
                    PromotionMode::Offer
                } else {
                    PromotionMode::Direct
                };
                self.book.occasion.offer_working_hours = Some(16);
            }
            Step::Accept(index) => {
                if let Some(row) = self.offered(*index) {
                    let party = self.book.offered_with(&row);
                    self.book.accept_offer(&party, act());
                }
            }
            Step::Decline(index) => {
                if let Some(row) = self.offered(*index) {
                    let party = self.book.offered_with(&row);
                    let cause = MovementCause::OfferDeclined;
                    self.book.give_back_all(&party, cause, act()).unwrap();
                }
            }
            Step::OffersRunOut => {
                let late = Act {
                    at: start() + TimeDelta::days(10),
                    by: None,
                };
                let expired = self.book.expire_offers(late).unwrap();
                assert_eq!(expired, self.count(SignUpStatus::Offered, None) > 0);
                self.book.settle(act());
            }
            Step::Expire => {
                let mut rows = self.standing();
                rows.retain(|row| row.person_id.is_none());
                let cause = MovementCause::HoldExpired;
                self.book.give_back_all(&rows, cause, act()).unwrap();
            }
            Step::Reopen => {
                self.reopen();
                let moved = self.book.movements();
                assert_eq!(moved, [], "the request before has moved everybody up");
            }
            Step::EndAgreement => {
                let who = organisation(ORGANISATIONS - 1);
                let seats = self.seated(Some(who));
                self.ended.insert(who, seats);
                self.reopen();
            }
        }
        let before = match step {
            Step::Reopen | Step::EndAgreement => 0,
            _ => before,
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
        assert_eq!(occasion.taken, self.seated(None));
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

    fn assert_shares(&mut self) {
        let occasion = self.book.occasion();
        assert!(occasion.taken <= occasion.capacity, "no seat is sold twice");
        for (quota, taken) in self.book.kinds() {
            let of_kind = (0..ORGANISATIONS).filter(|who| kind_of(*who) == quota.kind);
            let counted: i32 = of_kind
                .map(|who| self.seated(Some(organisation(who))))
                .sum();
            assert_eq!(
                Ok(taken),
                u32::try_from(counted),
                "what {quota:?} has taken"
            );
            assert!(
                quota.maximum.is_none_or(|most| taken <= most),
                "{quota:?} is above"
            );
        }
        for quota in self.book.quotas() {
            let who = OrganisationId::from_uuid(quota.organisation);
            let taken = u32::try_from(self.seated(Some(who))).unwrap();
            assert_eq!(quota.taken, taken, "what {quota:?} has taken");
            assert!(
                quota.maximum.is_none_or(|most| taken <= most),
                "{quota:?} is above its maximum"
            );
            let kept = u32::from(!self.ended.contains_key(&who)) * quota.guaranteed;
            assert!(
                kept.saturating_sub(taken) <= u32::try_from(occasion.capacity).unwrap(),
                "{quota:?} cannot be kept"
            );
        }
        for (who, before) in self.ended.clone() {
            let seats = self.seated(Some(who));
            assert!(seats <= before, "an ended agreement gets nothing more");
            self.ended.insert(who, seats);
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
        let mut parties: BTreeMap<PartyId, BTreeSet<(bool, bool)>> = BTreeMap::new();
        for row in self.standing() {
            let waits = row.status == SignUpStatus::Waitlisted;
            let offered = row.status == SignUpStatus::Offered;
            assert_eq!(row.reason.is_some(), waits, "who waits is told why");
            assert_eq!(row.confirmed_at.is_none(), waits || offered);
            assert_eq!(
                row.offer_expires_at.is_some(),
                offered,
                "an offer has a deadline"
            );
            if let Some(party) = row.party_id {
                parties.entry(party).or_default().insert((waits, offered));
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
    let mut before = open(1);
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
    let mut book = open(1);
    let seat = enter(&mut book, organisation(0));
    let busy = enter(&mut book, organisation(0));
    let next = enter(&mut book, organisation(1));
    let busy_elsewhere = (busy.person_id.unwrap(), SeatReason::BusyElsewhere);
    book.keep_in_line(BTreeMap::from([busy_elsewhere]));

    book.give_back(&seat, MovementCause::Withdrawal, act())
        .unwrap();

    assert_eq!(
        book.current(busy.clone()).reason,
        Some(SeatReason::BusyElsewhere)
    );
    assert_eq!(book.current(next.clone()).status, SignUpStatus::Confirmed);

    book.keep_in_line(BTreeMap::new());
    let next = book.current(next);
    book.give_back(&next, MovementCause::Withdrawal, act())
        .unwrap();

    assert_eq!(book.current(busy).status, SignUpStatus::Confirmed);
}
