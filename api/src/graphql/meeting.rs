//! Meetings of groups: when and where, what stands on the agenda, who comes and who serves for whom.

mod credit;
mod editing;
mod noticing;
mod presence;
mod series;

pub use credit::MeetingCreditMutation;
pub use editing::{ArrangeAgendaPayload, MeetingMutation};
pub use noticing::MeetingNoticeMutation;
pub use presence::{
    AbsenceMutation, MeetingAbsence, MeetingAttendance, MeetingAttendanceMutation, Quorum,
    Substitution, SubstitutionMutation,
};
pub use series::{MeetingSeries, SeriesMutation};

pub(super) use editing::{MeetingOutcome, locked_away, refusal};
pub(super) use presence::{
    SubstitutionById, day_of, has_been_held, lines_to_keep, own_calls, quorum_of,
};
pub(super) use series::SeriesById;

use super::{
    action::{Action, ActionsAt},
    agenda::{AgendaItem, AgendaOf},
    at_hand::{AtHand, Quick, scalar},
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    decision::{Decision, DecisionsOfMeeting},
    document::{Document, DocumentsOfMeeting},
    group::{Group, GroupById},
    loader::{Loaders, load_many, load_one, load_pages},
    minutes::{Minutes, MinutesOf},
    occasion::Venue,
    organisation::{Organisation, OrganisationById},
    training::{Training, TrainingById},
};
use crate::{
    error::{Error, Result},
    guard::list_complexity,
    policy::{
        group::{keeps_meetings, member_of, officer_of, reads_papers},
        meeting::guest_at_a_meeting,
        select,
    },
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
        rounded,
    },
};
use async_graphql::{
    Context, ID, Object, Value, dataloader::Loader, parser::types::Field,
    resolver_utils::enum_value,
};
use chrono::{DateTime, Utc};
use credit::CreditOf;
use entity::{
    group,
    id::{GroupId, MeetingId},
    kind::{MeetingPurpose, MeetingStatus},
    meeting, meeting_registration,
};
use presence::{AbsencesOf, AttendanceOf, SubstitutionsOf};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, sea_query::Expr,
};
use std::collections::HashMap;

load_one!(
    /// A meeting by its id.
    MeetingById(MeetingId) => meeting.Id (|row| Some(row.id))
);
load_many!(
    /// What a meeting is for.
    MeetingPurposesOf(MeetingId) => meeting_purpose.MeetingId (meeting_id), order Purpose
);
load_many!(
    /// The registration numbers of a meeting.
    RegistrationsOf(MeetingId) => meeting_registration.MeetingId (meeting_id), order RegisteredAt, Id
);

/// Which of a group's meetings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WantedMeetings {
    /// Only those that end after this instant.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Only those that begin before this instant.
    pub(crate) until: Option<DateTime<Utc>>,
    /// Only those in one of these states.
    pub(crate) statuses: Option<Vec<MeetingStatus>>,
    /// Latest first.
    pub(crate) latest_first: bool,
}

impl WantedMeetings {
    pub(crate) fn condition(&self) -> Condition {
        use meeting::Column as M;
        Condition::all()
            .add_option(self.from.map(|from| M::EndsAt.gt(from)))
            .add_option(self.until.map(|until| M::StartsAt.lt(until)))
            .add_option(self.statuses.clone().map(|list| M::Status.is_in(list)))
    }
}

/// Meetings by when they begin.
pub(super) fn by_time(latest_first: bool) -> Ordering<meeting::Entity> {
    Ordering {
        name: if latest_first {
            "meeting, latest first"
        } else {
            "meeting"
        },
        key: Expr::col((meeting::Entity, meeting::Column::StartsAt)),
        kind: KeyKind::Instant,
        id: meeting::Column::Id,
        descending: latest_first,
    }
}

load_pages!(
    /// A page of a group's meetings, as they come.
    MeetingsOf(GroupId) => meeting.GroupId (group_id),
    of papers,
    order by_time(false),
    filter |_viewer, query, wanted: WantedMeetings| query.filter(wanted.condition())
);
load_pages!(
    /// A page of a group's meetings, latest first.
    LatestMeetingsOf(GroupId) => meeting.GroupId (group_id),
    of papers,
    order by_time(true),
    filter |_viewer, query, wanted: WantedMeetings| query.filter(wanted.condition())
);

/// A page of a group's meetings, whichever way they are wanted.
pub(super) async fn meetings_of(
    ctx: &Context<'_>,
    group: GroupId,
    wanted: WantedMeetings,
    arguments: PageArguments,
) -> Result<Nodes<Quick<Meeting>>> {
    if wanted.latest_first {
        LatestMeetingsOf::of(ctx, group, wanted, arguments, |row| Quick(Meeting(row))).await
    } else {
        MeetingsOf::of(ctx, group, wanted, arguments, |row| Quick(Meeting(row))).await
    }
}

/// The meetings of the groups that the viewer is in, as they come.
pub(super) async fn own_meetings(
    ctx: &Context<'_>,
    wanted: WantedMeetings,
    arguments: &PageArguments,
) -> Result<Nodes<Quick<Meeting>>> {
    let mine = member_of(meeting::Column::GroupId, viewer(ctx));
    let query = meeting::Entity::find()
        .filter(wanted.condition())
        .filter(Condition::all().add(mine));
    connect(
        ctx,
        query,
        &by_time(wanted.latest_first),
        arguments,
        |row| Quick(Meeting(row)),
    )
    .await
}

/// What the viewer may do with a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MeetingPowersIn(pub(super) MeetingId);

/// What a viewer may do with one meeting.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of the database; each is answered on its own"
)]
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct MeetingPowers {
    id: MeetingId,
    /// Whether the viewer may read its papers.
    pub(super) reads: bool,
    /// Whether the viewer may change it.
    pub(super) calls: bool,
    /// Whether the viewer keeps its agenda and minutes.
    pub(super) keeps: bool,
    /// Whether the viewer is a guest at an item of it.
    pub(super) guest: bool,
}

impl Loader<MeetingPowersIn> for Loaders {
    type Value = MeetingPowers;
    type Error = Error;

    /// One statement for all that meetings say of what the viewer may do: the conditions of the policies themselves.
    async fn load(
        &self,
        keys: &[MeetingPowersIn],
    ) -> Result<HashMap<MeetingPowersIn, Self::Value>> {
        let viewer = &self.viewer;
        let (id, group) = (meeting::Column::Id, meeting::Column::GroupId);
        let query = meeting::Entity::find()
            .filter(id.is_in(rounded(keys.iter().map(|key| key.0))))
            .select_only()
            .column(id)
            .expr_as(Expr::from(reads_papers(group, viewer)), "reads")
            .expr_as(Expr::from(keeps_meetings(group, viewer)), "calls")
            .expr_as(Expr::from(officer_of(group, viewer)), "keeps")
            .expr_as(Expr::from(guest_at_a_meeting(id, viewer)), "guest");
        let rows: Vec<MeetingPowers> = viewer.all_as(query).await?;
        let each = rows.into_iter().map(|row| (MeetingPowersIn(row.id), row));
        Ok(each.collect())
    }
}

/// An organisation that has entered a meeting in its register.
pub struct MeetingRegistration(meeting_registration::Model);

/// An organisation that holds a meeting together with others and has entered it in its own register (diarium). Seen by
/// whoever may read the meeting's papers, and by the organisation's coordinators.
#[Object]
impl MeetingRegistration {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The registration number (diarienummer) there, as the organisation writes it: `KS 2026/123`.
    async fn registration_number(&self) -> &str {
        &self.0.registration_number
    }

    /// When it was entered, or last changed.
    async fn registered_at(&self) -> DateTime<Utc> {
        self.0.registered_at
    }
}

/// A meeting of a group.
pub struct Meeting(pub meeting::Model);

impl Meeting {
    async fn powers(&self, ctx: &Context<'_>) -> Result<Option<MeetingPowers>> {
        loaders(ctx).load_one(MeetingPowersIn(self.0.id)).await
    }

    /// Whether the viewer is more than somebody with whom the time is shared.
    async fn is_let_in(&self, ctx: &Context<'_>) -> Result<bool> {
        let powers = self.powers(ctx).await?;
        Ok(powers.is_some_and(|powers| powers.reads || powers.calls || powers.guest))
    }
}

impl AtHand for Meeting {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.0.id.to_string()),
            "title" => self.0.title.as_str().into(),
            "status" => enum_value(self.0.status),
            "startsAt" => scalar(Some(&self.0.starts_at)),
            "endsAt" => scalar(Some(&self.0.ends_at)),
            _ => return None,
        })
    }
}

/// A meeting of a group. When and where it is held is seen by the group's members, by the coordinators of those who
/// convene the group, by guests of an item, by the coordinators of organisations that have registered it, and by others
/// as far as the group shares its meetings. The agenda, who is absent and who was there are papers: see
/// `viewerCanReadPapers`.
#[Object]
impl Meeting {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The series that it belongs to; null if it is a single one.
    async fn series(&self, ctx: &Context<'_>) -> Result<Option<MeetingSeries>> {
        let Some(series) = self.0.series_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(SeriesById(series)).await?;
        Ok(row.map(MeetingSeries))
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Where it is in its life.
    async fn status(&self) -> MeetingStatus {
        self.0.status
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// The IANA name of the zone to show the times in.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Where it is held; null where nothing is known. The link is for members, for those who call the meeting and for
    /// guests of an item; null for everybody else.
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        let url = if self.0.online_url.is_some() && self.is_let_in(ctx).await? {
            self.0.online_url.as_ref()
        } else {
            None
        };
        let (name, address) = (self.0.venue_name.as_ref(), self.0.venue_address.as_ref());
        Ok(Venue::of(name, address, url))
    }

    /// What it is for.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<MeetingPurpose>> {
        let rows = loaders(ctx).load_one(MeetingPurposesOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(|row| row.purpose).collect())
    }

    /// The training that whoever is there completes by it; null for none, and for one that you may not see.
    async fn credit(&self, ctx: &Context<'_>) -> Result<Option<Training>> {
        let Some(credit) = loaders(ctx).load_one(CreditOf(self.0.id)).await? else {
            return Ok(None);
        };
        let row = loaders(ctx)
            .load_one(TrainingById(credit.training_id))
            .await?;
        Ok(row.map(Training))
    }

    /// What the notice (kallelse) says, in plain text; null before it is out. For members and those who call the
    /// meeting; null for everybody else.
    async fn notice_text(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let powers = self.powers(ctx).await?;
        let may = powers.is_some_and(|powers| powers.reads || powers.calls);
        Ok(self.0.notice_text.as_deref().filter(|_| may))
    }

    /// When the notice went out; null before that.
    async fn noticed_at(&self) -> Option<DateTime<Utc>> {
        self.0.noticed_at
    }

    /// Why it was cancelled; null unless it was.
    async fn cancellation_reason(&self) -> Option<&str> {
        self.0.cancellation_reason.as_deref()
    }

    /// The items of its agenda that stand at the top, in order; those below are under `children`. For whoever may read
    /// its papers all that has been accepted; for a guest the items that it is invited to; for all others none.
    #[graphql(complexity = "list_complexity(8, child_complexity)")]
    async fn agenda(&self, ctx: &Context<'_>) -> Result<Vec<Quick<AgendaItem>>> {
        let agenda = loaders(ctx)
            .load_one(AgendaOf(self.0.id, self.0.group_id))
            .await?;
        let top = AgendaItem::top(&agenda.unwrap_or_default());
        Ok(top.into_iter().map(Quick).collect())
    }

    /// Who has announced not to come. For whoever may read its papers all; others see themselves and, as coordinators, those
    /// of their own organisation.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn absences(&self, ctx: &Context<'_>) -> Result<Vec<MeetingAbsence>> {
        let rows = loaders(ctx).load_one(AbsencesOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(MeetingAbsence).collect())
    }

    /// Who has been called in as a substitute, in the order of the calls. For whoever may read its papers all;
    /// others see themselves and, as coordinators, those of their own organisation.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn substitutions(&self, ctx: &Context<'_>) -> Result<Vec<Substitution>> {
        let rows = loaders(ctx).load_one(SubstitutionsOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(Substitution).collect())
    }

    /// Who was there and who was not, in the order in which it was recorded. For whoever may read its papers
    /// all; others see themselves and, as coordinators, those of their own organisation.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<MeetingAttendance>> {
        let rows = loaders(ctx).load_one(AttendanceOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(MeetingAttendance).collect())
    }

    /// Its minutes, edition by edition: a correction is a further edition, and the one before it stays. Verified ones are
    /// for whoever may read its papers; the one that is being written for those who keep them and the two who verify it.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn minutes(&self, ctx: &Context<'_>) -> Result<Vec<Minutes>> {
        let rows = loaders(ctx).load_one(MinutesOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(Minutes).collect())
    }

    /// What it has decided, by number. For whoever may read its papers all; for others, as far as the group shares its
    /// decisions, those that stand in verified minutes.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn decisions(&self, ctx: &Context<'_>) -> Result<Vec<Decision>> {
        let rows = loaders(ctx).load_one(DecisionsOfMeeting(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(Decision).collect())
    }

    /// The group's actions that are open when it begins, by when they were given out: what is to be followed up, and what was
    /// at a meeting that has been held. For whoever may read its papers all; a coordinator sees those of the own
    /// organisation.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn open_actions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Action>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        ActionsAt::of(ctx, self.0.id, (), arguments, |row| {
            Quick(Action::at_meeting(row))
        })
        .await
    }

    /// Its own documents, in the order in which they came; up to 100. Those of its items stand with the items. For whoever may
    /// read its papers; empty for others.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<Document>> {
        let key = DocumentsOfMeeting(Some(self.0.id));
        let rows = loaders(ctx).load_one(key).await?;
        Ok(rows.into_iter().flatten().map(Document).collect())
    }

    /// How many seats were used, and whether that is enough for a decision. Null before attendance is recorded, in a
    /// group without seats, and for whoever may not read its papers.
    async fn quorum(&self, ctx: &Context<'_>) -> Result<Option<Quorum>> {
        Quorum::of(ctx, &self.0).await
    }

    /// The organisations that have entered it in their own registers. For whoever may read its papers; others see their
    /// own organisation's, if they are coordinators.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    async fn registrations(&self, ctx: &Context<'_>) -> Result<Vec<MeetingRegistration>> {
        let rows = loaders(ctx).load_one(RegistrationsOf(self.0.id)).await?;
        Ok(rows
            .into_iter()
            .flatten()
            .map(MeetingRegistration)
            .collect())
    }

    /// Counts the changes of the meeting: send it back with `updateMeeting`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether you may change, call and cancel it.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let open = !matches!(
            self.0.status,
            MeetingStatus::Held | MeetingStatus::Cancelled
        );
        Ok(open && self.powers(ctx).await?.is_some_and(|powers| powers.calls))
    }

    /// Whether you keep its agenda, attendance and minutes: convener, chair, vice chair or secretary on a seat, or a
    /// role that is responsible for the group.
    async fn viewer_keeps_papers(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.keeps))
    }

    /// Whether you may read its papers: the group's members.
    async fn viewer_can_read_papers(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.reads))
    }
}

/// Where to begin with meetings.
#[derive(Default)]
pub struct MeetingQuery;

#[Object]
impl MeetingQuery {
    /// A meeting by its id. Null if there is none that you may see.
    async fn meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: MeetingId,
    ) -> Result<Option<Meeting>> {
        Ok(loaders(ctx).load_one(MeetingById(id)).await?.map(Meeting))
    }

    /// The meetings that you may see, as they come: those of your groups, those you are invited to, and those that
    /// groups share.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "a filter and a page")]
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only meetings of groups of this county: two digits as text.")]
        county: Option<String>,
        #[graphql(desc = "Only those that end after this instant; now if nothing is said.")]
        from: Option<DateTime<Utc>>,
        #[graphql(desc = "Only those that begin before this instant.")] until: Option<
            DateTime<Utc>,
        >,
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
        let viewer = viewer(ctx);
        let wanted = WantedMeetings {
            from: Some(from.unwrap_or_else(|| viewer.now())),
            until,
            ..WantedMeetings::default()
        };
        let query = meeting::Entity::find()
            .filter(wanted.condition())
            .filter(Condition::all().add_option(county.map(|code| in_county(&code, viewer))));
        connect(ctx, query, &by_time(false), &arguments, |row| {
            Quick(Meeting(row))
        })
        .await
    }
}

/// The meetings of a county's groups, of those groups that the viewer sees: that a meeting is of a group that one does
/// not see is not told by a filter.
fn in_county(code: &str, viewer: &Viewer) -> Condition {
    use crate::policy::Policy;
    let groups = Condition::all()
        .add(group::Column::CountyCode.eq(code))
        .add(group::Entity::visible(viewer));
    let groups = select::<group::Entity>(group::Column::Id, groups);
    Condition::all().add(meeting::Column::GroupId.in_subquery(groups))
}
