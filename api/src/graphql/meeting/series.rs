//! Series of meetings: laid out at once, and changed from a day on.

use super::{
    Meeting, WantedMeetings,
    editing::{check_times, desk, locked_away, planned, refusal, replace_purposes, set_venue},
    noticing::cancel,
};
use crate::{
    domain::series::{Recurrence, instant},
    error::{Error, Result},
    graphql::{
        at_hand::Quick,
        connection::{Nodes, cost},
        context::{loaders, viewer},
        group::{Group, GroupById},
        idempotency::Once,
        loader::{load_many, load_one, load_pages},
        occasion::{VenueInput, check_venue, check_zone},
        payload::payloads,
        text::{Checked, check_reason, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, page::PageArguments},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use entity::{
    group_desk,
    id::{GroupId, MeetingSeriesId},
    kind::{GroupNoticeKind, MeetingPurpose, MeetingStatus, SeriesFrequency},
    meeting, meeting_series, meeting_series_rule,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set, Unchanged};

load_one!(
    /// A series of meetings by its id.
    SeriesById(MeetingSeriesId) => meeting_series.Id (|row| Some(row.id))
);
load_many!(
    /// What has held for a series, from which day.
    RulesOf(MeetingSeriesId) => meeting_series_rule.SeriesId (series_id), order FromDay
);
load_pages!(
    /// A page of the meetings of a series, as they come.
    MeetingsOfSeries(Option<MeetingSeriesId>) => meeting.SeriesId (series_id),
    order super::by_time(false),
    filter |_viewer, query, wanted: WantedMeetings| query.filter(wanted.condition())
);

/// How the meetings of a series recur.
#[derive(Clone, InputObject)]
pub struct RecurrenceInput {
    /// The day of the first meeting, which the others follow: the same weekday, or the same weekday of the month.
    first_day: NaiveDate,
    /// The last day on which a meeting may fall; at most 104 meetings are laid out.
    until: NaiveDate,
    /// By weeks or months.
    frequency: SeriesFrequency,
    /// Every how many of them, 1 to 52.
    #[graphql(default = 1)]
    every: i32,
    /// When a meeting begins, in the series' time zone: `09:30`.
    starts_at_time: String,
    /// How long it takes, in minutes, 5 to 1440.
    minutes: i32,
}

/// A new series of meetings of a group whose meetings you call.
#[derive(InputObject)]
pub struct CreateMeetingSeriesInput {
    /// The group.
    group_id: GroupId,
    /// The title of each meeting, 1 to 200 characters.
    title: String,
    /// How they recur.
    recurrence: RecurrenceInput,
    /// The IANA name of the zone that the times are in.
    #[graphql(default = "Europe/Stockholm")]
    time_zone: String,
    /// Where they are held.
    venue: Option<VenueInput>,
    /// What they are for.
    #[graphql(default)]
    purposes: Vec<MeetingPurpose>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// A change of a series from a day on.
#[derive(InputObject)]
pub struct ChangeMeetingSeriesInput {
    /// The series.
    series_id: MeetingSeriesId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// How its meetings recur from the day of `firstDay` on, which is tomorrow or later. Meetings before it stay.
    recurrence: RecurrenceInput,
    /// Why meetings that are left over are cancelled, in plain text, 1 to 500 characters.
    reason: String,
}

/// What holds for a series from a day on. Seen by whoever sees the series.
#[derive(SimpleObject)]
pub struct MeetingSeriesRule {
    /// The first day that it holds for.
    from_day: NaiveDate,
    /// The last day on which a meeting may fall.
    until_day: NaiveDate,
    /// By weeks or months.
    frequency: SeriesFrequency,
    /// Every how many of them.
    every: i32,
    /// When a meeting begins, in the series' time zone: `09:30`.
    starts_at_time: String,
    /// How long it takes, in minutes.
    minutes: i32,
}

/// Meetings that recur.
pub struct MeetingSeries(pub meeting_series::Model);

/// Meetings that recur. Seen by whoever sees one of its meetings.
#[Object]
impl MeetingSeries {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The title of its meetings.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The IANA name of the zone that its times are in.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// What has held, from which day: a change never touches what lies before it.
    #[graphql(complexity = "crate::guard::list_complexity(2, child_complexity)")]
    async fn rules(&self, ctx: &Context<'_>) -> Result<Vec<MeetingSeriesRule>> {
        let rows = loaders(ctx).load_one(RulesOf(self.0.id)).await?;
        let rule = |row: meeting_series_rule::Model| MeetingSeriesRule {
            from_day: row.from_day,
            until_day: row.until_day,
            frequency: row.frequency,
            every: row.every,
            starts_at_time: row.starts_at_time,
            minutes: row.minutes,
        };
        Ok(rows.into_iter().flatten().map(rule).collect())
    }

    /// Its meetings that you may see, as they come; cancelled ones are among them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that end after this instant.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Meeting>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedMeetings {
            from,
            ..WantedMeetings::default()
        };
        MeetingsOfSeries::of(ctx, Some(self.0.id), wanted, arguments, |row| {
            Quick(Meeting(row))
        })
        .await
    }

    /// Counts the changes of the series: send it back with `changeMeetingSeries`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What came of a mutation on a series.
struct SeriesOutcome {
    series: Option<MeetingSeries>,
    user_errors: Vec<UserError>,
}

payloads! {
    SeriesOutcome {
        /// The series; null when nothing was changed.
        series: MeetingSeries
    }:
    /// The series that was laid out.
    CreateMeetingSeriesPayload,
    /// The series as it was changed.
    ChangeMeetingSeriesPayload,
}

impl SeriesOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: Result<MeetingSeriesId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                series: loaders(ctx)
                    .load_one(SeriesById(id))
                    .await?
                    .map(MeetingSeries),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                series: None,
                user_errors,
            }),
        }
    }
}

/// When the meetings of a series are held.
struct Layout {
    times: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    begins: NaiveTime,
}

/// Lays out what is asked for, or says what is wrong with it.
fn lay_out(
    viewer: &Viewer,
    wanted: &RecurrenceInput,
    zone: &str,
    errors: &mut Vec<UserError>,
) -> Option<Layout> {
    let field = |name: &str| UserError::new(UserErrorCode::InvalidValue, &["recurrence", name]);
    let before = errors.len();
    let every = u32::try_from(wanted.every)
        .ok()
        .filter(|number| (1..=52).contains(number));
    if every.is_none() {
        errors.push(field("every"));
    }
    if !(5..=1440).contains(&wanted.minutes) {
        errors.push(field("minutes"));
    }
    let begins = NaiveTime::parse_from_str(&wanted.starts_at_time, "%H:%M").ok();
    if begins.is_none() {
        errors.push(field("startsAtTime"));
    }
    if wanted.until < wanted.first_day {
        errors.push(UserError::new(
            UserErrorCode::InvalidTimes,
            &["recurrence", "until"],
        ));
    }
    let zone: Tz = zone.parse().ok()?;
    if errors.len() > before {
        return None;
    }
    let (every, begins) = (every?, begins?);
    let recurrence = Recurrence {
        first: wanted.first_day,
        until: wanted.until,
        frequency: wanted.frequency,
        every,
    };
    let length = TimeDelta::minutes(i64::from(wanted.minutes));
    let times: Vec<_> = recurrence
        .days()
        .into_iter()
        .map(|day| instant(day.and_time(begins), zone))
        .map(|starts_at| (starts_at, starts_at + length))
        .collect();
    for ends in [times.first(), times.last()].into_iter().flatten() {
        check_times(viewer, ends.0, ends.1, errors);
    }
    (errors.len() == before).then_some(Layout { times, begins })
}

fn rule_row(
    series: MeetingSeriesId,
    wanted: &RecurrenceInput,
    begins: NaiveTime,
) -> meeting_series_rule::ActiveModel {
    meeting_series_rule::ActiveModel {
        series_id: Set(series),
        from_day: Set(wanted.first_day),
        until_day: Set(wanted.until),
        frequency: Set(wanted.frequency),
        every: Set(wanted.every),
        starts_at_time: Set(begins.format("%H:%M").to_string()),
        minutes: Set(wanted.minutes),
    }
}

/// What can be done with series of meetings.
#[derive(Default)]
pub struct SeriesMutation;

#[Object]
impl SeriesMutation {
    /// Lays out the meetings of a series, each of which can then be changed, called and cancelled by itself. For whoever
    /// calls the group's meetings; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `GROUP_CLOSED`,
    /// `INVALID_VALUE`, `INVALID_TIMES`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn create_meeting_series(
        &self,
        ctx: &Context<'_>,
        input: CreateMeetingSeriesInput,
    ) -> Result<CreateMeetingSeriesPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("createMeetingSeries", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Line, &input.title, &["title"], &mut errors);
        check_zone(&input.time_zone, &mut errors);
        if let Some(venue) = &input.venue {
            check_venue(venue, &mut errors);
        }
        let layout = lay_out(viewer, &input.recurrence, &input.time_zone, &mut errors);
        let Some(layout) = layout.filter(|_| errors.is_empty()) else {
            return Ok(SeriesOutcome::of(ctx, Err(errors)).await?.into());
        };
        let layout = &layout;
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, create(&viewer, input, layout)).await
            })
            .await?;
        Ok(SeriesOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes how a series recurs from a day on. Its meetings from that day on are moved, in their order, to the new
    /// times, with their agendas; further ones are made, and those left over are cancelled. What lies before stays as it
    /// was. Members are told of what they had a notice of. For whoever calls the group's meetings; `FORBIDDEN` for others
    /// who see it. User errors: `NOT_FOUND`, `CONFLICT`, `GROUP_CLOSED`, `INVALID_VALUE`, `INVALID_TIMES` for a day that
    /// is not after today, `PERSONAL_ID_NOT_ALLOWED`.
    async fn change_meeting_series(
        &self,
        ctx: &Context<'_>,
        input: ChangeMeetingSeriesInput,
    ) -> Result<ChangeMeetingSeriesPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        check_reason(&input.reason, true, &mut errors);
        if input.recurrence.first_day <= viewer.today() {
            let field = ["recurrence", "firstDay"];
            errors.push(UserError::new(UserErrorCode::InvalidTimes, &field));
        }
        if !errors.is_empty() {
            return Ok(SeriesOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { change(&viewer, input).await })
            .await?;
        Ok(SeriesOutcome::of(ctx, outcome).await?.into())
    }
}

async fn create(
    viewer: &Viewer,
    input: &CreateMeetingSeriesInput,
    layout: &Layout,
) -> Result<Result<MeetingSeriesId, Vec<UserError>>> {
    let desk = match desk(viewer, input.group_id).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Err(errors)),
    };
    let new = meeting_series::ActiveModel {
        id: Set(MeetingSeriesId::new()),
        group_id: Set(desk.id),
        title: Set(input.title.trim().to_owned()),
        time_zone: Set(input.time_zone.clone()),
        created_at: Set(viewer.now()),
        version: Set(1),
    };
    let series = viewer
        .make_part::<meeting_series::Entity>(&desk, new)
        .await?;
    let rule = rule_row(series.id, &input.recurrence, layout.begins);
    viewer
        .add_parts::<meeting_series_rule::Entity>(&series, vec![rule])
        .await?;
    for times in &layout.times {
        let mut new = planned(viewer, desk.id, &series.title, *times, &series.time_zone);
        new.series_id = Set(Some(series.id));
        set_venue(&mut new, input.venue.as_ref());
        let made = viewer.make_part::<meeting::Entity>(&desk, new).await?;
        replace_purposes(viewer, &made, &input.purposes).await?;
    }
    Ok(Ok(series.id))
}

async fn change(
    viewer: &Viewer,
    input: &ChangeMeetingSeriesInput,
) -> Result<Result<MeetingSeriesId, Vec<UserError>>> {
    let query = meeting_series::Entity::find_by_id(input.series_id);
    let series = match viewer.edit(query).await? {
        Access::Granted(series) => series,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "seriesId"))),
    };
    if series.version != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    let desk = match desk(viewer, series.group_id).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = Vec::new();
    let layout = lay_out(viewer, &input.recurrence, &series.time_zone, &mut errors);
    let Some(layout) = layout else {
        return Ok(Err(errors));
    };
    replace_rules(viewer, &series, input, layout.begins).await?;
    move_meetings(viewer, &desk, &series, input, &layout).await?;
    let change = meeting_series::ActiveModel {
        id: Unchanged(series.id),
        version: Set(series.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Ok(series.id))
}

/// The new rule takes the place of those that were to hold later, and ends the one before.
async fn replace_rules(
    viewer: &Viewer,
    series: &Permitted<meeting_series::Model>,
    input: &ChangeMeetingSeriesInput,
    begins: NaiveTime,
) -> Result<()> {
    use meeting_series_rule::Column as R;
    let from = input.recurrence.first_day;
    let later = R::FromDay.gte(from);
    viewer
        .remove_parts::<meeting_series_rule::Entity>(series, sea_orm::Condition::all().add(later))
        .await?;
    let ends = meeting_series_rule::ActiveModel {
        until_day: Set(from.pred_opt().unwrap_or(from)),
        ..Default::default()
    };
    let longer = sea_orm::Condition::all().add(R::UntilDay.gte(from));
    viewer
        .update_parts::<meeting_series_rule::Entity>(series, longer, ends)
        .await?;
    let rule = rule_row(series.id, &input.recurrence, begins);
    viewer
        .add_parts::<meeting_series_rule::Entity>(series, vec![rule])
        .await
}

async fn move_meetings(
    viewer: &Viewer,
    desk: &Permitted<group_desk::Model>,
    series: &meeting_series::Model,
    input: &ChangeMeetingSeriesInput,
    layout: &Layout,
) -> Result<()> {
    use meeting::Column as M;
    let zone: Tz = series
        .time_zone
        .parse()
        .unwrap_or(chrono_tz::Europe::Stockholm);
    let from = instant(input.recurrence.first_day.and_time(NaiveTime::MIN), zone);
    let to_come = M::Status.is_in([MeetingStatus::Planned, MeetingStatus::Noticed]);
    let query = meeting::Entity::find()
        .filter(M::SeriesId.eq(series.id))
        .filter(M::StartsAt.gte(from))
        // Where the series' zone is ahead of ours, its day may have begun.
        .filter(M::StartsAt.gt(viewer.now()))
        .filter(to_come)
        .order_by_asc(M::StartsAt)
        .order_by_asc(M::Id);
    let present = viewer.all(query).await?;
    let venue = present.last().cloned();
    let mut times = layout.times.iter();
    for row in present {
        let Access::Granted(row) = viewer.edit(meeting::Entity::find_by_id(row.id)).await? else {
            return Err(Error::Forbidden);
        };
        match times.next() {
            Some(times) if (row.starts_at, row.ends_at) == *times => {}
            Some(times) => move_to(viewer, &row, *times).await?,
            None => {
                cancel(viewer, &row, &input.reason).await?;
            }
        }
    }
    for times in times {
        let mut new = planned(viewer, desk.id, &series.title, *times, &series.time_zone);
        new.series_id = Set(Some(series.id));
        if let Some(last) = &venue {
            new.venue_name = Set(last.venue_name.clone());
            new.venue_address = Set(last.venue_address.clone());
            new.online_url = Set(last.online_url.clone());
        }
        viewer.make_part::<meeting::Entity>(desk, new).await?;
    }
    Ok(())
}

async fn move_to(
    viewer: &Viewer,
    row: &Permitted<meeting::Model>,
    times: (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let change = meeting::ActiveModel {
        id: Unchanged(row.id),
        starts_at: Set(times.0),
        ends_at: Set(times.1),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    if row.status == MeetingStatus::Noticed {
        let kind = GroupNoticeKind::MeetingMoved;
        viewer
            .tell_members(kind, &[row.group_id], &row.id.to_string())
            .await?;
    }
    Ok(())
}
