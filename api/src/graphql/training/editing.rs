//! Making and changing trainings.

mod check;
mod requirement;
mod store;

pub(in crate::graphql) use check::check_url;

use super::{Training, TrainingById};
use check::check_new;
use store::{create, update};

use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        payload::payloads,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use entity::{
    id::{GroupId, OrganisationId, ProgrammeId, TrainingId},
    kind::{PartlyCounts, Role, SharingLevel, SubjectArea, TargetAudience, TrainingFormat},
    training,
};
use sea_orm::EntityTrait;

/// A new training, as a draft.
#[derive(InputObject)]
pub struct CreateTrainingInput {
    /// Its title, 1 to 200 characters.
    title: String,
    /// What it is about, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// How it is given.
    format: TrainingFormat,
    /// How far it is shared once it is published. `COUNTY` needs `county`, `SELECTED` needs `sharedWithIds`.
    sharing: SharingLevel,
    /// The county that it is for: two digits as text.
    county: Option<String>,
    /// Who gives it besides your own organisation, which is always an organiser.
    #[graphql(default)]
    co_organiser_ids: Vec<OrganisationId>,
    /// The one organiser that is the controller of the list of participants; your own if nothing is said.
    accountable_organiser_id: Option<OrganisationId>,
    /// Whether the other organisers' coordinators also see the participants, as you have agreed.
    #[graphql(default)]
    co_organisers_see_participants: bool,
    /// What it is about.
    #[graphql(default)]
    subject_areas: Vec<SubjectArea>,
    /// For whom it is; empty: for everybody who may see it.
    #[graphql(default)]
    target_audiences: Vec<TargetAudience>,
    /// The groups whose members it is for, such as the decision-makers of a board: at most 10 that you may see. With
    /// target audiences it is for both; without, for the groups' members alone.
    #[graphql(default)]
    target_group_ids: Vec<GroupId>,
    /// The organisations that it is shared with by name, for `SELECTED`.
    #[graphql(default)]
    shared_with_ids: Vec<OrganisationId>,
    /// The programme that it belongs to; your organisation must be one of its organisers.
    programme_id: Option<ProgrammeId>,
    /// What it qualifies for, in words, up to 500 characters.
    qualifies_for: Option<String>,
    /// What whoever signs up must have completed: at most 10 published trainings that you may see.
    #[graphql(default)]
    requirement_ids: Vec<TrainingId>,
    /// How large a share of the time blocks one must attend to complete it, in per cent, 1 to 100; null: attendance
    /// completes nothing.
    #[graphql(default_with = "Some(100)")]
    completion_share: Option<i32>,
    /// What a time block counts for that was attended partly.
    #[graphql(default_with = "PartlyCounts::Nothing")]
    partly_counts: PartlyCounts,
    /// For how many months a completion is valid, 1 to 240; null: for good.
    valid_months: Option<i32>,
    /// Where more can be read: an address that begins with https:// or http://.
    url: Option<String>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of a training. What is left out stays as it is; null empties, where there may be nothing.
#[derive(InputObject)]
pub struct UpdateTrainingInput {
    /// The training.
    training_id: TrainingId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// Its title, 1 to 200 characters; null is `INVALID_VALUE`.
    title: MaybeUndefined<String>,
    /// What it is about, in plain text, up to 10,000 characters.
    description: MaybeUndefined<String>,
    /// How it is given; null is `INVALID_VALUE`.
    format: MaybeUndefined<TrainingFormat>,
    /// How far it is shared; null is `INVALID_VALUE`. `COUNTY` needs `county`, `SELECTED` needs `sharedWithIds`.
    sharing: MaybeUndefined<SharingLevel>,
    /// The county that it is for: two digits as text.
    county: MaybeUndefined<String>,
    /// What it is about: replaces all.
    subject_areas: MaybeUndefined<Vec<SubjectArea>>,
    /// For whom it is: replaces all. Who has signed up stays.
    target_audiences: MaybeUndefined<Vec<TargetAudience>>,
    /// The groups whose members it is for: replaces all. At most 10 that you may see. Who has signed up stays.
    target_group_ids: MaybeUndefined<Vec<GroupId>>,
    /// The organisations that it is shared with by name: replaces all.
    shared_with_ids: MaybeUndefined<Vec<OrganisationId>>,
    /// What it qualifies for, in words, up to 500 characters.
    qualifies_for: MaybeUndefined<String>,
    /// What whoever signs up must have completed: replaces all. Who has signed up stays.
    requirement_ids: MaybeUndefined<Vec<TrainingId>>,
    /// How large a share of the time blocks one must attend to complete it, in per cent, 1 to 100; null: attendance
    /// completes nothing. Counts from the next time that attendance is recorded; completions stay until then.
    completion_share: MaybeUndefined<i32>,
    /// What a time block counts for that was attended partly; null is `INVALID_VALUE`.
    partly_counts: MaybeUndefined<PartlyCounts>,
    /// For how many months a completion is valid, 1 to 240; null: for good. Completions that there are stay valid for
    /// as long as they were.
    valid_months: MaybeUndefined<i32>,
    /// Where more can be read: an address that begins with https:// or http://.
    url: MaybeUndefined<String>,
}

/// What came of a mutation on a training.
pub(super) struct TrainingOutcome {
    pub(super) training: Option<Training>,
    pub(super) user_errors: Vec<UserError>,
}

payloads! {
    TrainingOutcome {
        /// The training; null when nothing was changed.
        training: Training
    }:
    /// The training that was made.
    CreateTrainingPayload,
    /// The training as it was changed.
    UpdateTrainingPayload,
}

impl TrainingOutcome {
    /// The training as it is now, or what is wrong.
    pub(super) async fn of(
        ctx: &Context<'_>,
        outcome: Result<TrainingId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => {
                let row = loaders(ctx).load_one(TrainingById(id)).await?;
                Ok(Self {
                    training: row.map(Training),
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => Ok(Self {
                training: None,
                user_errors,
            }),
        }
    }
}

/// The training with the permission to edit it, or what to answer.
pub(super) async fn editable(
    viewer: &Viewer,
    id: TrainingId,
) -> Result<Result<Permitted<training::Model>, Vec<UserError>>> {
    match viewer.edit(training::Entity::find_by_id(id)).await? {
        Access::Granted(permitted) => Ok(Ok(permitted)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(vec![UserError::new(
            UserErrorCode::NotFound,
            &["trainingId"],
        )])),
    }
}

/// Does the work on a training that the viewer may edit, in one transaction; or answers what is wrong.
pub(super) async fn change<W>(
    ctx: &Context<'_>,
    id: TrainingId,
    work: impl Fn(Viewer, Permitted<training::Model>) -> W + Sync,
) -> Result<TrainingOutcome>
where
    W: Future<Output = Result<Result<TrainingId, Vec<UserError>>>> + Send,
{
    let viewer = viewer(ctx);
    viewer.signed_in()?;
    let work = &work;
    let outcome = viewer
        .transaction(|viewer| async move {
            match editable(&viewer, id).await? {
                Ok(permitted) => work(viewer, permitted).await,
                Err(errors) => Ok(Err(errors)),
            }
        })
        .await?;
    TrainingOutcome::of(ctx, outcome).await
}

/// What can be done with trainings.
#[derive(Default)]
pub struct TrainingMutation;

#[Object]
impl TrainingMutation {
    /// Makes a training as a draft that your organisation gives, alone or with others. For coordinators;
    /// `FORBIDDEN` for others. User errors: `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `NOT_FOUND` for an
    /// organisation, a programme, a group or a required training, `GROUP_CLOSED`, `TRAINING_NOT_PUBLISHED` for a required
    /// draft.
    async fn create_training(
        &self,
        ctx: &Context<'_>,
        input: CreateTrainingInput,
    ) -> Result<CreateTrainingPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("createTraining", input.idempotency_key.as_ref(), input);
        let mut errors = check_new(viewer, own, input).await?;
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(TrainingOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, create(&viewer, own, input)).await },
            )
            .await?;
        Ok(TrainingOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes a training. Changing a draft takes back the other organisers' confirmations: they confirm what they
    /// have seen. For coordinators of its organisers; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND`, `CONFLICT`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `GROUP_CLOSED`, `TRAINING_NOT_PUBLISHED` for a
    /// required draft, `REQUIREMENT_CYCLE`.
    async fn update_training(
        &self,
        ctx: &Context<'_>,
        input: UpdateTrainingInput,
    ) -> Result<UpdateTrainingPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(TrainingOutcome::of(ctx, outcome).await?.into())
    }
}
