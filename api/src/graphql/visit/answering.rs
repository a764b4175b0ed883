//! What the organisation that comes answers, and how a visit that was agreed ends.

use super::{
    AcceptVisitPayload, CancelVisitPayload, DeclineVisitPayload, ReportVisitPayload, VisitOutcome,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        meeting::{locked_away, refusal},
        text::{Checked, check_reason, check_text, is_possible_day},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Stockholm;
use entity::{
    id::OutreachVisitId,
    kind::{VisitNoticeKind, VisitStatus},
    outreach_answer, outreach_visit,
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// When and where you will come.
#[derive(InputObject)]
pub struct AcceptVisitInput {
    /// The visit.
    visit_id: OutreachVisitId,
    /// The day, today or later.
    day: NaiveDate,
    /// When it begins, on that day in Sweden; null where that is still open.
    starts_at: Option<DateTime<Utc>>,
    /// Where, 1 to 200 characters: an address, or that it is by video.
    place: String,
}

/// A visit that you will not make.
#[derive(InputObject)]
pub struct DeclineVisitInput {
    /// The visit.
    visit_id: OutreachVisitId,
    /// Why, in plain text, 1 to 500 characters.
    reason: String,
}

/// A visit that was made.
#[derive(InputObject)]
pub struct ReportVisitInput {
    /// The visit.
    visit_id: OutreachVisitId,
    /// The day on which it was made, today or earlier.
    day: NaiveDate,
}

/// A visit that was agreed and will not be made.
#[derive(InputObject)]
pub struct CancelVisitInput {
    /// The visit.
    visit_id: OutreachVisitId,
    /// Why, in plain text, 1 to 500 characters.
    reason: String,
}

/// What becomes of a visit.
#[derive(Default)]
pub struct VisitAnswerMutation;

#[Object]
impl VisitAnswerMutation {
    /// Agrees to a visit, with its day and place; the coordinators of whoever asked are told. For coordinators of the
    /// organisation that comes; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `VISIT_ANSWERED`, `INVALID_VALUE`,
    /// `INVALID_TIMES` for a day that is over and for a beginning on another day, `PERSONAL_ID_NOT_ALLOWED`.
    async fn accept_visit(
        &self,
        ctx: &Context<'_>,
        input: AcceptVisitInput,
    ) -> Result<AcceptVisitPayload> {
        let viewer = viewer(ctx);
        let mut errors = Vec::new();
        check_text(Checked::Line, &input.place, &["place"], &mut errors);
        if input.day < viewer.today() || !is_possible_day(input.day) {
            errors.extend(refusal(UserErrorCode::InvalidTimes, "day"));
        }
        let on_day = |at: DateTime<Utc>| at.with_timezone(&Stockholm).date_naive() == input.day;
        if input.starts_at.is_some_and(|at| !on_day(at)) {
            errors.extend(refusal(UserErrorCode::InvalidTimes, "startsAt"));
        }
        let change = outreach_answer::ActiveModel {
            status: Set(VisitStatus::Accepted),
            agreed_day: Set(Some(input.day)),
            starts_at: Set(input.starts_at),
            place: Set(Some(input.place.trim().to_owned())),
            ..Default::default()
        };
        let done = Done {
            from: VisitStatus::Requested,
            change,
            tells: Some(VisitNoticeKind::VisitAccepted),
        };
        Ok(answer(ctx, input.visit_id, errors, done).await?.into())
    }

    /// Declines a visit with a reason; the coordinators of whoever asked are told. For coordinators of the organisation that
    /// comes; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `VISIT_ANSWERED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn decline_visit(
        &self,
        ctx: &Context<'_>,
        input: DeclineVisitInput,
    ) -> Result<DeclineVisitPayload> {
        let mut errors = Vec::new();
        check_reason(&input.reason, true, &mut errors);
        let change = outreach_answer::ActiveModel {
            status: Set(VisitStatus::Declined),
            reason: Set(Some(input.reason.trim().to_owned())),
            ..Default::default()
        };
        let done = Done {
            from: VisitStatus::Requested,
            change,
            tells: Some(VisitNoticeKind::VisitDeclined),
        };
        Ok(answer(ctx, input.visit_id, errors, done).await?.into())
    }

    /// Says that an agreed visit was made. For coordinators of the organisation that comes; `FORBIDDEN` for others who see
    /// it. User errors: `NOT_FOUND`, `VISIT_ANSWERED` unless it is agreed, `INVALID_TIMES` for a day to come.
    async fn report_visit(
        &self,
        ctx: &Context<'_>,
        input: ReportVisitInput,
    ) -> Result<ReportVisitPayload> {
        let mut errors = Vec::new();
        if input.day > viewer(ctx).today() {
            errors.extend(refusal(UserErrorCode::InvalidTimes, "day"));
        }
        let change = outreach_answer::ActiveModel {
            status: Set(VisitStatus::Held),
            held_on: Set(Some(input.day)),
            ..Default::default()
        };
        let done = Done {
            from: VisitStatus::Accepted,
            change,
            tells: None,
        };
        Ok(answer(ctx, input.visit_id, errors, done).await?.into())
    }

    /// Cancels an agreed visit with a reason; the coordinators of the other organisation are told. For coordinators of the two
    /// organisations; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `VISIT_ANSWERED` unless it is agreed, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn cancel_visit(
        &self,
        ctx: &Context<'_>,
        input: CancelVisitInput,
    ) -> Result<CancelVisitPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        check_reason(&input.reason, true, &mut errors);
        if !errors.is_empty() {
            return Ok(VisitOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { cancel(&viewer, input).await })
            .await?;
        Ok(VisitOutcome::of(ctx, outcome).await?.into())
    }
}

/// What the organisation that comes says of a visit.
struct Done {
    /// The state in which the visit has to be for it.
    from: VisitStatus,
    /// What is written.
    change: outreach_answer::ActiveModel,
    /// What whoever asked is told.
    tells: Option<VisitNoticeKind>,
}

/// Carries it out.
async fn answer(
    ctx: &Context<'_>,
    id: OutreachVisitId,
    errors: Vec<UserError>,
    done: Done,
) -> Result<VisitOutcome> {
    let viewer = viewer(ctx);
    viewer.signed_in()?;
    if !errors.is_empty() {
        return VisitOutcome::of(ctx, Err(errors)).await;
    }
    let done = &done;
    let outcome = viewer
        .transaction(|viewer| async move {
            let query = outreach_answer::Entity::find_by_id(id);
            let row = match viewer.edit(query).await? {
                Access::Granted(row) => row,
                Access::Refused => return Err(Error::Forbidden),
                Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "visitId"))),
            };
            if row.status != done.from {
                return Ok(Err(refusal(UserErrorCode::VisitAnswered, "visitId")));
            }
            let change = outreach_answer::ActiveModel {
                id: Unchanged(row.id),
                updated_at: Set(viewer.now()),
                ..done.change.clone()
            };
            viewer.update(change).await?.ok_or_else(locked_away)?;
            if let Some(kind) = done.tells {
                viewer.tell_visited(kind, &row).await?;
            }
            Ok(Ok(row.id))
        })
        .await?;
    VisitOutcome::of(ctx, outcome).await
}

async fn cancel(
    viewer: &Viewer,
    input: &CancelVisitInput,
) -> Result<Result<OutreachVisitId, Vec<UserError>>> {
    let reason = input.reason.trim().to_owned();
    let own = viewer.signed_in()?.organisation;
    // By whoever comes, else by whoever has asked: each under its own rule.
    let query = outreach_answer::Entity::find_by_id(input.visit_id);
    if let Access::Granted(row) = viewer.edit(query).await? {
        if row.status != VisitStatus::Accepted {
            return Ok(Err(refusal(UserErrorCode::VisitAnswered, "visitId")));
        }
        let change = outreach_answer::ActiveModel {
            id: Unchanged(row.id),
            status: Set(VisitStatus::Cancelled),
            reason: Set(Some(reason)),
            cancelled_by_organisation_id: Set(Some(own)),
            updated_at: Set(viewer.now()),
            ..Default::default()
        };
        viewer.update(change).await?.ok_or_else(locked_away)?;
        let kind = VisitNoticeKind::VisitCancelled;
        viewer.tell_visited(kind, &row).await?;
        return Ok(Ok(row.id));
    }
    let query = outreach_visit::Entity::find_by_id(input.visit_id);
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "visitId"))),
    };
    if row.status != VisitStatus::Accepted {
        return Ok(Err(refusal(UserErrorCode::VisitAnswered, "visitId")));
    }
    let change = outreach_visit::ActiveModel {
        id: Unchanged(row.id),
        status: Set(VisitStatus::Cancelled),
        reason: Set(Some(reason)),
        cancelled_by_organisation_id: Set(Some(own)),
        updated_at: Set(viewer.now()),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    let kind = VisitNoticeKind::VisitCancelled;
    viewer.tell_visitors(kind, &row).await?;
    Ok(Ok(row.id))
}
