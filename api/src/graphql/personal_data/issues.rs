//! The part of the export that tells which issues a person has raised to councils.

use crate::{error::Result, viewer::Viewer};
use entity::{council_issue, id::PersonId};
use serde_json::{Value, json};

/// What an issue says is told to whoever raised it and to nobody else of the organisation; an administrator is told that
/// there is one, and what has become of it.
pub(super) async fn of(viewer: &Viewer, person: PersonId) -> Result<Vec<Value>> {
    let rows = viewer.issues_raised_by(person).await?;
    let is_own = viewer.person() == Some(person);
    Ok(rows.into_iter().map(|row| issue(row, is_own)).collect())
}

fn issue(row: council_issue::Model, is_own: bool) -> Value {
    let council_issue::Model {
        id,
        group_id,
        organisation_id,
        person_id: _,
        unit_id,
        status,
        title,
        description,
        item_id,
        answer,
        decline_reason,
        raised_at,
        taken_up_at,
        closed_at,
    } = row;
    let own = |text: Option<String>| text.filter(|_| is_own);
    json!({
        "id": id.to_string(),
        "groupId": group_id.to_string(),
        "organisationId": organisation_id.to_string(),
        "unitId": unit_id.map(|id| id.to_string()),
        "status": status,
        "title": own(Some(title)),
        "description": own(Some(description)),
        "agendaItemId": item_id.map(|id| id.to_string()),
        "answer": own(answer),
        "declineReason": own(decline_reason),
        "raisedAt": raised_at,
        "takenUpAt": taken_up_at,
        "closedAt": closed_at,
    })
}
