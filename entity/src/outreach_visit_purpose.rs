//! What a visit is asked for.

use crate::id::OutreachVisitId;
use crate::kind::VisitPurpose;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outreach_visit_purpose")]
pub struct Model {
    /// The visit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub visit_id: OutreachVisitId,
    /// The purpose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: VisitPurpose,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
