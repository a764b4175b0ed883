//! What happened in a round: every request with its answer and its place in time, and what is stored afterwards.

#![expect(
    clippy::disallowed_types,
    reason = "a history holds what is stored, seen from behind"
)]

use super::model::Share;
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, OrganisationId, PersonId, SignUpId},
    seat_movement, seat_quota, sign_up, training_occasion,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// What a request was for.
#[derive(Clone, Debug)]
pub enum Act {
    /// People, and seats without a name after them; together or not at all.
    SignUp { people: Vec<PersonId>, held: usize },
    /// A sign-up to end.
    Withdraw(SignUpId),
    /// Another person in a sign-up's place.
    Replace(SignUpId),
    /// Another number of seats.
    Capacity(u32),
    /// Other shares.
    Quotas(BTreeMap<OrganisationId, Share>),
}

impl Act {
    /// Whether it changes what the seats are shared by.
    pub fn is_rule(&self) -> bool {
        matches!(self, Self::Capacity(_) | Self::Quotas(_))
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// These sign-ups were made, with the status that the answer told.
    Made(Vec<(SignUpId, String)>),
    /// It was done.
    Done,
    /// It was refused with these codes, and nothing was to change.
    Refused(Vec<String>),
    /// No answer, or one that lets both be: whoever asks must expect either.
    Unknown,
}

/// A request with its place in time: moments are numbered, and a later one has a higher number.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who asked.
    pub organisation: OrganisationId,
    /// For what.
    pub act: Act,
    /// When it was sent (first, if it was repeated).
    pub sent: usize,
    /// When the answer was there; none without an answer.
    pub answered: Option<usize>,
    /// What came of it.
    pub outcome: Outcome,
}

/// Keeps the calls of a round while they are made.
#[derive(Default)]
pub struct Recorder {
    moments: AtomicUsize,
    unanswered: AtomicUsize,
    calls: Mutex<Vec<Call>>,
    wrong: Mutex<Vec<String>>,
}

impl Recorder {
    /// The next moment.
    pub fn moment(&self) -> usize {
        self.moments.fetch_add(1, Ordering::SeqCst)
    }

    /// Counts a request that was sent and told nothing.
    pub fn sent_in_vain(&self) {
        self.unanswered.fetch_add(1, Ordering::SeqCst);
    }

    /// How many requests told nothing.
    pub fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::SeqCst)
    }

    /// Keeps a call.
    pub fn keep(&self, call: Call) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(call);
    }

    /// Notes an answer that must never be given.
    pub fn wrong(&self, what: String) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.push(what);
    }

    /// How many calls were answered so far.
    pub fn answered(&self) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|call| call.answered.is_some()).count()
    }

    /// The calls, and the wrong answers.
    pub fn end(self) -> (Vec<Call>, Vec<String>) {
        let calls = self.calls.into_inner();
        let wrong = self.wrong.into_inner();
        (
            calls.unwrap_or_else(PoisonError::into_inner),
            wrong.unwrap_or_else(PoisonError::into_inner),
        )
    }
}

/// The rules that an occasion began with.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// How many seats there were.
    pub capacity: u32,
    /// How they were shared.
    pub shares: BTreeMap<OrganisationId, Share>,
}

/// All of a round.
#[derive(Clone, Debug)]
pub struct History {
    /// The rules at its beginning.
    pub beginning: Beginning,
    /// The requests.
    pub calls: Vec<Call>,
    /// Answers that must never be given.
    pub wrong: Vec<String>,
    /// The ledger, in order.
    pub ledger: Vec<seat_movement::Model>,
    /// The sign-ups as they are stored now.
    pub sign_ups: Vec<sign_up::Model>,
    /// The occasion with its counters.
    pub occasion: training_occasion::Model,
    /// The counters of the organisations.
    pub quotas: Vec<seat_quota::Model>,
    /// An instant at which nobody may be left waiting who could move up, if there was a housekeeping then.
    pub settled_at: Option<DateTime<Utc>>,
}

impl History {
    /// What is stored now of an occasion, with what was asked before.
    pub async fn collect(
        database: &DatabaseConnection,
        occasion: OccasionId,
        beginning: Beginning,
        recorder: Recorder,
        settled_at: Option<DateTime<Utc>>,
    ) -> Self {
        let (calls, wrong) = recorder.end();
        let ledger = seat_movement::Entity::find()
            .filter(seat_movement::Column::OccasionId.eq(occasion))
            .order_by_asc(seat_movement::Column::Number)
            .all(database)
            .await;
        let sign_ups = sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(occasion))
            .order_by_asc(sign_up::Column::Number)
            .all(database)
            .await;
        let quotas = seat_quota::Entity::find()
            .filter(seat_quota::Column::OccasionId.eq(occasion))
            .all(database)
            .await;
        let stored = training_occasion::Entity::find_by_id(occasion)
            .one(database)
            .await;
        Self {
            beginning,
            calls,
            wrong,
            ledger: ledger.expect("the ledger can be read"),
            sign_ups: sign_ups.expect("the sign-ups can be read"),
            occasion: stored.expect("occasions can be read").expect("it is there"),
            quotas: quotas.expect("the quotas can be read"),
            settled_at,
        }
    }
}
