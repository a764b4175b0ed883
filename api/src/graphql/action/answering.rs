//! What an organisation does about an action: takes it on or declines it, and says how it goes.

use super::{ActionOutcome, AnswerActionPayload, ReportActionPayload};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        idempotency::Once,
        meeting::{locked_away, refusal},
        text::{Checked, check_reason, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    action_report, action_task,
    id::{ActionId, ActionReportId},
    kind::{ActionStatus, GroupNoticeKind},
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// The answer of the organisation that has been asked.
#[derive(InputObject)]
pub struct AnswerActionInput {
    /// The action.
    action_id: ActionId,
    /// Whether it is taken on.
    accept: bool,
    /// Why it is not, in plain text, 1 to 500 characters; needed to decline, and for nothing else.
    reason: Option<String>,
}

/// How an action goes.
#[derive(InputObject)]
pub struct ReportActionInput {
    /// The action.
    action_id: ActionId,
    /// How it goes, in plain text, 1 to 10,000 characters.
    text: String,
    /// Whether it has been done by this.
    #[graphql(default)]
    done: bool,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// What an organisation does about an action.
#[derive(Default)]
pub struct ActionTaskMutation;

#[Object]
impl ActionTaskMutation {
    /// Takes an action on for your organisation, or declines it with a reason; what was taken on can still be declined
    /// while it is open. Those who keep the group's papers are told. Sent again it changes nothing. For coordinators of the organisation, and for whoever sits for it in
    /// the group; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ACTION_ENDED`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn answer_action(
        &self,
        ctx: &Context<'_>,
        input: AnswerActionInput,
    ) -> Result<AnswerActionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        let reason = input.reason.as_deref().map_or("", str::trim);
        check_reason(reason, !input.accept, &mut errors);
        if !errors.is_empty() {
            return Ok(ActionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { answer(&viewer, input).await })
            .await?;
        Ok(ActionOutcome::of(ctx, outcome).await?.into())
    }

    /// Says how an action of your organisation goes, or that it has been done; whoever reports has taken it on. For
    /// coordinators of the organisation, and for whoever sits for it in the group; `FORBIDDEN` for others who see
    /// it. User errors: `NOT_FOUND`, `ACTION_ENDED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn report_action(
        &self,
        ctx: &Context<'_>,
        input: ReportActionInput,
    ) -> Result<ReportActionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("reportAction", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Description, &input.text, &["text"], &mut errors);
        if input.text.trim().is_empty() {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &["text"]));
        }
        if !errors.is_empty() {
            return Ok(ActionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(report(&viewer, input))).await
            })
            .await?;
        Ok(ActionOutcome::of(ctx, outcome).await?.into())
    }
}

/// The action with its organisation's permission.
async fn own(
    viewer: &Viewer,
    id: ActionId,
) -> Result<Result<Permitted<action_task::Model>, Vec<UserError>>> {
    match viewer.edit(action_task::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(Ok(row)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "actionId"))),
    }
}

async fn answer(
    viewer: &Viewer,
    input: &AnswerActionInput,
) -> Result<Result<ActionId, Vec<UserError>>> {
    let row = match own(viewer, input.action_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    let status = if input.accept {
        ActionStatus::Accepted
    } else {
        ActionStatus::Declined
    };
    if row.status == status {
        return Ok(Ok(row.id));
    }
    if row.ended_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::ActionEnded, "actionId")));
    }
    let reason = input.reason.as_deref().map(str::trim);
    let change = action_task::ActiveModel {
        id: Unchanged(row.id),
        status: Set(status),
        reason: Set(reason
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned)),
        answered_at: Set(Some(viewer.now())),
        ended_at: Set((!input.accept).then(|| viewer.now())),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    tell(viewer, &row).await?;
    Ok(Ok(row.id))
}

/// Tells those who gave the action out that something has come of it.
async fn tell(viewer: &Viewer, row: &action_task::Model) -> Result<()> {
    let kind = GroupNoticeKind::ActionAnswered;
    viewer
        .tell_officers(kind, row.group_id, &row.id.to_string())
        .await
}

async fn report(
    viewer: &Viewer,
    input: &ReportActionInput,
) -> Result<Result<ActionId, Vec<UserError>>> {
    let row = match own(viewer, input.action_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.ended_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::ActionEnded, "actionId")));
    }
    let said = action_report::ActiveModel {
        id: Set(ActionReportId::new()),
        action_id: Set(row.id),
        organisation_id: Set(row.organisation_id),
        author_id: Set(viewer.person()),
        body: Set(input.text.trim().to_owned()),
        reported_at: Set(viewer.now()),
    };
    viewer
        .add_parts::<action_report::Entity>(&row, vec![said])
        .await?;
    let status = if input.done {
        ActionStatus::Done
    } else {
        ActionStatus::Accepted
    };
    let change = action_task::ActiveModel {
        id: Unchanged(row.id),
        status: Set(status),
        answered_at: Set(row.answered_at.or_else(|| Some(viewer.now()))),
        ended_at: Set(input.done.then(|| viewer.now())),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    if input.done {
        tell(viewer, &row).await?;
    }
    Ok(Ok(row.id))
}
