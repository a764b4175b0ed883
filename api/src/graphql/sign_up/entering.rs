//! Signing up: oneself, or colleagues of the own organisation.

mod choosing;
mod together;

pub(crate) use together::SignUps;

use super::{SignUp, SignUpById, UserError, requirement::explained_rows};
use crate::{
    domain::book::Party,
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        occasion::{OccasionById, TrainingOccasion},
        text::{Checked, check_text},
        user_error::UserErrorCode,
    },
    viewer::seat::Entrant,
};
use async_graphql::{Context, Enum, InputObject, InputType, Name, Object, SimpleObject, Value};
use entity::{
    id::{OccasionId, PersonId, SignUpId},
    kind::Role,
    sign_up,
};
use std::{collections::BTreeSet, sync::Arc};

/// The most seats that one request takes, with or without names.
const MOST_SEATS: usize = 100;

/// How several sign-ups of one request hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SignUpMode {
    /// If anybody cannot be signed up, nobody is. Otherwise each gets a seat or waits alone.
    Individually,
    /// If anybody cannot be signed up, nobody is. Otherwise all get seats, or all wait in line as one and move up
    /// when there are seats for all of them; whoever needs fewer seats may move up before.
    AllOrNothing,
    /// Each row by itself: who cannot be signed up is told in `refused`, the others are signed up.
    RowByRow,
}

/// Somebody to sign up.
#[derive(InputObject)]
pub struct ParticipantInput {
    /// The person: yourself, or a colleague if you are a coordinator.
    person_id: PersonId,
    /// What the person needs on the day (diet, access), up to 500 characters. For the accountable organiser
    /// only; erased 30 days after the occasion. No personal identity numbers.
    need: Option<String>,
}

/// Who signs up for what.
#[derive(InputObject)]
pub struct SignUpInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// Who, at most 100 people. Seats go to them in this order; who gets none waits in this order.
    #[graphql(default)]
    participants: Vec<ParticipantInput>,
    /// How many further seats to hold without names, for coordinators; name them with `replaceParticipant` until
    /// sign-up closes, or they are released. They come after the participants. Together at most 100 seats.
    #[graphql(default)]
    held_seats: i32,
    /// A second and a third occasion of the same training, at most 2, in order: whoever finds no seat at the first
    /// gets one there if there is one, and otherwise waits at the first.
    #[graphql(default)]
    alternative_occasion_ids: Vec<OccasionId>,
    /// How the rows hang together.
    #[graphql(default_with = "SignUpMode::Individually")]
    mode: SignUpMode,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same sign-ups. Send one, and send it again after a
    /// time-out.
    idempotency_key: Option<String>,
}

/// A row of the request that was not signed up, when each row was by itself.
#[derive(SimpleObject)]
pub struct RefusedParticipant {
    /// Which row of `participants`, from 0.
    index: i32,
    /// The person, as the request had it.
    person_id: PersonId,
    /// Why, and what to do.
    error: UserError,
}

/// The sign-ups that were made.
#[derive(SimpleObject, Default)]
pub struct SignUpPayload {
    /// The sign-ups in the order of the participants, then the held seats: `CONFIRMED`, or `WAITLISTED` with
    /// position and reason. Empty when nothing was changed. `occasion` tells which of the choices it became.
    sign_ups: Vec<SignUp>,
    /// The rows that were not signed up, with mode `ROW_BY_ROW`; empty otherwise.
    refused: Vec<RefusedParticipant>,
    /// The first choice with its seats as they are now; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// What you can mend; nothing was changed, for nobody, if there is one.
    user_errors: Vec<UserError>,
}

/// What came of a request.
#[derive(Clone)]
struct Entered {
    ids: Vec<SignUpId>,
    /// The sign-ups as they were made; none if they were made before.
    rows: Option<Vec<sign_up::Model>>,
    refused: Vec<(usize, UserErrorCode)>,
}

impl Entered {
    /// The answer as words, to be kept under an idempotency key.
    fn to_keep(&self) -> Vec<String> {
        let ids = self.ids.iter().map(ToString::to_string);
        let refused = self.refused.iter();
        let refused = refused.map(|(index, code)| format!("{index}:{}", code.to_value()));
        ids.chain(refused).collect()
    }

    fn recalled(words: &[String]) -> Self {
        let ids = words.iter().filter_map(|word| word.parse().ok()).collect();
        let refused = words.iter().filter_map(|word| {
            let (index, code) = word.split_once(':')?;
            let code = Value::Enum(Name::new(code));
            Some((index.parse().ok()?, UserErrorCode::parse(Some(code)).ok()?))
        });
        Self {
            ids,
            rows: None,
            refused: refused.collect(),
        }
    }
}

/// What can be done to enter an occasion.
#[derive(Default)]
pub struct SignUpMutation;

#[Object]
impl SignUpMutation {
    /// Signs people up for an occasion: yourself, or as a coordinator colleagues of your own organisation. Who
    /// fits the quota gets a seat, at the first choice or at an alternative; who does not waits in line. `FORBIDDEN` for a member who signs up somebody
    /// else or holds seats. Written to the audit log. User errors: `NOT_FOUND` for the occasion or a person,
    /// `TRAINING_NOT_PUBLISHED`, `SIGN_UP_NOT_OPEN`, `SIGN_UP_CLOSED`, `OCCASION_CANCELLED`, `OCCASION_PAST`,
    /// `TARGET_AUDIENCE_MISMATCH`, `ALREADY_SIGNED_UP`, `DUPLICATE_PARTICIPANT`, `OVERLAPPING_OCCASION`,
    /// `REQUIREMENT_MISSING`, `APPROVAL_REQUIRED` (then use `requestSignUp`), `IDEMPOTENCY_KEY_REUSED`,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn sign_up(&self, ctx: &Context<'_>, input: SignUpInput) -> Result<SignUpPayload> {
        let viewer = viewer(ctx);
        let acting = viewer.signed_in()?;
        let others = input
            .participants
            .iter()
            .any(|row| Some(row.person_id) != acting.person);
        if (others || input.held_seats != 0) && acting.role < Role::Coordinator {
            return Err(Error::Forbidden);
        }
        let user_errors = check_input(&input);
        if !user_errors.is_empty() {
            return Ok(SignUpPayload {
                user_errors,
                ..SignUpPayload::default()
            });
        }
        let input = Arc::new(input);
        let outcome = if input.alternative_occasion_ids.is_empty() {
            let sign_ups = ctx.data_unchecked::<Arc<SignUps>>();
            sign_ups.enter(viewer, Arc::clone(&input)).await?
        } else {
            let input = &input;
            viewer
                .transaction(|viewer| async move { choosing::enter(&viewer, input).await })
                .await?
        };
        match outcome {
            Ok(entered) => payload(ctx, &input, entered).await,
            Err(user_errors) => Ok(SignUpPayload {
                user_errors: explain(ctx, &input, user_errors).await?,
                ..SignUpPayload::default()
            }),
        }
    }
}

/// The errors, those about missing requirements with the names of what is missing.
async fn explain(
    ctx: &Context<'_>,
    input: &SignUpInput,
    errors: Vec<UserError>,
) -> Result<Vec<UserError>> {
    let people: Vec<PersonId> = input.participants.iter().map(|row| row.person_id).collect();
    explained_rows(viewer(ctx), input.occasion_id, &people, errors).await
}

async fn payload(
    ctx: &Context<'_>,
    input: &SignUpInput,
    entered: Entered,
) -> Result<SignUpPayload> {
    let rows = if let Some(rows) = entered.rows {
        // Whoever signs somebody up may see the sign-up: the rows are the viewer's own making.
        rows
    } else {
        let keys = || entered.ids.iter().copied().map(SignUpById);
        let mut rows = loaders(ctx).load_many(keys()).await?;
        keys().filter_map(|key| rows.remove(&key)).collect()
    };
    let occasion = if ctx.look_ahead().field("occasion").exists() {
        let key = OccasionById(input.occasion_id);
        loaders(ctx).load_one(key).await?
    } else {
        None
    };
    let rows_out = entered.refused.iter();
    let errors = rows_out
        .map(|(index, code)| UserError::at(*code, "participants", *index, "personId"))
        .collect();
    let errors = explain(ctx, input, errors).await?;
    let refused = entered.refused.into_iter().zip(errors);
    let refused = refused.filter_map(|((index, _), error)| {
        Some(RefusedParticipant {
            index: i32::try_from(index).ok()?,
            person_id: input.participants.get(index)?.person_id,
            error,
        })
    });
    Ok(SignUpPayload {
        sign_ups: rows.into_iter().map(SignUp).collect(),
        refused: refused.collect(),
        occasion: occasion.map(TrainingOccasion),
        user_errors: Vec::new(),
    })
}

fn check_input(input: &SignUpInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    let held = usize::try_from(input.held_seats);
    let seats = held.map(|held| held.saturating_add(input.participants.len()));
    if !seats.is_ok_and(|seats| (1..=MOST_SEATS).contains(&seats)) {
        let field = if held.is_ok_and(|held| held <= MOST_SEATS) {
            "participants"
        } else {
            "heldSeats"
        };
        errors.push(UserError::new(UserErrorCode::InvalidValue, &[field]));
    }
    Once::new("signUp", input.idempotency_key.as_ref(), input).check(&mut errors);
    let choices = &input.alternative_occasion_ids;
    let distinct: BTreeSet<_> = choices.iter().chain([&input.occasion_id]).collect();
    if choices.len() > 2 || distinct.len() <= choices.len() {
        let field = &["alternativeOccasionIds"];
        errors.push(UserError::new(UserErrorCode::InvalidValue, field));
    }
    let mut seen = BTreeSet::new();
    for (index, row) in input.participants.iter().enumerate() {
        if !seen.insert(row.person_id) {
            let code = UserErrorCode::DuplicateParticipant;
            errors.push(UserError::at(code, "participants", index, "personId"));
        }
        if let Some(need) = &row.need {
            let index = index.to_string();
            let field = ["participants", &index, "need"];
            check_text(Checked::Remark, need, &field, &mut errors);
        }
    }
    errors
}

/// Everybody who is not refused, and those without names.
fn entrants(input: &SignUpInput, refused: &[(usize, UserErrorCode)]) -> Vec<Entrant> {
    let named = input
        .participants
        .iter()
        .enumerate()
        .filter(|(index, _)| refused.iter().all(|(out, _)| out != index))
        .map(|(_, row)| Entrant {
            person: Some(row.person_id),
            need: row.need.clone(),
        });
    let held = (0..input.held_seats).map(|_| Entrant {
        person: None,
        need: None,
    });
    named.chain(held).collect()
}

fn party(mode: SignUpMode) -> Party {
    match mode {
        SignUpMode::AllOrNothing => Party::Together,
        SignUpMode::Individually | SignUpMode::RowByRow => Party::Separate,
    }
}
