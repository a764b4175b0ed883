//! Giving actions out, changing them, calling them off: what those do who keep the group's papers.

use super::{ActionOutcome, AssignActionPayload, CancelActionPayload, UpdateActionPayload};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        idempotency::Once,
        meeting::{locked_away, refusal},
        organisation::no_partner,
        text::{Checked, check_reason, check_text, is_possible_day, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use chrono::NaiveDate;
use entity::{
    decision, group_action, group_office,
    id::{ActionId, DecisionId, GroupId, MeetingId, OrganisationId},
    kind::{ActionStatus, GroupNoticeKind},
    meeting,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// Something that an organisation is asked to do.
#[derive(InputObject)]
pub struct AssignActionInput {
    /// The group.
    group_id: GroupId,
    /// The meeting of the group that agreed on it.
    meeting_id: Option<MeetingId>,
    /// The decision of the group that it carries out.
    decision_id: Option<DecisionId>,
    /// The organisation that is to do it; in the group or not.
    organisation_id: OrganisationId,
    /// What is to be done, 1 to 200 characters.
    title: String,
    /// The same at length, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// By which day.
    due_on: Option<NaiveDate>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of an action. What is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateActionInput {
    /// The action.
    action_id: ActionId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// Another organisation that is to do it: it is asked anew. Null is `INVALID_VALUE`.
    organisation_id: MaybeUndefined<OrganisationId>,
    /// What is to be done, 1 to 200 characters; null is `INVALID_VALUE`.
    title: MaybeUndefined<String>,
    /// The same at length, in plain text, up to 10,000 characters.
    description: MaybeUndefined<String>,
    /// By which day; null: none is set.
    due_on: MaybeUndefined<NaiveDate>,
}

/// An action that is not to be done after all.
#[derive(InputObject)]
pub struct CancelActionInput {
    /// The action.
    action_id: ActionId,
    /// Why, in plain text, 1 to 500 characters.
    reason: String,
}

/// Giving actions out.
#[derive(Default)]
pub struct ActionMutation;

#[Object]
impl ActionMutation {
    /// Asks an organisation to do something; its coordinators are told. For whoever keeps the group's papers;
    /// `FORBIDDEN` for others who see the group. User errors: `NOT_FOUND` for the group, meeting, decision or
    /// organisation, `GROUP_CLOSED`, `NOT_A_PARTNER` for an organisation without an agreement, who could not answer,
    /// `INVALID_VALUE`, `INVALID_TIMES` for a day before 1900 or from 2200 on, `PERSONAL_ID_NOT_ALLOWED`.
    async fn assign_action(
        &self,
        ctx: &Context<'_>,
        input: AssignActionInput,
    ) -> Result<AssignActionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("assignAction", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Line, &input.title, &["title"], &mut errors);
        let description = &input.description;
        check_text(
            Checked::Description,
            description,
            &["description"],
            &mut errors,
        );
        check_due(input.due_on, &mut errors);
        if !errors.is_empty() {
            return Ok(ActionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(assign(&viewer, input))).await
            })
            .await?;
        Ok(ActionOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes an action that is open, or gives it to another organisation, also after the first has declined: then that
    /// one is asked, and told. For whoever keeps the group's papers; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND` for the action or the organisation, `CONFLICT`, `ACTION_ENDED`, `NOT_A_PARTNER`, `INVALID_VALUE`,
    /// `INVALID_TIMES` for a day before 1900 or from 2200 on, `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_action(
        &self,
        ctx: &Context<'_>,
        input: UpdateActionInput,
    ) -> Result<UpdateActionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        refuse_null(
            input.organisation_id.is_null(),
            "organisationId",
            &mut errors,
        );
        refuse_null(input.title.is_null(), "title", &mut errors);
        if let Some(title) = input.title.value() {
            check_text(Checked::Line, title, &["title"], &mut errors);
        }
        if let Some(text) = input.description.value() {
            check_text(Checked::Description, text, &["description"], &mut errors);
        }
        check_due(input.due_on.value().copied(), &mut errors);
        if !errors.is_empty() {
            return Ok(ActionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(ActionOutcome::of(ctx, outcome).await?.into())
    }

    /// Calls an open action off, with a reason. For whoever keeps the group's papers; `FORBIDDEN` for others who see it.
    /// User errors: `NOT_FOUND`, `ACTION_ENDED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn cancel_action(
        &self,
        ctx: &Context<'_>,
        input: CancelActionInput,
    ) -> Result<CancelActionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        check_reason(&input.reason, true, &mut errors);
        if !errors.is_empty() {
            return Ok(ActionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { cancel(&viewer, input).await })
            .await?;
        Ok(ActionOutcome::of(ctx, outcome).await?.into())
    }
}

async fn tell(
    viewer: &Viewer,
    group: GroupId,
    action: ActionId,
    who: OrganisationId,
) -> Result<()> {
    let kind = GroupNoticeKind::ActionAssigned;
    let who = Recipient::coordinators(who);
    viewer
        .tell_group(kind, group, Some(action.to_string()), [who])
        .await
}

fn check_due(day: Option<NaiveDate>, errors: &mut Vec<UserError>) {
    if day.is_some_and(|day| !is_possible_day(day)) {
        errors.extend(refusal(UserErrorCode::InvalidTimes, "dueOn"));
    }
}

async fn assign(
    viewer: &Viewer,
    input: &AssignActionInput,
) -> Result<Result<ActionId, Vec<UserError>>> {
    let query = group_office::Entity::find_by_id(input.group_id);
    let office = match viewer.edit(query).await? {
        Access::Granted(office) => office,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "groupId"))),
    };
    if office.closed_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "groupId")));
    }
    if let Some(meeting) = input.meeting_id {
        let query =
            meeting::Entity::find_by_id(meeting).filter(meeting::Column::GroupId.eq(office.id));
        if viewer.one(query).await?.is_none() {
            return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId")));
        }
    }
    if let Some(decision) = input.decision_id {
        let query =
            decision::Entity::find_by_id(decision).filter(decision::Column::GroupId.eq(office.id));
        if viewer.one(query).await?.is_none() {
            return Ok(Err(refusal(UserErrorCode::NotFound, "decisionId")));
        }
    }
    if let Some(code) = no_partner(viewer, input.organisation_id).await? {
        return Ok(Err(refusal(code, "organisationId")));
    }
    let new = group_action::ActiveModel {
        id: Set(ActionId::new()),
        group_id: Set(office.id),
        meeting_id: Set(input.meeting_id),
        decision_id: Set(input.decision_id),
        organisation_id: Set(input.organisation_id),
        title: Set(input.title.trim().to_owned()),
        description: Set(input.description.trim().to_owned()),
        due_on: Set(input.due_on),
        status: Set(ActionStatus::Assigned),
        reason: Set(None),
        assigned_at: Set(viewer.now()),
        answered_at: Set(None),
        ended_at: Set(None),
        reminded_at: Set(None),
        updated_at: Set(viewer.now()),
        version: Set(1),
    };
    let made = viewer
        .make_part::<group_action::Entity>(&office, new)
        .await?;
    tell(viewer, office.id, made.id, made.organisation_id).await?;
    Ok(Ok(made.id))
}

/// The action with the permission to change it.
async fn editable(
    viewer: &Viewer,
    id: ActionId,
) -> Result<Result<Permitted<group_action::Model>, Vec<UserError>>> {
    match viewer.edit(group_action::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(Ok(row)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "actionId"))),
    }
}

async fn update(
    viewer: &Viewer,
    input: &UpdateActionInput,
) -> Result<Result<ActionId, Vec<UserError>>> {
    let row = match editable(viewer, input.action_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.version != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    let given = input.organisation_id.value().copied();
    let given = given.filter(|other| *other != row.organisation_id);
    let can_change =
        row.ended_at.is_none() || (row.status == ActionStatus::Declined && given.is_some());
    if !can_change {
        return Ok(Err(refusal(UserErrorCode::ActionEnded, "actionId")));
    }
    let mut change = group_action::ActiveModel {
        id: Unchanged(row.id),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    if let Some(other) = given {
        if let Some(code) = no_partner(viewer, other).await? {
            return Ok(Err(refusal(code, "organisationId")));
        }
        change.organisation_id = Set(other);
        change.status = Set(ActionStatus::Assigned);
        change.reason = Set(None);
        change.assigned_at = Set(viewer.now());
        change.answered_at = Set(None);
        change.ended_at = Set(None);
        change.reminded_at = Set(None);
    }
    if let Some(title) = input.title.value() {
        change.title = Set(title.trim().to_owned());
    }
    if !input.description.is_undefined() {
        let text = input.description.value().map_or("", |text| text.trim());
        change.description = Set(text.to_owned());
    }
    if !input.due_on.is_undefined() {
        change.due_on = Set(input.due_on.value().copied());
        change.reminded_at = Set(None);
    }
    viewer.update(change).await?.ok_or_else(locked_away)?;
    if let Some(other) = given {
        tell(viewer, row.group_id, row.id, other).await?;
    }
    Ok(Ok(row.id))
}

async fn cancel(
    viewer: &Viewer,
    input: &CancelActionInput,
) -> Result<Result<ActionId, Vec<UserError>>> {
    let row = match editable(viewer, input.action_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.ended_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::ActionEnded, "actionId")));
    }
    let change = group_action::ActiveModel {
        id: Unchanged(row.id),
        status: Set(ActionStatus::Cancelled),
        reason: Set(Some(input.reason.trim().to_owned())),
        ended_at: Set(Some(viewer.now())),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Ok(row.id))
}
