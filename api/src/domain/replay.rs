//! The ledger told again: from its movements and terms alone follow the order in line, who got which seat, and why
//! others were let past. What the ledger says must be what the rules say, movement by movement.

use super::{
    book::{Terms, seat_reason},
    seats::{self, PartyKey, Refusal, Waiting},
};
use chrono::{DateTime, Utc};
use entity::{
    id::{PartyId, SignUpId},
    kind::{MovementCause, SeatReason},
    seat_movement,
};
use std::collections::BTreeMap;

/// Somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InLine {
    /// The sign-up.
    pub sign_up: SignUpId,
    /// Why it has no seat.
    pub reason: Option<SeatReason>,
    party: PartyKey,
    organisation: seats::OrganisationKey,
}

impl InLine {
    /// Why the person cannot take a seat, if that is the reason.
    fn kept(&self) -> Option<SeatReason> {
        self.reason.filter(|reason| reason.of_the_person())
    }
}

/// A seat that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seated {
    organisation: seats::OrganisationKey,
    /// Whether it is only offered yet.
    pub offered: bool,
}

/// The state that the ledger leads to.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// Those who wait, in their order.
    pub line: Vec<InLine>,
    /// Those who have a seat or are offered one.
    pub seated: BTreeMap<SignUpId, Seated>,
    seats: seats::Occasion,
    starts_at: Option<DateTime<Utc>>,
    cancelled: bool,
}

/// Where the ledger and the rules part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Discrepancy {
    /// The ledger was begun before terms were noted, so it cannot be explained.
    #[error("the ledger was begun before terms were noted")]
    WithoutTerms,
    /// A movement is not what the rules say.
    #[error("movement {number}: {what}")]
    At {
        /// The number of the movement; one more than the last for the end.
        number: i32,
        /// What does not agree.
        what: String,
    },
}

/// Tells an occasion's ledger again. `terms` hold for the movements with higher numbers than their own; both in the
/// order of their numbers.
pub fn replay(
    movements: &[seat_movement::Model],
    terms: &[(i32, Terms)],
) -> Result<Replay, Discrepancy> {
    let mut state = Replay::default();
    let mut to_come = terms;
    let mut place = 0;
    while let Some(movement) = movements.get(place) {
        while let Some(((number, noted), rest)) = to_come.split_first()
            && *number < movement.number
        {
            state.agree(noted);
            to_come = rest;
        }
        if state.starts_at.is_none() {
            return Err(Discrepancy::WithoutTerms);
        }
        let next_terms = to_come.first().map_or(i32::MAX, |(number, _)| *number);
        let under_them = movements[place..]
            .iter()
            .take_while(|movement| movement.number <= next_terms)
            .count();
        let together = &movements[place..place + under_them];
        let told = state.tell(together).map_err(|what| Discrepancy::At {
            number: movement.number,
            what,
        })?;
        place += told;
    }
    for (_, noted) in to_come {
        state.agree(noted);
    }
    if let Some(last) = movements.last() {
        let ended = ends_everything(last.cause);
        state
            .assert_settled(last.at, ended)
            .map_err(|what| Discrepancy::At {
                number: last.number + 1,
                what,
            })?;
    }
    Ok(state)
}

/// Nobody moves up by what ends because the occasion is not held.
fn ends_everything(cause: MovementCause) -> bool {
    matches!(
        cause,
        MovementCause::Cancellation | MovementCause::MovedAway | MovementCause::Released
    )
}

fn is_settling(cause: MovementCause) -> bool {
    matches!(
        cause,
        MovementCause::PassedOver | MovementCause::Promotion | MovementCause::Offer
    )
}

impl Replay {
    fn agree(&mut self, terms: &Terms) {
        self.seats = terms.apply(&self.seats);
        self.starts_at = Some(terms.starts_at);
        self.cancelled = terms.cancelled;
    }

    /// Tells the first of the movements, with those that belong to it: how many they are.
    fn tell(&mut self, movements: &[seat_movement::Model]) -> Result<usize, String> {
        let Some(first) = movements.first() else {
            return Ok(0);
        };
        if let Some(kind) = first.organisation_kind {
            let organisation = first.organisation_id.uuid();
            self.seats.kind_of.insert(organisation, kind);
        }
        match first.cause {
            MovementCause::SignUp | MovementCause::MovedHere => self.sign_up(movements),
            MovementCause::PassedOver | MovementCause::Promotion | MovementCause::Offer => {
                self.settle(movements)
            }
            MovementCause::KeptInLine => {
                let waiting = self.waiting(first)?;
                waiting.reason = first.reason;
                Ok(1)
            }
            MovementCause::Replacement => {
                let seated = self.seated.contains_key(&first.sign_up_id);
                if !seated {
                    self.waiting(first)?;
                }
                unmoved(first).map(|()| 1)
            }
            MovementCause::OfferAccepted => {
                let seated = self.seated.get_mut(&first.sign_up_id);
                let seated = seated.filter(|seated| seated.offered);
                seated.ok_or("it was offered no seat")?.offered = false;
                unmoved(first).map(|()| 1)
            }
            _ => self.end(first).map(|()| 1),
        }
    }

    /// A sign-up, or those of a party that take their seats together.
    fn sign_up(&mut self, movements: &[seat_movement::Model]) -> Result<usize, String> {
        let first = &movements[0];
        self.assert_settled(first.at, false)?;
        let same_party = |movement: &&seat_movement::Model| {
            movement.cause == first.cause
                && (movement.number == first.number
                    || (first.party_id.is_some() && movement.party_id == first.party_id))
        };
        let party: Vec<_> = movements.iter().take_while(same_party).collect();
        let count = u32::try_from(party.len()).map_err(|error| error.to_string())?;
        let organisation = first.organisation_id.uuid();
        let taken = self.seats.take(organisation, count, first.at);
        let reason = taken.err().map(seat_reason);
        for movement in &party {
            let change = if reason.is_none() { (1, 0) } else { (0, 1) };
            agrees(movement, change, reason)?;
            if reason.is_none() {
                let seated = Seated {
                    organisation,
                    offered: false,
                };
                self.seated.insert(movement.sign_up_id, seated);
            } else {
                self.line.push(InLine {
                    sign_up: movement.sign_up_id,
                    reason,
                    party: party_of(movement),
                    organisation,
                });
            }
        }
        Ok(party.len())
    }

    /// Everybody who moves up in one go, after those who are let past.
    fn settle(&mut self, movements: &[seat_movement::Model]) -> Result<usize, String> {
        let passed = movements
            .iter()
            .take_while(|movement| movement.cause == MovementCause::PassedOver)
            .count();
        // Another settlement may follow at once: at another time, or for somebody who was let past in this one.
        let let_past = |movement: &seat_movement::Model| {
            let mut passed = movements[..passed].iter();
            passed.any(|other| other.sign_up_id == movement.sign_up_id)
        };
        let promoted = movements[passed..]
            .iter()
            .take_while(|movement| {
                is_settling(movement.cause)
                    && movement.cause != MovementCause::PassedOver
                    && movement.at == movements[0].at
                    && !let_past(movement)
            })
            .count();
        if promoted == 0 {
            return Err("somebody is passed over and nobody moves up".to_owned());
        }
        let (passed, promoted) = movements[..passed + promoted].split_at(passed);
        for movement in passed {
            self.waiting(movement)?.reason = movement.reason;
        }
        let at = movements[0].at;
        let moves_up = |sign_up| {
            promoted
                .iter()
                .any(|movement| movement.sign_up_id == sign_up)
        };
        // Whoever moves up is no longer kept from it.
        for waiting in &mut self.line {
            if waiting.kept().is_some() && moves_up(waiting.sign_up) {
                waiting.reason = None;
            }
        }
        let expected = self.expected(at);
        let found: Vec<Line> = passed.iter().chain(promoted).map(Line::of).collect();
        if expected != found {
            return Err(format!("the rules say {expected:?}, the ledger {found:?}"));
        }
        for movement in promoted {
            let organisation = self.waiting(movement)?.organisation;
            self.line
                .retain(|waiting| waiting.sign_up != movement.sign_up_id);
            let offered = movement.cause == MovementCause::Offer;
            let seated = Seated {
                organisation,
                offered,
            };
            self.seated.insert(movement.sign_up_id, seated);
            self.seats
                .take(organisation, 1, at)
                .map_err(|refusal| format!("there is no seat for it: {refusal}"))?;
        }
        Ok(passed.len() + promoted.len())
    }

    /// What a settlement must write now.
    fn expected(&self, at: DateTime<Utc>) -> Vec<Line> {
        let mut queue: Vec<Waiting> = Vec::new();
        let mut kept: BTreeMap<PartyKey, SeatReason> = BTreeMap::new();
        for waiting in &self.line {
            if let Some(reason) = waiting.kept() {
                kept.entry(waiting.party).or_insert(reason);
            }
            match queue.iter_mut().find(|party| party.party == waiting.party) {
                Some(party) => party.seats += 1,
                None => queue.push(Waiting {
                    party: waiting.party,
                    organisation: waiting.organisation,
                    seats: 1,
                }),
            }
        }
        let free: Vec<Waiting> = queue
            .iter()
            .filter(|party| !kept.contains_key(&party.party))
            .copied()
            .collect();
        let promotion = self.seats.clone().promote(&free, at);
        let Some(last) = promotion.promoted.last() else {
            return Vec::new();
        };
        let refusal = |party: PartyKey| -> Option<Refusal> {
            let mut passed = promotion.passed_over.iter();
            passed.find(|(who, _)| *who == party).map(|(_, why)| *why)
        };
        let mut lines = Vec::new();
        for party in queue.iter().take_while(|party| party.party != *last) {
            let kept = kept.get(&party.party).copied();
            let reason = kept.or_else(|| refusal(party.party).map(seat_reason));
            let members = self.line.iter().filter(|row| row.party == party.party);
            lines.extend(reason.iter().flat_map(|reason| {
                members
                    .clone()
                    .map(|row| Line::PassedOver(row.sign_up, *reason))
            }));
        }
        for party in &promotion.promoted {
            let members = self.line.iter().filter(|row| row.party == *party);
            lines.extend(members.map(|row| Line::MovesUp(row.sign_up)));
        }
        lines
    }

    /// Nobody waits who could have a seat.
    fn assert_settled(&self, at: DateTime<Utc>, ended: bool) -> Result<(), String> {
        let begun = self.starts_at.is_some_and(|starts_at| at >= starts_at);
        if begun || ended || self.cancelled {
            return Ok(());
        }
        match self.expected(at).as_slice() {
            [] => Ok(()),
            forgotten => Err(format!("these should have moved up before: {forgotten:?}")),
        }
    }

    fn end(&mut self, movement: &seat_movement::Model) -> Result<(), String> {
        if let Some(seated) = self.seated.remove(&movement.sign_up_id) {
            self.seats
                .give_back(seated.organisation, 1)
                .map_err(|error| error.to_string())?;
            return agrees(movement, (-1, 0), None);
        }
        self.waiting(movement)?;
        self.line
            .retain(|waiting| waiting.sign_up != movement.sign_up_id);
        agrees(movement, (0, -1), None)
    }

    fn waiting(&mut self, movement: &seat_movement::Model) -> Result<&mut InLine, String> {
        let mut line = self.line.iter_mut();
        line.find(|waiting| waiting.sign_up == movement.sign_up_id)
            .ok_or_else(|| format!("{} does not wait", movement.sign_up_id))
    }
}

/// One row of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    PassedOver(SignUpId, SeatReason),
    MovesUp(SignUpId),
}

impl Line {
    fn of(movement: &seat_movement::Model) -> Self {
        match movement.reason {
            Some(reason) => Self::PassedOver(movement.sign_up_id, reason),
            None => Self::MovesUp(movement.sign_up_id),
        }
    }
}

fn party_of(movement: &seat_movement::Model) -> PartyKey {
    movement
        .party_id
        .map_or(movement.sign_up_id.uuid(), PartyId::uuid)
}

fn unmoved(movement: &seat_movement::Model) -> Result<(), String> {
    agrees(movement, (0, 0), movement.reason)
}

fn agrees(
    movement: &seat_movement::Model,
    change: (i32, i32),
    reason: Option<SeatReason>,
) -> Result<(), String> {
    let found = ((movement.seats, movement.waiting), movement.reason);
    if found == (change, reason) {
        return Ok(());
    }
    Err(format!(
        "the rules say {change:?} and {reason:?}, the ledger {found:?}"
    ))
}

#[cfg(test)]
mod tests;
