//! The outbox of groups: what somebody is to be told, written in the transaction that does it.

use crate::id::{GroupId, GroupNoticeId, OrganisationId, PersonId};
use crate::kind::GroupNoticeKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_notice")]
pub struct Model {
    /// Its id, the same however often it is delivered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GroupNoticeId,
    /// What it tells.
    pub kind: GroupNoticeKind,
    /// The organisation that it is for.
    pub organisation_id: OrganisationId,
    /// The person that it is for; none: the organisation's coordinators.
    pub person_id: Option<PersonId>,
    /// The group that it is about.
    pub group_id: GroupId,
    /// The global id of what it is about.
    pub subject: Option<String>,
    /// When it happened.
    pub created_at: DateTimeUtc,
    /// When it was handed over; none while it waits.
    pub delivered_at: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    kind,
    organisation_id,
    person_id,
    group_id,
    subject,
    created_at,
    delivered_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
