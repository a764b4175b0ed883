//! What the directory tells about organisations: units, contact points, national support.

use super::{
    calendar::Calendar,
    table::{Index, insert, read},
};
use entity::{
    contact_point,
    id::{ContactPointId, SupportResourceId, UnitId},
    kind::{SubjectArea, UnitKind},
    organisation, organisation_unit,
    partial_date::PartialDate,
    search_text::swedish_sort_key,
    support_resource,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

const UNITS: &str = include_str!("units.csv");
const CONTACT_POINTS: &str = include_str!("contact_points.csv");
const SUPPORT_RESOURCES: &str = include_str!("support_resources.csv");

#[derive(Deserialize)]
struct UnitRow {
    key: String,
    organisation: String,
    parent: Option<String>,
    kind: UnitKind,
    name: String,
    valid_from: Option<PartialDate>,
}

#[derive(Deserialize)]
struct ContactPointRow {
    organisation: String,
    function: String,
    subject: Option<SubjectArea>,
    email: Option<String>,
}

#[derive(Deserialize)]
struct SupportResourceRow {
    name: String,
    organisation: String,
    url: String,
    note: String,
}

/// Writes all of it, and tells the units by the keys of the file.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    organisations: &Index<organisation::Model>,
) -> Result<Index<UnitId>, DbErr> {
    let (units, index) = units(organisations)?;
    insert::<organisation_unit::Entity>(connection, units).await?;
    insert::<contact_point::Entity>(connection, contact_points(organisations)?).await?;
    let resources = support_resources(organisations, calendar)?;
    insert::<support_resource::Entity>(connection, resources).await?;
    Ok(index)
}

/// A parent stands before its children in the file.
fn units(
    organisations: &Index<organisation::Model>,
) -> Result<(Vec<organisation_unit::Model>, Index<UnitId>), DbErr> {
    let mut units = Vec::new();
    let mut index = Index::new("unit");
    for row in read::<UnitRow>("units.csv", UNITS)? {
        let parent_id = match &row.parent {
            Some(parent) => Some(*index.get(parent)?),
            None => None,
        };
        let unit = organisation_unit::Model {
            id: UnitId::new(),
            organisation_id: organisations.get(&row.organisation)?.id,
            parent_id,
            kind: row.kind,
            sort_name: swedish_sort_key(&row.name),
            name: row.name,
            from_day: row.valid_from.map(|from| from.first_day()),
            valid_from: row.valid_from,
            valid_to: None,
            municipality_code: None,
            until_day: None,
        };
        index.add(row.key, unit.id)?;
        units.push(unit);
    }
    Ok((units, index))
}

fn contact_points(
    organisations: &Index<organisation::Model>,
) -> Result<Vec<contact_point::Model>, DbErr> {
    read::<ContactPointRow>("contact_points.csv", CONTACT_POINTS)?
        .into_iter()
        .map(|row| {
            Ok(contact_point::Model {
                id: ContactPointId::new(),
                organisation_id: organisations.get(&row.organisation)?.id,
                function_name: row.function,
                subject_area: row.subject,
                email: row.email,
                phone: None,
            })
        })
        .collect()
}

fn support_resources(
    organisations: &Index<organisation::Model>,
    calendar: &Calendar,
) -> Result<Vec<support_resource::Model>, DbErr> {
    let last_checked_on = calendar.days(-30).date_naive();
    read::<SupportResourceRow>("support_resources.csv", SUPPORT_RESOURCES)?
        .into_iter()
        .map(|row| {
            Ok(support_resource::Model {
                id: SupportResourceId::new(),
                organisation_id: Some(organisations.get(&row.organisation)?.id),
                sort_name: swedish_sort_key(&row.name),
                name: row.name,
                url: row.url,
                note: Some(row.note),
                last_checked_on: Some(last_checked_on),
            })
        })
        .collect()
}
