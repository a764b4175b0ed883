//! What a token's issuer calls a person: the pair (issuer, subject), never an e-mail address.

use crate::id::PersonId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_identity")]
pub struct Model {
    /// The token's `iss`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// The token's `sub`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Who that is.
    pub person_id: PersonId,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
