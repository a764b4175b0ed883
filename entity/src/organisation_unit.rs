//! A part of an organisation: an administration, an operation, a workplace. Units form a tree.

use crate::id::{OrganisationId, UnitId};
use crate::kind::UnitKind;
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_unit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitId,
    /// The organisation that it is a part of.
    pub organisation_id: OrganisationId,
    /// The unit above it; null at the top.
    pub parent_id: Option<UnitId>,
    /// What kind of unit it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// Since when it exists, as precisely as the source has it.
    pub valid_from: Option<PartialDate>,
    /// Until when it existed; null while it does.
    pub valid_to: Option<PartialDate>,
    /// The name as a key for Swedish order.
    pub sort_name: String,
    /// The municipality that it lies in, where that is known.
    pub municipality_code: Option<String>,
    /// The first day on which it counts: the first that it could have existed on; null: always.
    pub from_day: Option<Date>,
    /// The first day on which it no longer counts; null while it does.
    pub until_day: Option<Date>,
}

crate::placed::placed!(
    id,
    organisation_id,
    parent_id,
    kind,
    name,
    valid_from,
    valid_to,
    sort_name,
    municipality_code,
    from_day,
    until_day,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
