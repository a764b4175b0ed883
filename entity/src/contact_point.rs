//! A published way to reach an organisation: a function, never a person.

use crate::id::{ContactPointId, OrganisationId};
use crate::kind::SubjectArea;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_point")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactPointId,
    /// Whose contact point it is.
    pub organisation_id: OrganisationId,
    /// The function: "Människorätts- och barnrättsstrateg".
    pub function_name: String,
    /// The subject that it answers for; null for all.
    pub subject_area: Option<SubjectArea>,
    /// The function's address, not a person's.
    pub email: Option<String>,
    /// The function's telephone number.
    pub phone: Option<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
