//! The part of the export that tells which initiatives a person answers for.

use crate::{error::Result, viewer::Viewer};
use entity::{id::PersonId, initiative, initiative_contact};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

pub(super) async fn of(viewer: &Viewer, person: PersonId) -> Result<Vec<Value>> {
    let query = initiative_contact::Entity::find()
        .filter(initiative_contact::Column::PersonId.eq(person))
        .order_by_asc(initiative_contact::Column::InitiativeId);
    let rows = viewer.all(query).await?;
    let ids = rows.iter().map(|row| row.initiative_id);
    let entries = viewer
        .among::<initiative::Entity, _>(initiative::Column::Id, ids)
        .await?;
    let told = rows.into_iter().map(|row| {
        let initiative_contact::Model {
            initiative_id,
            organisation_id,
            person_id: _,
            name_published,
        } = row;
        let entry = entries.iter().find(|entry| entry.id == initiative_id);
        json!({
            "initiativeId": initiative_id.to_string(),
            "name": entry.map(|entry| &entry.name),
            "organisationId": organisation_id.to_string(),
            "namePublished": name_published,
        })
    });
    Ok(told.collect())
}
