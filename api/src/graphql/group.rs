//! Groups: who works together, for what, and which seats there are.

mod closing;
mod editing;
mod finding;
mod member;
mod notice;

pub use closing::GroupLifecycleMutation;
pub use editing::GroupMutation;
pub(super) use editing::{
    changed, check_county, check_organisations, check_period, check_sharing, each_once,
    editable_and_open, replacement,
};
pub use finding::{GroupFilter, GroupQuery};
pub(super) use member::ColleaguesIn;
pub use member::{GroupMemberMutation, GroupMembership};
pub use notice::GroupNotice;
pub(super) use notice::{GroupNoticeById, group_notices};

use super::{
    action::{Action, ActionsOf, WantedActions},
    agenda::{AgendaItem, ItemsOf, WantedItems},
    at_hand::Quick,
    connection::{Nodes, cost},
    context::{loaders, viewer},
    decision::{Decision, DecisionsOf, WantedDecisions},
    document::{Document, DocumentsOfGroup},
    extract::{MinutesExtract, extracts_for},
    issue::{CouncilIssue, IssuesOf},
    loader::{Loaders, load_many, load_pages},
    meeting::{Meeting, WantedMeetings, meetings_of},
    organisation::{Organisation, OrganisationById},
    place::{County, CountyByCode},
    role_type::{RoleType, RoleTypeById},
    seat::{Seat, SeatsOf, WantedSeats},
};
use crate::{
    error::{Error, Result},
    guard::list_complexity,
    policy::{
        Policy,
        group::{
            appointed_where_convened, keeps_meetings, member_of, officer_of, own_seat,
            reads_papers, standing,
        },
    },
    viewer::{
        page::{KeyKind, Ordering, PageArguments},
        rounded,
    },
};
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    extract_recipient, group, group_seat,
    id::{GroupId, OrganisationId},
    kind::{
        ActionStatus, AgendaItemStatus, CouncilIssueStatus, GroupKind, GroupLevel, GroupPurpose,
        GroupTaskKind, MeetingStatus, MembershipSource, SeatCapacity, SharingLevel, SubjectArea,
        SubstitutionRule,
    },
    organisation,
    partial_date::PartialDate,
};
use member::{MembersOf, WantedMembers};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::collections::{BTreeSet, HashMap};

/// A group by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupById(pub GroupId);

impl Loader<GroupById> for Loaders {
    type Value = group::Model;
    type Error = Error;

    async fn load(&self, keys: &[GroupById]) -> Result<HashMap<GroupById, group::Model>> {
        let rows = if let [GroupById(id)] = keys {
            // The page of a group asks for papers next.
            let row = self.viewer.group_with_standing(*id).await?;
            row.into_iter().collect()
        } else {
            let ids = keys.iter().map(|key| key.0);
            self.viewer
                .among::<group::Entity, _>(group::Column::Id, ids)
                .await?
        };
        Ok(rows
            .into_iter()
            .map(|row| (GroupById(row.id), row))
            .collect())
    }
}

load_many!(
    /// Who convenes a group.
    ConvenersOf(GroupId) => group_convener.GroupId (group_id), order OrganisationId
);
load_many!(
    /// What a group is for.
    PurposesOf(GroupId) => group_purpose.GroupId (group_id), order Purpose
);
load_many!(
    /// What a group is about.
    GroupSubjectsOf(GroupId) => group_subject.GroupId (group_id), order SubjectArea
);
load_many!(
    /// A group's tasks, goals and activities.
    TasksOf(GroupId) => group_task.GroupId (group_id), order Position
);
load_many!(
    /// Roles that are responsible for a group.
    ResponsibleRolesOf(GroupId) => group_responsible_role.GroupId (group_id), order RoleTypeId
);
load_many!(
    /// With whom a group is shared by name.
    GroupSharesOf(GroupId) => group_share.GroupId (group_id), order OrganisationId
);
load_pages!(
    /// A page of the groups below a group.
    GroupsBelow(Option<GroupId>) => group.ParentId (parent_id),
    order by_name("group below"),
    filter |_viewer, query, closed: bool| if closed {
        query
    } else {
        query.filter(group::Column::ClosedAt.is_null())
    }
);

/// Groups in the Swedish order of their names.
pub(super) fn by_name(name: &'static str) -> Ordering<group::Entity> {
    Ordering {
        name,
        key: Expr::col((group::Entity, group::Column::SortName)),
        kind: KeyKind::Text,
        id: group::Column::Id,
        descending: false,
    }
}

/// The seats that the viewer holds in a group today, for the organisation that it acts for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OwnSeatsIn(GroupId);

impl Loader<OwnSeatsIn> for Loaders {
    type Value = Vec<group_seat::Model>;
    type Error = Error;

    async fn load(&self, keys: &[OwnSeatsIn]) -> Result<HashMap<OwnSeatsIn, Self::Value>> {
        use group_seat::Column as S;
        let query = group_seat::Entity::find()
            .filter(S::GroupId.is_in(rounded(keys.iter().map(|key| key.0))))
            .filter(own_seat(&self.viewer))
            .order_by_asc(S::SortKey)
            .order_by_asc(S::Id);
        let mut found: HashMap<OwnSeatsIn, Self::Value> = HashMap::new();
        for row in self.viewer.all(query).await? {
            let list = found.entry(OwnSeatsIn(row.group_id));
            list.or_default().push(row);
        }
        Ok(found)
    }
}

/// The organisations that have a seat in a group today.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SeatedOrganisationsOf(GroupId);

/// That an organisation has a seat in a group.
#[derive(FromQueryResult)]
struct Seated {
    group_id: GroupId,
    organisation_id: OrganisationId,
}

impl Loader<SeatedOrganisationsOf> for Loaders {
    type Value = BTreeSet<OrganisationId>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[SeatedOrganisationsOf],
    ) -> Result<HashMap<SeatedOrganisationsOf, Self::Value>> {
        use group_seat::Column as S;
        let query = group_seat::Entity::find()
            .select_only()
            .columns([S::GroupId, S::OrganisationId])
            .distinct()
            .filter(S::GroupId.is_in(rounded(keys.iter().map(|key| key.0))))
            .filter(standing(&self.viewer));
        let mut found: HashMap<SeatedOrganisationsOf, Self::Value> = HashMap::new();
        for row in self.viewer.all_as::<_, Seated>(query).await? {
            let list = found.entry(SeatedOrganisationsOf(row.group_id));
            list.or_default().insert(row.organisation_id);
        }
        Ok(found)
    }
}

/// What the viewer may do with a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PowersIn(pub(crate) GroupId);

/// What a viewer may do with one group.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of the database; each is answered on its own"
)]
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(crate) struct Powers {
    id: GroupId,
    /// Whether the viewer is in it.
    pub(crate) member: bool,
    /// Whether the viewer may change it and its seats.
    pub(crate) edits: bool,
    /// Whether the viewer may read its papers.
    pub(crate) reads: bool,
    /// Whether the viewer may call its meetings.
    pub(crate) convenes: bool,
    /// Whether the viewer keeps its papers.
    pub(crate) keeps: bool,
    /// Whether the viewer may raise issues to it, if it is a council.
    pub(crate) raises: bool,
}

impl Loader<PowersIn> for Loaders {
    type Value = Powers;
    type Error = Error;

    /// One statement for all that groups say of what the viewer may do: the conditions of the policies themselves.
    async fn load(&self, keys: &[PowersIn]) -> Result<HashMap<PowersIn, Self::Value>> {
        let viewer = &self.viewer;
        let id = group::Column::Id;
        let query = group::Entity::find()
            .filter(id.is_in(rounded(keys.iter().map(|key| key.0))))
            .select_only()
            .column(id)
            .expr_as(Expr::from(member_of(id, viewer)), "member")
            .expr_as(Expr::from(group::Entity::editable(viewer)), "edits")
            .expr_as(Expr::from(reads_papers(id, viewer)), "reads")
            .expr_as(Expr::from(keeps_meetings(id, viewer)), "convenes")
            .expr_as(Expr::from(officer_of(id, viewer)), "keeps")
            .expr_as(Expr::from(appointed_where_convened(id, viewer)), "raises");
        let rows: Vec<Powers> = viewer.all_as(query).await?;
        let each = rows.into_iter().map(|row| (PowersIn(row.id), row));
        Ok(each.collect())
    }
}

/// One of a group's tasks, goals or activities. Seen by whoever sees the group.
#[derive(SimpleObject)]
pub struct GroupTask {
    /// Whether it is a task, a goal or an activity.
    kind: GroupTaskKind,
    /// What it says, in plain text.
    description: String,
    /// The law or convention that it rests on, as it is cited; null if none is named.
    law_cited_as: Option<String>,
}

/// A group in which organisations or units work together.
#[derive(Clone)]
pub struct Group(pub group::Model);

impl Group {
    async fn powers(&self, ctx: &Context<'_>) -> Result<Option<Powers>> {
        loaders(ctx).load_one(PowersIn(self.0.id)).await
    }

    async fn organisations_of(
        &self,
        ctx: &Context<'_>,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Vec<Organisation>> {
        let keys: Vec<_> = ids.into_iter().map(OrganisationById).collect();
        let found = loaders(ctx).load_many(keys).await?;
        let mut rows: Vec<organisation::Model> = found.into_values().collect();
        rows.sort_by(|one, other| {
            (&one.sort_name, one.id.uuid()).cmp(&(&other.sort_name, other.id.uuid()))
        });
        Ok(rows.into_iter().map(Organisation).collect())
    }
}

/// A group in which organisations or units work together: a strategy group, a network, a council, a board. Seen as far
/// as it is shared, by its members, and by everybody in the organisations that convene it or have a seat in it. What it
/// has on paper, agendas and drafts, is for its members: see `viewerCanReadPapers`.
#[Object]
impl Group {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What kind of group it is.
    async fn kind(&self) -> GroupKind {
        self.0.kind
    }

    /// For how large a part of the country it works.
    async fn level(&self) -> GroupLevel {
        self.0.level
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is, in plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The county that it is for; null if for none or several.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        let Some(code) = self.0.county_code.clone() else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
    }

    /// The group above it; null at the top, and if you may not see that one.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let Some(parent) = self.0.parent_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(GroupById(parent)).await?.map(Group))
    }

    /// The groups below it that you may see, by name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether closed groups are among them.", default)] include_closed: bool,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Group>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        GroupsBelow::of(ctx, Some(self.0.id), include_closed, arguments, Group).await
    }

    /// The organisations that convene it, by name: their coordinators keep the group and its seats.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn conveners(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let rows = loaders(ctx).load_one(ConvenersOf(self.0.id)).await?;
        let ids = rows.unwrap_or_default().into_iter();
        self.organisations_of(ctx, ids.map(|row| row.organisation_id))
            .await
    }

    /// The organisations in it, by name: those that convene it and those that have a seat today, held or vacant.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn organisations(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let convening = loaders(ctx).load_one(ConvenersOf(self.0.id)).await?;
        let seated = loaders(ctx).load_one(SeatedOrganisationsOf(self.0.id));
        let mut ids = seated.await?.unwrap_or_default();
        ids.extend(convening.iter().flatten().map(|row| row.organisation_id));
        self.organisations_of(ctx, ids).await
    }

    /// What it is for.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<GroupPurpose>> {
        let rows = loaders(ctx).load_one(PurposesOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(|row| row.purpose).collect())
    }

    /// What it is about.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn subject_areas(&self, ctx: &Context<'_>) -> Result<Vec<SubjectArea>> {
        let rows = loaders(ctx).load_one(GroupSubjectsOf(self.0.id)).await?;
        let areas = rows.into_iter().flatten().map(|row| row.subject_area);
        Ok(areas.collect())
    }

    /// Its tasks, goals and activities, in the order in which its conveners have put them.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only tasks, goals or activities.")] kinds: Option<Vec<GroupTaskKind>>,
    ) -> Result<Vec<GroupTask>> {
        let rows = loaders(ctx).load_one(TasksOf(self.0.id)).await?;
        let wanted = |kind| kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind));
        let rows = rows.into_iter().flatten().filter(|row| wanted(row.kind));
        let task = |row: entity::group_task::Model| GroupTask {
            kind: row.kind,
            description: row.description,
            law_cited_as: row.law_cited_as,
        };
        Ok(rows.map(task).collect())
    }

    /// How far its name, purposes, organisations and seats are shared. `ORGANISATION`: with the organisations that
    /// convene it or have a seat in it.
    async fn sharing(&self) -> SharingLevel {
        self.0.sharing
    }

    /// How far times and places of its meetings are shared; null: with its members only.
    async fn meetings_sharing(&self) -> Option<SharingLevel> {
        self.0.meetings_sharing
    }

    /// How far verified decisions are shared; null: with its members only. Minutes are for its members.
    async fn decisions_sharing(&self) -> Option<SharingLevel> {
        self.0.decisions_sharing
    }

    /// The organisations that it is shared with by name. Only for those who may change the group; null for everybody
    /// else.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn shared_with(&self, ctx: &Context<'_>) -> Result<Option<Vec<Organisation>>> {
        if !self.powers(ctx).await?.is_some_and(|powers| powers.edits) {
            return Ok(None);
        }
        let rows = loaders(ctx).load_one(GroupSharesOf(self.0.id)).await?;
        let ids = rows.unwrap_or_default().into_iter();
        let shared = self.organisations_of(ctx, ids.map(|row| row.organisation_id));
        shared.await.map(Some)
    }

    /// How a substitute steps in when whoever holds a seat is absent; null where nothing has been decided.
    async fn substitution(&self) -> Option<SubstitutionRule> {
        self.0.substitution
    }

    /// How many ordinary seats must be filled for a decision; null: more than half of them.
    async fn quorum(&self) -> Option<i32> {
        self.0.quorum
    }

    /// Whether a unit may have more than one ordinary seat.
    async fn several_seats_a_unit(&self) -> bool {
        self.0.several_seats_a_unit
    }

    /// Since when it exists, as precisely as the source has it; null where it is not known.
    async fn valid_from(&self) -> Option<PartialDate> {
        self.0.valid_from
    }

    /// Until when it existed or is to exist; null where there is no end, or it is not known.
    async fn valid_to(&self) -> Option<PartialDate> {
        self.0.valid_to
    }

    /// When it was closed; null while it is not.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at
    }

    /// Why it was closed; null while it is not.
    async fn closing_reason(&self) -> Option<&str> {
        self.0.closing_reason.as_deref()
    }

    /// How many meetings it is to hold a year; null where nothing is said.
    async fn meetings_a_year(&self) -> Option<i32> {
        self.0.meetings_a_year
    }

    /// Its meetings that you may see, as they come, or latest first: all of them for its members, for others as far as
    /// it shares its meetings.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "a filter and a page")]
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that end after this instant.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "Only those that begin before this instant.")] until: Option<
            DateTime<Utc>,
        >,
        #[graphql(desc = "Only those in one of these states.")] statuses: Option<
            Vec<MeetingStatus>,
        >,
        #[graphql(desc = "Whether the latest comes first.", default)] latest_first: bool,
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
            until,
            statuses,
            latest_first,
        };
        meetings_of(ctx, self.0.id, wanted, arguments).await
    }

    /// What has been proposed for its meetings or waits in its backlog, in the order in which it was proposed. For its
    /// members what has been accepted; proposals for those who keep the agenda and for the organisation that made them;
    /// declined ones too. A guest sees the items that it is invited to; for all others there are none.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn agenda_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only items in one of these states.")] statuses: Option<
            Vec<AgendaItemStatus>,
        >,
        #[graphql(desc = "Only those that wait in the backlog, or only those of a meeting.")]
        in_backlog: Option<bool>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<AgendaItem>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedItems {
            statuses,
            in_backlog,
        };
        ItemsOf::of(ctx, self.0.id, wanted, arguments, AgendaItem::alone).await
    }

    /// The issues that have been raised to it, if it is a council, in the order in which they were raised: the queue is
    /// `statuses: [RAISED]`. All but those taken back for whoever may read its papers; for whoever has raised some, these;
    /// for all others there are none.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn issues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only issues in one of these states.")] statuses: Option<
            Vec<CouncilIssueStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<CouncilIssue>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        IssuesOf::of(ctx, self.0.id, statuses, arguments, CouncilIssue).await
    }

    /// What it has decided, latest first. For its members all; for others verified decisions, as far as it shares them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn decisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose title or text holds this, whatever the accents and capitals.")]
        text: Option<String>,
        #[graphql(desc = "Only those of this year.")] year: Option<i32>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Decision>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedDecisions { text, year };
        DecisionsOf::of(ctx, self.0.id, wanted, arguments, |row| {
            Quick(Decision(row))
        })
        .await
    }

    /// What it has asked organisations to do, by when it did. For its members all; a coordinator sees what the own
    /// organisation has been asked.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn actions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those in one of these states; open ones are `[ASSIGNED, ACCEPTED]`."
        )]
        statuses: Option<Vec<ActionStatus>>,
        #[graphql(desc = "Only those of this organisation.")] organisation_id: Option<
            OrganisationId,
        >,
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
        let wanted = WantedActions {
            statuses,
            organisation: organisation_id,
        };
        ActionsOf::of(ctx, self.0.id, wanted, arguments, |row| {
            Quick(Action::with_owner(row))
        })
        .await
    }

    /// The extracts of other groups' minutes that were sent to it, latest first. For its members.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn extracts_received(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those whose receipt is confirmed, or only those whose is not.")]
        confirmed: Option<bool>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<MinutesExtract>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let here = extract_recipient::Column::GroupId.eq(self.0.id);
        extracts_for(ctx, Condition::all().add(here), confirmed, &arguments).await
    }

    /// Its own documents, latest first; those of its meetings and items stand with them. For whoever may read its papers; empty
    /// for others.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Document>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        DocumentsOfGroup::of(ctx, self.0.id, (), arguments, Document).await
    }

    /// Its seats: ordinary ones first, then substitutes, co-opted and observers, each in the order in which they came.
    /// Vacant ones are among them. Seats that are no more are left out unless you ask for them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "a filter and a page")]
    async fn seats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only seats in one of these capacities.")] capacities: Option<
            Vec<SeatCapacity>,
        >,
        #[graphql(desc = "Only vacant seats, or only those that are held.")] vacant: Option<bool>,
        #[graphql(desc = "Whether seats that are no more are among them.", default)]
        include_ended: bool,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Seat>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedSeats {
            capacities,
            vacant,
            ended: include_ended,
        };
        SeatsOf::of(ctx, self.0.id, wanted, arguments, |row| {
            Quick(Seat::placed(row))
        })
        .await
    }

    /// Who is in it today, as far as you may know, by the name of the organisation: whoever holds a seat, has joined, or
    /// has the role that it is for. With `capacities: [ORDINARY, SUBSTITUTE]` of a board or committee: its
    /// decision-makers.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those who hold a seat in one of these capacities.")]
        capacities: Option<Vec<SeatCapacity>>,
        #[graphql(desc = "Only those who are in it by one of these.")] sources: Option<
            Vec<MembershipSource>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<GroupMembership>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedMembers {
            capacities,
            sources,
        };
        MembersOf::of(ctx, self.0.id, wanted, arguments, GroupMembership).await
    }

    /// The role whose holders are its members, for a network that fills itself; null for all others.
    async fn member_role(&self, ctx: &Context<'_>) -> Result<Option<RoleType>> {
        let Some(role) = self.0.role_type_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(RoleTypeById(role)).await?;
        Ok(row.map(RoleType))
    }

    /// The roles whose holders, in the organisations that convene it, are responsible for it: they change the group, call
    /// its meetings and keep its papers.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn responsible_roles(&self, ctx: &Context<'_>) -> Result<Vec<RoleType>> {
        let rows = loaders(ctx).load_one(ResponsibleRolesOf(self.0.id)).await?;
        let keys: Vec<_> = rows
            .into_iter()
            .flatten()
            .map(|row| RoleTypeById(row.role_type_id))
            .collect();
        let mut found = loaders(ctx).load_many(keys.clone()).await?;
        let roles = keys.iter().filter_map(|key| found.remove(key));
        Ok(roles.map(RoleType).collect())
    }

    /// The seats that you hold in it today, for the organisation that you act for.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn viewer_seats(&self, ctx: &Context<'_>) -> Result<Vec<Seat>> {
        let rows = loaders(ctx).load_one(OwnSeatsIn(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(Seat::alone).collect())
    }

    /// Counts the changes of the group: send it back with `updateGroup`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether you are in the group: you hold a seat today, have joined it, or are in it by your role.
    async fn viewer_is_member(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.member))
    }

    /// Whether you may change the group and its seats: coordinators of the organisations that convene it, and whoever
    /// has a role that is responsible for it.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.edits))
    }

    /// Whether you may call its meetings.
    async fn viewer_can_convene(&self, ctx: &Context<'_>) -> Result<bool> {
        let open = self.0.closed_at.is_none();
        Ok(open
            && self
                .powers(ctx)
                .await?
                .is_some_and(|powers| powers.convenes))
    }

    /// Whether you may read its papers: agendas, drafts of minutes, documents.
    async fn viewer_can_read_papers(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.powers(ctx).await?.is_some_and(|powers| powers.reads))
    }

    /// Whether you can raise an issue to it with `raiseIssue`: it is a council and open, and you are appointed to a role
    /// today in an organisation that convenes it.
    async fn viewer_can_raise_issue(&self, ctx: &Context<'_>) -> Result<bool> {
        let open = self.0.kind == GroupKind::Council && self.0.closed_at.is_none();
        Ok(open && self.powers(ctx).await?.is_some_and(|powers| powers.raises))
    }

    /// Whether you can join it with `joinGroup`: it is informal and open, and you are not in it.
    async fn viewer_can_join(&self, ctx: &Context<'_>) -> Result<bool> {
        let open = self.0.kind == GroupKind::Informal && self.0.closed_at.is_none();
        if !open || viewer(ctx).person().is_none() {
            return Ok(false);
        }
        Ok(self.powers(ctx).await?.is_some_and(|powers| !powers.member))
    }
}
