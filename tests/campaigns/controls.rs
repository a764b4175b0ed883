//! The checker's own controls: histories that were tampered with are refused, each for what is wrong with it.

use super::{
    checker::{Kind, check},
    history::{Act, History, Outcome},
};
use entity::{
    id::SignUpId,
    kind::{MovementCause, SeatReason, SignUpStatus},
    seat_movement,
};

type Tamper = fn(&mut History) -> Option<()>;

/// What can be done to a history, and what must be said of it.
const TAMPERED: [(&str, Kind, Tamper); 9] = [
    ("one seat too many", Kind::Rules, one_seat_too_many),
    ("a jump of the queue", Kind::Rules, jump_of_the_queue),
    ("a guarantee lost", Kind::Rules, guarantee_lost),
    ("a promotion left out", Kind::Rules, promotion_left_out),
    ("a lost acknowledgement", Kind::Lost, lost_acknowledgement),
    ("a person twice", Kind::Twice, person_twice),
    ("a row that nobody asked for", Kind::Unasked, nobody_asked),
    ("a later one served before", Kind::Order, later_before),
    ("a counter that is off", Kind::Counters, counter_off),
];

/// Tampers with a good history in every way that it has room for; how many ways that were.
pub fn refuse_tampered(history: &History) -> usize {
    let mut refused = 0;
    for (name, kind, tamper) in TAMPERED {
        let mut tampered = history.clone();
        if tamper(&mut tampered).is_some() {
            let violations = check(&tampered);
            assert!(
                violations.iter().any(|found| found.kind == kind),
                "{name} must be found as {kind:?}, found was {violations:#?}"
            );
            refused += 1;
        }
    }
    refused
}

/// Moves a sign-up from the line to a seat at its very beginning, everywhere but in the rules.
fn seat_at_once(history: &mut History, place: usize) -> Option<()> {
    let id = history.ledger[place].sign_up_id;
    let moved = history
        .ledger
        .iter()
        .any(|row| row.sign_up_id == id && row.seats != 0);
    let ended = history
        .ledger
        .iter()
        .any(|row| row.sign_up_id == id && row.waiting < 0);
    if moved || ended {
        return None;
    }
    let row = &mut history.ledger[place];
    (row.seats, row.waiting, row.reason) = (1, 0, None);
    let organisation = row.organisation_id;
    let sign_up = history.sign_ups.iter_mut().find(|row| row.id == id)?;
    sign_up.status = SignUpStatus::Confirmed;
    history.occasion.taken += 1;
    history.occasion.waiting -= 1;
    let mut quotas = history.quotas.iter_mut();
    quotas
        .find(|quota| quota.organisation_id == organisation)?
        .taken += 1;
    Some(())
}

fn seat_whoever_waits_for(history: &mut History, reason: SeatReason) -> Option<()> {
    for place in 0..history.ledger.len() {
        let row = &history.ledger[place];
        let waits = row.cause == MovementCause::SignUp && row.reason == Some(reason);
        let mut tampered = history.clone();
        if waits && seat_at_once(&mut tampered, place).is_some() {
            *history = tampered;
            return Some(());
        }
    }
    None
}

fn one_seat_too_many(history: &mut History) -> Option<()> {
    seat_whoever_waits_for(history, SeatReason::OccasionFull)
}

fn guarantee_lost(history: &mut History) -> Option<()> {
    seat_whoever_waits_for(history, SeatReason::SeatsGuaranteedToOthers)
}

/// Whoever of the same organisation waits behind moves up instead.
fn jump_of_the_queue(history: &mut History) -> Option<()> {
    let alone = |id: SignUpId, history: &History| {
        let row = history.sign_ups.iter().find(|row| row.id == id);
        row.is_some_and(|row| row.party_id.is_none())
    };
    let up = history
        .ledger
        .iter()
        .position(|row| row.cause == MovementCause::Promotion && alone(row.sign_up_id, history))?;
    let first = history.ledger[up].clone();
    let entered = |id: SignUpId| history.ledger.iter().position(|row| row.sign_up_id == id);
    let behind = history.ledger[..up].iter().position(|row| {
        row.organisation_id == first.organisation_id
            && row.waiting == 1
            && alone(row.sign_up_id, history)
            && entered(row.sign_up_id) > entered(first.sign_up_id)
            && history.ledger[..up]
                .iter()
                .filter(|other| other.sign_up_id == row.sign_up_id)
                .all(|other| other.waiting >= 0)
    })?;
    let second = history.ledger[behind].sign_up_id;
    for row in &mut history.ledger[up..] {
        let other = |id: SignUpId| {
            if id == second {
                first.sign_up_id
            } else {
                second
            }
        };
        if row.sign_up_id == second || row.sign_up_id == first.sign_up_id {
            row.sign_up_id = other(row.sign_up_id);
        }
    }
    Some(())
}

fn promotion_left_out(history: &mut History) -> Option<()> {
    let promoted = |row: &seat_movement::Model| row.cause == MovementCause::Promotion;
    let up = history.ledger.iter().rposition(promoted)?;
    history.ledger.remove(up);
    for row in &mut history.ledger[up..] {
        row.number -= 1;
    }
    history.occasion.movements -= 1;
    Some(())
}

fn lost_acknowledgement(history: &mut History) -> Option<()> {
    let id = history.calls.iter().find_map(|call| match &call.outcome {
        Outcome::Made(made) => made.first().map(|(id, _)| *id),
        _ => None,
    })?;
    history.ledger.retain(|row| row.sign_up_id != id);
    history.sign_ups.retain(|row| row.id != id);
    Some(())
}

fn person_twice(history: &mut History) -> Option<()> {
    let standing =
        |row: &&mut entity::sign_up::Model| row.ended_at.is_none() && row.person_id.is_some();
    let mut rows = history.sign_ups.iter_mut().filter(standing);
    let person = rows.next()?.person_id;
    rows.next()?.person_id = person;
    Some(())
}

fn nobody_asked(history: &mut History) -> Option<()> {
    let withdrawn = |call: &&super::history::Call| {
        matches!(call.act, Act::Withdraw(_)) && call.outcome == Outcome::Done
    };
    let Act::Withdraw(id) = history.calls.iter().find(withdrawn)?.act else {
        return None;
    };
    history
        .calls
        .retain(|call| !matches!(call.act, Act::Withdraw(other) if other == id));
    Some(())
}

/// Two sign-ups of one client, one after the other, change places in time.
fn later_before(history: &mut History) -> Option<()> {
    let made = |call: &super::history::Call| match &call.outcome {
        Outcome::Made(made) => made.first().map(|(id, _)| *id),
        _ => None,
    };
    let first = history.calls.iter().position(|call| made(call).is_some())?;
    let answered = history.calls[first].answered?;
    let second = history
        .calls
        .iter()
        .position(|call| made(call).is_some() && call.sent > answered)?;
    let (sent, answered) = (history.calls[first].sent, history.calls[first].answered);
    history.calls[first].sent = history.calls[second].sent;
    history.calls[first].answered = history.calls[second].answered;
    history.calls[second].sent = sent;
    history.calls[second].answered = answered;
    Some(())
}

fn counter_off(history: &mut History) -> Option<()> {
    (!history.ledger.is_empty()).then(|| history.occasion.taken -= 1)
}
