//! A visit as the organisation that comes deals with it. The same table as `outreach_visit`, under a rule of its own.

use crate::id::{OrganisationId, OutreachVisitId};
use crate::kind::VisitStatus;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outreach_visit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutreachVisitId,
    /// Who comes.
    pub organisation_id: OrganisationId,
    /// Who has asked for it.
    pub requested_by_organisation_id: OrganisationId,
    /// What has become of it.
    pub status: VisitStatus,
    /// The day that was agreed.
    pub agreed_day: Option<Date>,
    /// When it begins, if that was agreed.
    pub starts_at: Option<DateTimeUtc>,
    /// Where.
    pub place: Option<String>,
    /// The day on which it was made.
    pub held_on: Option<Date>,
    /// Why it was declined or cancelled.
    pub reason: Option<String>,
    /// Who cancelled it.
    pub cancelled_by_organisation_id: Option<OrganisationId>,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
