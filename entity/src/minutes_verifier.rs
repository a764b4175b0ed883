//! Somebody who was at a meeting and verifies its minutes.

use crate::id::{MinutesId, MinutesVerifierId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "minutes_verifier")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MinutesVerifierId,
    /// The edition.
    pub minutes_id: MinutesId,
    /// For which organisation the person was there.
    pub organisation_id: OrganisationId,
    /// Who verifies.
    pub person_id: PersonId,
    /// How the sealed minutes name the verifier.
    pub line: String,
    /// When the person was named.
    pub named_at: DateTimeUtc,
    /// When the person verified it.
    pub verified_at: Option<DateTimeUtc>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
