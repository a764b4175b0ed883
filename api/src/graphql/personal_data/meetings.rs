//! The part of the export that tells to which meetings a person came, did not come, or was called as a substitute.

use crate::{
    error::Result,
    viewer::{Viewer, held::Edition},
};
use entity::{
    document_upload,
    id::{MeetingId, PersonId},
    meeting, meeting_absence, meeting_attendance, meeting_substitution, minutes_verifier,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Attendance, absences, calls.
pub(super) struct Meetings {
    pub(super) attended: Vec<Value>,
    pub(super) absences: Vec<Value>,
    pub(super) substitutions: Vec<Value>,
    pub(super) verified: Vec<Value>,
    pub(super) uploads: Vec<Value>,
}

pub(super) async fn of(viewer: &Viewer, person: PersonId) -> Result<Meetings> {
    let attended = meeting_attendance::Entity::find()
        .filter(meeting_attendance::Column::PersonId.eq(person))
        .order_by_asc(meeting_attendance::Column::RecordedAt)
        .order_by_asc(meeting_attendance::Column::Id);
    let attended = viewer.all(attended).await?;
    let absences = meeting_absence::Entity::find()
        .filter(meeting_absence::Column::PersonId.eq(person))
        .order_by_asc(meeting_absence::Column::AnnouncedAt)
        .order_by_asc(meeting_absence::Column::Id);
    let absences = viewer.all(absences).await?;
    let calls = meeting_substitution::Entity::find()
        .filter(meeting_substitution::Column::PersonId.eq(person))
        .order_by_asc(meeting_substitution::Column::CalledAt)
        .order_by_asc(meeting_substitution::Column::Id);
    let calls = viewer.all(calls).await?;
    let verified = minutes_verifier::Entity::find()
        .filter(minutes_verifier::Column::PersonId.eq(person))
        .order_by_asc(minutes_verifier::Column::NamedAt)
        .order_by_asc(minutes_verifier::Column::Id);
    let verified = viewer.all(verified).await?;
    let uploads = document_upload::Entity::find()
        .filter(document_upload::Column::UploadedBy.eq(person))
        .order_by_asc(document_upload::Column::UploadedAt)
        .order_by_asc(document_upload::Column::Id);
    let uploads = viewer.all(uploads).await?;
    let ids = attended.iter().map(|row| row.meeting_id);
    let ids = ids.chain(absences.iter().map(|row| row.meeting_id));
    let ids = ids.chain(calls.iter().map(|row| row.meeting_id));
    let meetings = viewer
        .among::<meeting::Entity, _>(meeting::Column::Id, ids)
        .await?;
    let sealed = viewer.sealed_editions_of(person).await?;
    let meetings = Meant {
        titles: meetings.into_iter().map(|row| (row.id, row)).collect(),
        sealed,
    };
    Ok(Meetings {
        attended: attended.iter().map(|row| meetings.attended(row)).collect(),
        absences: absences.iter().map(|row| meetings.absence(row)).collect(),
        substitutions: calls.iter().map(|row| meetings.called(row)).collect(),
        verified: verified.iter().map(verifier).collect(),
        uploads: uploads.iter().map(uploaded).collect(),
    })
}

/// What the ids of meetings stand for.
struct Meant {
    /// The meetings that the reader sees; of others there is an id.
    titles: HashMap<MeetingId, meeting::Model>,
    /// The verified editions that say who was there; what else they say is for whoever reads the papers.
    sealed: Vec<Edition>,
}

impl Meant {
    fn sealed(&self, meeting: MeetingId) -> Vec<Value> {
        let of_it = self.sealed.iter().filter(|row| row.meeting_id == meeting);
        of_it
            .map(|row| json!({ "edition": row.edition, "sealedAt": row.sealed_at }))
            .collect()
    }

    fn meeting(&self, id: MeetingId) -> Value {
        let row = self.titles.get(&id);
        json!({
            "id": id.to_string(),
            "title": row.map(|row| &row.title),
            "startsAt": row.map(|row| row.starts_at),
        })
    }

    fn attended(&self, row: &meeting_attendance::Model) -> Value {
        let meeting_attendance::Model {
            id,
            meeting_id,
            seat_id,
            person_id: _,
            organisation_id,
            status,
            uses_seat_id,
            recorded_at,
        } = *row;
        json!({
            "id": id.to_string(),
            "meeting": self.meeting(meeting_id),
            "organisationId": organisation_id.to_string(),
            "seatId": seat_id.map(|id| id.to_string()),
            "usedSeatId": uses_seat_id.map(|id| id.to_string()),
            "status": status,
            "recordedAt": recorded_at,
            "sealedMinutes": self.sealed(meeting_id),
        })
    }

    fn absence(&self, row: &meeting_absence::Model) -> Value {
        let meeting_absence::Model {
            id,
            meeting_id,
            seat_id,
            person_id: _,
            organisation_id,
            announced_at,
        } = *row;
        json!({
            "id": id.to_string(),
            "meeting": self.meeting(meeting_id),
            "organisationId": organisation_id.to_string(),
            "seatId": seat_id.to_string(),
            "announcedAt": announced_at,
        })
    }

    fn called(&self, row: &meeting_substitution::Model) -> Value {
        let meeting_substitution::Model {
            id,
            meeting_id,
            seat_id,
            substitute_seat_id,
            person_id: _,
            organisation_id,
            status,
            called_at,
            answered_at,
        } = *row;
        json!({
            "id": id.to_string(),
            "meeting": self.meeting(meeting_id),
            "organisationId": organisation_id.to_string(),
            "seatId": seat_id.to_string(),
            "substituteSeatId": substitute_seat_id.to_string(),
            "status": status,
            "calledAt": called_at,
            "answeredAt": answered_at,
        })
    }
}

/// That the person was to verify minutes. The line stands in the sealed minutes and stays there after an erasure.
fn verifier(row: &minutes_verifier::Model) -> Value {
    let minutes_verifier::Model {
        id,
        minutes_id,
        person_id: _,
        organisation_id,
        line,
        named_at,
        verified_at,
    } = row;
    json!({
        "id": id.to_string(),
        "minutesId": minutes_id.to_string(),
        "organisationId": organisation_id.to_string(),
        "lineInTheMinutes": line,
        "namedAt": named_at,
        "verifiedAt": verified_at,
    })
}

/// What the document is called is a paper of the group, for whoever may read it now.
fn uploaded(row: &document_upload::Model) -> Value {
    json!({
        "document": row.id.to_string(),
        "group": row.group_id.to_string(),
        "mediaType": row.media_type,
        "size": row.size,
        "uploadedAt": row.uploaded_at,
    })
}
