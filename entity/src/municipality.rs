//! A municipality (kommun): 290 of them, reference data. The code is SCB's, four digits, a string.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "municipality")]
pub struct Model {
    /// SCB's municipality code (kommunkod): four digits, the first two being the county's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The county that it lies in.
    pub county_code: String,
    /// The name in full: Växjö kommun.
    pub name: String,
    /// The name without "kommun": Växjö.
    pub short_name: String,
    /// The name folded for search.
    pub search_name: String,
    /// The short name as a key for Swedish order.
    pub sort_name: String,
    /// Where a label stands on a map: degrees north, WGS 84.
    pub latitude: f64,
    /// Where a label stands on a map: degrees east, WGS 84.
    pub longitude: f64,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
