//! For how long an organisation keeps one kind of record about people.

use crate::id::OrganisationId;
use crate::kind::RetentionKind;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_rule")]
pub struct Model {
    /// The organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    /// What is kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: RetentionKind,
    /// For how many months, counted as the kind says.
    pub months: i32,
    /// The number of the retention decision that it rests on.
    pub decision: Option<String>,
    /// When it was set.
    pub set_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
