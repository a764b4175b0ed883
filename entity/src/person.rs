//! Somebody who takes part, as the own organisation has registered them. Never a child or a patient.

use crate::confidential::Confidential;
use crate::id::PersonId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    /// Given name and family name.
    pub name: Confidential<String>,
    /// The address at work.
    pub email: Confidential<String>,
    /// A person with protected identity counts everywhere and is named nowhere outside the own organisation.
    pub protected_identity: bool,
    /// The name folded for search.
    pub search_name: Confidential<String>,
    /// The name as a key for Swedish order.
    pub sort_name: String,
}

crate::placed::placed!(id, name, email, protected_identity, search_name, sort_name,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
