//! Whether a ledger follows from the rules: plays it again from the beginning with the slow model, and looks for a
//! moment for each change of the rules, which leaves no row of its own.

use super::{
    history::{Act, Call, History, Outcome},
    model::{Line, Model, Party},
};
use chrono::{DateTime, Utc};
use entity::{
    id::{PartyId, SignUpId},
    kind::MovementCause,
    seat_movement,
};
use std::collections::{HashMap, HashSet};

/// A change of the rules, and between which rows it may have happened.
struct Change<'h> {
    call: &'h Call,
    from: usize,
    to: usize,
}

/// A place in the ledger, the change of the rules that comes next, and the one that was applied last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Point {
    place: usize,
    change: usize,
    applied: usize,
}

/// How far an attempt came, and why no further.
type Stuck = (usize, String);

/// The ledger of a history with what is known about its rows.
pub struct Explanation<'h> {
    rows: &'h [seat_movement::Model],
    parties: HashMap<SignUpId, (PartyId, usize)>,
    changes: Vec<Change<'h>>,
}

impl<'h> Explanation<'h> {
    /// For a history; `causes` are the calls that caused the rows, where that is known.
    pub fn new(history: &'h History, causes: &[Option<&Call>]) -> Self {
        let rules = history.calls.iter().filter(|call| call.act.is_rule());
        let mut rules: Vec<&Call> = rules
            .filter(|call| !matches!(call.outcome, Outcome::Refused(_)))
            .collect();
        rules.sort_by_key(|call| call.sent);
        let changes = rules.into_iter().map(|call| {
            let before = |cause: &Call| cause.answered.is_some_and(|at| at < call.sent);
            let after = |cause: &Call| call.answered.is_some_and(|at| at < cause.sent);
            let first = causes.iter().position(|cause| cause.is_some_and(after));
            let last = causes.iter().rposition(|cause| cause.is_some_and(before));
            Change {
                call,
                from: last.map_or(0, |row| row + 1),
                to: first.unwrap_or(causes.len()),
            }
        });
        let mut sizes: HashMap<PartyId, usize> = HashMap::new();
        for party in history.sign_ups.iter().filter_map(|row| row.party_id) {
            *sizes.entry(party).or_default() += 1;
        }
        let parties = history.sign_ups.iter().filter_map(|row| {
            let party = row.party_id?;
            Some((row.id, (party, sizes[&party])))
        });
        Self {
            rows: &history.ledger,
            parties: parties.collect(),
            changes: changes.collect(),
        }
    }

    /// The seats and the line after the last row, or why the ledger does not follow from the rules.
    pub fn play(&self, history: &History) -> Result<Model, String> {
        let beginning = history.beginning.clone();
        let model = Model::new(beginning.capacity, beginning.shares);
        let mut tried = HashSet::new();
        let done = self.from(model, Point::default(), &mut tried);
        done.map_err(|(_, why)| why)
    }

    /// Plays on from a point. Who sits and who waits there follows from the rows before it, and the rules from what
    /// was applied last: so a point that was in vain once is in vain always.
    fn from(
        &self,
        mut model: Model,
        point: Point,
        tried: &mut HashSet<Point>,
    ) -> Result<Model, Stuck> {
        if !tried.insert(point) {
            return Err((0, "this was tried before".to_owned()));
        }
        let Point {
            mut place,
            change,
            applied,
        } = point;
        let mut stuck: Stuck = (0, "a change of the rules fits nowhere".to_owned());
        let mut note = |found: Stuck| {
            if found.0 >= stuck.0 {
                stuck = found;
            }
        };
        loop {
            if let Some(next) = self.changes.get(change).filter(|next| next.from <= place) {
                let done = self.changed(model.clone(), place, next);
                let on = done.and_then(|(model, place)| {
                    let point = Point {
                        place,
                        change: change + 1,
                        applied: change + 1,
                    };
                    self.from(model, point, tried)
                });
                match on {
                    Ok(done) => return Ok(done),
                    Err(found) => note(found),
                }
                if next.call.outcome == Outcome::Unknown {
                    let without = Point {
                        place,
                        change: change + 1,
                        applied,
                    };
                    match self.from(model.clone(), without, tried) {
                        Ok(done) => return Ok(done),
                        Err(found) => note(found),
                    }
                }
                if place >= next.to {
                    return Err(stuck);
                }
            }
            let Some(row) = self.rows.get(place) else {
                return if change == self.changes.len() {
                    Ok(model)
                } else {
                    Err(stuck)
                };
            };
            match self.step(&mut model, row, place) {
                Ok(next) => place = next,
                Err(found) => {
                    note(found);
                    return Err(stuck);
                }
            }
        }
    }

    fn changed(
        &self,
        mut model: Model,
        place: usize,
        change: &Change<'_>,
    ) -> Result<(Model, usize), Stuck> {
        match &change.call.act {
            Act::Capacity(seats) => model.capacity = *seats,
            Act::Quotas(shares) => model.shares.clone_from(shares),
            _ => {}
        }
        whole(&model, place)?;
        let Some(row) = self.rows.get(place) else {
            return Ok((model, place));
        };
        let lines = model.settle(row.at);
        let place = self.same(place, &lines)?;
        Ok((model, place))
    }

    /// What the row's movement, and what follows of it, must have written.
    fn step(
        &self,
        model: &mut Model,
        row: &seat_movement::Model,
        place: usize,
    ) -> Result<usize, Stuck> {
        // What time has released goes to those who wait before anybody else is served.
        let mut expected = model.settle(row.at);
        if expected.is_empty() {
            expected = self.act(model, row, place)?;
        }
        let next = self.same(place, &expected)?;
        whole(model, place)?;
        Ok(next)
    }

    fn act(
        &self,
        model: &mut Model,
        row: &seat_movement::Model,
        place: usize,
    ) -> Result<Vec<Line>, Stuck> {
        let id = row.sign_up_id;
        let no = |why: &str| (place, format!("row {}: {why}: {row:?}", row.number));
        match row.cause {
            MovementCause::SignUp => {
                let party = Party {
                    members: self.members(place, id),
                    organisation: row.organisation_id,
                };
                Ok(model.enter(party, row.at))
            }
            MovementCause::Withdrawal | MovementCause::Removal => {
                let line = model.leave(id, row.cause);
                let mut lines = vec![line.ok_or_else(|| no("ends what does not stand"))?];
                lines.extend(model.settle(row.at));
                Ok(lines)
            }
            MovementCause::Replacement => {
                let waits = model.line.iter().any(|party| party.members.contains(&id));
                if !waits && !model.seated.contains_key(&id) {
                    return Err(no("fills what does not stand"));
                }
                Ok(vec![(id, row.cause, 0, 0, row.reason.filter(|_| waits))])
            }
            _ => Err(no("nothing lets this happen now")),
        }
    }

    /// The sign-ups of a party stand together in the ledger.
    fn members(&self, place: usize, id: SignUpId) -> Vec<SignUpId> {
        let Some((_, size)) = self.parties.get(&id) else {
            return vec![id];
        };
        let rows = self.rows[place..].iter().take(*size);
        rows.map(|row| row.sign_up_id).collect()
    }

    fn same(&self, place: usize, expected: &[Line]) -> Result<usize, Stuck> {
        for (offset, expected) in expected.iter().enumerate() {
            let row = self.rows.get(place + offset);
            let found = row.map(|row| {
                let id = row.sign_up_id;
                (id, row.cause, row.seats, row.waiting, row.reason)
            });
            if found.as_ref() != Some(expected) {
                let number = row.map(|row| row.number);
                let why = format!("row {number:?}: expected {expected:?}, found {found:?}");
                return Err((place + offset, why));
            }
        }
        Ok(place + expected.len())
    }
}

fn whole(model: &Model, place: usize) -> Result<(), Stuck> {
    model.broken().map_or(Ok(()), |why| Err((place, why)))
}

/// Whether anybody is left waiting who could move up now.
pub fn left_waiting(mut model: Model, at: DateTime<Utc>) -> Vec<SignUpId> {
    let lines = model.settle(at).into_iter();
    lines
        .filter(|line| line.1 == MovementCause::Promotion)
        .map(|line| line.0)
        .collect()
}
