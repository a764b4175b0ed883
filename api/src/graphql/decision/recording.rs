//! Entering what a meeting has decided, and changing it until minutes that hold it have been verified.

use super::{Decision, DecisionById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        meeting::{day_of, has_been_held, locked_away, refusal},
        minutes::{back_to_draft, desk},
        payload::payloads,
        text::{Checked, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use chrono::Datelike;
use entity::{
    agenda_item, decision, group, group_office,
    id::{AgendaItemId, DecisionId, GroupId, MeetingId},
    kind::{GroupKind, MeetingStatus},
    meeting_desk,
    search_text::fold,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, Unchanged};

/// What a meeting has decided.
#[derive(InputObject)]
pub struct RecordDecisionInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The item of its agenda that the decision answers.
    item_id: Option<AgendaItemId>,
    /// What it is about, 1 to 200 characters.
    title: String,
    /// What was decided, in plain text, up to 10,000 characters.
    #[graphql(default)]
    text: String,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of a decision. What is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateDecisionInput {
    /// The decision.
    decision_id: DecisionId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// What it is about, 1 to 200 characters; null is `INVALID_VALUE`.
    title: MaybeUndefined<String>,
    /// What was decided, in plain text, up to 10,000 characters.
    text: MaybeUndefined<String>,
}

/// What came of a mutation on a decision.
pub(super) struct DecisionOutcome {
    decision: Option<Decision>,
    user_errors: Vec<UserError>,
}

payloads! {
    DecisionOutcome {
        /// The decision; null when nothing was changed.
        decision: Decision
    }:
    /// The decision that was entered, with its number.
    RecordDecisionPayload,
    /// The decision as it was changed.
    UpdateDecisionPayload,
}

impl DecisionOutcome {
    async fn of(ctx: &Context<'_>, outcome: Result<DecisionId, Vec<UserError>>) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                decision: loaders(ctx).load_one(DecisionById(id)).await?.map(Decision),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self {
                decision: None,
                user_errors,
            },
        })
    }
}

/// Entering decisions.
#[derive(Default)]
pub struct RecordingMutation;

#[Object]
impl RecordingMutation {
    /// Enters what a meeting that has begun has decided, and gives it the group's next number of the meeting's year: numbers
    /// have no gaps, and no decision is ever taken out. The meeting has been held by it. Minutes that are up for verification are a draft again by it. For
    /// whoever keeps the group's papers; `FORBIDDEN` for others who see the meeting. User errors: `NOT_FOUND` for
    /// the meeting or the item, `NO_DECISIONS` in an informal group, `MEETING_NOT_BEGUN`, `MEETING_CANCELLED`,
    /// `MINUTES_VERIFIED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn record_decision(
        &self,
        ctx: &Context<'_>,
        input: RecordDecisionInput,
    ) -> Result<RecordDecisionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("recordDecision", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Line, &input.title, &["title"], &mut errors);
        check_text(Checked::Description, &input.text, &["text"], &mut errors);
        if !errors.is_empty() {
            return Ok(DecisionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(record(&viewer, input))).await
            })
            .await?;
        Ok(DecisionOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes a decision; its number stays. Minutes that are up for verification are a draft again by it. For whoever
    /// keeps the group's papers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `CONFLICT`,
    /// `MINUTES_VERIFIED` once minutes that hold it have been verified: decide anew instead, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_decision(
        &self,
        ctx: &Context<'_>,
        input: UpdateDecisionInput,
    ) -> Result<UpdateDecisionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        refuse_null(input.title.is_null(), "title", &mut errors);
        if let Some(title) = input.title.value() {
            check_text(Checked::Line, title, &["title"], &mut errors);
        }
        if let Some(text) = input.text.value() {
            check_text(Checked::Description, text, &["text"], &mut errors);
        }
        if !errors.is_empty() {
            return Ok(DecisionOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(DecisionOutcome::of(ctx, outcome).await?.into())
    }
}

/// Why a meeting can decide nothing, if so.
async fn cannot_decide(
    viewer: &Viewer,
    desk: &meeting_desk::Model,
    item: Option<AgendaItemId>,
) -> Result<Option<(UserErrorCode, &'static str)>> {
    if desk.status == MeetingStatus::Cancelled {
        return Ok(Some((UserErrorCode::MeetingCancelled, "meetingId")));
    }
    if desk.starts_at > viewer.now() {
        return Ok(Some((UserErrorCode::MeetingNotBegun, "meetingId")));
    }
    let group = viewer.one(group::Entity::find_by_id(desk.group_id)).await?;
    if group.is_none_or(|group| group.kind == GroupKind::Informal) {
        return Ok(Some((UserErrorCode::NoDecisions, "meetingId")));
    }
    if let Some(item) = item {
        let query = agenda_item::Entity::find_by_id(item)
            .filter(agenda_item::Column::MeetingId.eq(desk.id));
        if viewer.one(query).await?.is_none() {
            return Ok(Some((UserErrorCode::NotFound, "itemId")));
        }
    }
    Ok(None)
}

/// The next number of a group's year. The group's row is held until the transaction ends, so that of two that decide at
/// once, at two meetings, one comes first; and no decision is ever taken out, so that numbers have no gaps.
async fn next_number(viewer: &Viewer, group: GroupId, year: i32) -> Result<i32> {
    use decision::Column as D;
    match viewer.edit(group_office::Entity::find_by_id(group)).await? {
        Access::Granted(_) => {}
        Access::Refused | Access::Missing => return Err(locked_away()),
    }
    let query = decision::Entity::find()
        .filter(D::GroupId.eq(group))
        .filter(D::Year.eq(year))
        .order_by_desc(D::Number)
        .limit(1);
    Ok(viewer.one(query).await?.map_or(1, |row| row.number + 1))
}

async fn record(
    viewer: &Viewer,
    input: &RecordDecisionInput,
) -> Result<Result<DecisionId, Vec<UserError>>> {
    let desk = match desk(viewer, input.meeting_id).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Err(errors)),
    };
    if let Some((code, field)) = cannot_decide(viewer, &desk, input.item_id).await? {
        return Ok(Err(refusal(code, field)));
    }
    if let Err(errors) = back_to_draft(viewer, desk.id, "meetingId").await? {
        return Ok(Err(errors));
    }
    has_been_held(viewer, &desk).await?;
    let year = day_of(desk.starts_at, &desk.time_zone).year();
    let number = next_number(viewer, desk.group_id, year).await?;
    enter(viewer, &desk, input, (year, number)).await.map(Ok)
}

async fn enter(
    viewer: &Viewer,
    desk: &Permitted<meeting_desk::Model>,
    input: &RecordDecisionInput,
    (year, number): (i32, i32),
) -> Result<DecisionId> {
    let (title, text) = (input.title.trim(), input.text.trim());
    let new = decision::ActiveModel {
        id: Set(DecisionId::new()),
        group_id: Set(desk.group_id),
        meeting_id: Set(desk.id),
        item_id: Set(input.item_id),
        year: Set(year),
        number: Set(number),
        title: Set(title.to_owned()),
        body: Set(text.to_owned()),
        decided_at: Set(desk.starts_at),
        verified_at: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
        search_text: Set(fold(&format!("{title} {text}"))),
    };
    let made = viewer.make_part::<decision::Entity>(desk, new).await?;
    Ok(made.id)
}

async fn update(
    viewer: &Viewer,
    input: &UpdateDecisionInput,
) -> Result<Result<DecisionId, Vec<UserError>>> {
    let query = decision::Entity::find_by_id(input.decision_id);
    let Some(found) = viewer.one(query.clone()).await? else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "decisionId")));
    };
    // The meeting's row first, as everywhere: it is what those who write and verify its minutes hold.
    match desk(viewer, found.meeting_id).await {
        Ok(Ok(_)) => {}
        // Whoever sees the decision and not the meeting does not keep its papers.
        Ok(Err(_)) | Err(Error::Forbidden) => return Err(Error::Forbidden),
        Err(error) => return Err(error),
    }
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Refused | Access::Missing => {
            return Ok(Err(refusal(UserErrorCode::MinutesVerified, "decisionId")));
        }
    };
    if row.version != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    if let Err(errors) = back_to_draft(viewer, row.meeting_id, "decisionId").await? {
        return Ok(Err(errors));
    }
    let title = input
        .title
        .value()
        .map_or(row.title.as_str(), |title| title.trim());
    let text = if input.text.is_undefined() {
        row.body.as_str()
    } else {
        input.text.value().map_or("", |text| text.trim())
    };
    let change = decision::ActiveModel {
        id: Unchanged(row.id),
        title: Set(title.to_owned()),
        body: Set(text.to_owned()),
        search_text: Set(fold(&format!("{title} {text}"))),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Ok(row.id))
}
