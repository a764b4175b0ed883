//! A document of a group, of one of its meetings, or of an item on an agenda.

use crate::id::{AgendaItemId, DocumentId, GroupId, MeetingId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    /// The group, also of a document of a meeting or an item.
    pub group_id: GroupId,
    /// The meeting that it belongs to.
    pub meeting_id: Option<MeetingId>,
    /// The item that it belongs to.
    pub item_id: Option<AgendaItemId>,
    /// Its title.
    pub title: String,
    /// What the file is called.
    pub file_name: String,
    /// What the file is.
    pub media_type: String,
    /// How many bytes the file has.
    pub size: i64,
    /// The file's SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// The name of the file in the store.
    pub blob: String,
    /// For which organisation it was uploaded.
    pub organisation_id: OrganisationId,
    /// Who uploaded it; none for a service.
    pub uploaded_by: Option<PersonId>,
    /// When it was uploaded.
    pub uploaded_at: DateTimeUtc,
}

crate::placed::placed!(
    id,
    group_id,
    meeting_id,
    item_id,
    title,
    file_name,
    media_type,
    size,
    sha256,
    blob,
    organisation_id,
    uploaded_by,
    uploaded_at,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
