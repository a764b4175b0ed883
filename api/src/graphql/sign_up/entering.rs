//! Signing up: oneself, or colleagues of the own organisation.

use super::{SignUp, SignUpById, UserError};
use crate::{
    domain::{
        audience,
        occasion::{TimeBlock, overlaps},
    },
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        occasion::{OccasionById, TrainingOccasion, participant, refusal_of_occasion},
        text::{Checked, check_text},
        user_error::UserErrorCode,
    },
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{OccasionId, PersonId, SignUpId},
    kind::{AuditAction, Role, TargetAudience},
    membership, time_block, training, training_audience, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};

/// The most people that one request signs up.
const MOST_PARTICIPANTS: usize = 100;

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
    /// Who, 1 to 100 people. Seats go to them in this order; who gets none waits in this order.
    participants: Vec<ParticipantInput>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same sign-ups. Send one, and send it again after a
    /// time-out.
    idempotency_key: Option<String>,
}

/// The sign-ups that were made.
#[derive(SimpleObject)]
pub struct SignUpPayload {
    /// The sign-ups in the order of the participants: `CONFIRMED`, or `WAITLISTED` with position and reason.
    /// Empty when nothing was changed.
    sign_ups: Vec<SignUp>,
    /// The occasion with its seats as they are now; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// What you can mend; nothing was changed, for nobody, if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done to enter an occasion.
#[derive(Default)]
pub struct SignUpMutation;

#[Object]
impl SignUpMutation {
    /// Signs people up for an occasion: yourself, or as a coordinator colleagues of your own organisation. Who
    /// fits the quota gets a seat, who does not waits in line. `FORBIDDEN` for a member who signs up somebody
    /// else. Written to the audit log. User errors: `NOT_FOUND` for the occasion or a person,
    /// `TRAINING_NOT_PUBLISHED`, `SIGN_UP_NOT_OPEN`, `SIGN_UP_CLOSED`, `OCCASION_CANCELLED`, `OCCASION_PAST`,
    /// `TARGET_AUDIENCE_MISMATCH`, `ALREADY_SIGNED_UP`, `DUPLICATE_PARTICIPANT`, `OVERLAPPING_OCCASION`,
    /// `IDEMPOTENCY_KEY_REUSED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn sign_up(&self, ctx: &Context<'_>, input: SignUpInput) -> Result<SignUpPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let acting = viewer.signed_in()?;
        let others = input
            .participants
            .iter()
            .any(|row| Some(row.person_id) != acting.person);
        if others && acting.role < Role::Coordinator {
            return Err(Error::Forbidden);
        }
        let errors = check_input(input);
        if !errors.is_empty() {
            return Ok(SignUpPayload {
                sign_ups: Vec::new(),
                occasion: None,
                user_errors: errors,
            });
        }
        let outcome = viewer
            .transaction(|viewer| async move { enter(&viewer, input).await })
            .await?;
        let ids = match outcome {
            Ok(ids) => ids,
            Err(user_errors) => {
                return Ok(SignUpPayload {
                    sign_ups: Vec::new(),
                    occasion: None,
                    user_errors,
                });
            }
        };
        let keys = ids.iter().copied().map(SignUpById);
        let mut rows = loaders(ctx).load_many(keys).await?;
        let occasion = loaders(ctx)
            .load_one(OccasionById(input.occasion_id))
            .await?;
        Ok(SignUpPayload {
            sign_ups: ids
                .into_iter()
                .filter_map(|id| rows.remove(&SignUpById(id)))
                .map(SignUp)
                .collect(),
            occasion: occasion.map(TrainingOccasion),
            user_errors: Vec::new(),
        })
    }
}

fn check_input(input: &SignUpInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    if input.participants.is_empty() || input.participants.len() > MOST_PARTICIPANTS {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["participants"],
        ));
    }
    Once::new("signUp", input.idempotency_key.as_ref(), input).check(&mut errors);
    let mut seen = BTreeSet::new();
    for (index, row) in input.participants.iter().enumerate() {
        if !seen.insert(row.person_id) {
            let code = UserErrorCode::DuplicateParticipant;
            errors.push(UserError::at(code, "participants", index, "personId"));
        }
        if let Some(need) = &row.need {
            let index = index.to_string();
            check_text(
                Checked::Remark,
                need,
                &["participants", &index, "need"],
                &mut errors,
            );
        }
    }
    errors
}

async fn enter(
    viewer: &Viewer,
    input: &SignUpInput,
) -> Result<Result<Vec<SignUpId>, Vec<UserError>>> {
    let refused = |code| Ok(Err(vec![UserError::new(code, &["occasionId"])]));
    let organisation = viewer.signed_in()?.organisation;
    let query = training_occasion::Entity::find_by_id(input.occasion_id);
    let Some(seen) = viewer.one(query).await? else {
        return refused(UserErrorCode::NotFound);
    };
    let mut book = viewer.seat_book(seen.id).await?;
    // After the lock: a request that is sent again waits here for the first to end.
    let once = Once::new("signUp", input.idempotency_key.as_ref(), input);
    if let Some(earlier) = once.earlier(viewer).await? {
        return Ok(earlier);
    }
    let query = training::Entity::find_by_id(seen.training_id);
    let Some(training) = viewer.one(query).await? else {
        return refused(UserErrorCode::NotFound);
    };
    if let Some(code) = refusal_of_occasion(&training, book.occasion(), viewer.now()) {
        return refused(code);
    }
    let people: Vec<PersonId> = input.participants.iter().map(|row| row.person_id).collect();
    let mut errors = check_people(viewer, &training, &people).await?;
    if !errors.is_empty() {
        // Where somebody of another organisation has a place is none of the viewer's business: nobody's places
        // are looked up before all are known to be colleagues.
        return Ok(Err(errors));
    }
    for person in book.already_signed_up(&people).await? {
        push_for(&mut errors, &people, person, UserErrorCode::AlreadySignedUp);
    }
    check_overlaps(viewer, seen.id, &people, &mut errors).await?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut ids = Vec::new();
    for row in &input.participants {
        ids.push(book.sign_up(organisation, row.person_id, row.need.clone()));
    }
    let promoted = book.promoted();
    book.close().await?;
    let subjects = people
        .iter()
        .zip(&ids)
        .map(|(person, id)| (*person, Some(id.to_string())));
    viewer
        .audit(AuditAction::SignUp, subjects.collect())
        .await?;
    viewer.audit(AuditAction::Promote, promoted).await?;
    once.keep(viewer, &ids).await?;
    Ok(Ok(ids))
}

fn push_for(
    errors: &mut Vec<UserError>,
    people: &[PersonId],
    person: PersonId,
    code: UserErrorCode,
) {
    if let Some(index) = people.iter().position(|somebody| *somebody == person) {
        errors.push(UserError::at(code, "participants", index, "personId"));
    }
}

/// Whether each is a member of the viewer's organisation now, and in the target audience.
async fn check_people(
    viewer: &Viewer,
    training: &training::Model,
    people: &[PersonId],
) -> Result<Vec<UserError>> {
    use membership::Column as M;
    let organisation = viewer.signed_in()?.organisation;
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(organisation))
        .filter(M::PersonId.is_in(people.iter().copied()));
    let now = viewer.now();
    let members: HashMap<PersonId, membership::Model> = viewer
        .all(query)
        .await?
        .into_iter()
        .filter(|row| row.active_from <= now && row.active_until.is_none_or(|until| until > now))
        .map(|row| (row.person_id, row))
        .collect();
    let audiences: Vec<TargetAudience> = viewer
        .among::<training_audience::Entity, _>(training_audience::Column::TrainingId, [training.id])
        .await?
        .into_iter()
        .map(|row| row.audience)
        .collect();
    let mut errors = Vec::new();
    for person in people {
        let Some(member) = members.get(person) else {
            // Nobody signs up for another organisation: its people do not exist here.
            push_for(&mut errors, people, *person, UserErrorCode::NotFound);
            continue;
        };
        let fits = participant(viewer, training, member.staff_category)
            .is_some_and(|somebody| audience::fits(&audiences, &somebody));
        if !fits {
            push_for(
                &mut errors,
                people,
                *person,
                UserErrorCode::TargetAudienceMismatch,
            );
        }
    }
    Ok(errors)
}

/// Whether somebody has a confirmed place elsewhere at the same time.
async fn check_overlaps(
    viewer: &Viewer,
    occasion: OccasionId,
    people: &[PersonId],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let query = time_block::Entity::find().filter(time_block::Column::OccasionId.eq(occasion));
    let blocks: Vec<TimeBlock> = viewer
        .all(query)
        .await?
        .into_iter()
        .map(|row| (row.starts_at, row.ends_at))
        .collect();
    let busy = viewer.busy_times(occasion, people).await?;
    for person in people {
        if busy.get(person).is_some_and(|busy| overlaps(&blocks, busy)) {
            push_for(errors, people, *person, UserErrorCode::OverlappingOccasion);
        }
    }
    Ok(())
}
