//! A training's life: organisers confirm, it is published, it is archived.

use super::{
    Training,
    editing::{TrainingOutcome, change},
};
use crate::{
    error::{Error, Result},
    graphql::{
        payload::payloads,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use entity::{id::TrainingId, kind::TrainingStatus, training, training_organiser};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};

/// The training that your organisation takes part in giving.
#[derive(InputObject)]
pub struct ConfirmOrganisingInput {
    /// The training.
    training_id: TrainingId,
}

/// The draft that your organisation does not take part in giving.
#[derive(InputObject)]
pub struct DeclineOrganisingInput {
    /// The training.
    training_id: TrainingId,
}

/// The training to publish.
#[derive(InputObject)]
pub struct PublishTrainingInput {
    /// The training.
    training_id: TrainingId,
}

/// The training to archive.
#[derive(InputObject)]
pub struct ArchiveTrainingInput {
    /// The training.
    training_id: TrainingId,
}

payloads! {
    TrainingOutcome {
        /// The training; null when nothing was changed, or when you no longer see it.
        training: Training
    }:
    /// The training that your organisation has confirmed.
    ConfirmOrganisingPayload,
    /// What is left to see of the training that your organisation has declined.
    DeclineOrganisingPayload,
    /// The training that was published.
    PublishTrainingPayload,
    /// The training that was archived.
    ArchiveTrainingPayload,
}

/// What can be done in a training's life.
#[derive(Default)]
pub struct LifecycleMutation;

#[Object]
impl LifecycleMutation {
    /// Confirms that your organisation gives the training together with the others. Repeating it does no harm.
    /// For coordinators of its organisers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`.
    async fn confirm_organising(
        &self,
        ctx: &Context<'_>,
        input: ConfirmOrganisingInput,
    ) -> Result<ConfirmOrganisingPayload> {
        let outcome = change(ctx, input.training_id, |viewer, permitted| async move {
            let own = viewer.signed_in()?.organisation;
            let unconfirmed = Condition::all()
                .add(training_organiser::Column::OrganisationId.eq(own))
                .add(training_organiser::Column::ConfirmedAt.is_null());
            let change = training_organiser::ActiveModel {
                confirmed_at: Set(Some(viewer.now())),
                ..Default::default()
            };
            viewer
                .update_parts::<training_organiser::Entity>(&permitted, unconfirmed, change)
                .await?;
            Ok(Ok(permitted.id))
        })
        .await?;
        Ok(outcome.into())
    }

    /// Takes your organisation out of a draft's organisers, so that the others can publish it without you. You no
    /// longer see the draft: the answer's `training` is null, without user errors. The accountable organiser
    /// cannot be taken out; what it does not confirm is not published. For coordinators of its organisers.
    /// User errors: `NOT_FOUND`, `INVALID_STATUS`.
    async fn decline_organising(
        &self,
        ctx: &Context<'_>,
        input: DeclineOrganisingInput,
    ) -> Result<DeclineOrganisingPayload> {
        let outcome = change(ctx, input.training_id, |viewer, permitted| async move {
            let own = viewer.signed_in()?.organisation;
            if permitted.status != TrainingStatus::Draft
                || permitted.accountable_organisation_id == own
            {
                let code = UserErrorCode::InvalidStatus;
                return Ok(Err(vec![UserError::new(code, &["trainingId"])]));
            }
            let own = Condition::all().add(training_organiser::Column::OrganisationId.eq(own));
            viewer
                .remove_parts::<training_organiser::Entity>(&permitted, own)
                .await?;
            Ok(Ok(permitted.id))
        })
        .await?;
        Ok(outcome.into())
    }

    /// Publishes a draft as far as it is shared, when every organiser has confirmed. For coordinators of its
    /// organisers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `INVALID_STATUS`,
    /// `ORGANISERS_NOT_CONFIRMED`.
    async fn publish_training(
        &self,
        ctx: &Context<'_>,
        input: PublishTrainingInput,
    ) -> Result<PublishTrainingPayload> {
        let outcome = change(ctx, input.training_id, |viewer, permitted| async move {
            if let Some(refusal) = refuse_to_publish(&viewer, &permitted).await? {
                return Ok(Err(vec![refusal]));
            }
            move_to(&viewer, &permitted, TrainingStatus::Published).await
        })
        .await?;
        Ok(outcome.into())
    }

    /// Archives a published training: it stays readable, and nobody can be signed up any more. For
    /// coordinators of its organisers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`,
    /// `INVALID_STATUS`.
    async fn archive_training(
        &self,
        ctx: &Context<'_>,
        input: ArchiveTrainingInput,
    ) -> Result<ArchiveTrainingPayload> {
        let outcome = change(ctx, input.training_id, |viewer, permitted| async move {
            if permitted.status != TrainingStatus::Published {
                return Ok(Err(vec![UserError::new(
                    UserErrorCode::InvalidStatus,
                    &["trainingId"],
                )]));
            }
            move_to(&viewer, &permitted, TrainingStatus::Archived).await
        })
        .await?;
        Ok(outcome.into())
    }
}

async fn refuse_to_publish(viewer: &Viewer, row: &training::Model) -> Result<Option<UserError>> {
    if row.status != TrainingStatus::Draft {
        return Ok(Some(UserError::new(
            UserErrorCode::InvalidStatus,
            &["trainingId"],
        )));
    }
    let unconfirmed = training_organiser::Entity::find()
        .filter(training_organiser::Column::TrainingId.eq(row.id))
        .filter(training_organiser::Column::ConfirmedAt.is_null());
    if viewer.count(unconfirmed).await? > 0 {
        return Ok(Some(UserError::new(
            UserErrorCode::OrganisersNotConfirmed,
            &["trainingId"],
        )));
    }
    Ok(None)
}

async fn move_to(
    viewer: &Viewer,
    permitted: &Permitted<training::Model>,
    status: TrainingStatus,
) -> Result<Result<TrainingId, Vec<UserError>>> {
    let mut change = training::ActiveModel {
        id: Unchanged(permitted.id),
        status: Set(status),
        updated_at: Set(viewer.now()),
        version: Set(permitted.version + 1),
        ..Default::default()
    };
    if status == TrainingStatus::Published {
        change.published_at = Set(Some(viewer.now()));
    }
    let Some(row) = viewer.update(change).await? else {
        return Err(Error::internal(
            "a training that was locked could not be changed",
        ));
    };
    Ok(Ok(row.id))
}
