//! Documents: what is told of them, and how one is taken away. They come and go over HTTP, beside GraphQL.

mod keeping;

pub(crate) use keeping::{Description, keep, permitted};

use super::{
    agenda::{AgendaItem, AgendaItemById},
    context::{loaders, viewer},
    group::{Group, GroupById, PowersIn},
    loader::{load_editable, load_many, load_one, load_pages},
    meeting::{Meeting, MeetingById, refusal},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
    user_error::{UserError, UserErrorCode},
};
use crate::{
    document_store::DocumentStore,
    error::{Error, Result},
    viewer::{
        Access,
        page::{KeyKind, Ordering},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    document,
    id::{AgendaItemId, DocumentId, GroupId, MeetingId},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use std::sync::Arc;

load_one!(
    /// A document by its id.
    DocumentById(DocumentId) => document.Id (|row| Some(row.id))
);
load_many!(
    /// A meeting's documents.
    DocumentsOfMeeting(Option<MeetingId>) => document.MeetingId (meeting_id), order UploadedAt, Id
);
load_many!(
    /// An item's documents.
    DocumentsOfItem(Option<AgendaItemId>) => document.ItemId (item_id), order UploadedAt, Id
);
load_pages!(
    /// A page of a group's own documents, latest first.
    DocumentsOfGroup(GroupId) => document.GroupId (group_id),
    order Ordering {
        name: "document",
        key: Expr::col((document::Entity, document::Column::UploadedAt)),
        kind: KeyKind::Instant,
        id: document::Column::Id,
        descending: true,
    },
    filter |_viewer, query, _all: ()| query
        .filter(document::Column::MeetingId.is_null())
        .filter(document::Column::ItemId.is_null())
);

load_editable!(
    /// Whether the viewer may remove a document.
    Removable(DocumentId) => document.Id (id)
);

/// Where a document is fetched from, and where it is sent to.
pub(crate) const DOCUMENTS: &str = "/documents";

/// A document.
pub struct Document(pub document::Model);

/// A file of a group, of one of its meetings, or of an item on an agenda (handling, underlag). Seen by whoever may read the
/// group's papers; one of an item by whoever sees the item, so also by a guest of it. Upload one with `POST /documents`, beside
/// GraphQL.
#[Object]
impl Document {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The group; null if you do not see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The meeting that it belongs to; null if it belongs to none.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let Some(meeting) = self.0.meeting_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(MeetingById(meeting)).await?;
        Ok(row.map(Meeting))
    }

    /// The item that it belongs to; null if it belongs to none.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        let Some(item) = self.0.item_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(AgendaItemById(item)).await?;
        Ok(row.map(AgendaItem::alone))
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What the file is called, with its ending: `Underlag.pdf`.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    /// The file's media type: `application/pdf`.
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// How many bytes the file has.
    async fn size(&self) -> i64 {
        self.0.size
    }

    /// The SHA-256 of the file, in 64 hexadecimal digits: hash what you have fetched to see that it came whole.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// For which organisation it was uploaded.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// Who uploaded it; null for a service, for a guest of the item, and if you may not see the person. Reading somebody
    /// else's name is written to the audit log.
    async fn uploaded_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.uploaded_by else {
            return Ok(None);
        };
        let powers = loaders(ctx).load_one(PowersIn(self.0.group_id)).await?;
        if !powers.is_some_and(|powers| powers.reads) {
            return Ok(None);
        }
        Ok(loaders(ctx).load_one(PersonById(person)).await?.map(Person))
    }

    /// When it was uploaded.
    async fn uploaded_at(&self) -> DateTime<Utc> {
        self.0.uploaded_at
    }

    /// The file's path on the server that answers this query. Fetch it with GET and the same `Authorization` header; whether
    /// you may have it is asked anew each time.
    async fn path(&self) -> String {
        path(self.0.id)
    }

    /// Whether you may remove it: those who keep the group's papers; of an item also those who may change the item.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let found = loaders(ctx).load_one(Removable(self.0.id)).await?;
        Ok(found.is_some())
    }
}

/// The path of a document.
pub(crate) fn path(id: DocumentId) -> String {
    format!("{DOCUMENTS}/{id}")
}

/// A document to be taken away.
#[derive(InputObject)]
pub struct RemoveDocumentInput {
    /// The document.
    document_id: DocumentId,
}

/// What came of `removeDocument`.
#[derive(SimpleObject)]
pub struct RemoveDocumentPayload {
    /// The id of the document that is no more; null when nothing was changed.
    removed_id: Option<ID>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// How documents are taken away.
#[derive(Default)]
pub struct DocumentMutation;

#[Object]
impl DocumentMutation {
    /// Removes a document: its row and its file are gone, and cannot be had back. For those who keep the group's papers; one of
    /// an item also for those who may change the item; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`.
    async fn remove_document(
        &self,
        ctx: &Context<'_>,
        input: RemoveDocumentInput,
    ) -> Result<RemoveDocumentPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let id = input.document_id;
        let removed = viewer
            .transaction(|viewer| async move {
                let row = match viewer.edit(document::Entity::find_by_id(id)).await? {
                    Access::Granted(row) => row,
                    Access::Refused => return Err(Error::Forbidden),
                    Access::Missing => return Ok(None),
                };
                let which = Condition::all().add(document::Column::Id.eq(id));
                viewer.remove::<document::Entity>(which).await?;
                Ok(Some(row.into_row()))
            })
            .await?;
        let Some(row) = removed else {
            return Ok(RemoveDocumentPayload {
                removed_id: None,
                user_errors: refusal(UserErrorCode::NotFound, "documentId"),
            });
        };
        let store = ctx.data_unchecked::<Arc<DocumentStore>>();
        if let Err(error) = store.remove(&row.blob).await {
            // Nobody can read it any more, and the sweep clears it away.
            tracing::warn!(?error, "the file of a removed document is still there");
        }
        Ok(RemoveDocumentPayload {
            removed_id: Some(row.id.into()),
            user_errors: Vec::new(),
        })
    }
}
