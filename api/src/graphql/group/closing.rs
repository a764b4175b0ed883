//! The end of a group, and taking it up again.

use super::{
    Group,
    editing::{GroupOutcome, editable},
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        payload::payloads,
        text::check_reason,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{group, id::GroupId, kind::GroupNoticeKind, partial_date::PartialDate};
use sea_orm::{Set, Unchanged};

/// The group to close.
#[derive(InputObject)]
pub struct CloseGroupInput {
    /// The group.
    group_id: GroupId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// Why, in plain text, 1 to 500 characters. Shown to everybody who sees the group.
    reason: String,
    /// Until when it existed; today if nothing is said.
    valid_to: Option<PartialDate>,
}

/// The group to take up again.
#[derive(InputObject)]
pub struct ReopenGroupInput {
    /// The group.
    group_id: GroupId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
}

payloads! {
    GroupOutcome {
        /// The group; null when nothing was changed.
        group: Group
    }:
    /// The group that was closed.
    CloseGroupPayload,
    /// The group that was taken up again.
    ReopenGroupPayload,
}

/// What can be done in a group's life.
#[derive(Default)]
pub struct GroupLifecycleMutation;

#[Object]
impl GroupLifecycleMutation {
    /// Closes a group, with a reason. It stays readable as far as it is shared, and its members keep what they may
    /// read; nobody joins, no seat is made or filled, no meeting is called. A holder's time on a seat can still be
    /// ended. Its members are told. For whoever may change the group; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`,
    /// `CONFLICT`, `GROUP_CLOSED` if it is already, `INVALID_VALUE`, `INVALID_TIMES`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn close_group(
        &self,
        ctx: &Context<'_>,
        input: CloseGroupInput,
    ) -> Result<CloseGroupPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { close(&viewer, input).await })
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes a closed group up again, with the seats that it had. For whoever may change the group; `FORBIDDEN` for
    /// others who see it. User errors: `NOT_FOUND`, `CONFLICT`, `GROUP_OPEN` if it is not closed.
    async fn reopen_group(
        &self,
        ctx: &Context<'_>,
        input: ReopenGroupInput,
    ) -> Result<ReopenGroupPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { reopen(&viewer, input).await })
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }
}

/// What makes a group closed, or open.
struct State {
    closed_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    valid_to: Option<PartialDate>,
}

async fn close(
    viewer: &Viewer,
    input: &CloseGroupInput,
) -> Result<Result<GroupId, Vec<UserError>>> {
    let permitted = match editable(viewer, input.group_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = Vec::new();
    if permitted.version != input.expected_version {
        errors.push(UserError::new(
            UserErrorCode::Conflict,
            &["expectedVersion"],
        ));
    } else if permitted.closed_at.is_some() {
        errors.push(UserError::new(UserErrorCode::GroupClosed, &["groupId"]));
    }
    check_reason(&input.reason, true, &mut errors);
    let valid_to = input.valid_to.or(PartialDate::day(viewer.today()));
    let backwards = permitted
        .valid_from
        .zip(valid_to)
        .is_some_and(|(from, to)| to.last_day() < from.first_day());
    if backwards {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["validTo"]));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let state = State {
        closed_at: Some(viewer.now()),
        reason: Some(input.reason.trim().to_owned()),
        valid_to,
    };
    let (id, kind) = (permitted.id, GroupNoticeKind::GroupClosed);
    viewer.tell_members(kind, &[id], &id.to_string()).await?;
    put(viewer, &permitted, state).await
}

async fn reopen(
    viewer: &Viewer,
    input: &ReopenGroupInput,
) -> Result<Result<GroupId, Vec<UserError>>> {
    let permitted = match editable(viewer, input.group_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let refused = if permitted.version != input.expected_version {
        Some(UserError::new(
            UserErrorCode::Conflict,
            &["expectedVersion"],
        ))
    } else if permitted.closed_at.is_none() {
        Some(UserError::new(UserErrorCode::GroupOpen, &["groupId"]))
    } else {
        None
    };
    if let Some(refused) = refused {
        return Ok(Err(vec![refused]));
    }
    let state = State {
        closed_at: None,
        reason: None,
        valid_to: None,
    };
    put(viewer, &permitted, state).await
}

async fn put(
    viewer: &Viewer,
    permitted: &Permitted<group::Model>,
    state: State,
) -> Result<Result<GroupId, Vec<UserError>>> {
    let change = group::ActiveModel {
        id: Unchanged(permitted.id),
        closed_at: Set(state.closed_at),
        closing_reason: Set(state.reason),
        valid_to: Set(state.valid_to),
        updated_at: Set(viewer.now()),
        version: Set(permitted.version + 1),
        ..Default::default()
    };
    match viewer.update(change).await? {
        Some(row) => Ok(Ok(row.id)),
        None => Err(Error::internal(
            "a group that was locked could not be changed",
        )),
    }
}
