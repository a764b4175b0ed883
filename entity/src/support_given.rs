//! Support that an organisation has given to the work in one of its units: when and about what, and nothing about
//! patients or clients.

use crate::id::{OrganisationId, SupportGivenId, UnitId};
use crate::kind::SubjectArea;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_given")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupportGivenId,
    /// Who gave it.
    pub organisation_id: OrganisationId,
    /// To which of its units; null: to none in particular.
    pub unit_id: Option<UnitId>,
    /// About what.
    pub subject_area: SubjectArea,
    /// When.
    pub given_on: Date,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
