//! Leaving an occasion: a seat that comes free goes to the next in line at once.

use super::{SignUp, SignUpById, UserError, eligibility::is_checked_in};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        occasion::{OccasionById, TrainingOccasion},
        user_error::UserErrorCode,
    },
    viewer::{Access, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::SignUpId,
    kind::{AuditAction, MovementCause},
    sign_up, training_occasion,
};
use sea_orm::EntityTrait;

/// The sign-up to withdraw.
#[derive(InputObject)]
pub struct WithdrawInput {
    /// The sign-up.
    sign_up_id: SignUpId,
}

/// A sign-up that was withdrawn.
#[derive(SimpleObject)]
pub struct WithdrawPayload {
    /// The sign-up as it is now; null when nothing was changed.
    sign_up: Option<SignUp>,
    /// The occasion with its seats as they are now; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done to leave an occasion.
#[derive(Default)]
pub struct WithdrawMutation;

#[Object]
impl WithdrawMutation {
    /// Withdraws a sign-up: your own, a colleague's as a coordinator of the own organisation, or anybody's as a
    /// coordinator of the accountable organiser (then it counts as removed by the organiser). Whoever waits and
    /// may use the seat moves up in the same moment. `FORBIDDEN` for others who see it. Written to the audit
    /// log. User errors: `NOT_FOUND`, `SIGN_UP_ENDED`, `OCCASION_PAST`, `ATTENDANCE_RECORDED` for somebody
    /// who has been checked in.
    async fn withdraw(&self, ctx: &Context<'_>, input: WithdrawInput) -> Result<WithdrawPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { leave(&viewer, input.sign_up_id).await })
            .await?;
        if let Err(error) = outcome {
            return Ok(WithdrawPayload {
                sign_up: None,
                occasion: None,
                user_errors: vec![error],
            });
        }
        let sign_up = loaders(ctx).load_one(SignUpById(input.sign_up_id)).await?;
        let occasion = match &sign_up {
            Some(row) => loaders(ctx).load_one(OccasionById(row.occasion_id)).await?,
            None => None,
        };
        Ok(WithdrawPayload {
            sign_up: sign_up.map(SignUp),
            occasion: occasion.map(TrainingOccasion),
            user_errors: Vec::new(),
        })
    }
}

async fn leave(viewer: &Viewer, id: SignUpId) -> Result<Result<(), UserError>> {
    let refused = |code| Ok(Err(UserError::new(code, &["signUpId"])));
    let Some(seen) = viewer.one(sign_up::Entity::find_by_id(id)).await? else {
        return refused(UserErrorCode::NotFound);
    };
    // The occasion is locked before the sign-up, as everywhere, so that two requests cannot lock crosswise.
    let mut book = viewer.seat_book(seen.occasion_id).await?;
    let row = match viewer.edit(sign_up::Entity::find_by_id(id)).await? {
        Access::Granted(row) => book.current(row.into_row()),
        Access::Missing => return refused(UserErrorCode::NotFound),
        Access::Refused => {
            return if seen.ended_at.is_some() || ended_meanwhile(viewer, id).await? {
                refused(UserErrorCode::SignUpEnded)
            } else {
                Err(Error::Forbidden)
            };
        }
    };
    if has_begun(viewer, book.occasion()) {
        return refused(UserErrorCode::OccasionPast);
    }
    if is_checked_in(viewer, &row).await? {
        return refused(UserErrorCode::AttendanceRecorded);
    }
    let own = viewer
        .acting()
        .is_some_and(|acting| acting.organisation == row.organisation_id);
    let cause = if own {
        MovementCause::Withdrawal
    } else {
        MovementCause::Removal
    };
    book.give_back(&row, cause).await?;
    // The accountable organiser, who sees the participants, has removals in its own log too.
    let mut concerned: Vec<Concern> = Concern::sign_up(&row).into_iter().collect();
    let acting = viewer.signed_in()?.organisation;
    let also: Vec<Concern> = concerned
        .iter()
        .filter_map(|concern| concern.also_for(acting))
        .collect();
    concerned.extend(also);
    book.close(AuditAction::Withdraw, concerned).await?;
    Ok(Ok(()))
}

fn has_begun(viewer: &Viewer, occasion: &training_occasion::Model) -> bool {
    occasion.starts_at <= viewer.now()
}

async fn ended_meanwhile(viewer: &Viewer, id: SignUpId) -> Result<bool> {
    let row = viewer.one(sign_up::Entity::find_by_id(id)).await?;
    Ok(row.is_some_and(|row| row.ended_at.is_some()))
}
