//! A seat as the organisation sees it that fills it: what one needs the permission for before somebody is given the
//! seat. The same table as `group_seat`, under a rule of its own.

use crate::id::{GroupId, OrganisationId, SeatId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_seat")]
pub struct Model {
    /// The seat.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SeatId,
    /// The group.
    pub group_id: GroupId,
    /// Whose seat it is.
    pub organisation_id: OrganisationId,
    /// The first day on which the seat is no more.
    pub ends_on: Option<Date>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
