//! A seat in a group. It belongs to an organisation or to one of its units, whoever sits on it.

use crate::id::{GroupId, OrganisationId, SeatId, UnitId};
use crate::kind::{GroupRole, SeatCapacity};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_seat")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SeatId,
    /// The group.
    pub group_id: GroupId,
    /// Whose seat it is.
    pub organisation_id: OrganisationId,
    /// Which of its units the seat belongs to.
    pub unit_id: Option<UnitId>,
    /// Ordinary, substitute, co-opted or observer.
    pub capacity: SeatCapacity,
    /// What its holder does in the group.
    pub role: GroupRole,
    /// The function that sits here, where a source names one instead of a person.
    pub function_name: Option<String>,
    /// Whose substitute it is, where substitutes are personal.
    pub substitute_for_id: Option<SeatId>,
    /// In which order substitutes are called, where the group has a list.
    pub list_position: Option<i32>,
    /// Since when the seat exists, as precisely as the source has it.
    pub valid_from: Option<PartialDate>,
    /// The first day on which the seat is no more.
    pub ends_on: Option<Date>,
    /// The number in which it came among the group's seats, from 0.
    pub position: i32,
    /// Its place among the seats: the capacity, then the position.
    pub sort_key: String,
}

crate::placed::placed!(
    id,
    group_id,
    organisation_id,
    unit_id,
    capacity,
    role,
    function_name,
    substitute_for_id,
    list_position,
    valid_from,
    ends_on,
    position,
    sort_key,
);

impl Model {
    /// What seats are sorted by: ordinary ones first, then substitutes, each in the order in which they came.
    #[must_use]
    pub fn sort_key(capacity: SeatCapacity, position: i32) -> String {
        let rank = match capacity {
            SeatCapacity::Ordinary => 0,
            SeatCapacity::Substitute => 1,
            SeatCapacity::CoOpted => 2,
            SeatCapacity::Observer => 3,
        };
        format!("{rank}{position:06}")
    }
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
