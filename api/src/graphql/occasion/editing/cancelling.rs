//! Cancelling an occasion: every place ends, or moves to another occasion of the same training.

use super::{super::OccasionById, TrainingOccasion, store::editable};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    language::Text,
    viewer::{Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::OccasionId,
    kind::{AuditAction, OccasionStatus},
    training, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// The occasion to cancel.
#[derive(InputObject)]
pub struct CancelOccasionInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// Why, for those who had signed up, 1 to 200 characters.
    reason: String,
    /// Another occasion of the same training that the places move to; nowhere, if nothing is said. Whoever had a
    /// seat comes before whoever waited, in the order of sign-up; each gets a seat by the quotas there, or waits
    /// there with the reason. Whoever has a place there already, or a confirmed one elsewhere at that time, is
    /// released. It may be closed for sign-up, but not have begun.
    move_to_occasion_id: Option<OccasionId>,
}

/// The occasion that was cancelled.
#[derive(SimpleObject, Default)]
pub struct CancelOccasionPayload {
    /// The occasion; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// The occasion that the places moved to, with its seats as they are now; null if none was named.
    moved_to: Option<TrainingOccasion>,
    /// How many places moved there.
    moved: i32,
    /// How many places ended without another. With `moved` these are all that there were, and each is told.
    released: i32,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What becomes of the places.
struct Ended {
    moved: usize,
    released: usize,
}

/// What can be done to end an occasion.
#[derive(Default)]
pub struct CancelMutation;

#[Object]
impl CancelMutation {
    /// Cancels an occasion: every sign-up ends, or moves to another occasion of the training, and the occasion stays
    /// readable with the reason. Everybody with a place is told what became of it. For coordinators of the
    /// organisers; `FORBIDDEN` for others who see it. Written to the audit log. User errors: `NOT_FOUND`,
    /// `OCCASION_CANCELLED` if it is already, or the other one is, `OCCASION_PAST` if one of them has begun,
    /// `INVALID_VALUE` (also for an occasion of another training), `PERSONAL_ID_NOT_ALLOWED`.
    async fn cancel_occasion(
        &self,
        ctx: &Context<'_>,
        input: CancelOccasionInput,
    ) -> Result<CancelOccasionPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { cancel(&viewer, input).await })
            .await?;
        let ended = match outcome {
            Ok(ended) => ended,
            Err(user_errors) => {
                return Ok(CancelOccasionPayload {
                    user_errors,
                    ..CancelOccasionPayload::default()
                });
            }
        };
        let ids = [Some(input.occasion_id), input.move_to_occasion_id];
        let keys = ids.into_iter().flatten().map(OccasionById);
        let mut rows = loaders(ctx).load_many(keys).await?;
        let mut of = |id| Some(TrainingOccasion(rows.remove(&OccasionById(id))?));
        Ok(CancelOccasionPayload {
            occasion: of(input.occasion_id),
            moved_to: input.move_to_occasion_id.and_then(of),
            moved: i32::try_from(ended.moved).map_err(Error::internal)?,
            released: i32::try_from(ended.released).map_err(Error::internal)?,
            user_errors: Vec::new(),
        })
    }
}

async fn cancel(
    viewer: &Viewer,
    input: &CancelOccasionInput,
) -> Result<Result<Ended, Vec<UserError>>> {
    hold_both(viewer, input).await?;
    let permitted = match editable(viewer, input.occasion_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.reason, &["reason"], &mut errors);
    if permitted.starts_at <= viewer.now() {
        errors.push(UserError::new(UserErrorCode::OccasionPast, &["occasionId"]));
    }
    if let Some(other) = input.move_to_occasion_id {
        errors.extend(refusal_of_other(viewer, &permitted, other).await?);
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let ended = match input.move_to_occasion_id {
        Some(other) => move_places(viewer, &permitted, other).await?,
        None => end_places(viewer, &permitted).await?,
    };
    let change = training_occasion::ActiveModel {
        id: Unchanged(permitted.id),
        status: Set(OccasionStatus::Cancelled),
        cancelled_at: Set(Some(viewer.now())),
        cancellation_reason: Set(Some(input.reason.trim().to_owned())),
        version: Set(permitted.version + 1),
        ..Default::default()
    };
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "an occasion that was locked could not be cancelled",
        ));
    }
    Ok(Ok(ended))
}

/// Holds both occasions, as far as the viewer sees them, before either is looked at more closely.
async fn hold_both(viewer: &Viewer, input: &CancelOccasionInput) -> Result<()> {
    let Some(other) = input.move_to_occasion_id else {
        return Ok(());
    };
    let both = [input.occasion_id, other];
    let query = training_occasion::Entity::find();
    let seen = viewer
        .all(query.filter(training_occasion::Column::Id.is_in(both)))
        .await?;
    let seen: Vec<OccasionId> = seen.into_iter().map(|row| row.id).collect();
    viewer.hold_occasions(&seen).await
}

/// Why places cannot move to the other occasion; none if they can.
async fn refusal_of_other(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
    other: OccasionId,
) -> Result<Option<UserError>> {
    let field = ["moveToOccasionId"];
    let query = training_occasion::Entity::find_by_id(other);
    let Some(other) = viewer.one(query).await? else {
        return Ok(Some(UserError::new(UserErrorCode::NotFound, &field)));
    };
    if other.id == occasion.id || other.training_id != occasion.training_id {
        let text = Text::fixed(
            "Platserna kan bara flyttas till ett annat tillfälle av samma utbildning. Välj ett sådant.",
            "The places can move to another occasion of the same training only. Choose one.",
        );
        let code = UserErrorCode::InvalidValue;
        return Ok(Some(UserError::with_text(code, &field, text)));
    }
    let refusal = if other.status == OccasionStatus::Cancelled {
        Some(UserErrorCode::OccasionCancelled)
    } else if other.starts_at <= viewer.now() {
        Some(UserErrorCode::OccasionPast)
    } else {
        None
    };
    Ok(refusal.map(|code| UserError::new(code, &field)))
}

/// Ends every place.
async fn end_places(
    viewer: &Viewer,
    occasion: &Permitted<training_occasion::Model>,
) -> Result<Ended> {
    let mut book = viewer.seat_book_of(occasion).await?;
    let released = book.occasion().taken + book.occasion().waiting;
    let ended = book.cancel_all().await?;
    let ended = with_own_log(viewer, occasion, ended).await?;
    book.close(AuditAction::Withdraw, ended).await?;
    Ok(Ended {
        moved: 0,
        released: usize::try_from(released).map_err(Error::internal)?,
    })
}

/// Moves every place that can move, and ends the others.
async fn move_places(
    viewer: &Viewer,
    occasion: &Permitted<training_occasion::Model>,
    other: OccasionId,
) -> Result<Ended> {
    let mut book = viewer.seat_book_of(occasion).await?;
    let mut there = viewer.seat_book(other).await?;
    let transferred = book.transfer_all(&mut there).await?;
    let entered = with_own_log(viewer, occasion, there.entered()).await?;
    there.close(AuditAction::SignUp, entered).await?;
    viewer.follow(&transferred).await?;
    let ended = with_own_log(viewer, occasion, transferred.ended()).await?;
    book.close(AuditAction::Withdraw, ended).await?;
    Ok(Ended {
        moved: transferred.moved(),
        released: transferred.released(),
    })
}

/// The accountable organiser sees the participants, and so has what it did to them in its own log too.
async fn with_own_log(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
    mut concerned: Vec<Concern>,
) -> Result<Vec<Concern>> {
    let training = training::Entity::find_by_id(occasion.training_id);
    let training = viewer.one(training).await?;
    let own = viewer.signed_in()?.organisation;
    if training.is_some_and(|row| row.accountable_organisation_id == own) {
        let also: Vec<_> = concerned
            .iter()
            .filter_map(|concern| concern.also_for(own))
            .collect();
        concerned.extend(also);
    }
    Ok(concerned)
}
