//! An issue that somebody with a role has raised to a council.

use crate::id::{AgendaItemId, CouncilIssueId, GroupId, OrganisationId, PersonId, UnitId};
use crate::kind::CouncilIssueStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "council_issue")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CouncilIssueId,
    /// The council.
    pub group_id: GroupId,
    /// For which organisation it was raised.
    pub organisation_id: OrganisationId,
    /// Who raised it.
    pub person_id: PersonId,
    /// The unit that it concerns.
    pub unit_id: Option<UnitId>,
    /// What has become of it.
    pub status: CouncilIssueStatus,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The item that the council made of it.
    pub item_id: Option<AgendaItemId>,
    /// What the council answered.
    pub answer: Option<String>,
    /// Why the council did not take it up.
    pub decline_reason: Option<String>,
    /// When it was raised.
    pub raised_at: DateTimeUtc,
    /// When the council took it up.
    pub taken_up_at: Option<DateTimeUtc>,
    /// When it was answered, declined or withdrawn.
    pub closed_at: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    group_id,
    organisation_id,
    person_id,
    unit_id,
    status,
    title,
    description,
    item_id,
    answer,
    decline_reason,
    raised_at,
    taken_up_at,
    closed_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
