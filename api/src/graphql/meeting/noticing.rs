//! Calling a meeting, cancelling it, and entering it in an organisation's own register.

use super::editing::{
    CancelMeetingPayload, MeetingOutcome, RegisterMeetingPayload, SendMeetingNoticePayload,
    locked_away, refusal, to_come,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        text::{Checked, check_reason, check_text},
        user_error::{UserError, UserErrorCode},
    },
    policy::meeting::takes_part_in,
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    group,
    id::{MeetingId, MeetingRegistrationId},
    kind::{GroupNoticeKind, MeetingStatus, Role},
    meeting, meeting_registration,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// The meeting whose notice is to go out.
#[derive(InputObject)]
pub struct SendMeetingNoticeInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// What the notice says, in plain text, up to 10,000 characters.
    #[graphql(default)]
    text: String,
}

/// The meeting to cancel.
#[derive(InputObject)]
pub struct CancelMeetingInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// Why, in plain text, 1 to 500 characters. Shown to everybody who sees the meeting.
    reason: String,
}

/// A meeting to enter in your organisation's register.
#[derive(InputObject)]
pub struct RegisterMeetingInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// Your organisation's own registration number (diarienummer), 1 to 200 characters; null takes it out.
    registration_number: Option<String>,
}

/// What is done about a meeting as a whole.
#[derive(Default)]
pub struct MeetingNoticeMutation;

#[Object]
impl MeetingNoticeMutation {
    /// Sends the notice (kallelse) of a meeting: its members are told, and read the agenda, to which the follow-up of actions
    /// comes by itself where some are open. Sent again it tells them anew, with the new text. For whoever calls the group's meetings; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND`, `GROUP_CLOSED`, `MEETING_HELD`, `MEETING_CANCELLED`, `MEETING_PAST`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn send_meeting_notice(
        &self,
        ctx: &Context<'_>,
        input: SendMeetingNoticeInput,
    ) -> Result<SendMeetingNoticePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        check_text(Checked::Description, &input.text, &["text"], &mut errors);
        if !errors.is_empty() {
            return Ok(MeetingOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { send(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }

    /// Cancels a meeting that is to come, with a reason; what stood on its agenda waits in the group's backlog. If its
    /// notice was out, its members are told. For whoever calls the group's meetings; `FORBIDDEN` for others who see it.
    /// User errors: `NOT_FOUND`, `MEETING_HELD`, `MEETING_CANCELLED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn cancel_meeting(
        &self,
        ctx: &Context<'_>,
        input: CancelMeetingInput,
    ) -> Result<CancelMeetingPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        check_reason(&input.reason, true, &mut errors);
        if !errors.is_empty() {
            return Ok(MeetingOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move {
                match to_come(&viewer, input.meeting_id).await? {
                    Ok(row) => cancel(&viewer, &row, &input.reason).await.map(Ok),
                    Err(errors) => Ok(Err(errors)),
                }
            })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }

    /// Enters a meeting in your organisation's own register, or changes the number: organisations that hold a meeting
    /// together each have one. For coordinators of an organisation that convenes the group or has a seat in it; `FORBIDDEN`
    /// for others who see the meeting. User errors: `NOT_FOUND`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn register_meeting(
        &self,
        ctx: &Context<'_>,
        input: RegisterMeetingInput,
    ) -> Result<RegisterMeetingPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let mut errors = Vec::new();
        if let Some(number) = &input.registration_number {
            check_text(Checked::Line, number, &["registrationNumber"], &mut errors);
        }
        if !errors.is_empty() {
            return Ok(MeetingOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { register(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }
}

async fn send(
    viewer: &Viewer,
    input: &SendMeetingNoticeInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let row = match to_come(viewer, input.meeting_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.ends_at <= viewer.now() {
        return Ok(Err(refusal(UserErrorCode::MeetingPast, "meetingId")));
    }
    let group = viewer.one(group::Entity::find_by_id(row.group_id)).await?;
    if group.is_some_and(|group| group.closed_at.is_some()) {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "meetingId")));
    }
    let text = input.text.trim();
    viewer
        .update(meeting::ActiveModel {
            id: Unchanged(row.id),
            status: Set(MeetingStatus::Noticed),
            notice_text: Set((!text.is_empty()).then(|| text.to_owned())),
            noticed_at: Set(Some(viewer.now())),
            updated_at: Set(viewer.now()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .await?
        .ok_or_else(locked_away)?;
    viewer.follow_actions_up(&row).await?;
    let kind = GroupNoticeKind::MeetingNoticed;
    viewer
        .tell_members(kind, &[row.group_id], &row.id.to_string())
        .await?;
    Ok(Ok(row.id))
}

/// Cancels a meeting. Its items go to the backlog by themselves: who calls meetings need not be able to read them.
pub(super) async fn cancel(
    viewer: &Viewer,
    row: &Permitted<meeting::Model>,
    reason: &str,
) -> Result<MeetingId> {
    viewer
        .update(meeting::ActiveModel {
            id: Unchanged(row.id),
            status: Set(MeetingStatus::Cancelled),
            cancellation_reason: Set(Some(reason.trim().to_owned())),
            updated_at: Set(viewer.now()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .await?
        .ok_or_else(locked_away)?;
    viewer.put_items_back(row).await?;
    if row.status == MeetingStatus::Noticed {
        let kind = GroupNoticeKind::MeetingCancelled;
        viewer
            .tell_members(kind, &[row.group_id], &row.id.to_string())
            .await?;
    }
    Ok(row.id)
}

async fn register(
    viewer: &Viewer,
    input: &RegisterMeetingInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    use meeting_registration::Column as R;
    let own = viewer.signed_in()?.organisation;
    let id = input.meeting_id;
    let found = viewer.one(meeting::Entity::find_by_id(id)).await?;
    if found.is_none() {
        return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId")));
    }
    let takes_part = meeting::Entity::find_by_id(id).filter(takes_part_in(viewer));
    if viewer.one(takes_part).await?.is_none() {
        return Err(Error::Forbidden);
    }
    let query = meeting_registration::Entity::find()
        .filter(R::MeetingId.eq(id))
        .filter(R::OrganisationId.eq(own));
    let present = match viewer.edit(query).await? {
        Access::Granted(row) => Some(row),
        Access::Refused | Access::Missing => None,
    };
    let number = input.registration_number.as_deref().map(str::trim);
    match (present, number) {
        (Some(row), Some(number)) => {
            let change = meeting_registration::ActiveModel {
                id: Unchanged(row.id),
                registration_number: Set(number.to_owned()),
                registered_at: Set(viewer.now()),
                ..Default::default()
            };
            viewer.update(change).await?.ok_or_else(locked_away)?;
        }
        (Some(row), None) => {
            let which = sea_orm::Condition::all().add(R::Id.eq(row.id));
            viewer.remove::<meeting_registration::Entity>(which).await?;
        }
        (None, Some(number)) => {
            let new = meeting_registration::ActiveModel {
                id: Set(MeetingRegistrationId::new()),
                meeting_id: Set(id),
                organisation_id: Set(own),
                registration_number: Set(number.to_owned()),
                registered_at: Set(viewer.now()),
            };
            viewer.insert(new).await?;
        }
        (None, None) => {}
    }
    Ok(Ok(id))
}
