//! Who may put a document where, and making its row once its file is in the store.

use crate::{
    document_store::Written,
    domain::document::{FileType, is_file_name},
    error::{Error, Result},
    graphql::{
        agenda::keeps,
        idempotency::Once,
        meeting::refusal,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use entity::{
    agenda_item, document, group_room,
    id::{AgendaItemId, DocumentId, GroupId, MeetingId},
    meeting_desk,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use std::{fmt, str::FromStr};

/// How many documents a meeting, or an item, has at most.
const MOST_DOCUMENTS: u64 = 100;

/// What a document belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Group(GroupId),
    Meeting(MeetingId),
    Item(AgendaItemId),
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let group = || text.parse().map(Self::Group);
        let meeting = || text.parse().map(Self::Meeting);
        let item = || text.parse().map(Self::Item);
        group()
            .or_else(|_| meeting())
            .or_else(|_| item())
            .map_err(|_| ())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(id) => id.fmt(f),
            Self::Meeting(id) => id.fmt(f),
            Self::Item(id) => id.fmt(f),
        }
    }
}

/// What its sender says of a document.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) place: Place,
    pub(crate) title: String,
    pub(crate) file_name: String,
    pub(crate) idempotency_key: Option<String>,
}

impl Description {
    /// What is wrong with it by itself.
    pub(crate) fn check(&self) -> Vec<UserError> {
        let mut errors = Vec::new();
        check_text(Checked::Line, &self.title, &["title"], &mut errors);
        check_text(Checked::Line, &self.file_name, &["fileName"], &mut errors);
        if !is_file_name(&self.file_name) {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &["fileName"]));
        }
        self.once("").check(&mut errors);
        errors
    }

    /// The same document for the same place, by its content, is the same request.
    fn once(&self, sha256: &str) -> Once<'_> {
        let what = [
            self.place.to_string(),
            self.title.clone(),
            self.file_name.clone(),
            sha256.to_owned(),
        ];
        Once::new("document", self.idempotency_key.as_ref(), &what.to_vec())
    }
}

/// Where the viewer has been permitted to put a document.
pub(crate) struct Spot {
    room: Permitted<group_room::Model>,
    meeting: Option<MeetingId>,
    item: Option<AgendaItemId>,
}

/// Asks whether the viewer may put a document there: those who keep the group's papers, and to an item those who may
/// change it. Ask inside a transaction.
pub(crate) async fn permitted(
    viewer: &Viewer,
    place: Place,
) -> Result<Result<Spot, Vec<UserError>>> {
    let (group, meeting, item) = match place {
        Place::Group(id) => (id, None, None),
        Place::Meeting(id) => match viewer.edit(meeting_desk::Entity::find_by_id(id)).await? {
            Access::Granted(row) => (row.group_id, Some(id), None),
            Access::Refused => return Err(Error::Forbidden),
            Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "place"))),
        },
        Place::Item(id) => match viewer.edit(agenda_item::Entity::find_by_id(id)).await? {
            Access::Granted(row) => (row.group_id, None, Some(id)),
            Access::Refused => return Err(Error::Forbidden),
            Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "place"))),
        },
    };
    let room = match viewer.edit(group_room::Entity::find_by_id(group)).await? {
        Access::Granted(room) => room,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "place"))),
    };
    // Every member may enter the room; the group's own papers are for those who keep them.
    if matches!(place, Place::Group(_)) && !keeps(viewer, group).await? {
        return Err(Error::Forbidden);
    }
    if room.closed_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "place")));
    }
    if is_full(viewer, place).await? {
        return Ok(Err(refusal(UserErrorCode::TooManyDocuments, "place")));
    }
    Ok(Ok(Spot {
        room,
        meeting,
        item,
    }))
}

async fn is_full(viewer: &Viewer, place: Place) -> Result<bool> {
    let beside = match place {
        // A group's are read page by page.
        Place::Group(_) => return Ok(false),
        Place::Meeting(id) => document::Column::MeetingId.eq(id),
        Place::Item(id) => document::Column::ItemId.eq(id),
    };
    let there = viewer
        .count(document::Entity::find().filter(beside))
        .await?;
    Ok(there >= MOST_DOCUMENTS)
}

/// Makes the row of a document whose file is in the store, if the viewer may still put it there. The same request with
/// the same key gives the document that it gave before.
pub(crate) async fn keep(
    viewer: &Viewer,
    description: &Description,
    kind: &FileType,
    file: &Written,
) -> Result<Result<DocumentId, Vec<UserError>>> {
    let once = &description.once(&file.sha256);
    viewer
        .transaction(|viewer| async move {
            let work = async {
                let spot = match permitted(&viewer, description.place).await? {
                    Ok(spot) => spot,
                    Err(errors) => return Ok(Err(errors)),
                };
                let new = document::ActiveModel {
                    id: Set(DocumentId::new()),
                    group_id: Set(spot.room.id),
                    meeting_id: Set(spot.meeting),
                    item_id: Set(spot.item),
                    title: Set(description.title.trim().to_owned()),
                    file_name: Set(description.file_name.trim().to_owned()),
                    media_type: Set(kind.media_type.to_owned()),
                    size: Set(i64::try_from(file.size).map_err(Error::internal)?),
                    sha256: Set(file.sha256.clone()),
                    blob: Set(file.name.clone()),
                    organisation_id: Set(viewer.signed_in()?.organisation),
                    uploaded_by: Set(viewer.person()),
                    uploaded_at: Set(viewer.now()),
                };
                let made = viewer
                    .make_part::<document::Entity>(&spot.room, new)
                    .await?;
                Ok(Ok(made.id))
            };
            once.make(&viewer, work).await
        })
        .await
}
