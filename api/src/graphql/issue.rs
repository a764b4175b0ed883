//! Issues that people with a role raise to a council: the council's queue, and what became of each.

mod deciding;
mod raising;

pub use deciding::IssueDecisionMutation;
pub use raising::CouncilIssueMutation;

use super::{
    agenda::{AgendaItem, AgendaItemById},
    connection::{Nodes, connect},
    context::{loaders, viewer},
    group::{Group, GroupById, PowersIn},
    loader::{load_one, load_pages},
    organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById},
    payload::payloads,
    person::{Person, PersonById},
    user_error::UserError,
};
use crate::{
    error::Result,
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    council_issue,
    id::{CouncilIssueId, GroupId},
    kind::CouncilIssueStatus,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

load_one!(
    /// An issue by its id.
    IssueById(CouncilIssueId) => council_issue.Id (|row| Some(row.id))
);
load_pages!(
    /// A page of the issues that were raised to a council, in the order in which they were raised.
    IssuesOf(GroupId) => council_issue.GroupId (group_id),
    order by_time("issue", false),
    filter |_viewer, query, statuses: Option<Vec<CouncilIssueStatus>>| {
        query.filter(in_states(statuses))
    }
);

/// Issues by when they were raised.
fn by_time(name: &'static str, latest_first: bool) -> Ordering<council_issue::Entity> {
    Ordering {
        name,
        key: Expr::col((council_issue::Entity, council_issue::Column::RaisedAt)),
        kind: KeyKind::Instant,
        id: council_issue::Column::Id,
        descending: latest_first,
    }
}

fn in_states(statuses: Option<Vec<CouncilIssueStatus>>) -> Condition {
    let wanted = statuses.map(|list| council_issue::Column::Status.is_in(list));
    Condition::all().add_option(wanted)
}

/// The issues that the viewer has raised for the organisation that it acts for, latest first.
pub(super) async fn own_issues(
    ctx: &Context<'_>,
    statuses: Option<Vec<CouncilIssueStatus>>,
    arguments: &PageArguments,
) -> Result<Nodes<CouncilIssue>> {
    use council_issue::Column as I;
    let viewer = viewer(ctx);
    let own = Condition::any().add_option(viewer.person().map(|person| I::PersonId.eq(person)));
    let query = council_issue::Entity::find()
        .filter(own)
        .filter(I::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(in_states(statuses));
    let order = by_time("own issue", true);
    connect(ctx, query, &order, arguments, CouncilIssue).await
}

/// An issue that somebody with a role has raised to a council.
pub struct CouncilIssue(pub council_issue::Model);

/// An issue that somebody with a role, such as a child rights representative, has raised to a council. Seen by whoever
/// raised it and by whoever may read the council's papers, and by nobody else; one that was taken back is seen by
/// whoever raised it alone.
#[Object]
impl CouncilIssue {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The council; null if you do not see it any more.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// What has become of it.
    async fn status(&self) -> CouncilIssueStatus {
        self.0.status
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about, in plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The unit that it concerns; null where none was named.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(unit) = self.0.unit_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(UnitById(unit)).await?;
        Ok(row.map(OrganisationUnit))
    }

    /// The organisation for which it was raised.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Who raised it; null if you may not see the person. Reading somebody else's name is written to the audit log.
    async fn raised_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// The item of the agenda, or of the backlog, that the council made of it; null if there is none, and if you may not
    /// read the council's papers.
    async fn agenda_item(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        let Some(item) = self.0.item_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(AgendaItemById(item)).await?;
        Ok(row.map(AgendaItem::alone))
    }

    /// What the council answered, in plain text; null until it has.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// Why the council did not take it up, in plain text; null unless it was declined.
    async fn decline_reason(&self) -> Option<&str> {
        self.0.decline_reason.as_deref()
    }

    /// When it was raised.
    async fn raised_at(&self) -> DateTime<Utc> {
        self.0.raised_at
    }

    /// When the council took it up; null if it has not.
    async fn taken_up_at(&self) -> Option<DateTime<Utc>> {
        self.0.taken_up_at
    }

    /// When it was answered, declined or taken back; null while it is open.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at
    }

    /// Whether you can take it up, answer or decline it as it stands: you keep the council's papers.
    async fn viewer_can_decide(&self, ctx: &Context<'_>) -> Result<bool> {
        let open = self.0.closed_at.is_none();
        let powers = loaders(ctx).load_one(PowersIn(self.0.group_id)).await?;
        Ok(open && powers.is_some_and(|powers| powers.keeps))
    }

    /// Whether you can take it back: you raised it, and the council has not taken it up.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> bool {
        let viewer = viewer(ctx);
        let own = viewer.person() == Some(self.0.person_id)
            && viewer
                .acting()
                .is_some_and(|acting| acting.organisation == self.0.organisation_id);
        own && self.0.status == CouncilIssueStatus::Raised
    }
}

/// What came of a mutation on an issue.
struct IssueOutcome {
    issue: Option<CouncilIssue>,
    user_errors: Vec<UserError>,
}

payloads! {
    IssueOutcome {
        /// The issue; null when nothing was changed.
        issue: CouncilIssue
    }:
    /// The issue that was raised.
    RaiseIssuePayload,
    /// The issue that was taken back.
    WithdrawIssuePayload,
    /// The issue that the council works with.
    TakeUpIssuePayload,
    /// The issue with its answer.
    AnswerIssuePayload,
    /// The issue with why it was declined.
    DeclineIssuePayload,
}

impl IssueOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: Result<CouncilIssueId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                issue: loaders(ctx)
                    .load_one(IssueById(id))
                    .await?
                    .map(CouncilIssue),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                issue: None,
                user_errors,
            }),
        }
    }
}
