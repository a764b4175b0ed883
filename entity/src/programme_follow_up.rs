//! What has become of a programme's work in one organisation.

use crate::id::{OrganisationId, ProgrammeFollowUpId, ProgrammeId};
use crate::kind::FollowUpStatus;
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "programme_follow_up")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgrammeFollowUpId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The organisation that took part, and reports.
    pub organisation_id: OrganisationId,
    /// Whether the work goes on.
    pub status: FollowUpStatus,
    /// As of when.
    pub as_of: Option<PartialDate>,
    /// What it says about it.
    pub note: Option<String>,
}

crate::placed::placed!(id, programme_id, organisation_id, status, as_of, note,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
