//! Making and changing single meetings.

use super::{Meeting, MeetingById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        occasion::{VenueInput, check_venue, check_zone},
        payload::payloads,
        text::{Checked, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    group_desk,
    id::{GroupId, MeetingId},
    kind::{GroupNoticeKind, MeetingPurpose, MeetingStatus},
    meeting, meeting_purpose,
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// How far from now a meeting may lie, either way.
const FARTHEST: TimeDelta = TimeDelta::days(3_660);

/// A new meeting of a group whose meetings you call.
#[derive(InputObject)]
pub struct CreateMeetingInput {
    /// The group.
    group_id: GroupId,
    /// Its title, 1 to 200 characters.
    title: String,
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// When it ends: after the beginning, within a day of it.
    ends_at: DateTime<Utc>,
    /// The IANA name of the zone to show the times in.
    #[graphql(default = "Europe/Stockholm")]
    time_zone: String,
    /// Where it is held.
    venue: Option<VenueInput>,
    /// What it is for.
    #[graphql(default)]
    purposes: Vec<MeetingPurpose>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of a meeting. What is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateMeetingInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// Its title, 1 to 200 characters; null is `INVALID_VALUE`.
    title: MaybeUndefined<String>,
    /// When it begins; null is `INVALID_VALUE`.
    starts_at: MaybeUndefined<DateTime<Utc>>,
    /// When it ends; null is `INVALID_VALUE`.
    ends_at: MaybeUndefined<DateTime<Utc>>,
    /// Where it is held; null: nothing is known.
    venue: MaybeUndefined<VenueInput>,
    /// What it is for: replaces all.
    purposes: MaybeUndefined<Vec<MeetingPurpose>>,
}

/// What came of a mutation on a meeting.
pub(in crate::graphql) struct MeetingOutcome {
    meeting: Option<Meeting>,
    user_errors: Vec<UserError>,
}

payloads! {
    MeetingOutcome {
        /// The meeting; null when nothing was changed.
        meeting: Meeting
    }:
    /// The meeting that was made.
    CreateMeetingPayload,
    /// The meeting as it was changed.
    UpdateMeetingPayload,
    /// The meeting whose notice went out.
    SendMeetingNoticePayload,
    /// The meeting that was cancelled.
    CancelMeetingPayload,
    /// The meeting that was registered.
    RegisterMeetingPayload,
    /// The meeting with who will not come.
    AnnounceAbsencePayload,
    /// The meeting with whoever comes after all.
    WithdrawAbsencePayload,
    /// The meeting with its attendance.
    RecordMeetingAttendancePayload,
    /// The meeting and what it counts as.
    SetMeetingCreditPayload,
    /// The meeting with its agenda in the new order.
    ArrangeAgendaPayload,
}

impl MeetingOutcome {
    /// The meeting as it is now, or what is wrong.
    pub(in crate::graphql) async fn of(
        ctx: &Context<'_>,
        outcome: Result<MeetingId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                meeting: loaders(ctx).load_one(MeetingById(id)).await?.map(Meeting),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                meeting: None,
                user_errors,
            }),
        }
    }
}

/// One mistake as the answer of a mutation.
pub(in crate::graphql) fn refusal(code: UserErrorCode, field: &str) -> Vec<UserError> {
    vec![UserError::new(code, &[field])]
}

/// The group whose meetings the viewer calls, if it is open.
pub(super) async fn desk(
    viewer: &Viewer,
    id: GroupId,
) -> Result<Result<Permitted<group_desk::Model>, Vec<UserError>>> {
    match viewer.edit(group_desk::Entity::find_by_id(id)).await? {
        Access::Granted(desk) if desk.closed_at.is_some() => {
            Ok(Err(refusal(UserErrorCode::GroupClosed, "groupId")))
        }
        Access::Granted(desk) => Ok(Ok(desk)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "groupId"))),
    }
}

/// The meeting with the permission to change it, as long as it is to come.
pub(super) async fn to_come(
    viewer: &Viewer,
    id: MeetingId,
) -> Result<Result<Permitted<meeting::Model>, Vec<UserError>>> {
    match viewer.edit(meeting::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(match row.status {
            MeetingStatus::Cancelled => Err(refusal(UserErrorCode::MeetingCancelled, "meetingId")),
            MeetingStatus::Held => Err(refusal(UserErrorCode::MeetingHeld, "meetingId")),
            MeetingStatus::Planned | MeetingStatus::Noticed => Ok(row),
        }),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "meetingId"))),
    }
}

/// Whether a meeting can be held then.
pub(super) fn check_times(
    viewer: &Viewer,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    errors: &mut Vec<UserError>,
) {
    let long = ends_at - starts_at > TimeDelta::days(1);
    if ends_at <= starts_at || long {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["endsAt"]));
    }
    if (starts_at - viewer.now()).abs() > FARTHEST {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["startsAt"]));
    }
}

/// What can be done with single meetings.
#[derive(Default)]
pub struct MeetingMutation;

#[Object]
impl MeetingMutation {
    /// Makes a meeting; its notice goes out with `sendMeetingNotice`. One that has been held can be entered too. For
    /// whoever calls the group's meetings: its convener, chair or secretary, and coordinators of the organisations that
    /// convene it; `FORBIDDEN` for others who see the group. User errors: `NOT_FOUND`, `GROUP_CLOSED`, `INVALID_TIMES`,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn create_meeting(
        &self,
        ctx: &Context<'_>,
        input: CreateMeetingInput,
    ) -> Result<CreateMeetingPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("createMeeting", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Line, &input.title, &["title"], &mut errors);
        check_zone(&input.time_zone, &mut errors);
        check_times(viewer, input.starts_at, input.ends_at, &mut errors);
        if let Some(venue) = &input.venue {
            check_venue(venue, &mut errors);
        }
        if !errors.is_empty() {
            return Ok(MeetingOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move { once.make(&viewer, create(&viewer, input)).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes a meeting that is to come. If its notice is out and it is at another time or place then, its members are
    /// told. For whoever calls the group's meetings; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`,
    /// `CONFLICT`, `MEETING_HELD`, `MEETING_CANCELLED`, `INVALID_TIMES`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_meeting(
        &self,
        ctx: &Context<'_>,
        input: UpdateMeetingInput,
    ) -> Result<UpdateMeetingPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }
}

/// A meeting that nobody has been told of.
pub(super) fn planned(
    viewer: &Viewer,
    group: GroupId,
    title: &str,
    times: (DateTime<Utc>, DateTime<Utc>),
    zone: &str,
) -> meeting::ActiveModel {
    meeting::ActiveModel {
        id: Set(MeetingId::new()),
        group_id: Set(group),
        series_id: Set(None),
        title: Set(title.trim().to_owned()),
        status: Set(MeetingStatus::Planned),
        starts_at: Set(times.0),
        ends_at: Set(times.1),
        time_zone: Set(zone.to_owned()),
        venue_name: Set(None),
        venue_address: Set(None),
        online_url: Set(None),
        notice_text: Set(None),
        noticed_at: Set(None),
        cancellation_reason: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    }
}

/// Enters where a meeting is held.
pub(super) fn set_venue(row: &mut meeting::ActiveModel, venue: Option<&VenueInput>) {
    row.venue_name = Set(venue.and_then(|venue| venue.name.clone()));
    row.venue_address = Set(venue.and_then(|venue| venue.address.clone()));
    row.online_url = Set(venue.and_then(|venue| venue.url.clone()));
}

/// Replaces what a meeting is for.
pub(super) async fn replace_purposes(
    viewer: &Viewer,
    meeting: &Permitted<meeting::Model>,
    purposes: &[MeetingPurpose],
) -> Result<()> {
    let mut wanted: Vec<MeetingPurpose> = Vec::new();
    for purpose in purposes {
        if !wanted.contains(purpose) {
            wanted.push(*purpose);
        }
    }
    let rows = wanted
        .into_iter()
        .map(|purpose| meeting_purpose::ActiveModel {
            meeting_id: Set(meeting.id),
            purpose: Set(purpose),
        });
    viewer
        .replace_parts::<meeting_purpose::Entity>(meeting, rows.collect())
        .await
}

async fn create(
    viewer: &Viewer,
    input: &CreateMeetingInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let desk = match desk(viewer, input.group_id).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Err(errors)),
    };
    let times = (input.starts_at, input.ends_at);
    let mut new = planned(viewer, desk.id, &input.title, times, &input.time_zone);
    set_venue(&mut new, input.venue.as_ref());
    let made = viewer.make_part::<meeting::Entity>(&desk, new).await?;
    replace_purposes(viewer, &made, &input.purposes).await?;
    Ok(Ok(made.id))
}

fn check_changes(
    viewer: &Viewer,
    row: &meeting::Model,
    input: &UpdateMeetingInput,
) -> Vec<UserError> {
    let mut errors = Vec::new();
    refuse_null(input.title.is_null(), "title", &mut errors);
    refuse_null(input.starts_at.is_null(), "startsAt", &mut errors);
    refuse_null(input.ends_at.is_null(), "endsAt", &mut errors);
    if let Some(title) = input.title.value() {
        check_text(Checked::Line, title, &["title"], &mut errors);
    }
    if let Some(venue) = input.venue.value() {
        check_venue(venue, &mut errors);
    }
    let starts_at = input.starts_at.value().copied().unwrap_or(row.starts_at);
    let ends_at = input.ends_at.value().copied().unwrap_or(row.ends_at);
    check_times(viewer, starts_at, ends_at, &mut errors);
    errors
}

async fn update(
    viewer: &Viewer,
    input: &UpdateMeetingInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let row = match to_come(viewer, input.meeting_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.version != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    let errors = check_changes(viewer, &row, input);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut change = meeting::ActiveModel {
        id: Unchanged(row.id),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    if let Some(title) = input.title.value() {
        change.title = Set(title.trim().to_owned());
    }
    if let Some(at) = input.starts_at.value() {
        change.starts_at = Set(*at);
    }
    if let Some(at) = input.ends_at.value() {
        change.ends_at = Set(*at);
    }
    if !input.venue.is_undefined() {
        set_venue(&mut change, input.venue.value());
    }
    if !input.purposes.is_undefined() {
        let purposes = input.purposes.value().cloned().unwrap_or_default();
        replace_purposes(viewer, &row, &purposes).await?;
    }
    let changed = viewer.update(change).await?.ok_or_else(locked_away)?;
    let place = |row: &meeting::Model| {
        (
            row.starts_at,
            row.ends_at,
            row.venue_name.clone(),
            row.venue_address.clone(),
            row.online_url.clone(),
        )
    };
    if row.status == MeetingStatus::Noticed && place(&row) != place(&changed) {
        let kind = GroupNoticeKind::MeetingMoved;
        viewer
            .tell_members(kind, &[row.group_id], &row.id.to_string())
            .await?;
    }
    Ok(Ok(row.id))
}

/// The error for a row that was locked for a change and is gone.
pub(in crate::graphql) fn locked_away() -> Error {
    Error::internal("a row that was locked could not be changed")
}
