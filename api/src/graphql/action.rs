//! Actions that groups ask organisations to take, and how they go.

mod answering;
mod assigning;

pub use answering::ActionTaskMutation;
pub use assigning::ActionMutation;

use super::{
    at_hand::{AtHand, Quick, object_at_hand, scalar, text},
    connection::{Nodes, connect},
    context::loaders,
    decision::{Decision, DecisionById},
    group::{Group, GroupById, PowersIn},
    loader::{load_editable, load_many, load_one, load_pages},
    meeting::{Meeting, MeetingById},
    organisation::{Organisation, OrganisationById, organisation_at_hand},
    payload::payloads,
    person::{Person, PersonById},
    user_error::UserError,
};
use crate::{
    error::Result,
    policy::Policy,
    viewer::{
        Viewer,
        joined::{read_joined, with_joined},
        page::{KeyKind, Ordering, PageArguments, PageRow},
    },
};
use async_graphql::{Context, ID, Object, Value, parser::types::Field, resolver_utils::enum_value};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    action_report, group_action,
    id::{ActionId, DecisionId, GroupId, MeetingId, OrganisationId},
    kind::ActionStatus,
    meeting_action, organisation,
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryResult, Select,
    sea_query::{Expr, ExprTrait},
};

load_one!(
    /// An action by its id.
    ActionById(ActionId) => group_action.Id (|row| Some(row.id))
);
load_many!(
    /// The actions that carry out a decision.
    ActionsOfDecision(Option<DecisionId>) => group_action.DecisionId (decision_id), order AssignedAt, Id
);
load_editable!(
    /// Whether the viewer may answer an action for its organisation.
    Answerable(ActionId) => action_task.Id (id)
);
load_pages!(
    /// A page of what has been said of how an action goes, latest first.
    ReportsOf(ActionId) => action_report.ActionId (action_id),
    order Ordering {
        name: "report",
        key: Expr::col((action_report::Entity, action_report::Column::ReportedAt)),
        kind: KeyKind::Instant,
        id: action_report::Column::Id,
        descending: true,
    },
    filter |_viewer, query, _wanted: ()| query
);
load_pages!(
    /// A page of a group's actions, each with the organisation that is to take it, by when they were given out.
    ActionsOf(GroupId) => group_action.GroupId (group_id) as Owned,
    of papers,
    order as_given_out("action of a group"),
    filter |viewer, query, wanted: WantedActions| with_owner(viewer, query.filter(wanted.condition()))
);
load_pages!(
    /// A page of the actions that are open when a meeting begins, by when they were given out.
    ActionsAt(MeetingId) => meeting_action.MeetingId (meeting_id) as AtMeeting,
    order Ordering {
        name: "action at a meeting",
        key: Expr::col((meeting_action::Entity, meeting_action::Column::AssignedAt)),
        kind: KeyKind::Instant,
        id: meeting_action::Column::Id,
        descending: false,
    },
    filter |viewer, query, _wanted: ()| with_action(viewer, query)
);

fn as_given_out(name: &'static str) -> Ordering<group_action::Entity> {
    Ordering {
        name,
        key: Expr::col((group_action::Entity, group_action::Column::AssignedAt)),
        kind: KeyKind::Instant,
        id: group_action::Column::Id,
        descending: false,
    }
}

/// Which actions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WantedActions {
    /// Only those in one of these states.
    pub(crate) statuses: Option<Vec<ActionStatus>>,
    /// Only those of this organisation.
    pub(crate) organisation: Option<OrganisationId>,
}

impl WantedActions {
    fn condition(self) -> Condition {
        use group_action::Column as A;
        Condition::all()
            .add_option(self.statuses.map(|list| A::Status.is_in(list)))
            .add_option(self.organisation.map(|one| A::OrganisationId.eq(one)))
    }
}

/// Joins to each action the organisation that is to take it: a page of actions is read with them in one statement.
fn with_owner<E: Policy>(viewer: &Viewer, query: Select<E>) -> Select<E> {
    let on = Expr::col((organisation::Entity, organisation::Column::Id))
        .equals((group_action::Entity, group_action::Column::OrganisationId));
    with_joined::<E, organisation::Entity>(viewer, query, on)
}

/// Joins the actions themselves to what is to be followed up at a meeting.
fn with_action(
    viewer: &Viewer,
    query: Select<meeting_action::Entity>,
) -> Select<meeting_action::Entity> {
    let on = Expr::col((group_action::Entity, group_action::Column::Id))
        .equals((meeting_action::Entity, meeting_action::Column::Id));
    let query = with_joined::<_, group_action::Entity>(viewer, query, on);
    with_owner(viewer, query)
}

/// An action with the organisation that is to take it, where the viewer sees that one.
#[derive(Clone)]
pub(crate) struct Owned {
    row: group_action::Model,
    owner: Option<organisation::Model>,
}

impl std::ops::Deref for Owned {
    type Target = group_action::Model;

    fn deref(&self) -> &group_action::Model {
        &self.row
    }
}

impl PageRow for Owned {
    fn read(row: &QueryResult, place: &mut usize) -> Result<Self, DbErr> {
        Ok(Self {
            row: PageRow::read(row, place)?,
            owner: read_joined(row, place)?,
        })
    }
}

/// An action that is open when a meeting begins.
#[derive(Clone)]
pub(crate) struct AtMeeting {
    meeting_id: MeetingId,
    action: Owned,
}

impl PageRow for AtMeeting {
    fn read(row: &QueryResult, place: &mut usize) -> Result<Self, DbErr> {
        let at = meeting_action::Model::read(row, place)?;
        Ok(Self {
            meeting_id: at.meeting_id,
            action: Owned::read(row, place)?,
        })
    }
}

/// Something that a group has asked an organisation to do.
pub struct Action {
    row: group_action::Model,
    /// The organisation, where the action was read with it.
    owner: Option<organisation::Model>,
}

impl Action {
    /// An action read by itself.
    pub(super) fn alone(row: group_action::Model) -> Self {
        Self { row, owner: None }
    }

    /// An action as it is read with a meeting.
    pub(super) fn at_meeting(row: AtMeeting) -> Self {
        Self::with_owner(row.action)
    }

    /// An action read with its organisation.
    pub(super) fn with_owner(owned: Owned) -> Self {
        Self {
            row: owned.row,
            owner: owned.owner,
        }
    }

    fn is_open(&self) -> bool {
        ActionStatus::OPEN.contains(&self.row.status)
    }
}

impl AtHand for Action {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        let below = &field.selection_set.node;
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.row.id.to_string()),
            "title" => self.row.title.as_str().into(),
            "description" => self.row.description.as_str().into(),
            "dueOn" => scalar(self.row.due_on.as_ref()),
            "status" => enum_value(self.row.status),
            "reason" => text(self.row.reason.as_ref()),
            "assignedAt" => scalar(Some(&self.row.assigned_at)),
            "organisation" => {
                let owner = self.owner.as_ref()?;
                object_at_hand(below, |field| organisation_at_hand(owner, field))?
            }
            _ => return None,
        })
    }
}

/// Something that a group has asked an organisation to do (åtgärd). Seen by the group's members, and by the coordinators of the
/// organisation that is asked.
#[Object]
impl Action {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.row.id.into()
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.row.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The meeting that agreed on it; null if none is named, or none that you see.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let Some(meeting) = self.row.meeting_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(MeetingById(meeting)).await?;
        Ok(row.map(Meeting))
    }

    /// The decision that it carries out; null if none is named, or none that you see.
    async fn decision(&self, ctx: &Context<'_>) -> Result<Option<Decision>> {
        let Some(decision) = self.row.decision_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(DecisionById(decision)).await?;
        Ok(row.map(Decision))
    }

    /// Which organisation is to do it.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        if let Some(owner) = &self.owner {
            return Ok(Some(Organisation(owner.clone())));
        }
        let key = OrganisationById(self.row.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What is to be done.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// The same at length, in plain text.
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// By which day it is to be done; null if none is set. Its organisation's coordinators are reminded a week before, and
    /// then every other week until it is done.
    async fn due_on(&self) -> Option<NaiveDate> {
        self.row.due_on
    }

    /// Where it is.
    async fn status(&self) -> ActionStatus {
        self.row.status
    }

    /// Why its organisation declined it, or the group called it off; null otherwise.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// When the organisation was asked.
    async fn assigned_at(&self) -> DateTime<Utc> {
        self.row.assigned_at
    }

    /// When the organisation answered; null before that.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.row.answered_at
    }

    /// When it was done, declined or called off; null while it is open.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }

    /// What its organisation has said of how it goes, latest first.
    #[graphql(complexity = "super::connection::cost(first, last, child_complexity)")]
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<ActionReport>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        ReportsOf::of(ctx, self.row.id, (), arguments, ActionReport).await
    }

    /// Counts the changes of the action: send it back with `updateAction`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// Whether you can answer it and report on it: coordinators of its organisation, and whoever sits for that organisation in
    /// the group; while it is open.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> Result<bool> {
        if !self.is_open() {
            return Ok(false);
        }
        let found = loaders(ctx).load_one(Answerable(self.row.id)).await?;
        Ok(found.is_some())
    }

    /// Whether you can change it, give it to another organisation, or call it off: those who keep the group's papers.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let powers = loaders(ctx).load_one(PowersIn(self.row.group_id)).await?;
        Ok(powers.is_some_and(|powers| powers.keeps))
    }
}

/// What an organisation has said of how an action goes.
pub struct ActionReport(action_report::Model);

/// What an organisation has said of how an action goes. Seen by whoever sees the action.
#[Object]
impl ActionReport {
    /// What was said, in plain text.
    async fn text(&self) -> &str {
        &self.0.body
    }

    /// For which organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// By whom; null if you may not see the person, and for a service. Reading somebody else's name is written to the audit log.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(author) = self.0.author_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(PersonById(author)).await?.map(Person))
    }

    /// When.
    async fn reported_at(&self) -> DateTime<Utc> {
        self.0.reported_at
    }
}

/// The actions that an organisation is to take, by when they were given out.
pub(super) async fn actions_of_organisation(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    statuses: Option<Vec<ActionStatus>>,
    arguments: &PageArguments,
) -> Result<Nodes<Quick<Action>>> {
    let wanted = WantedActions {
        statuses,
        organisation: Some(organisation),
    };
    let query = group_action::Entity::find().filter(wanted.condition());
    let order = as_given_out("action of an organisation");
    connect(ctx, query, &order, arguments, |row| {
        Quick(Action::alone(row))
    })
    .await
}

/// What came of a mutation on an action.
pub(super) struct ActionOutcome {
    action: Option<Action>,
    user_errors: Vec<UserError>,
}

payloads! {
    ActionOutcome {
        /// The action; null when nothing was changed.
        action: Action
    }:
    /// The action that was given out.
    AssignActionPayload,
    /// The action as it was changed.
    UpdateActionPayload,
    /// The action that was called off.
    CancelActionPayload,
    /// The action as its organisation has answered it.
    AnswerActionPayload,
    /// The action with the report.
    ReportActionPayload,
}

impl ActionOutcome {
    async fn of(ctx: &Context<'_>, outcome: Result<ActionId, Vec<UserError>>) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                action: loaders(ctx)
                    .load_one(ActionById(id))
                    .await?
                    .map(Action::alone),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self {
                action: None,
                user_errors,
            },
        })
    }
}
