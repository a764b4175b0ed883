//! A county (län): 21 of them, reference data. The code is SCB's, two digits, a string.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "county")]
pub struct Model {
    /// SCB's county code (länskod): two digits, such as `07`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The name in full: Kronobergs län.
    pub name: String,
    /// The name without "län": Kronoberg.
    pub short_name: String,
    /// The county's seat (residensstad).
    pub seat: String,
    /// ISO 3166-2, such as `SE-G`.
    pub iso_code: String,
    /// The name folded for search.
    pub search_name: String,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
