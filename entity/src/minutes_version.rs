//! A text of minutes as somebody saved it: none is ever changed or lost.

use crate::id::{MinutesId, MinutesVersionId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "minutes_version")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MinutesVersionId,
    /// The edition.
    pub minutes_id: MinutesId,
    /// Its number within the edition, from 1.
    pub number: i32,
    /// The text.
    pub body: String,
    /// For which organisation it was written.
    pub organisation_id: OrganisationId,
    /// Who wrote it.
    pub author_id: Option<PersonId>,
    /// When it was saved.
    pub written_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
