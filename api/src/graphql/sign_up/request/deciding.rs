//! Approving and declining requests to be signed up.

use super::{
    super::eligibility::{open_training, refusals},
    DeclineSignUpRequestPayload, RequestOutcome, SignUpRequest,
    asking::open_request,
};
use crate::{
    domain::book::Party,
    error::{Error, Result},
    graphql::{
        context::viewer,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Viewer, seat::Entrant},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::SignUpRequestId,
    kind::{AuditAction, NoticeKind, SignUpRequestStatus, SignUpStatus},
    sign_up_approver, sign_up_request,
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// The request to approve.
#[derive(InputObject)]
pub struct ApproveSignUpRequestInput {
    /// The request.
    request_id: SignUpRequestId,
}

/// The request to decline.
#[derive(InputObject)]
pub struct DeclineSignUpRequestInput {
    /// The request.
    request_id: SignUpRequestId,
    /// Why, for the person who asked, 1 to 200 characters.
    reason: String,
}

/// The request that was approved.
#[derive(SimpleObject)]
pub struct ApproveSignUpRequestPayload {
    /// The request as it is now; null when nothing was changed.
    request: Option<SignUpRequest>,
    /// What the person got by it: a seat (`CONFIRMED`), or a place in line (`WAITLISTED`). Null when nothing was
    /// changed.
    outcome: Option<SignUpStatus>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be decided about requests.
#[derive(Default)]
pub struct DecisionMutation;

#[Object]
impl DecisionMutation {
    /// Approves a request: the person is signed up in the same moment, by everything that holds then, and gets a seat
    /// or a place in line. For the approver and the deputy that it was sent to, though nobody approves the own
    /// request; `FORBIDDEN` for others who see it. Written to the audit log. User errors: `NOT_FOUND`,
    /// `REQUEST_DECIDED`, and what `signUp` would say of the person: `TRAINING_NOT_PUBLISHED`, `SIGN_UP_NOT_OPEN`,
    /// `SIGN_UP_CLOSED`, `OCCASION_CANCELLED`, `OCCASION_PAST`, `TARGET_AUDIENCE_MISMATCH`, `ALREADY_SIGNED_UP`,
    /// `OVERLAPPING_OCCASION`. The request stays open then.
    async fn approve_sign_up_request(
        &self,
        ctx: &Context<'_>,
        input: ApproveSignUpRequestInput,
    ) -> Result<ApproveSignUpRequestPayload> {
        let viewer = viewer(ctx);
        let id = input.request_id;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { approve(&viewer, id).await })
            .await?;
        let (outcome, status) = match outcome {
            Ok(status) => (Ok(id), Some(status)),
            Err(error) => (Err(vec![error]), None),
        };
        let done = RequestOutcome::of(ctx, outcome).await?;
        Ok(ApproveSignUpRequestPayload {
            request: done.request,
            outcome: status,
            user_errors: done.user_errors,
        })
    }

    /// Declines a request, with a reason that the person is told. For the approver and the deputy that it was sent
    /// to, though nobody decides about oneself; `FORBIDDEN` for others who see it. Written to the audit log. User
    /// errors: `NOT_FOUND`, `REQUEST_DECIDED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn decline_sign_up_request(
        &self,
        ctx: &Context<'_>,
        input: DeclineSignUpRequestInput,
    ) -> Result<DeclineSignUpRequestPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { decline(&viewer, input).await })
            .await?;
        Ok(RequestOutcome::of(ctx, outcome).await?.into())
    }
}

async fn approve(viewer: &Viewer, id: SignUpRequestId) -> Result<Result<SignUpStatus, UserError>> {
    let refused = |code| Ok(Err(UserError::new(code, &["requestId"])));
    let Some(seen) = viewer.one(sign_up_request::Entity::find_by_id(id)).await? else {
        return refused(UserErrorCode::NotFound);
    };
    // The occasion is locked before the request, as everywhere, so that two requests cannot lock crosswise.
    let mut book = viewer.seat_book(seen.occasion_id).await?;
    let row = match open_request(viewer, id).await? {
        Ok(row) => row,
        Err(error) => return Ok(Err(error)),
    };
    check_approver(viewer, &row).await?;
    let training = match open_training(viewer, book.occasion()).await? {
        Ok(training) => training,
        Err(code) => return refused(code),
    };
    let against = refusals(viewer, &book, &training, &[row.person_id]).await?;
    if let Some((_, code)) = against.first() {
        return refused(*code);
    }
    let entrant = Entrant {
        person: Some(row.person_id),
        // What the person needs follows from the request.
        need: None,
    };
    let taken = book.occasion().taken;
    book.sign_up(row.organisation_id, vec![entrant], Party::Separate);
    let status = if book.occasion().taken > taken {
        SignUpStatus::Confirmed
    } else {
        SignUpStatus::Waitlisted
    };
    let entered = book.entered();
    book.close(AuditAction::SignUp, entered).await?;
    viewer
        .requests_met(row.occasion_id, &[row.person_id])
        .await?;
    Ok(Ok(status))
}

async fn decline(
    viewer: &Viewer,
    input: &DeclineSignUpRequestInput,
) -> Result<Result<SignUpRequestId, Vec<UserError>>> {
    let row = match open_request(viewer, input.request_id).await? {
        Ok(row) => row,
        Err(error) => return Ok(Err(vec![error])),
    };
    check_approver(viewer, &row).await?;
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.reason, &["reason"], &mut errors);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let change = sign_up_request::ActiveModel {
        id: Unchanged(row.id),
        status: Set(SignUpRequestStatus::Declined),
        reason: Set(Some(input.reason.trim().to_owned())),
        decided_at: Set(Some(viewer.now())),
        decided_by: Set(viewer.person()),
        ..Default::default()
    };
    let Some(declined) = viewer.update(change).await? else {
        return Err(Error::internal("a request that was held was gone"));
    };
    viewer.forget_requested_needs(&[row.id]).await?;
    viewer
        .tell_and_log(
            NoticeKind::RequestDeclined,
            AuditAction::Decline,
            &[declined],
        )
        .await?;
    Ok(Ok(row.id))
}

/// Fails unless the request was sent to the viewer, and is not the viewer's own.
async fn check_approver(viewer: &Viewer, row: &sign_up_request::Model) -> Result<()> {
    let approver = row.approver_id.ok_or(Error::Forbidden)?;
    let approver = viewer
        .one(sign_up_approver::Entity::find_by_id(approver))
        .await?;
    let me = viewer.person().ok_or(Error::Forbidden)?;
    let is_one = approver.is_some_and(|row| [row.approver_id, row.deputy_id].contains(&me));
    if is_one && me != row.person_id {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
