//! What a run of the retention job did for one organisation by one of its rules.

use crate::id::{OrganisationId, RetentionActionId, RetentionRunId};
use crate::kind::RetentionKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_action")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RetentionActionId,
    /// The run.
    pub run_id: RetentionRunId,
    /// The organisation whose rule it was.
    pub organisation_id: OrganisationId,
    /// What was kept until then.
    pub kind: RetentionKind,
    /// For how many months the rule kept it.
    pub months: i32,
    /// How many records lost the person, or were removed.
    pub records: i32,
    /// When.
    pub at: DateTimeUtc,
}

crate::placed::placed!(id, run_id, organisation_id, kind, months, records, at,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
