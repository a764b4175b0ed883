//! That a seat is held, without by whom: what everybody may know who sees the seat. The same table as `seat_holder`,
//! under a rule of its own.

use crate::id::{SeatHolderId, SeatId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seat_holder")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SeatHolderId,
    /// The seat.
    pub seat_id: SeatId,
    /// The first day.
    pub from_day: Date,
    /// The first day on which it is no longer held so.
    pub until_day: Option<Date>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
