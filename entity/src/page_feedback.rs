//! An anonymous answer to "did you find what you were looking for?" on a page.

use crate::id::{OrganisationId, PageFeedbackId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "page_feedback")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PageFeedbackId,
    /// Whose page it is.
    pub organisation_id: OrganisationId,
    /// The page, as its path.
    pub page: String,
    /// Yes or no.
    pub helpful: bool,
    /// The visitor's comment.
    pub comment: Option<String>,
    /// When.
    pub created_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
