//! Agendas: items in a tree, proposed by members, opened to guests, moved on to the next meeting.

mod keeping;
mod proposing;

pub use keeping::{AgendaMutation, GuestMutation};
pub use proposing::ProposalMutation;
pub(super) use proposing::keeps;
pub(super) use proposing::{Placing, put_on_agenda};

use super::{
    at_hand::{AtHand, object_at_hand, text},
    context::loaders,
    decision::{Decision, DecisionsOfItem},
    document::{Document, DocumentsOfItem},
    group::{Group, GroupById},
    loader::{Loaders, load_editable, load_many, load_one, load_pages},
    meeting::{Meeting, MeetingById, MeetingPowersIn},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
};
use crate::{
    error::{Error, Result},
    guard::list_complexity,
    policy::{group::reads_papers, meeting::on_the_agenda},
    viewer::{
        page::{KeyKind, Ordering, PageRow},
        rounded,
    },
};
use async_graphql::{
    Context, ID, Object, Value, dataloader::Loader, parser::types::Field,
    resolver_utils::enum_value,
};
use chrono::{DateTime, Utc};
use entity::{
    agenda_item, agenda_item_guest,
    id::{AgendaItemId, GroupId, MeetingId},
    kind::{AgendaItemKind, AgendaItemStatus},
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    sea_query::Expr,
};
use std::{collections::HashMap, sync::Arc};

load_one!(
    /// An item by its id.
    AgendaItemById(AgendaItemId) => agenda_item.Id (|row| Some(row.id))
);
load_editable!(
    /// Whether the viewer may change an item now.
    EditableItem(AgendaItemId) => agenda_item.Id (id)
);
load_many!(
    /// Who is a guest at an item.
    GuestsOf(AgendaItemId) => agenda_item_guest.ItemId (item_id), order OrganisationId
);

/// Which of a group's items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WantedItems {
    /// Only items in one of these states.
    pub(crate) statuses: Option<Vec<AgendaItemStatus>>,
    /// Only items of the backlog, or only those of a meeting.
    pub(crate) in_backlog: Option<bool>,
}

load_pages!(
    /// A page of a group's items, in the order in which they were proposed.
    ItemsOf(GroupId) => agenda_item.GroupId (group_id),
    of papers,
    order Ordering {
        name: "agenda item",
        key: Expr::col((agenda_item::Entity, agenda_item::Column::CreatedAt)),
        kind: KeyKind::Instant,
        id: agenda_item::Column::Id,
        descending: false,
    },
    filter |_viewer, query, wanted: WantedItems| {
        use agenda_item::Column as I;
        let placed = |backlog| if backlog { I::MeetingId.is_null() } else { I::MeetingId.is_not_null() };
        query.filter(
            Condition::all()
                .add_option(wanted.statuses.map(|list| I::Status.is_in(list)))
                .add_option(wanted.in_backlog.map(placed)),
        )
    }
);

/// The agenda of a meeting of this group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AgendaOf(pub(crate) MeetingId, pub(crate) GroupId);

/// The items of an agenda that the viewer sees, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    rows: Vec<agenda_item::Model>,
    /// Whether the viewer may read the papers of the group: a guest does not learn what else there is.
    for_member: bool,
}

/// An item, and whether the viewer may read the group's papers.
struct ForReader {
    row: agenda_item::Model,
    reads: bool,
}

impl PageRow for ForReader {
    fn read(row: &QueryResult, place: &mut usize) -> Result<Self, DbErr> {
        Ok(Self {
            row: PageRow::read(row, place)?,
            reads: row.try_get_by_index(*place)?,
        })
    }
}

impl Loader<AgendaOf> for Loaders {
    type Value = Arc<Agenda>;
    type Error = Error;

    async fn load(&self, keys: &[AgendaOf]) -> Result<HashMap<AgendaOf, Self::Value>> {
        use agenda_item::Column as I;
        let reads = reads_papers(I::GroupId, &self.viewer);
        let query = agenda_item::Entity::find()
            .expr_as(Expr::from(reads), "reads")
            .filter(I::MeetingId.is_in(rounded(keys.iter().map(|key| key.0))))
            .filter(on_the_agenda())
            .order_by_asc(I::Position)
            .order_by_asc(I::Id);
        let mut agendas: HashMap<AgendaOf, Agenda> = HashMap::new();
        let rule = self.viewer.rule_in(keys.iter().map(|key| key.1));
        for ForReader { row, reads } in self.viewer.all_under::<_, ForReader>(rule, query).await? {
            let Some(meeting) = row.meeting_id else {
                continue;
            };
            let agenda = agendas.entry(AgendaOf(meeting, row.group_id)).or_default();
            agenda.for_member = reads;
            agenda.rows.push(row);
        }
        let each = agendas.into_iter();
        Ok(each.map(|(key, agenda)| (key, Arc::new(agenda))).collect())
    }
}

/// An item of an agenda.
#[derive(Clone)]
pub struct AgendaItem {
    row: agenda_item::Model,
    /// The agenda that it was read with.
    agenda: Option<Arc<Agenda>>,
}

impl AgendaItem {
    /// An item read by itself.
    pub(super) fn alone(row: agenda_item::Model) -> Self {
        Self { row, agenda: None }
    }

    /// The items of an agenda that stand at the top: below no other that the viewer sees.
    pub(super) fn top(agenda: &Arc<Agenda>) -> Vec<Self> {
        let rows = &agenda.rows;
        let top = rows.iter().filter(|row| {
            row.parent_id
                .is_none_or(|parent| rows.iter().all(|other| other.id != parent))
        });
        top.map(|row| Self::on(agenda, row)).collect()
    }

    /// An item read with its agenda.
    fn on(agenda: &Arc<Agenda>, row: &agenda_item::Model) -> Self {
        Self {
            row: row.clone(),
            agenda: Some(Arc::clone(agenda)),
        }
    }

    /// The number of the item, if it stands on that agenda.
    fn number_on(&self, agenda: &Agenda) -> Option<String> {
        let stands = agenda.rows.iter().any(|row| row.id == self.row.id);
        stands.then(|| number(&agenda.rows, &self.row))
    }

    /// The items of the agenda that stand below it.
    fn below(&self, agenda: &Arc<Agenda>) -> Vec<Self> {
        let below = agenda
            .rows
            .iter()
            .filter(|row| row.parent_id == Some(self.row.id));
        below.map(|row| Self::on(agenda, row)).collect()
    }

    /// The agenda that the item stands on; empty in the backlog.
    async fn agenda(&self, ctx: &Context<'_>) -> Result<Arc<Agenda>> {
        if let Some(agenda) = &self.agenda {
            return Ok(Arc::clone(agenda));
        }
        let Some(meeting) = self.row.meeting_id else {
            return Ok(Arc::default());
        };
        let agenda = loaders(ctx)
            .load_one(AgendaOf(meeting, self.row.group_id))
            .await?;
        Ok(agenda.unwrap_or_default())
    }

    /// Whether the viewer may read the papers of the group: a guest does not learn what else there is.
    async fn is_for_member(&self, ctx: &Context<'_>) -> Result<bool> {
        if let Some(agenda) = &self.agenda {
            return Ok(agenda.for_member);
        }
        let Some(meeting) = self.row.meeting_id else {
            return Ok(true);
        };
        let powers = loaders(ctx).load_one(MeetingPowersIn(meeting)).await?;
        Ok(powers.is_some_and(|powers| powers.reads))
    }
}

/// The number of an item on its agenda, such as `2.1`: its place among its siblings, below that of its parent.
fn number(agenda: &[agenda_item::Model], row: &agenda_item::Model) -> String {
    let mut places = Vec::new();
    let mut at = Some(row);
    // An agenda is a tree of few levels; whatever the data, this ends.
    while let Some(item) = at.filter(|_| places.len() < 20) {
        let siblings = agenda
            .iter()
            .filter(|other| other.parent_id == item.parent_id);
        let place = siblings.take_while(|other| other.id != item.id).count() + 1;
        places.push(place.to_string());
        at = item
            .parent_id
            .and_then(|parent| agenda.iter().find(|other| other.id == parent));
    }
    places.reverse();
    places.join(".")
}

impl AtHand for AgendaItem {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.row.id.to_string()),
            "number" => {
                let agenda = self.agenda.as_ref()?;
                let number = agenda.for_member.then(|| self.number_on(agenda)).flatten();
                text(number.as_ref())
            }
            "kind" => enum_value(self.row.kind),
            "status" => enum_value(self.row.status),
            "title" => self.row.title.as_str().into(),
            "description" => self.row.description.as_str().into(),
            "children" => {
                let below = &field.selection_set.node;
                let children = self.below(self.agenda.as_ref()?);
                let values = children
                    .iter()
                    .map(|child| object_at_hand(below, |field| child.at_hand(field)));
                Value::List(values.collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

/// An item of an agenda, or of a group's backlog. Seen by whoever may read the group's papers once it has been accepted,
/// before that by those who keep the agenda and by the organisation that proposed it; a guest sees the item that it is
/// invited to.
#[Object]
impl AgendaItem {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.row.id.into()
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.row.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The meeting; null while it waits in the group's backlog.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let Some(meeting) = self.row.meeting_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(MeetingById(meeting)).await?;
        Ok(row.map(Meeting))
    }

    /// Its number on the agenda, such as `2.1`. Null in the backlog, before it has been accepted, and for a guest.
    async fn number(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if !self.is_for_member(ctx).await? {
            return Ok(None);
        }
        Ok(self.number_on(&*self.agenda(ctx).await?))
    }

    /// For information, for discussion, for decision, or to follow up.
    async fn kind(&self) -> AgendaItemKind {
        self.row.kind
    }

    /// Proposed, accepted, declined or dealt with.
    async fn status(&self) -> AgendaItemStatus {
        self.row.status
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What it is about, in plain text.
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// The item that it is a part of; null at the top, and if you do not see that one.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        let Some(parent) = self.row.parent_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(AgendaItemById(parent)).await?;
        Ok(row.map(AgendaItem::alone))
    }

    /// The items below it that you see, in order.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<AgendaItem>> {
        Ok(self.below(&self.agenda(ctx).await?))
    }

    /// Which organisation proposed it.
    async fn proposed_by_organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.row.proposed_by_organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Who proposed it; null for a service, for a guest, and if you may not see the person. Reading somebody else's name
    /// is written to the audit log.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.row.proposed_by else {
            return Ok(None);
        };
        if !self.is_for_member(ctx).await? {
            return Ok(None);
        }
        Ok(loaders(ctx).load_one(PersonById(person)).await?.map(Person))
    }

    /// Why it was declined; null unless it was.
    async fn decline_reason(&self) -> Option<&str> {
        self.row.decline_reason.as_deref()
    }

    /// The meeting that it was moved from last; null if it never was, and for a guest of the item only.
    async fn moved_from(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let Some(meeting) = self.row.moved_from_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(MeetingById(meeting)).await?;
        Ok(row.map(Meeting))
    }

    /// The organisations that it is open to without being in the group. For whoever may read the group's papers; a guest
    /// sees itself only.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn guests(&self, ctx: &Context<'_>) -> Result<Vec<AgendaItemGuest>> {
        let rows = loaders(ctx).load_one(GuestsOf(self.row.id)).await?;
        Ok(rows.into_iter().flatten().map(AgendaItemGuest).collect())
    }

    /// What has been decided on it, by number. For whoever may read the group's papers all; for others, as far as the group
    /// shares its decisions, what stands in verified minutes.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    async fn decisions(&self, ctx: &Context<'_>) -> Result<Vec<Decision>> {
        let rows = loaders(ctx)
            .load_one(DecisionsOfItem(Some(self.row.id)))
            .await?;
        Ok(rows.into_iter().flatten().map(Decision).collect())
    }

    /// Its documents, in the order in which they came; up to 100. For whoever sees the item, also a guest of it.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<Document>> {
        let key = DocumentsOfItem(Some(self.row.id));
        let rows = loaders(ctx).load_one(key).await?;
        Ok(rows.into_iter().flatten().map(Document).collect())
    }

    /// When it was proposed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// Counts the changes of the item: send it back with `updateAgendaItem`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// Whether you may change it: those who keep the agenda; before it is answered, the organisation that proposed it.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let found = loaders(ctx).load_one(EditableItem(self.row.id)).await?;
        Ok(found.is_some())
    }
}

/// An organisation that an item is open to without being in the group.
pub struct AgendaItemGuest(agenda_item_guest::Model);

/// An organisation that an item is open to without being in the group. Seen by whoever may read the group's
/// papers, and by the coordinators of the organisation.
#[Object]
impl AgendaItemGuest {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }
}
