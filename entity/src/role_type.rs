//! A type of role that people are appointed to, such as child rights strategist.

use crate::id::RoleTypeId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_type")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleTypeId,
    /// Its code: `CHILD_RIGHTS_STRATEGIST`.
    pub code: String,
    /// Its name in Swedish.
    pub name_sv: String,
    /// Its name in English.
    pub name_en: String,
    /// What it is, in plain text.
    pub description: String,
    /// How a source spells it, where that differs.
    pub source_spelling: Option<String>,
    /// Whether an organisation has one holder at a time.
    pub one_at_a_time: bool,
    /// The Swedish name as a key for Swedish order.
    pub sort_name: String,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
