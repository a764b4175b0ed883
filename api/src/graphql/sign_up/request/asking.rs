//! Asking to be signed up, and taking that back.

use super::{
    super::eligibility::{open_training, refusals},
    RequestOutcome, RequestSignUpPayload, WithdrawSignUpRequestPayload,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        idempotency::Once,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    id::{OccasionId, SignUpRequestId},
    kind::{AuditAction, SignUpRequestStatus},
    sign_up_request, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// What you ask for.
#[derive(InputObject)]
pub struct RequestSignUpInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// What you will need on the day (diet, access), up to 500 characters. Whoever approves does not see it; it
    /// follows into the sign-up. No personal identity numbers.
    need: Option<String>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// The request to withdraw.
#[derive(InputObject)]
pub struct WithdrawSignUpRequestInput {
    /// The request, of your own.
    request_id: SignUpRequestId,
}

/// What somebody can do who must ask.
#[derive(Default)]
pub struct RequestMutation;

#[Object]
impl RequestMutation {
    /// Asks to be signed up, where your organisation wants somebody to approve it (`viewerCannotSignUpReason` is
    /// `APPROVAL_REQUIRED`). The approver and the deputy of your unit, or of your organisation, are told. It takes no
    /// seat: approval signs you up by what is free then. `FORBIDDEN` for a service. Written to the audit log. User
    /// errors: `APPROVAL_NOT_REQUIRED` (then use `signUp`), `ALREADY_REQUESTED`, and what `signUp` would say:
    /// `NOT_FOUND`, `TRAINING_NOT_PUBLISHED`, `SIGN_UP_NOT_OPEN`, `SIGN_UP_CLOSED`, `OCCASION_CANCELLED`,
    /// `OCCASION_PAST`, `TARGET_AUDIENCE_MISMATCH`, `ALREADY_SIGNED_UP`, `OVERLAPPING_OCCASION`, `APPROVER_MISSING`,
    /// `IDEMPOTENCY_KEY_REUSED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn request_sign_up(
        &self,
        ctx: &Context<'_>,
        input: RequestSignUpInput,
    ) -> Result<RequestSignUpPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        if viewer.signed_in()?.person.is_none() {
            return Err(Error::Forbidden);
        }
        let key = input.idempotency_key.as_ref();
        let once = &Once::by_oneself(viewer, "requestSignUp", key, input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        if let Some(need) = &input.need {
            check_text(Checked::Remark, need, &["need"], &mut errors);
        }
        if !errors.is_empty() {
            return Ok(RequestOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move { once.make(&viewer, ask(&viewer, input)).await })
            .await?;
        Ok(RequestOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes your own request back. `FORBIDDEN` for others who see it. Written to the audit log. User errors:
    /// `NOT_FOUND`, `REQUEST_DECIDED`.
    async fn withdraw_sign_up_request(
        &self,
        ctx: &Context<'_>,
        input: WithdrawSignUpRequestInput,
    ) -> Result<WithdrawSignUpRequestPayload> {
        let viewer = viewer(ctx);
        let id = input.request_id;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { take_back(&viewer, id).await })
            .await?;
        Ok(RequestOutcome::of(ctx, outcome).await?.into())
    }
}

async fn ask(
    viewer: &Viewer,
    input: &RequestSignUpInput,
) -> Result<Result<SignUpRequestId, Vec<UserError>>> {
    use sign_up_request::Column as R;
    let refused = |code| Ok(Err(vec![UserError::new(code, &["occasionId"])]));
    let acting = viewer.signed_in()?;
    let person = acting.person.ok_or(Error::Forbidden)?;
    let query = training_occasion::Entity::find_by_id(input.occasion_id);
    let Some(seen) = viewer.one(query).await? else {
        return refused(UserErrorCode::NotFound);
    };
    // Held, so that the same person cannot ask twice at once. Nothing is written into the book.
    let book = viewer.seat_book(seen.id).await?;
    let training = match open_training(viewer, book.occasion()).await? {
        Ok(training) => training,
        Err(code) => return refused(code),
    };
    if let Some((_, code)) = refusals(viewer, &book, &training, &[person]).await?.first() {
        return refused(*code);
    }
    if !viewer.needs_approval() {
        return refused(UserErrorCode::ApprovalNotRequired);
    }
    let Some(approver) = viewer.own_approver().await? else {
        return refused(UserErrorCode::ApproverMissing);
    };
    let open = sign_up_request::Entity::find()
        .filter(R::OccasionId.eq(seen.id))
        .filter(R::PersonId.eq(person))
        .filter(R::OrganisationId.eq(acting.organisation))
        .filter(R::Status.eq(SignUpRequestStatus::Requested));
    if viewer.one(open).await?.is_some() {
        return refused(UserErrorCode::AlreadyRequested);
    }
    let new = sign_up_request::ActiveModel {
        id: Set(SignUpRequestId::new()),
        occasion_id: Set(seen.id),
        organisation_id: Set(acting.organisation),
        person_id: Set(person),
        approver_id: Set(Some(approver)),
        status: Set(SignUpRequestStatus::Requested),
        reason: Set(None),
        created_at: Set(viewer.now()),
        decided_at: Set(None),
        decided_by: Set(None),
        sign_up_id: Set(None),
    };
    let made = viewer.insert(new).await?;
    viewer.send_request(&made, input.need.as_ref()).await?;
    let concern = Concern {
        subject: Some(made.id.to_string()),
        ..Concern::person(acting.organisation, person)
    };
    viewer
        .audit(AuditAction::RequestSignUp, vec![concern])
        .await?;
    Ok(Ok(made.id))
}

async fn take_back(
    viewer: &Viewer,
    id: SignUpRequestId,
) -> Result<Result<SignUpRequestId, Vec<UserError>>> {
    let row = match open_request(viewer, id).await? {
        Ok(row) => row,
        Err(error) => return Ok(Err(vec![error])),
    };
    if viewer.person() != Some(row.person_id) {
        return Err(Error::Forbidden);
    }
    let change = sign_up_request::ActiveModel {
        id: Unchanged(id),
        status: Set(SignUpRequestStatus::Withdrawn),
        decided_at: Set(Some(viewer.now())),
        decided_by: Set(viewer.person()),
        ..Default::default()
    };
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal("a request that was held was gone"));
    }
    viewer.forget_requested_needs(&[id]).await?;
    let concern = Concern {
        subject: Some(id.to_string()),
        ..Concern::person(row.organisation_id, row.person_id)
    };
    viewer
        .audit(AuditAction::WithdrawRequest, vec![concern])
        .await?;
    Ok(Ok(id))
}

/// An open request that the viewer asked or may decide, held until the transaction ends.
pub(super) async fn open_request(
    viewer: &Viewer,
    id: SignUpRequestId,
) -> Result<Result<sign_up_request::Model, UserError>> {
    let refused = |code| Ok(Err(UserError::new(code, &["requestId"])));
    match viewer.edit(sign_up_request::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(Ok(row.into_row())),
        Access::Missing => refused(UserErrorCode::NotFound),
        Access::Refused => {
            let seen = viewer.one(sign_up_request::Entity::find_by_id(id)).await?;
            if seen.is_some_and(|row| row.status != SignUpRequestStatus::Requested) {
                return refused(UserErrorCode::RequestDecided);
            }
            Err(Error::Forbidden)
        }
    }
}
