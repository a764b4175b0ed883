//! A visit that one organisation has asked another for.

use crate::id::{OrganisationId, OutreachVisitId};
use crate::kind::VisitStatus;
use crate::partial_date::PartialDate;
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
    /// For whom it is, and what is wished for.
    pub wishes: String,
    /// Not before this.
    pub preferred_from: Option<PartialDate>,
    /// Not after this.
    pub preferred_to: Option<PartialDate>,
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
    /// When it was asked for.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

crate::placed::placed!(
    id,
    organisation_id,
    requested_by_organisation_id,
    status,
    wishes,
    preferred_from,
    preferred_to,
    agreed_day,
    starts_at,
    place,
    held_on,
    reason,
    cancelled_by_organisation_id,
    created_at,
    updated_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
