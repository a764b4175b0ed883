//! Judges a history: whether it could have come of requests that were served one after the other by the rules.

use super::{
    explain::{Explanation, left_waiting},
    history::{Act, Call, History, Outcome},
};
use entity::{
    id::{OrganisationId, PersonId, SignUpId},
    kind::{MovementCause, SignUpStatus},
    seat_movement, sign_up,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a history breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An answer that must never be given.
    WrongAnswer,
    /// Counters, sign-ups and ledger tell different things.
    Counters,
    /// Something was acknowledged and is not there.
    Lost,
    /// Half of a request was carried out.
    HalfDone,
    /// Something was done that nobody asked for.
    Unasked,
    /// Somebody has two places.
    Twice,
    /// A later request was served before one that had already been answered.
    Order,
    /// Seats or the line do not follow from the rules.
    Rules,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What kind of thing.
    pub kind: Kind,
    /// What, for whoever looks for the cause.
    pub what: String,
}

/// Everything that is wrong with a history.
pub fn check(history: &History) -> Vec<Violation> {
    let mut judge = Judge::new(history);
    judge.answers();
    judge.counters();
    judge.acknowledged();
    judge.asked();
    judge.nobody_twice();
    judge.order();
    judge.rules();
    judge.violations
}

/// Fails with everything that is wrong, and with the history for whoever looks for the cause.
#[track_caller]
pub fn accept(history: &History, about: &str) {
    let violations = check(history);
    let found = violations.iter();
    let found: Vec<String> = found
        .map(|one| format!("{:?}: {}", one.kind, one.what))
        .collect();
    assert!(
        found.is_empty(),
        "{about}: {found:#?}\nledger: {:#?}\ncalls: {:#?}",
        history.ledger,
        history.calls
    );
}

struct Judge<'h> {
    history: &'h History,
    rows: HashMap<SignUpId, &'h sign_up::Model>,
    /// The call that made a sign-up.
    maker: HashMap<SignUpId, &'h Call>,
    violations: Vec<Violation>,
}

impl<'h> Judge<'h> {
    fn new(history: &'h History) -> Self {
        let mut maker = HashMap::new();
        for call in &history.calls {
            if let Outcome::Made(made) = &call.outcome {
                maker.extend(made.iter().map(|(id, _)| (*id, call)));
            }
        }
        let mut judge = Self {
            rows: history.sign_ups.iter().map(|row| (row.id, row)).collect(),
            history,
            maker,
            violations: Vec::new(),
        };
        judge.find_unanswered();
        judge
    }

    fn find(&mut self, kind: Kind, what: String) {
        self.violations.push(Violation { kind, what });
    }

    /// Whose request without an answer a sign-up came of: that of the same people, all of it or nothing.
    fn find_unanswered(&mut self) {
        for call in &self.history.calls {
            let (Act::SignUp { people, held }, Outcome::Unknown) = (&call.act, &call.outcome)
            else {
                continue;
            };
            let own = |row: &&sign_up::Model| {
                row.person_id.is_some_and(|person| people.contains(&person))
                    && !self.maker.contains_key(&row.id)
            };
            let named: Vec<_> = self.history.sign_ups.iter().filter(own).collect();
            let Some(last) = named.last() else {
                continue;
            };
            let unnamed = self.history.sign_ups.iter().filter(|row| {
                row.number > last.number
                    && usize::try_from(row.number - last.number).is_ok_and(|far| far <= *held)
                    && row.person_id.is_none()
                    && row.organisation_id == call.organisation
                    && !self.maker.contains_key(&row.id)
            });
            let found: Vec<SignUpId> = named
                .iter()
                .copied()
                .chain(unnamed)
                .map(|row| row.id)
                .collect();
            if found.len() != people.len() + held {
                let what = format!("{} of {call:?}: {found:?}", found.len());
                self.violations.push(Violation {
                    kind: Kind::HalfDone,
                    what,
                });
            }
            self.maker.extend(found.into_iter().map(|id| (id, call)));
        }
    }

    fn answers(&mut self) {
        for what in &self.history.wrong {
            self.find(Kind::WrongAnswer, what.clone());
        }
    }

    fn counters(&mut self) {
        let history = self.history;
        let sum = |of: fn(&seat_movement::Model) -> i32| history.ledger.iter().map(of).sum::<i32>();
        let occasion = &history.occasion;
        let gapless = history
            .ledger
            .iter()
            .zip(1..)
            .all(|(row, number)| row.number == number);
        let last = history.ledger.last().map_or(0, |row| row.number);
        let counted = (occasion.taken, occasion.waiting, occasion.movements);
        let told = (sum(|row| row.seats), sum(|row| row.waiting), last);
        if !gapless || counted != told {
            let what = format!("counters {counted:?}, ledger {told:?}, gapless: {gapless}");
            self.find(Kind::Counters, what);
        }
        let mut taken: BTreeMap<OrganisationId, i32> = BTreeMap::new();
        let mut states: HashMap<SignUpId, (i32, i32)> = HashMap::new();
        for row in &history.ledger {
            *taken.entry(row.organisation_id).or_default() += row.seats;
            let state = states.entry(row.sign_up_id).or_default();
            *state = (state.0 + row.seats, state.1 + row.waiting);
        }
        for row in &history.sign_ups {
            let expected = match row.status {
                SignUpStatus::Confirmed => (1, 0),
                SignUpStatus::Waitlisted => (0, 1),
                _ => (0, 0),
            };
            let told = states.remove(&row.id);
            if told != Some(expected) {
                self.find(
                    Kind::Counters,
                    format!("the ledger says {told:?} of {row:?}"),
                );
            }
        }
        if !states.is_empty() {
            self.find(
                Kind::Counters,
                format!("sign-ups only in the ledger: {states:?}"),
            );
        }
        for quota in &history.quotas {
            let told = taken.remove(&quota.organisation_id).unwrap_or(0);
            if told != quota.taken {
                self.find(
                    Kind::Counters,
                    format!("the ledger says {told} of {quota:?}"),
                );
            }
        }
        if taken.values().any(|seats| *seats != 0) {
            self.find(
                Kind::Counters,
                format!("seats without a counter: {taken:?}"),
            );
        }
    }

    fn has_row(&self, id: SignUpId, which: impl Fn(&seat_movement::Model) -> bool) -> bool {
        let mut own = self
            .history
            .ledger
            .iter()
            .filter(|row| row.sign_up_id == id);
        own.any(which)
    }

    /// What was acknowledged is there, as it was told.
    fn acknowledged(&mut self) {
        let ended = |row: &seat_movement::Model| row.seats + row.waiting < 0;
        let mut lost = Vec::new();
        for call in &self.history.calls {
            match (&call.act, &call.outcome) {
                (Act::SignUp { .. }, Outcome::Made(made)) => {
                    for (id, status) in made {
                        let there = match status.as_str() {
                            "CONFIRMED" => self.has_row(*id, |row| row.seats == 1),
                            "WAITLISTED" => self.has_row(*id, |row| row.waiting == 1),
                            _ => self.has_row(*id, ended),
                        };
                        if !there || !self.rows.contains_key(id) {
                            lost.push(format!("{id} was {status} in {call:?}"));
                        }
                    }
                }
                (Act::Withdraw(id), Outcome::Done) if !self.has_row(*id, ended) => {
                    lost.push(format!("{call:?}"));
                }
                (Act::Replace(id), Outcome::Done) => {
                    let done = self.count(*id, MovementCause::Replacement);
                    let told = self.history.calls.iter().filter(|other| {
                        matches!(other.act, Act::Replace(other) if other == *id)
                            && other.outcome == Outcome::Done
                    });
                    if done < told.count() {
                        lost.push(format!("{call:?}"));
                    }
                }
                _ => {}
            }
        }
        for what in lost {
            self.find(Kind::Lost, what);
        }
    }

    fn count(&self, id: SignUpId, cause: MovementCause) -> usize {
        let own = |row: &&seat_movement::Model| row.sign_up_id == id && row.cause == cause;
        self.history.ledger.iter().filter(own).count()
    }

    /// Nothing is in the ledger that nobody asked for. Who moved up when follows from the rules.
    fn asked(&mut self) {
        let mut unasked = Vec::new();
        for row in &self.history.ledger {
            let id = row.sign_up_id;
            let asked = |wanted: fn(&Act, SignUpId) -> bool| {
                let calls = self
                    .history
                    .calls
                    .iter()
                    .filter(|call| wanted(&call.act, id));
                let may = calls.filter(|call| !matches!(call.outcome, Outcome::Refused(_)));
                may.count()
            };
            let fine = match row.cause {
                MovementCause::SignUp => self.maker.contains_key(&id),
                MovementCause::Withdrawal | MovementCause::Removal => {
                    asked(|act, id| matches!(act, Act::Withdraw(own) if *own == id)) > 0
                }
                MovementCause::Replacement => {
                    asked(|act, id| matches!(act, Act::Replace(own) if *own == id))
                        >= self.count(id, MovementCause::Replacement)
                }
                MovementCause::Promotion | MovementCause::PassedOver => true,
                _ => false,
            };
            if !fine {
                unasked.push(format!("{row:?}"));
            }
        }
        for what in unasked {
            self.find(Kind::Unasked, what);
        }
    }

    /// Nobody has two places now, nor had at any time. A place that has changed hands is followed only to its end.
    fn nobody_twice(&mut self) {
        let mut places: BTreeMap<PersonId, Vec<(i32, i32)>> = BTreeMap::new();
        for row in &self.history.sign_ups {
            let Some(person) = row.person_id else {
                continue;
            };
            let own = || {
                self.history
                    .ledger
                    .iter()
                    .filter(|moved| moved.sign_up_id == row.id)
            };
            let named = own().rfind(|moved| moved.cause == MovementCause::Replacement);
            let from = named.map_or(row.number, |moved| moved.number);
            let ended = own().find(|moved| moved.seats + moved.waiting < 0);
            let to = ended.map_or(i32::MAX, |moved| moved.number);
            places.entry(person).or_default().push((from, to));
        }
        for (person, mut places) in places {
            places.sort_unstable();
            if places.windows(2).any(|two| two[1].0 < two[0].1) {
                self.find(Kind::Twice, format!("{person:?} at rows {places:?}"));
            }
        }
        let mut entered = HashSet::new();
        for row in self
            .history
            .ledger
            .iter()
            .filter(|row| row.seats + row.waiting > 0)
        {
            if !entered.insert(row.sign_up_id) {
                self.find(Kind::Twice, format!("a sign-up entered twice: {row:?}"));
            }
        }
    }

    /// The calls that caused the rows, where that is certain.
    fn causes(&self) -> Vec<Option<&'h Call>> {
        let only = |id: SignUpId, wanted: fn(&Act, SignUpId) -> bool| {
            let calls = self
                .history
                .calls
                .iter()
                .filter(|call| wanted(&call.act, id));
            let mut may = calls.filter(|call| !matches!(call.outcome, Outcome::Refused(_)));
            may.next().filter(|_| may.next().is_none())
        };
        let rows = self.history.ledger.iter();
        rows.map(|row| match row.cause {
            MovementCause::SignUp => self.maker.get(&row.sign_up_id).copied(),
            MovementCause::Withdrawal | MovementCause::Removal => only(
                row.sign_up_id,
                |act, id| matches!(act, Act::Withdraw(own) if *own == id),
            ),
            MovementCause::Replacement => only(
                row.sign_up_id,
                |act, id| matches!(act, Act::Replace(own) if *own == id),
            ),
            _ => None,
        })
        .collect()
    }

    /// Whoever had the answer before somebody asked came before.
    fn order(&mut self) {
        let mut latest: Option<&Call> = None;
        let mut found = BTreeSet::new();
        for cause in self.causes().into_iter().flatten() {
            if let Some(latest) = latest
                && cause
                    .answered
                    .is_some_and(|answered| answered < latest.sent)
            {
                found.insert(format!("{latest:?} came before {cause:?}"));
            }
            if latest.is_none_or(|latest| latest.sent < cause.sent) {
                latest = Some(cause);
            }
        }
        for what in found {
            self.find(Kind::Order, what);
        }
    }

    fn rules(&mut self) {
        let causes = self.causes();
        match Explanation::new(self.history, &causes).play(self.history) {
            Err(why) => self.find(Kind::Rules, why),
            Ok(model) => {
                let left = self.history.settled_at.map(|at| left_waiting(model, at));
                if let Some(left) = left.filter(|left| !left.is_empty()) {
                    self.find(
                        Kind::Rules,
                        format!("left waiting with a seat free: {left:?}"),
                    );
                }
            }
        }
    }
}
