//! The outbox of visits: what an organisation's coordinators are to be told, written in the transaction that does it.

use crate::id::{OrganisationId, OutreachVisitId, VisitNoticeId};
use crate::kind::VisitNoticeKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit_notice")]
pub struct Model {
    /// Its id, the same however often it is delivered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VisitNoticeId,
    /// What it tells.
    pub kind: VisitNoticeKind,
    /// The organisation whose coordinators it is for.
    pub organisation_id: OrganisationId,
    /// The visit that it is about.
    pub visit_id: OutreachVisitId,
    /// When it happened.
    pub created_at: DateTimeUtc,
    /// When it was handed over; none while it waits.
    pub delivered_at: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    kind,
    organisation_id,
    visit_id,
    created_at,
    delivered_at
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
