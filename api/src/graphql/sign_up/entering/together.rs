//! Sign-ups for one occasion that wait for each other, in one transaction: as many statements for many as for one.
//!
//! Each request is judged by its own viewer's policies, at its own instant, in the order of arrival, as if it had been
//! alone: a user error concerns nobody else. What the database refuses to all is tried again one by one.

use super::{
    super::eligibility::{
        Ask, Refused, open_training_for_each, openings_for_each, refusals_of_each,
    },
    Entered, SignUpInput, entrants, party,
};
use crate::{
    combining::Combiner,
    error::{Error, Result},
    graphql::{
        idempotency::Once,
        occasion::has_opened,
        sign_up::SignUpMode,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Viewer, audit::Concern, seat::SeatBook},
};
use entity::{
    id::{OccasionId, PersonId},
    kind::AuditAction,
    training, training_occasion,
};
use sea_orm::EntityTrait;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// What comes of one request: the sign-ups, or what the user can mend.
pub(super) type Outcome = Result<Entered, Vec<UserError>>;

/// A request on its way.
pub struct Request {
    viewer: Viewer,
    input: Arc<SignUpInput>,
}

/// Those who sign up for one occasion at the same time, served together.
pub struct SignUps(Combiner<OccasionId, Request, Result<Outcome>>);

impl SignUps {
    /// So many in one transaction at most.
    pub fn new(most: usize) -> Self {
        Self(Combiner::new(most))
    }

    /// Signs up, in one transaction with whoever waits for the same occasion.
    pub(super) async fn enter(&self, viewer: &Viewer, input: Arc<SignUpInput>) -> Result<Outcome> {
        let occasion = input.occasion_id;
        let request = Request {
            viewer: viewer.clone(),
            input,
        };
        let served = self.0.run(occasion, request, serve).await;
        // Whether it was done is not known; a key tells when it is sent again.
        served.unwrap_or(Err(Error::Unavailable))
    }
}

/// Serves all in one transaction; if that cannot be, one after the other.
async fn serve(requests: Vec<Request>) -> Vec<Result<Outcome>> {
    match in_one_transaction(&requests).await {
        Ok(outcomes) => outcomes,
        Err(error) if requests.len() == 1 || matches!(error, Error::Unavailable) => {
            requests.iter().map(|_| Err(error.clone())).collect()
        }
        Err(error) => {
            tracing::warn!(
                ?error,
                together = requests.len(),
                "sign-ups are served one by one"
            );
            let mut outcomes = Vec::new();
            for request in requests {
                let alone = in_one_transaction(std::slice::from_ref(&request)).await;
                let outcome = alone.map(|mut outcomes| outcomes.pop());
                outcomes.push(match outcome {
                    Ok(Some(outcome)) => outcome,
                    Ok(None) => Err(Error::internal("a sign-up without an outcome")),
                    Err(error) => Err(error),
                });
            }
            outcomes
        }
    }
}

async fn in_one_transaction(requests: &[Request]) -> Result<Vec<Result<Outcome>>> {
    let viewers: Vec<Viewer> = requests
        .iter()
        .map(|request| request.viewer.clone())
        .collect();
    let inputs: Vec<&SignUpInput> = requests.iter().map(|request| &*request.input).collect();
    let inputs = &inputs;
    Viewer::transaction_for_all(&viewers, |viewers| async move {
        enter_all(&viewers, inputs).await
    })
    .await
}

/// One request of a batch, and what is known of it.
struct Entry<'b> {
    viewer: &'b Viewer,
    input: &'b SignUpInput,
    once: Once<'b>,
    training: Option<training::Model>,
    refused: Vec<Refused>,
    /// Whether it has had its turn at the book.
    had_turn: bool,
    /// What comes of it; none until that is clear.
    outcome: Option<Outcome>,
}

impl Entry<'_> {
    fn refuse(&mut self, code: UserErrorCode, field: &[&str]) {
        self.outcome = Some(Err(vec![UserError::new(code, field)]));
    }

    fn is_open(&self) -> bool {
        self.outcome.is_none()
    }
}

async fn enter_all(viewers: &[Viewer], inputs: &[&SignUpInput]) -> Result<Vec<Result<Outcome>>> {
    let entries = viewers.iter().zip(inputs).map(|(viewer, input)| Entry {
        viewer,
        input,
        once: Once::new("signUp", input.idempotency_key.as_ref(), *input),
        training: None,
        refused: Vec::new(),
        had_turn: false,
        outcome: None,
    });
    let mut entries: Vec<Entry<'_>> = entries.collect();
    only_who_sees_it(&mut entries).await?;
    if let Some(first) = entries.iter().find(|entry| entry.is_open()) {
        let (first, occasion) = (first.viewer, first.input.occasion_id);
        let mut book = first.seat_book_for_turns(occasion).await?;
        // After the lock: a request that is sent again waits here for the first to end.
        recall(&mut entries).await?;
        only_while_open(&mut entries, book.occasion()).await?;
        look_up_refusals(&mut entries, &book).await?;
        take_turns(&mut entries, &mut book).await?;
        write(&entries, book).await?;
    }
    let outcome = |entry: Entry<'_>| {
        let missing = || Error::internal("a sign-up without an outcome");
        entry.outcome.ok_or_else(missing)
    };
    Ok(entries.into_iter().map(outcome).collect())
}

/// Those of the entries that have no outcome yet.
fn open<'e, 'b>(entries: &'e mut [Entry<'b>]) -> Vec<&'e mut Entry<'b>> {
    entries.iter_mut().filter(|entry| entry.is_open()).collect()
}

fn viewers<'b>(entries: &[&mut Entry<'b>]) -> Vec<&'b Viewer> {
    entries.iter().map(|entry| entry.viewer).collect()
}

async fn only_who_sees_it(entries: &mut [Entry<'_>]) -> Result<()> {
    let mut open = open(entries);
    let Some(first) = open.first() else {
        return Ok(());
    };
    let query = training_occasion::Entity::find_by_id(first.input.occasion_id);
    let seen = Viewer::all_for_each(&viewers(&open), query).await?;
    for (entry, rows) in open.iter_mut().zip(seen) {
        if rows.is_empty() {
            entry.refuse(UserErrorCode::NotFound, &["occasionId"]);
        }
    }
    Ok(())
}

async fn recall(entries: &mut [Entry<'_>]) -> Result<()> {
    let mut open = open(entries);
    let keys: Vec<_> = open
        .iter()
        .map(|entry| (entry.viewer, &entry.once))
        .collect();
    let earlier = Once::earlier_of_each::<String>(&keys).await?;
    for (entry, earlier) in open.iter_mut().zip(earlier) {
        entry.outcome = earlier.map(|made| made.map(|words| Entered::recalled(&words)));
    }
    Ok(())
}

async fn only_while_open(
    entries: &mut [Entry<'_>],
    occasion: &training_occasion::Model,
) -> Result<()> {
    let mut open = open(entries);
    let trainings = open_training_for_each(&viewers(&open), occasion).await?;
    let holds = open.iter().any(|entry| entry.input.held_seats > 0);
    let openings = if holds {
        openings_for_each(&viewers(&open), occasion).await?
    } else {
        open.iter().map(|_| Vec::new()).collect()
    };
    for ((entry, training), openings) in open.iter_mut().zip(trainings).zip(openings) {
        match training {
            Err(code) => entry.refuse(code, &["occasionId"]),
            Ok(training) => entry.training = Some(training),
        }
        let nameless = entry.is_open() && entry.input.held_seats > 0;
        if nameless && !has_opened(entry.viewer, occasion, &openings, None) {
            entry.refuse(UserErrorCode::SignUpNotOpen, &["heldSeats"]);
        }
    }
    Ok(())
}

async fn look_up_refusals(entries: &mut [Entry<'_>], book: &SeatBook<'_>) -> Result<()> {
    let mut open = open(entries);
    let asks: Vec<Ask<'_>> = open
        .iter()
        .filter_map(|entry| {
            let people = entry.input.participants.iter().map(|row| row.person_id);
            Some(Ask {
                viewer: entry.viewer,
                training: entry.training.as_ref()?,
                people: people.collect(),
            })
        })
        .collect();
    let refused = refusals_of_each(book, &asks).await?;
    for (entry, refused) in open.iter_mut().zip(refused) {
        entry.refused = refused;
    }
    Ok(())
}

/// Each in the order of arrival: what one gets, the next one does not find.
async fn take_turns(entries: &mut [Entry<'_>], book: &mut SeatBook<'_>) -> Result<()> {
    let mut placed: BTreeSet<PersonId> = BTreeSet::new();
    for turn in 0..entries.len() {
        let (before, rest) = entries.split_at_mut(turn);
        let Some(entry) = rest.first_mut().filter(|entry| entry.is_open()) else {
            continue;
        };
        if let Some(outcome) = repeated(entry, before) {
            entry.outcome = Some(outcome);
            continue;
        }
        let against = match against(entry, &placed) {
            Ok(against) => against,
            Err(errors) => {
                entry.outcome = Some(Err(errors));
                continue;
            }
        };
        let people = entrants(entry.input, &against);
        placed.extend(people.iter().filter_map(|entrant| entrant.person));
        book.turn(entry.viewer).await?;
        entry.had_turn = true;
        let organisation = entry.viewer.signed_in()?.organisation;
        let ids = book.sign_up(organisation, people, party(entry.input.mode));
        entry.outcome = Some(Ok(Entered {
            ids,
            rows: None,
            refused: against,
        }));
    }
    // As they are when all have had their turn: in the meantime somebody may have moved up.
    for entry in entries {
        if let Some(Ok(entered)) = &mut entry.outcome
            && entered.rows.is_none()
        {
            let rows = book.rows(&entered.ids);
            entered.rows = (rows.len() == entered.ids.len()).then_some(rows);
        }
    }
    Ok(())
}

/// What came of the same request, or one with its key, that was served before in this batch.
fn repeated(entry: &Entry<'_>, before: &[Entry<'_>]) -> Option<Outcome> {
    let own = entry.viewer.acting()?.organisation;
    before.iter().find_map(|other| {
        let same = other.viewer.acting()?.organisation == own;
        // A refused request does not use its key up.
        let done = other.outcome.as_ref()?.as_ref().ok()?;
        let repeats = same.then(|| entry.once.repeats(&other.once)).flatten()?;
        Some(repeats.map(|()| done.clone()))
    })
}

/// What speaks against any of the rows; errors if that speaks against the whole request.
fn against(
    entry: &Entry<'_>,
    placed: &BTreeSet<PersonId>,
) -> Result<Vec<(usize, UserErrorCode)>, Vec<UserError>> {
    let refused: HashMap<_, _> = entry.refused.iter().copied().collect();
    let rows = entry.input.participants.iter().enumerate();
    let against = rows.filter_map(|(index, row)| {
        let already = placed
            .contains(&row.person_id)
            .then_some(UserErrorCode::AlreadySignedUp);
        let code = refused.get(&row.person_id).copied().or(already)?;
        Some((index, code))
    });
    let against: Vec<(usize, UserErrorCode)> = against.collect();
    if against.is_empty() && entry.viewer.needs_approval() {
        let code = UserErrorCode::ApprovalRequired;
        return Err(vec![UserError::new(code, &["occasionId"])]);
    }
    if entry.input.mode == SignUpMode::RowByRow || against.is_empty() {
        return Ok(against);
    }
    let errors = against.into_iter();
    let errors = errors.map(|(index, code)| UserError::at(code, "participants", index, "personId"));
    Err(errors.collect())
}

/// Writes the book, what each did into its log, and the keys.
async fn write(entries: &[Entry<'_>], book: SeatBook<'_>) -> Result<()> {
    let done: Vec<(&Entry<'_>, &Entered)> = entries
        .iter()
        .filter(|entry| entry.had_turn)
        .filter_map(|entry| Some((entry, entry.outcome.as_ref()?.as_ref().ok()?)))
        .collect();
    if done.is_empty() {
        return Ok(());
    }
    let concerns = done.iter().map(|(_, entered)| {
        let rows = entered.rows.iter().flatten();
        rows.filter_map(Concern::sign_up).collect()
    });
    book.close_turns(AuditAction::SignUp, concerns.collect())
        .await?;
    for (entry, _) in &done {
        // Of organisations only where somebody must approve; the others have no requests to look for.
        let people = entry.input.participants.iter().map(|row| row.person_id);
        let (viewer, occasion) = (entry.viewer, entry.input.occasion_id);
        viewer
            .requests_met(occasion, &people.collect::<Vec<_>>())
            .await?;
    }
    let kept = done
        .iter()
        .map(|(entry, entered)| (entry.viewer, &entry.once, entered.to_keep()));
    Once::keep_each(&kept.collect::<Vec<_>>()).await
}
