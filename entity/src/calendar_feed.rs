//! A secret address by which somebody's calendar program reads the person's meetings and occasions.

use crate::id::{CalendarFeedId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_feed")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarFeedId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The organisation whose member the person is when it is read.
    pub organisation_id: OrganisationId,
    /// What the person calls it.
    pub name: String,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub secret_digest: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// From when on it is no longer answered.
    pub expires_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
