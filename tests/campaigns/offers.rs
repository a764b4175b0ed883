//! Offers and quotas of kinds while everything happens at once: sign-ups, withdrawals, offers that are accepted,
//! declined and run out. The rules stand still, so that plain arithmetic over the ledger judges each movement; whose
//! turn it was is told again by `samverkan replay`.

use super::{
    gate::{Gate, Reply},
    random::Random,
    rounds, seed,
};
use crate::{
    harness::{Server, on_both_databases},
    seats::{
        operations::try_housekeeping,
        world::{
            COORDINATORS, assert_consistent, block, colleagues, instant, occasion_of, offer_seats,
            organisation, training,
        },
    },
};
use api::error::Error;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    id::{OccasionId, OrganisationId, SignUpId},
    kind::{MovementCause as Cause, OrganisationKind},
    seat_movement, sign_up,
};
use futures_util::future::{Either, join_all, select};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

const CAPACITY: i32 = 7;
const OF_MUNICIPALITIES: i32 = 4;
const OF_EACH: i32 = 3;
const GUARANTEED: i32 = 1;
const STEPS: usize = 14;

/// The shares of a round, which stay as they are.
struct Rules {
    /// Whose seat is kept, and until when.
    guaranteed: OrganisationId,
    released_at: DateTime<Utc>,
}

/// What clients were told that their organisations have accepted or lost.
type Told = Vec<(SignUpId, Cause)>;

struct Round {
    ledger: Vec<seat_movement::Model>,
    sign_ups: Vec<sign_up::Model>,
    told: Told,
}

/// Everything that is wrong with a round.
fn judge(round: &Round, rules: &Rules) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut taken: BTreeMap<OrganisationId, i32> = BTreeMap::new();
    let mut of_kind: HashMap<OrganisationKind, i32> = HashMap::new();
    let mut offered: HashMap<SignUpId, DateTime<Utc>> = HashMap::new();
    for row in &round.ledger {
        *taken.entry(row.organisation_id).or_default() += row.seats;
        if let Some(kind) = row.organisation_kind {
            *of_kind.entry(kind).or_default() += row.seats;
        }
        let all: i32 = taken.values().sum();
        let own = taken[&row.organisation_id];
        let unused = GUARANTEED - taken.get(&rules.guaranteed).copied().unwrap_or(0);
        let kept = if row.at < rules.released_at && row.organisation_id != rules.guaranteed {
            unused.max(0)
        } else {
            0
        };
        let municipalities = of_kind.get(&OrganisationKind::Municipality).copied();
        let says = |what: &str| format!("{what} at {row:?}");
        if row.seats > 0 && all + kept > CAPACITY {
            wrong.push(says("more seats than there are, or a guarantee lost"));
        }
        if own > OF_EACH || municipalities.unwrap_or(0) > OF_MUNICIPALITIES {
            wrong.push(says("a maximum passed"));
        }
        match row.cause {
            Cause::Offer if offered.insert(row.sign_up_id, row.at).is_some() => {
                wrong.push(says("offered twice at once"));
            }
            Cause::OfferAccepted | Cause::OfferDeclined | Cause::OfferExpired
                if offered.remove(&row.sign_up_id).is_none() =>
            {
                wrong.push(says("an answer without an offer"));
            }
            _ => {}
        }
    }
    for (id, cause) in &round.told {
        let there = |row: &seat_movement::Model| row.sign_up_id == *id && row.cause == *cause;
        if !round.ledger.iter().any(there) {
            wrong.push(format!(
                "{id} was told {cause:?}, and the ledger does not know"
            ));
        }
    }
    let mut people = HashSet::new();
    let standing = round.sign_ups.iter().filter(|row| row.ended_at.is_none());
    for row in standing {
        if row.person_id.is_some_and(|person| !people.insert(person)) {
            wrong.push(format!("two places of one person: {row:?}"));
        }
    }
    wrong
}

/// One client of an organisation with colleagues of its own.
struct Lane<'g> {
    gate: &'g Gate<'g>,
    number: usize,
    persona: &'static str,
    occasion: &'g str,
    free: Vec<String>,
    standing: Vec<String>,
    random: Random,
    told: Told,
    /// How many steps all lanes have taken: by them time passes, however slow the machine is.
    steps: &'g AtomicUsize,
}

impl Lane<'_> {
    async fn run(mut self) -> Told {
        for _ in 0..STEPS {
            self.steps.fetch_add(1, Ordering::Relaxed);
            match self.random.below(6) {
                0..=2 => self.sign_up().await,
                3 => self.withdraw().await,
                _ => self.answer().await,
            }
        }
        self.told
    }

    async fn send(&self, what: (&str, &str), input: serde_json::Value) -> Reply {
        let reply = self
            .gate
            .send(self.number, self.persona, what, &input)
            .await;
        assert!(!matches!(reply, Reply::Wrong(_)), "{}: {reply:?}", what.0);
        reply
    }

    async fn sign_up(&mut self) {
        let Some(person) = self.random.take(&mut self.free) else {
            return;
        };
        let input =
            json!({ "occasionId": self.occasion, "participants": [{ "personId": person }] });
        let reply = self.send(("signUp", "signUps { id }"), input).await;
        if let Reply::Done(payload) = reply {
            let id = payload["signUps"][0]["id"].as_str();
            self.standing.extend(id.map(str::to_owned));
        }
    }

    async fn withdraw(&mut self) {
        let Some(id) = self.random.take(&mut self.standing) else {
            return;
        };
        let input = json!({ "signUpId": id });
        self.send(("withdraw", "signUp { status }"), input).await;
    }

    /// Accepts or declines, whether there is an offer or not, until there is one: who has none is told so.
    async fn answer(&mut self) {
        let (mutation, cause) = if self.random.below(2) == 0 {
            ("declineOffer", Cause::OfferDeclined)
        } else {
            ("acceptOffer", Cause::OfferAccepted)
        };
        for id in self.standing.clone() {
            let input = json!({ "signUpId": id });
            match self.send((mutation, "signUp { status }"), input).await {
                Reply::Done(_) => {
                    self.told.push((id.parse().expect("an id"), cause));
                    return;
                }
                Reply::Refused(codes) => assert!(
                    codes == ["NO_OFFER"] || codes == ["SIGN_UP_ENDED"],
                    "{mutation}: {codes:?}"
                ),
                _ => {}
            }
        }
    }
}

async fn round(server: &Server, number: usize) -> (Round, Rules) {
    let begins = server.clock.now() + TimeDelta::days(60);
    let training = training(server, &json!({})).await;
    let when = json!({ "capacity": CAPACITY, "timeBlocks": [block(begins, 3)] });
    let key = occasion_of(server, &training, &when).await;
    offer_seats(server, &key, 2).await;
    let organiser = server.by(crate::seats::world::ORGANISER);
    let guaranteed = organisation(server, COORDINATORS[0]).await;
    let released_at = server.clock.now() + TimeDelta::hours(6);
    let mut quotas = Vec::new();
    for persona in COORDINATORS {
        let id = organisation(server, persona).await;
        let own = if id == guaranteed { GUARANTEED } else { 0 };
        quotas.push(json!({
            "organisationId": id.to_string(), "guaranteed": own, "maximum": OF_EACH,
            "releaseAt": (own > 0).then(|| instant(released_at)),
        }));
    }
    let kinds = json!([{ "organisationKind": "MUNICIPALITY", "maximum": OF_MUNICIPALITIES }]);
    let input = json!({ "occasionId": key, "quotas": quotas, "kindQuotas": kinds });
    let answer = organiser
        .mutate("setSeatQuotas", input, "occasion { id }")
        .await;
    assert_eq!(answer.user_errors("setSeatQuotas"), [""; 0]);

    let gate = Gate::of_server(server);
    let (mut lanes, steps) = (Vec::new(), AtomicUsize::new(0));
    for (place, persona) in COORDINATORS.into_iter().enumerate() {
        lanes.push(Lane {
            gate: &gate,
            number: place,
            persona,
            occasion: &key,
            free: colleagues(server, persona, STEPS).await,
            standing: Vec::new(),
            random: Random::new(
                seed() * 1000 + u64::try_from(number).expect("a small number"),
                u64::try_from(place).expect("a small number"),
            ),
            told: Told::new(),
            steps: &steps,
        });
    }
    let load = pin!(join_all(lanes.into_iter().map(Lane::run)));
    let time = pin!(time(server, &steps));
    let Either::Left((told, _)) = select(load, time).await else {
        panic!("time does not end");
    };
    // Whatever is offered still runs out, and passes on until nobody waits for an answer.
    for _ in 0..6 {
        server.travel(TimeDelta::days(1));
        settle(server).await;
    }
    let id: OccasionId = key.parse().expect("an id");
    let ledger = seat_movement::Entity::find()
        .filter(seat_movement::Column::OccasionId.eq(id))
        .order_by_asc(seat_movement::Column::Number);
    let sign_ups = sign_up::Entity::find().filter(sign_up::Column::OccasionId.eq(id));
    let round = Round {
        ledger: ledger
            .all(&server.database)
            .await
            .expect("the ledger can be read"),
        sign_ups: sign_ups
            .all(&server.database)
            .await
            .expect("sign-ups can be read"),
        told: told.into_iter().flatten().collect(),
    };
    let rules = Rules {
        guaranteed,
        released_at,
    };
    (round, rules)
}

/// An hour passes with so many steps, so that offers of two working hours run out under way.
const STEPS_AN_HOUR: usize = 8;

async fn time(server: &Server, steps: &AtomicUsize) {
    for hour in 1.. {
        while steps.load(Ordering::Relaxed) < hour * STEPS_AN_HOUR {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.travel(TimeDelta::hours(1));
        settle(server).await;
    }
}

/// One round of the housekeeping. `SQLite` has one writer: where it is busy for too long, the next round tries again.
async fn settle(server: &Server) {
    match try_housekeeping(server).await {
        Ok(_) | Err(Error::Unavailable) => {}
        Err(error) => panic!("the housekeeping failed: {error:?}"),
    }
}

/// Ledgers that were tampered with must be refused: whoever judges must be able to find each of these.
fn refuse_tampered(round: &Round, rules: &Rules) -> usize {
    let tampers: [fn(&mut Round) -> Option<()>; 4] = [
        |round| {
            let row = round.ledger.iter_mut().find(|row| row.waiting > 0)?;
            (row.seats, row.waiting) = (CAPACITY, 0);
            Some(())
        },
        |round| {
            let offer = round
                .ledger
                .iter()
                .position(|row| row.cause == Cause::Offer)?;
            let again = round.ledger[offer].clone();
            round.ledger.insert(offer, again);
            Some(())
        },
        |round| {
            let (id, cause) = *round.told.first()?;
            round
                .ledger
                .retain(|row| row.sign_up_id != id || row.cause != cause);
            Some(())
        },
        |round| {
            let mut own = round
                .sign_ups
                .iter_mut()
                .filter(|row| row.person_id.is_some());
            let person = own.next()?.person_id;
            let other = own.next()?;
            (other.person_id, other.ended_at) = (person, None);
            round.sign_ups[0].ended_at = None;
            Some(())
        },
    ];
    let mut refused = 0;
    for (number, tamper) in tampers.into_iter().enumerate() {
        let mut copy = Round {
            ledger: round.ledger.clone(),
            sign_ups: round.sign_ups.clone(),
            told: round.told.clone(),
        };
        if tamper(&mut copy).is_some() {
            assert!(
                !judge(&copy, rules).is_empty(),
                "tampered history {number} was accepted"
            );
            refused += 1;
        }
    }
    refused
}

/// What the rounds together must have tried.
const TRIED: [&str; 5] = [
    "Offer",
    "OfferAccepted",
    "OfferDeclined",
    "OfferExpired",
    "Withdrawal",
];

on_both_databases! {
    async fn offers_and_quotas_of_kinds_hold_while_everything_happens_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        let mut causes: BTreeMap<String, usize> = BTreeMap::new();
        let (least, mut rounds, mut refused) = (rounds(2), 0, 0);
        // What happens is left to chance: where two rounds have not tried everything, a third does.
        while rounds < least || (rounds < 4 * least && TRIED.iter().any(|cause| !causes.contains_key(*cause))) {
            let number = rounds;
            rounds += 1;
            let (round, rules) = Box::pin(round(&server, number)).await;

            let wrong = judge(&round, &rules);
            assert!(wrong.is_empty(), "round {number}: {wrong:#?}\nledger: {:#?}", round.ledger);
            refused += refuse_tampered(&round, &rules);
            for row in &round.ledger {
                *causes.entry(format!("{:?}", row.cause)).or_default() += 1;
            }
        }
        assert_consistent(&server).await;
        for cause in TRIED {
            assert!(causes.contains_key(cause), "the rounds must have tried {cause}: {causes:?}");
        }
        println!("offers on {backend:?}: {rounds} rounds, {causes:?}; {refused} tampered histories refused");
        server.stop().await;
    }
}
