//! A person as those see it who check in at the door: the name, and nothing else. The same table as `person`, under
//! a rule of its own.

use crate::confidential::Confidential;
use crate::id::PersonId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    /// Given name and family name.
    pub name: Confidential<String>,
    /// A person with protected identity is named nowhere outside the own organisation.
    pub protected_identity: bool,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
