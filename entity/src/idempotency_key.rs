//! A key that a client gave a mutation, so that a repeated request has one effect and one answer.

use crate::id::OrganisationId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The organisation whose key it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// A digest of the request: the same key with another request is an error.
    pub fingerprint: String,
    /// The ids of what was made, as JSON.
    pub result: String,
    /// When: a key is kept for 24 hours.
    pub created_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
