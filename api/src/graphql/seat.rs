//! Seats: which organisation sits in a group, in what capacity, and by whom.

mod filling;
mod keeping;

pub use filling::SeatHolderMutation;
pub use keeping::SeatMutation;

use super::{
    at_hand::{AtHand, object_at_hand, text},
    connection::{Nodes, cost},
    context::{loaders, viewer},
    group::{Group, GroupById},
    loader::{Loaders, load_many, load_one, load_pages},
    organisation::{
        Organisation, OrganisationById, OrganisationUnit, UnitById, organisation_at_hand,
        unit_at_hand,
    },
    person::{Person, PersonById},
};
use crate::{
    error::{Error, Result},
    policy::{
        group::{held_today, standing},
        select,
    },
    viewer::{
        Viewer,
        joined::{Known, read_joined, with_joined},
        page::{KeyKind, Ordering, PageArguments, PageRow},
        rounded,
    },
};
use async_graphql::{
    Context, ID, Object, Value, dataloader::Loader, parser::types::Field,
    resolver_utils::enum_value,
};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    group, group_convener, group_seat,
    id::{GroupId, OrganisationId, SeatHolderId, SeatId},
    kind::{GroupLevel, GroupRole, SeatCapacity},
    organisation, organisation_unit,
    partial_date::PartialDate,
    seat_holder, seat_mandate, seat_occupancy,
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryResult, Select,
    sea_query::{Expr, ExprTrait, IntoCondition, Query},
};
use std::collections::HashMap;

load_one!(
    /// A seat by its id.
    SeatById(SeatId) => group_seat.Id (|row| Some(row.id))
);
load_one!(
    /// Who holds a seat for a time, by its id.
    SeatHolderById(SeatHolderId) => seat_holder.Id (|row| Some(row.id))
);
load_many!(
    /// When a seat is held, without by whom.
    OccupancyOf(SeatId) => seat_occupancy.SeatId (seat_id), order FromDay
);

/// The seats that somebody holds on the viewer's day, whether or not the viewer may know who it is.
fn held(viewer: &Viewer) -> Condition {
    Condition::all().add(
        group_seat::Column::Id.in_subquery(select::<seat_holder::Entity>(
            seat_holder::Column::SeatId,
            held_today(viewer),
        )),
    )
}

/// Which seats of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WantedSeats {
    /// Only seats in one of these capacities.
    pub(crate) capacities: Option<Vec<SeatCapacity>>,
    /// Only vacant seats, or only those that are held.
    pub(crate) vacant: Option<bool>,
    /// Whether seats that are no more are among them.
    pub(crate) ended: bool,
}

impl WantedSeats {
    fn condition(self, viewer: &Viewer) -> Condition {
        let capacity = |list| group_seat::Column::Capacity.is_in(list);
        Condition::all()
            .add_option(self.capacities.map(capacity))
            .add_option(self.vacant.map(|vacant| {
                if vacant {
                    held(viewer).not()
                } else {
                    held(viewer)
                }
            }))
            .add_option((!self.ended).then(|| standing(viewer)))
    }
}

load_pages!(
    /// A page of a group's seats.
    SeatsOf(GroupId) => group_seat.GroupId (group_id) as PlacedSeat,
    of papers,
    order Ordering {
        name: "seat",
        key: Expr::col((group_seat::Entity, group_seat::Column::SortKey)),
        kind: KeyKind::Text,
        id: group_seat::Column::Id,
        descending: false,
    },
    filter |viewer, query, wanted: WantedSeats| with_place(viewer, query.filter(wanted.condition(viewer)))
);

/// The name of a seat's group, as what seats of an organisation are sorted by.
fn name_of_group() -> Expr {
    let name = Query::select()
        .column((group::Entity, group::Column::SortName))
        .from(group::Entity)
        .and_where(
            Expr::col((group::Entity, group::Column::Id))
                .equals((group_seat::Entity, group_seat::Column::GroupId)),
        )
        .to_owned();
    Expr::from(name)
}

/// The seats in groups that are open and are no bodies of the seat's own organisation.
fn in_groups_of_others() -> Condition {
    use group_seat::Column as S;
    let open = group::Column::ClosedAt.is_null().into_condition();
    let inside = [GroupLevel::Organisation, GroupLevel::Unit];
    let inside = select::<group::Entity>(
        group::Column::Id,
        group::Column::Level.is_in(inside).into_condition(),
    );
    let convenes = Expr::col((
        group_convener::Entity,
        group_convener::Column::OrganisationId,
    ))
    .equals((group_seat::Entity, S::OrganisationId));
    let of_the_organisation = select::<group_convener::Entity>(
        group_convener::Column::GroupId,
        convenes.into_condition(),
    );
    let own_bodies = Condition::all()
        .add(S::GroupId.in_subquery(inside))
        .add(S::GroupId.in_subquery(of_the_organisation));
    Condition::all()
        .add(S::GroupId.in_subquery(select::<group::Entity>(group::Column::Id, open)))
        .add(own_bodies.not())
}

load_pages!(
    /// A page of the seats on which an organisation is represented today, in groups that are open.
    RepresentationsOf(OrganisationId) => group_seat.OrganisationId (organisation_id) as PlacedSeat,
    order Ordering {
        name: "representation",
        key: name_of_group(),
        kind: KeyKind::Text,
        id: group_seat::Column::Id,
        descending: false,
    },
    filter |viewer, query, wanted: WantedSeats| {
        with_place(viewer, query.filter(wanted.condition(viewer)).filter(in_groups_of_others()))
    }
);

load_pages!(
    /// A page of those who hold, held or will hold a seat.
    HoldersOf(SeatId) => seat_holder.SeatId (seat_id),
    order Ordering {
        name: "holder",
        key: Expr::cust("CAST(seat_holder.from_day AS text)"),
        kind: KeyKind::Text,
        id: seat_holder::Column::Id,
        descending: true,
    },
    filter |_viewer, query, _filter: ()| query
);

/// Who holds a seat, of this group, on the viewer's day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HolderOf(pub(crate) SeatId, pub(crate) GroupId);

impl Loader<HolderOf> for Loaders {
    type Value = (seat_holder::Model, Option<Known>);
    type Error = Error;

    /// With the person: whoever asks who sits there asks for a name.
    async fn load(&self, keys: &[HolderOf]) -> Result<HashMap<HolderOf, Self::Value>> {
        let seats: Vec<_> = keys.iter().map(|key| (key.0, key.1)).collect();
        let mut holders = self.viewer.holders_today(&seats).await?;
        let keyed = keys
            .iter()
            .filter_map(|key| Some((key.clone(), holders.remove(&key.0)?)));
        Ok(keyed.collect())
    }
}

/// Joins to each seat of a page the organisation and the unit that it belongs to.
fn with_place(viewer: &Viewer, query: Select<group_seat::Entity>) -> Select<group_seat::Entity> {
    use group_seat::Column as S;
    let owner = Expr::col((organisation::Entity, organisation::Column::Id))
        .equals((group_seat::Entity, S::OrganisationId));
    let unit = Expr::col((organisation_unit::Entity, organisation_unit::Column::Id))
        .equals((group_seat::Entity, S::UnitId));
    let query = with_joined::<_, organisation::Entity>(viewer, query, owner);
    with_joined::<_, organisation_unit::Entity>(viewer, query, unit)
}

/// A seat with the organisation and the unit that it belongs to, where the viewer sees them.
#[derive(Clone)]
pub(crate) struct PlacedSeat {
    row: group_seat::Model,
    owner: Option<organisation::Model>,
    unit: Option<organisation_unit::Model>,
}

impl std::ops::Deref for PlacedSeat {
    type Target = group_seat::Model;

    fn deref(&self) -> &group_seat::Model {
        &self.row
    }
}

impl PageRow for PlacedSeat {
    fn read(row: &QueryResult, place: &mut usize) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            row: PageRow::read(row, place)?,
            owner: read_joined(row, place)?,
            unit: read_joined(row, place)?,
        })
    }
}

/// A seat in a group.
pub struct Seat {
    row: group_seat::Model,
    /// The organisation and the unit, where the seat was read with them.
    owner: Option<organisation::Model>,
    unit: Option<organisation_unit::Model>,
}

impl Seat {
    /// A seat read by itself.
    pub(super) fn alone(row: group_seat::Model) -> Self {
        Self {
            row,
            owner: None,
            unit: None,
        }
    }

    /// A seat read with the organisation and the unit that it belongs to.
    pub(super) fn placed(seat: PlacedSeat) -> Self {
        Self {
            row: seat.row,
            owner: seat.owner,
            unit: seat.unit,
        }
    }
}

impl AtHand for Seat {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        let below = &field.selection_set.node;
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.row.id.to_string()),
            "capacity" => enum_value(self.row.capacity),
            "role" => enum_value(self.row.role),
            "functionName" => text(self.row.function_name.as_ref()),
            "organisation" => {
                let owner = self.owner.as_ref()?;
                object_at_hand(below, |field| organisation_at_hand(owner, field))?
            }
            "unit" if self.row.unit_id.is_none() => Value::Null,
            "unit" => {
                let unit = self.unit.as_ref()?;
                object_at_hand(below, |field| unit_at_hand(unit, field))?
            }
            _ => return None,
        })
    }
}

/// A seat in a group. It belongs to an organisation, or to one of its units, whoever sits on it, and may be vacant. Seen
/// by whoever sees the group.
#[Object]
impl Seat {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.row.id.into()
    }

    /// The group.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.row.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// Whose seat it is.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        if let Some(owner) = &self.owner {
            return Ok(Some(Organisation(owner.clone())));
        }
        let key = OrganisationById(self.row.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Which of its units the seat belongs to; null: the organisation as such.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        if let Some(unit) = &self.unit {
            return Ok(Some(OrganisationUnit(unit.clone())));
        }
        let Some(unit) = self.row.unit_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(UnitById(unit)).await?;
        Ok(row.map(OrganisationUnit))
    }

    /// Ordinary, substitute, co-opted or observer. A substitute serves only in the place of an absent ordinary one.
    async fn capacity(&self) -> SeatCapacity {
        self.row.capacity
    }

    /// What its holder does in the group.
    async fn role(&self) -> GroupRole {
        self.row.role
    }

    /// The function that sits here, where only that is published: `Socialchef`; null where none is named.
    async fn function_name(&self) -> Option<&str> {
        self.row.function_name.as_deref()
    }

    /// Whose substitute it is, where substitutes are personal; null otherwise.
    async fn substitute_for(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let Some(ordinary) = self.row.substitute_for_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(SeatById(ordinary))
            .await?
            .map(Seat::alone))
    }

    /// In which order substitutes are called, where the group has a list; from 1.
    async fn list_position(&self) -> Option<i32> {
        self.row.list_position
    }

    /// Since when there is the seat, as precisely as the source has it; null where it is not known.
    async fn valid_from(&self) -> Option<PartialDate> {
        self.row.valid_from
    }

    /// The first day on which the seat is no more; null: it stays.
    async fn ends_on(&self) -> Option<NaiveDate> {
        self.row.ends_on
    }

    /// Whether nobody holds it today.
    async fn vacant(&self, ctx: &Context<'_>) -> Result<bool> {
        let today = viewer(ctx).today();
        let rows = loaders(ctx).load_one(OccupancyOf(self.row.id)).await?;
        let holds = |row: &seat_occupancy::Model| {
            row.from_day <= today && row.until_day.is_none_or(|until| until > today)
        };
        Ok(!rows.iter().flatten().any(holds))
    }

    /// Who holds it today. Null if it is vacant, and if you may not know who sits there: the group's members, the
    /// seat's own organisation and the coordinators of those who convene the group know; others where the name is
    /// published.
    async fn holder(&self, ctx: &Context<'_>) -> Result<Option<SeatHolder>> {
        let found = loaders(ctx)
            .load_one(HolderOf(self.row.id, self.row.group_id))
            .await?;
        Ok(found.map(|(row, person)| SeatHolder {
            row,
            person: HoldingPerson::Read(person),
        }))
    }

    /// Who holds it, held it or will hold it, latest first, as far as you may know.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<SeatHolder>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        HoldersOf::of(ctx, self.row.id, (), arguments, SeatHolder::alone).await
    }

    /// Whether you may say who sits on it: coordinators of its organisation; where that has no agreement, coordinators
    /// of those who convene the group.
    async fn viewer_can_fill(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(loaders(ctx)
            .load_one(FillableSeat(self.row.id))
            .await?
            .is_some())
    }
}

/// Whether the viewer fills a seat.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FillableSeat(SeatId);

impl Loader<FillableSeat> for Loaders {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[FillableSeat]) -> Result<HashMap<FillableSeat, Self::Value>> {
        use crate::policy::Policy;
        let query = seat_mandate::Entity::find()
            .filter(seat_mandate::Column::Id.is_in(rounded(keys.iter().map(|key| key.0))))
            .filter(seat_mandate::Entity::editable(&self.viewer));
        let rows = self.viewer.all(query).await?;
        Ok(rows
            .into_iter()
            .map(|row| (FillableSeat(row.id), ()))
            .collect())
    }
}

/// That somebody holds a seat for a time.
pub struct SeatHolder {
    row: seat_holder::Model,
    person: HoldingPerson,
}

/// The person who holds a seat.
enum HoldingPerson {
    /// As it was read with the seat's holder: none if the viewer may not see whoever it is.
    Read(Option<Known>),
    /// Not read yet.
    Unread,
}

impl SeatHolder {
    /// Without the person.
    pub(crate) fn alone(row: seat_holder::Model) -> Self {
        Self {
            row,
            person: HoldingPerson::Unread,
        }
    }
}

/// That somebody holds, held or will hold a seat. Seen by the group's members, by everybody in the seat's own
/// organisation and by the coordinators of those who convene the group; by others who see the group for as long as the
/// person sits there, where the organisation publishes the name.
#[Object]
impl SeatHolder {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.row.id.into()
    }

    /// The seat.
    async fn seat(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        Ok(loaders(ctx)
            .load_one(SeatById(self.row.seat_id))
            .await?
            .map(Seat::alone))
    }

    /// The person. Reading somebody else's name is written to the audit log; a person with protected identity has
    /// none outside the own organisation.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let known = if let HoldingPerson::Read(known) = &self.person {
            known.clone()
        } else {
            let key = PersonById(self.row.person_id);
            loaders(ctx).load_one(key).await?
        };
        Ok(known.map(Person))
    }

    /// The first day.
    async fn from_day(&self) -> NaiveDate {
        self.row.from_day
    }

    /// The first day on which the person no longer sits there and no longer reads the group's papers; null: until
    /// further notice.
    async fn until_day(&self) -> Option<NaiveDate> {
        self.row.until_day
    }

    /// Since when, as roughly as a source has it; null where `fromDay` is exact.
    async fn since(&self) -> Option<PartialDate> {
        self.row.since
    }

    /// Which organisation appointed the person.
    async fn appointed_by(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.row.appointed_by_organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// By which decision, as the organisation refers to it; null where none is named.
    async fn decision(&self) -> Option<&str> {
        self.row.decision.as_deref()
    }

    /// Whether the name is shown to everybody who sees the group.
    async fn name_published(&self) -> bool {
        self.row.name_published
    }

    /// When it was entered.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.row.recorded_at
    }
}
