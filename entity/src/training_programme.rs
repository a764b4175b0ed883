//! A training initiative (utbildningssatsning) that groups trainings.

use crate::id::ProgrammeId;
use crate::kind::SharingLevel;
use crate::partial_date::PartialDate;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_programme")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgrammeId,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its number in a row of programmes.
    pub number: Option<i32>,
    /// The county that it is for.
    pub county_code: Option<String>,
    /// When it was given, as precisely as the source has it.
    pub period: Option<PartialDate>,
    /// How far it is shared; its organisers see it in any case.
    pub sharing: SharingLevel,
    /// Number and title as a key for Swedish order.
    pub sort_key: String,
    /// What it has led to, in the organisers' words.
    pub effects: Option<String>,
}

crate::placed::placed!(
    id,
    title,
    description,
    number,
    county_code,
    period,
    sharing,
    sort_key,
    effects,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
