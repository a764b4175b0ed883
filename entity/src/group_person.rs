//! That somebody is in a group: by a seat, by having joined, or by role. A view over the three tables that say so.

use crate::id::{GroupId, OrganisationId, PersonId, SeatId, UnitId};
use crate::kind::{MembershipSource, SeatCapacity};
use sea_orm::entity::prelude::*;

/// One row. Its id is the one of the row below the view: a holder's, a joining's or an appointment's.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_person")]
pub struct Model {
    /// The id of what makes the person a member; unique within a group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: GroupId,
    /// The person.
    pub person_id: PersonId,
    /// For which organisation.
    pub organisation_id: OrganisationId,
    /// For which of its units, if that is said.
    pub unit_id: Option<UnitId>,
    /// The seat that the person holds, if it is by one.
    pub seat_id: Option<SeatId>,
    /// By what the person is in the group.
    pub source: MembershipSource,
    /// In what capacity the seat takes part.
    pub capacity: Option<SeatCapacity>,
    /// The first day; none where it is not by days.
    pub from_day: Option<Date>,
    /// The first day without.
    pub until_day: Option<Date>,
    /// The first day on which the seat is no more.
    pub ends_on: Option<Date>,
}

crate::placed::placed!(
    id,
    group_id,
    person_id,
    organisation_id,
    unit_id,
    seat_id,
    source,
    capacity,
    from_day,
    until_day,
    ends_on,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
