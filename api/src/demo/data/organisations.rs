//! Organisations and their names: those of `organisations.csv`, and the municipalities of the five
//! counties.

use super::{
    calendar::Calendar,
    table::{Index, insert, read, wrong},
};
use entity::{
    id::{OrganisationId, OrganisationNameId},
    kind::OrganisationKind,
    municipality, organisation, organisation_name,
    organisation_number::OrganisationNumber,
    partial_date::PartialDate,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;

const ORGANISATIONS: &str = include_str!("organisations.csv");
const NAMES: &str = include_str!("organisation_names.csv");

/// Kronoberg, Blekinge, Jämtland, Jönköping, Skåne.
const COUNTIES: [&str; 5] = ["07", "10", "23", "06", "12"];

/// The municipalities that somebody of the demonstration acts for: Alvesta, Växjö, Ljungby.
const MUNICIPALITY_NUMBERS: [(&str, &str); 3] = [
    ("0764", "212000-0639"),
    ("0780", "212000-0662"),
    ("0781", "212000-0670"),
];

/// Municipalities that are only named, so that a county is seen that is not complete: Perstorp and
/// Ragunda.
const NOT_PARTNERS: [&str; 2] = ["1275", "2303"];

/// For how many days the municipalities have been partners.
const MUNICIPALITIES_SINCE: i64 = 420;

#[derive(Deserialize)]
struct Row {
    key: String,
    kind: OrganisationKind,
    name: String,
    number: Option<OrganisationNumber>,
    county: Option<String>,
    website: Option<String>,
    partner_since_days: Option<i64>,
    partner_ended_days: Option<i64>,
}

#[derive(Deserialize)]
struct NameRow {
    organisation: String,
    name: String,
    valid_from: Option<PartialDate>,
    valid_to: Option<PartialDate>,
}

/// Writes the organisations, and tells them by the keys of the files; a municipality's key is its
/// code.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
) -> Result<Index<organisation::Model>, DbErr> {
    let mut rows = Vec::new();
    for row in read::<Row>("organisations.csv", ORGANISATIONS)? {
        rows.push((row.key.clone(), named(row, calendar)));
    }
    for row in municipalities(connection).await? {
        rows.push((row.code.clone(), municipal(row, calendar)?));
    }
    let names = names(&mut rows)?;
    insert::<organisation::Entity>(connection, rows.iter().map(|(_, row)| row.clone())).await?;
    insert::<organisation_name::Entity>(connection, names).await?;
    let mut index = Index::new("organisation");
    for (key, row) in rows {
        index.add(key, row)?;
    }
    Ok(index)
}

fn named(row: Row, calendar: &Calendar) -> organisation::Model {
    organisation::Model {
        id: OrganisationId::new(),
        kind: row.kind,
        sort_name: swedish_sort_key(&row.name),
        name: row.name,
        organisation_number: row.number,
        county_code: row.county,
        municipality_code: None,
        website: row.website,
        search_text: String::new(),
        partner_from: row.partner_since_days.map(|days| calendar.days(-days)),
        partner_until: row.partner_ended_days.map(|days| calendar.days(-days)),
    }
}

async fn municipalities(
    connection: &impl ConnectionTrait,
) -> Result<Vec<municipality::Model>, DbErr> {
    municipality::Entity::find()
        .filter(municipality::Column::CountyCode.is_in(COUNTIES))
        .order_by_asc(municipality::Column::Code)
        .all(connection)
        .await
}

fn municipal(row: municipality::Model, calendar: &Calendar) -> Result<organisation::Model, DbErr> {
    let number = MUNICIPALITY_NUMBERS
        .iter()
        .find(|(code, _)| *code == row.code)
        .map(|(_, number)| number.parse().map_err(wrong))
        .transpose()?;
    let is_partner = !NOT_PARTNERS.contains(&row.code.as_str());
    Ok(organisation::Model {
        id: OrganisationId::new(),
        kind: OrganisationKind::Municipality,
        sort_name: swedish_sort_key(&row.name),
        name: row.name,
        organisation_number: number,
        county_code: Some(row.county_code),
        municipality_code: Some(row.code),
        website: None,
        search_text: String::new(),
        partner_from: is_partner.then(|| calendar.days(-MUNICIPALITIES_SINCE)),
        partner_until: None,
    })
}

/// The names of every organisation, oldest first; one that the file does not mention has its present
/// name. Search finds an organisation by each of them.
fn names(
    organisations: &mut [(String, organisation::Model)],
) -> Result<Vec<organisation_name::Model>, DbErr> {
    let mut listed = read::<NameRow>("organisation_names.csv", NAMES)?;
    let mut names = Vec::new();
    for (key, organisation) in organisations {
        let (mut own, others): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|row| row.organisation == *key);
        listed = others;
        if !own.iter().any(|row| row.name == organisation.name) {
            own.push(NameRow {
                organisation: key.clone(),
                name: organisation.name.clone(),
                valid_from: None,
                valid_to: None,
            });
        }
        let together: Vec<&str> = own.iter().map(|row| row.name.as_str()).collect();
        organisation.search_text = fold(&together.join(" "));
        names.extend(own.into_iter().map(|row| organisation_name::Model {
            id: OrganisationNameId::new(),
            organisation_id: organisation.id,
            name: row.name,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        }));
    }
    match listed.first() {
        None => Ok(names),
        Some(row) => Err(wrong(format!(
            "a name of an unknown organisation {}",
            row.organisation
        ))),
    }
}
