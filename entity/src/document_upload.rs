//! That somebody uploaded a document: the same table as `document`, without what the document is called or says.

use crate::id::{DocumentId, GroupId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    /// The document.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    /// The group.
    pub group_id: GroupId,
    /// What the file is.
    pub media_type: String,
    /// How many bytes the file has.
    pub size: i64,
    /// For which organisation it was uploaded.
    pub organisation_id: OrganisationId,
    /// Who uploaded it; none for a service.
    pub uploaded_by: Option<PersonId>,
    /// When it was uploaded.
    pub uploaded_at: DateTimeUtc,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
