//! Who sits, or sat, on a seat, and by whose decision.

use crate::id::{OrganisationId, PersonId, SeatHolderId, SeatId};
use crate::partial_date::PartialDate;
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
    /// The person.
    pub person_id: PersonId,
    /// The first day.
    pub from_day: Date,
    /// The first day on which the person no longer sits here, and no longer reads the papers.
    pub until_day: Option<Date>,
    /// Since when, as roughly as a source has it; `from_day` is then the day of the entry.
    pub since: Option<PartialDate>,
    /// Which organisation appointed the person.
    pub appointed_by_organisation_id: OrganisationId,
    /// Who entered it.
    pub appointed_by: Option<PersonId>,
    /// By which decision, as the organisation refers to it.
    pub decision: Option<String>,
    /// Whether the name is shown to everybody who sees the group.
    pub name_published: bool,
    /// When it was entered.
    pub recorded_at: DateTimeUtc,
}

crate::placed::placed!(
    id,
    seat_id,
    person_id,
    from_day,
    until_day,
    since,
    appointed_by_organisation_id,
    appointed_by,
    decision,
    name_published,
    recorded_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
