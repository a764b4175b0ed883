//! What a council does with an issue: takes it up, answers it, declines it.

use super::{AnswerIssuePayload, DeclineIssuePayload, IssueOutcome, TakeUpIssuePayload};
use crate::{
    error::{Error, Result},
    graphql::{
        agenda::{Placing, put_on_agenda},
        context::viewer,
        meeting::{locked_away, refusal},
        text::{Checked, check_reason, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    council_queue, group_room,
    id::{CouncilIssueId, MeetingId},
    kind::{AgendaItemKind, CouncilIssueStatus, GroupNoticeKind},
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// An issue that the council will work with.
#[derive(InputObject)]
pub struct TakeUpIssueInput {
    /// The issue.
    issue_id: CouncilIssueId,
    /// Whether it becomes an item of the agenda, and of which kind: with the issue's title and description, for whoever
    /// may read the council's papers. Null: none is made.
    item_kind: Option<AgendaItemKind>,
    /// The meeting that is to deal with the item; null: it waits in the backlog. Only together with `itemKind`.
    meeting_id: Option<MeetingId>,
}

/// The answer to an issue.
#[derive(InputObject)]
pub struct AnswerIssueInput {
    /// The issue.
    issue_id: CouncilIssueId,
    /// What the council answers, in plain text, 1 to 10,000 characters.
    answer: String,
}

/// An issue that the council does not take up.
#[derive(InputObject)]
pub struct DeclineIssueInput {
    /// The issue.
    issue_id: CouncilIssueId,
    /// Why, in plain text, 1 to 500 characters.
    reason: String,
}

/// What a council does with its queue.
#[derive(Default)]
pub struct IssueDecisionMutation;

#[Object]
impl IssueDecisionMutation {
    /// Takes an issue up, and makes an item of it if you say so; whoever raised it is told. For whoever keeps the council's
    /// papers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND` for the issue or the meeting, `ISSUE_ANSWERED`,
    /// `GROUP_CLOSED`, `MEETING_HELD`, `MEETING_CANCELLED`, `INVALID_VALUE` for a meeting without a kind of item, and for
    /// more than 200 items.
    async fn take_up_issue(
        &self,
        ctx: &Context<'_>,
        input: TakeUpIssueInput,
    ) -> Result<TakeUpIssuePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        if input.meeting_id.is_some() && input.item_kind.is_none() {
            let errors = refusal(UserErrorCode::InvalidValue, "itemKind");
            return Ok(IssueOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { Box::pin(take_up(&viewer, input)).await })
            .await?;
        Ok(IssueOutcome::of(ctx, outcome).await?.into())
    }

    /// Answers an issue, taken up before or not; whoever raised it is told. For whoever keeps the council's papers;
    /// `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ISSUE_ANSWERED`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn answer_issue(
        &self,
        ctx: &Context<'_>,
        input: AnswerIssueInput,
    ) -> Result<AnswerIssuePayload> {
        let answer = input.answer.trim();
        let mut errors = Vec::new();
        check_text(Checked::Description, answer, &["answer"], &mut errors);
        if answer.is_empty() {
            errors.extend(refusal(UserErrorCode::InvalidValue, "answer"));
        }
        let ending = council_queue::ActiveModel {
            status: Set(CouncilIssueStatus::Answered),
            answer: Set(Some(answer.to_owned())),
            ..Default::default()
        };
        Ok(end(ctx, input.issue_id, errors, ending).await?.into())
    }

    /// Declines an issue with a reason; whoever raised it is told. One that was taken up is answered instead. For whoever
    /// keeps the council's papers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ISSUE_ANSWERED`,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn decline_issue(
        &self,
        ctx: &Context<'_>,
        input: DeclineIssueInput,
    ) -> Result<DeclineIssuePayload> {
        let reason = input.reason.trim();
        let mut errors = Vec::new();
        check_reason(reason, true, &mut errors);
        let ending = council_queue::ActiveModel {
            status: Set(CouncilIssueStatus::Declined),
            decline_reason: Set(Some(reason.to_owned())),
            ..Default::default()
        };
        Ok(end(ctx, input.issue_id, errors, ending).await?.into())
    }
}

/// The issue, for whoever keeps the council's papers.
async fn kept(
    viewer: &Viewer,
    id: CouncilIssueId,
) -> Result<Result<Permitted<council_queue::Model>, Vec<UserError>>> {
    match viewer.edit(council_queue::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(Ok(row)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "issueId"))),
    }
}

async fn take_up(
    viewer: &Viewer,
    input: &TakeUpIssueInput,
) -> Result<Result<CouncilIssueId, Vec<UserError>>> {
    let row = match kept(viewer, input.issue_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.status != CouncilIssueStatus::Raised {
        return Ok(Err(refusal(UserErrorCode::IssueAnswered, "issueId")));
    }
    let query = group_room::Entity::find_by_id(row.group_id);
    let council = viewer.one(query).await?.ok_or_else(locked_away)?;
    if council.closed_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "issueId")));
    }
    let mut item = None;
    if let Some(kind) = input.item_kind {
        let placing = Placing {
            group: row.group_id,
            meeting: input.meeting_id,
            kind,
            title: row.title.clone(),
            description: row.description.clone(),
        };
        match put_on_agenda(viewer, placing).await? {
            Ok(made) => item = Some(made),
            Err(errors) => return Ok(Err(errors)),
        }
    }
    let change = council_queue::ActiveModel {
        id: Unchanged(row.id),
        status: Set(CouncilIssueStatus::TakenUp),
        item_id: Set(item),
        taken_up_at: Set(Some(viewer.now())),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    tell(viewer, &row, GroupNoticeKind::IssueTakenUp).await?;
    Ok(Ok(row.id))
}

/// Ends an issue with an answer or a reason, unless what was sent has errors.
async fn end(
    ctx: &Context<'_>,
    id: CouncilIssueId,
    errors: Vec<UserError>,
    ending: council_queue::ActiveModel,
) -> Result<IssueOutcome> {
    let viewer = viewer(ctx);
    viewer.signed_in()?;
    if !errors.is_empty() {
        return IssueOutcome::of(ctx, Err(errors)).await;
    }
    let ending = &ending;
    let outcome = viewer
        .transaction(|viewer| async move { close(&viewer, id, ending.clone()).await })
        .await?;
    IssueOutcome::of(ctx, outcome).await
}

async fn close(
    viewer: &Viewer,
    id: CouncilIssueId,
    ending: council_queue::ActiveModel,
) -> Result<Result<CouncilIssueId, Vec<UserError>>> {
    let row = match kept(viewer, id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    let may_end = match row.status {
        CouncilIssueStatus::Raised => true,
        CouncilIssueStatus::TakenUp => ending.status == Set(CouncilIssueStatus::Answered),
        _ => false,
    };
    if !may_end {
        return Ok(Err(refusal(UserErrorCode::IssueAnswered, "issueId")));
    }
    let change = council_queue::ActiveModel {
        id: Unchanged(row.id),
        closed_at: Set(Some(viewer.now())),
        ..ending
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    tell(viewer, &row, GroupNoticeKind::IssueAnswered).await?;
    Ok(Ok(row.id))
}

/// Tells whoever raised it.
async fn tell(
    viewer: &Viewer,
    row: &Permitted<council_queue::Model>,
    kind: GroupNoticeKind,
) -> Result<()> {
    let who = Recipient::person(row.organisation_id, row.person_id);
    viewer
        .tell_group(kind, row.group_id, Some(row.id.to_string()), [who])
        .await
}
