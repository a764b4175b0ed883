//! What groups have decided: by number, and searched across groups.

mod recording;

pub use recording::RecordingMutation;

use super::{
    action::{Action, ActionsOfDecision},
    agenda::{AgendaItem, AgendaItemById},
    at_hand::{AtHand, Quick, scalar},
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    group::{Group, GroupById, GroupFilter, PowersIn},
    loader::{load_many, load_one, load_pages},
    meeting::{Meeting, MeetingById},
};
use crate::{
    error::Result,
    guard::list_complexity,
    policy::{Policy, select},
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, ID, InputObject, Object, Value, parser::types::Field};
use chrono::{DateTime, Utc};
use entity::{
    decision, group,
    id::{AgendaItemId, DecisionId, GroupId, MeetingId},
    search_text::like_pattern,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

load_one!(
    /// A decision by its id.
    DecisionById(DecisionId) => decision.Id (|row| Some(row.id))
);
load_many!(
    /// The decisions of a meeting, by number.
    DecisionsOfMeeting(MeetingId) => decision.MeetingId (meeting_id), order Year, Number
);
load_many!(
    /// The decisions on an item of an agenda, by number.
    DecisionsOfItem(Option<AgendaItemId>) => decision.ItemId (item_id), order Year, Number
);
load_pages!(
    /// A page of a group's decisions, latest first.
    DecisionsOf(GroupId) => decision.GroupId (group_id),
    of papers,
    order latest_first("decision of a group"),
    filter |_viewer, query, wanted: WantedDecisions| query.filter(wanted.condition())
);

fn latest_first(name: &'static str) -> Ordering<decision::Entity> {
    Ordering {
        name,
        key: Expr::col((decision::Entity, decision::Column::DecidedAt)),
        kind: KeyKind::Instant,
        id: decision::Column::Id,
        descending: true,
    }
}

/// Which decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WantedDecisions {
    /// Whose title or text holds this.
    pub(crate) text: Option<String>,
    /// Of this year.
    pub(crate) year: Option<i32>,
}

impl WantedDecisions {
    fn condition(self) -> Condition {
        use decision::Column as D;
        let text = self.text.map(|text| {
            let pattern = LikeExpr::new(like_pattern(&text)).escape('\\');
            Expr::col((decision::Entity, D::SearchText)).like(pattern)
        });
        Condition::all()
            .add_option(self.year.map(|year| D::Year.eq(year)))
            .add_option(text)
    }
}

/// How a decision is referred to within its group: `2026:3`.
pub(super) fn reference(row: &decision::Model) -> String {
    format!("{}:{}", row.year, row.number)
}

impl AtHand for Decision {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.0.id.to_string()),
            "year" => self.0.year.into(),
            "number" => self.0.number.into(),
            "reference" => reference(&self.0).into(),
            "title" => self.0.title.as_str().into(),
            "text" => self.0.body.as_str().into(),
            "decidedAt" => scalar(Some(&self.0.decided_at)),
            "verifiedAt" => scalar(self.0.verified_at.as_ref()),
            _ => return None,
        })
    }
}

/// What a group has decided.
pub struct Decision(pub decision::Model);

/// What a group has decided at a meeting, with its number. Seen by the group's members as soon as it is entered; by others, as
/// far as the group shares its decisions, once minutes that hold it have been verified.
#[Object]
impl Decision {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The meeting; null if you do not see it.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let key = MeetingById(self.0.meeting_id);
        Ok(loaders(ctx).load_one(key).await?.map(Meeting))
    }

    /// The item of the agenda that it answers; null if there is none, or none that you see.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        let Some(item) = self.0.item_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(AgendaItemById(item)).await?;
        Ok(row.map(AgendaItem::alone))
    }

    /// The year of the meeting.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// Its number within the group and the year: from 1, without gaps.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Year and number as people write them: `2026:3`.
    async fn reference(&self) -> String {
        reference(&self.0)
    }

    /// What it is about.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What was decided, in plain text.
    async fn text(&self) -> &str {
        &self.0.body
    }

    /// When the meeting began that decided it.
    async fn decided_at(&self) -> DateTime<Utc> {
        self.0.decided_at
    }

    /// When minutes that hold it were verified: it never changes after that. Null before.
    async fn verified_at(&self) -> Option<DateTime<Utc>> {
        self.0.verified_at
    }

    /// The actions that carry it out, as far as you see them.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        let rows = loaders(ctx)
            .load_one(ActionsOfDecision(Some(self.0.id)))
            .await?;
        Ok(rows.into_iter().flatten().map(Action::alone).collect())
    }

    /// Counts the changes of the decision: send it back with `updateDecision`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether you may change it: those who keep the group's papers, until minutes that hold it have been verified.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let powers = loaders(ctx).load_one(PowersIn(self.0.group_id)).await?;
        let open = self.0.verified_at.is_none();
        Ok(open && powers.is_some_and(|powers| powers.keeps))
    }
}

/// Which decisions. All that is said must hold.
#[derive(InputObject, Default)]
pub struct DecisionFilter {
    /// Of groups that you see and that these words pick.
    group: Option<GroupFilter>,
    /// Whose title or text holds this text, whatever the accents and capitals.
    text: Option<String>,
    /// Of this year.
    year: Option<i32>,
    /// Decided at this instant or later.
    from: Option<DateTime<Utc>>,
    /// Decided before this instant.
    until: Option<DateTime<Utc>>,
    /// Only those that stand in verified minutes, or only those that do not yet.
    verified: Option<bool>,
}

impl DecisionFilter {
    fn condition(self, viewer: &Viewer) -> Condition {
        use decision::Column as D;
        // Which groups a decision's group is among is told of groups that the viewer sees only.
        let groups = self.group.map(|filter| {
            let which = group::Entity::visible(viewer);
            let which = Condition::all().add(which).add(filter.condition(viewer));
            D::GroupId.in_subquery(select::<group::Entity>(group::Column::Id, which))
        });
        let verified = self.verified.map(|verified| {
            if verified {
                D::VerifiedAt.is_not_null()
            } else {
                D::VerifiedAt.is_null()
            }
        });
        let wanted = WantedDecisions {
            text: self.text,
            year: self.year,
        };
        Condition::all()
            .add(wanted.condition())
            .add_option(groups)
            .add_option(self.from.map(|from| D::DecidedAt.gte(from)))
            .add_option(self.until.map(|until| D::DecidedAt.lt(until)))
            .add_option(verified)
    }
}

/// Where to begin with decisions.
#[derive(Default)]
pub struct DecisionQuery;

#[Object]
impl DecisionQuery {
    /// A decision by its id. Null if there is none that you may see.
    async fn decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: DecisionId,
    ) -> Result<Option<Decision>> {
        Ok(loaders(ctx).load_one(DecisionById(id)).await?.map(Decision))
    }

    /// The decisions of all groups that you may see, latest first: all those of the groups that you are in, verified ones of
    /// others as far as they share them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn decisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which decisions; all, if nothing is said.")] filter: Option<
            DecisionFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Decision>>> {
        let which = filter.unwrap_or_default().condition(viewer(ctx));
        let query = decision::Entity::find().filter(which);
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &latest_first("decision"), &arguments, |row| {
            Quick(Decision(row))
        })
        .await
    }
}
