//! Plays a ledger of seats again by the rules of the domain: who was promoted when must follow from
//! the movements before. Everybody signs up alone.

use crate::harness::Server;
use api::domain::seats::{Occasion, Quota, Refusal, Waiting};
use chrono::{DateTime, Utc};
use entity::{
    id::OccasionId,
    kind::{MovementCause, SeatReason},
    seat_movement,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// One movement without its number: sign-up, cause, seats, waiting, reason.
type Line = (Uuid, MovementCause, i32, i32, Option<SeatReason>);

/// A change of the rules that leaves no movement of its own.
#[derive(Clone, Debug)]
pub enum Change {
    /// The organiser replaced the quotas.
    Quotas(Vec<Quota>),
    /// The organiser changed the number of seats.
    Capacity(i32),
}

/// The seats and the line as the movements so far have left them.
#[derive(Clone, Debug)]
pub struct Replay {
    seats: Occasion,
    queue: Vec<Waiting>,
    seated: HashMap<Uuid, Uuid>,
}

/// The movements of an occasion, in order, after the first so many.
pub async fn movements(server: &Server, occasion: &str, after: usize) -> Vec<seat_movement::Model> {
    let occasion: OccasionId = occasion.parse().expect("an occasion's id");
    let mut rows = seat_movement::Entity::find()
        .filter(seat_movement::Column::OccasionId.eq(occasion))
        .order_by_asc(seat_movement::Column::Number)
        .all(&server.database)
        .await
        .expect("the ledger can be read");
    rows.drain(..after);
    rows
}

impl Replay {
    /// An empty occasion.
    pub fn new(capacity: i32, quotas: Vec<Quota>) -> Self {
        Self {
            seats: Occasion {
                capacity: capacity.try_into().expect("a capacity"),
                quotas,
                ..Occasion::default()
            },
            queue: Vec::new(),
            seated: HashMap::new(),
        }
    }

    /// Who waits, in order.
    pub fn queue(&self) -> Vec<Uuid> {
        self.queue.iter().map(|waiting| waiting.party).collect()
    }

    /// Plays movements between which one change of the rules may have happened, wherever it fits.
    pub fn play_around(&mut self, rows: &[seat_movement::Model], change: &Change) {
        let mut why = Vec::new();
        for place in 0..=rows.len() {
            match self.clone().explain(rows, Some((place, change))) {
                Ok(done) => {
                    *self = done;
                    return;
                }
                Err(error) => why.push(error),
            }
        }
        panic!("no moment of the change {change:?} explains the ledger: {why:#?}");
    }

    /// Plays movements under unchanged rules.
    pub fn play(&mut self, rows: &[seat_movement::Model]) {
        match self.clone().explain(rows, None) {
            Ok(done) => *self = done,
            Err(error) => panic!("the ledger does not follow the rules: {error}"),
        }
    }

    fn explain(
        mut self,
        rows: &[seat_movement::Model],
        change: Option<(usize, &Change)>,
    ) -> Result<Self, String> {
        let mut place = 0;
        let mut change = change;
        loop {
            if let Some((_, change)) = change.take_if(|(when, _)| *when == place) {
                self.apply(change);
                let at = rows.get(place).or(rows.last()).map(|row| row.at);
                if let Some(at) = at {
                    let expected = self.settle(at);
                    place = same(rows, place, &expected)?;
                }
            }
            let Some(row) = rows.get(place) else {
                break;
            };
            // What the time has released goes to the line before anybody else is served.
            let mut expected = self.settle(row.at);
            if expected.is_empty() {
                expected = self.act(row, &rows[place..])?;
            }
            place = same(rows, place, &expected)?;
        }
        match change {
            None => Ok(self),
            Some((when, _)) => Err(format!("row {when} is in the middle of another step")),
        }
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Capacity(capacity) => {
                self.seats.capacity = (*capacity).try_into().expect("a capacity");
            }
            Change::Quotas(agreed) => {
                let held = std::mem::replace(&mut self.seats.quotas, agreed.clone());
                for held in held {
                    let own = |quota: &&mut Quota| quota.organisation == held.organisation;
                    match self.seats.quotas.iter_mut().find(own) {
                        Some(quota) => quota.taken = held.taken,
                        None => self.seats.quotas.push(Quota {
                            taken: held.taken,
                            ..Quota::open(held.organisation)
                        }),
                    }
                }
            }
        }
    }

    /// What a sign-up or an end must write, given the state before it.
    fn act(
        &mut self,
        row: &seat_movement::Model,
        rest: &[seat_movement::Model],
    ) -> Result<Vec<Line>, String> {
        let key = row.sign_up_id.uuid();
        let organisation = row.organisation_id.uuid();
        match row.cause {
            MovementCause::SignUp => Ok(vec![self.sign_up(key, organisation, row.at)]),
            MovementCause::MovedHere | MovementCause::MovedAway | MovementCause::Released => {
                Err(format!(
                    "row {}: these histories move no places between occasions: {row:?}",
                    row.number
                ))
            }
            MovementCause::HoldExpired => self.expire(rest),
            MovementCause::Withdrawal | MovementCause::Removal | MovementCause::Cancellation => {
                let line = self.end(key, row)?;
                let mut lines = vec![line];
                if row.cause != MovementCause::Cancellation {
                    lines.extend(self.settle(row.at));
                }
                Ok(lines)
            }
            MovementCause::Replacement => self.replace(key, row),
            MovementCause::Promotion | MovementCause::PassedOver => Err(format!(
                "row {}: nobody could move up, but somebody did: {row:?}",
                row.number
            )),
            other => Err(format!("row {}: {other:?} is not played here", row.number)),
        }
    }

    fn sign_up(&mut self, key: Uuid, organisation: Uuid, at: DateTime<Utc>) -> Line {
        match self.seats.take(organisation, 1, at) {
            Ok(()) => {
                self.seated.insert(key, organisation);
                (key, MovementCause::SignUp, 1, 0, None)
            }
            Err(refusal) => {
                self.queue.push(Waiting {
                    party: key,
                    organisation,
                    seats: 1,
                });
                (key, MovementCause::SignUp, 0, 1, Some(reason(refusal)))
            }
        }
    }

    fn end(&mut self, key: Uuid, row: &seat_movement::Model) -> Result<Line, String> {
        if let Some(organisation) = self.seated.remove(&key) {
            self.seats
                .give_back(organisation, 1)
                .map_err(|error| error.to_string())?;
            return Ok((key, row.cause, -1, 0, None));
        }
        let before = self.queue.len();
        self.queue.retain(|waiting| waiting.party != key);
        if self.queue.len() == before {
            return Err(format!("row {}: ends what does not stand", row.number));
        }
        Ok((key, row.cause, 0, -1, None))
    }

    /// Holds without a name end together, and then the line moves up.
    fn expire(&mut self, rest: &[seat_movement::Model]) -> Result<Vec<Line>, String> {
        let mut lines = Vec::new();
        let together = rest.iter();
        for row in together.take_while(|row| row.cause == MovementCause::HoldExpired) {
            lines.push(self.end(row.sign_up_id.uuid(), row)?);
        }
        let at = rest.first().map(|row| row.at);
        lines.extend(at.into_iter().flat_map(|at| self.settle(at)));
        Ok(lines)
    }

    /// Somebody else in a place that stands: nothing moves, and who waits does so for the reason of before.
    fn replace(&self, key: Uuid, row: &seat_movement::Model) -> Result<Vec<Line>, String> {
        let waits = self.queue.iter().any(|waiting| waiting.party == key);
        if !waits && !self.seated.contains_key(&key) {
            return Err(format!("row {}: fills what does not stand", row.number));
        }
        let reason = row.reason.filter(|_| waits);
        Ok(vec![(key, row.cause, 0, 0, reason)])
    }

    /// Lets those who wait move up, and tells what that must write.
    fn settle(&mut self, at: DateTime<Utc>) -> Vec<Line> {
        let promotion = self.seats.promote(&self.queue, at);
        if promotion.promoted.is_empty() {
            return Vec::new();
        }
        let mut lines = Vec::new();
        for (key, refusal) in promotion.passed_over {
            let reason = Some(reason(refusal));
            lines.push((key, MovementCause::PassedOver, 0, 0, reason));
        }
        for key in promotion.promoted {
            let place = self.queue.iter().position(|waiting| waiting.party == key);
            let waiting = self
                .queue
                .remove(place.expect("whoever moves up has waited"));
            self.seated.insert(key, waiting.organisation);
            lines.push((key, MovementCause::Promotion, 1, -1, None));
        }
        lines
    }
}

/// The place after the expected lines, if they are what was written.
fn same(rows: &[seat_movement::Model], place: usize, expected: &[Line]) -> Result<usize, String> {
    for (offset, expected) in expected.iter().enumerate() {
        let row = rows.get(place + offset);
        let found = row.map(|row| {
            let key = row.sign_up_id.uuid();
            (key, row.cause, row.seats, row.waiting, row.reason)
        });
        if found.as_ref() != Some(expected) {
            let number = row.map(|row| row.number);
            return Err(format!(
                "row {number:?}: expected {expected:?}, found {found:?}"
            ));
        }
    }
    Ok(place + expected.len())
}

/// The API's name for why there is no seat.
pub fn reason(refusal: Refusal) -> SeatReason {
    match refusal {
        Refusal::OccasionFull => SeatReason::OccasionFull,
        Refusal::QuotaOfOrganisationFull => SeatReason::QuotaOfOrganisationFull,
        Refusal::QuotaOfOrganisationKindFull => SeatReason::QuotaOfOrganisationKindFull,
        Refusal::SeatsGuaranteedToOthers => SeatReason::SeatsGuaranteedToOthers,
    }
}
