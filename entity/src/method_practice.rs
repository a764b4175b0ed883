//! A method that an organisation works by.

use crate::id::{MethodPracticeId, OrganisationId};
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "method_practice")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MethodPracticeId,
    /// Who works by it.
    pub organisation_id: OrganisationId,
    /// The method's short name, by which others know it too.
    pub code: String,
    /// Its full name.
    pub name: String,
    /// Since when, as precisely as it is known.
    pub since: Option<PartialDate>,
    /// How many people of its own are qualified to train others in it; null where it is not known.
    pub own_trainers: Option<i32>,
    /// What the source says, where it says more.
    pub note: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
