//! The initiatives of the demonstration: working models, development work and an agreement.

use super::{
    calendar::Calendar,
    groups::{Groups, Known},
    table::{Index, Words, insert, read},
};
use entity::{
    id::{InitiativeActivityId, InitiativeId, InitiativePartyId, OrganisationId, RoleTypeId},
    initiative, initiative_activity, initiative_contact, initiative_part, initiative_party,
    kind::{
        GroupLevel, InitiativeActivityStatus, InitiativeKind, InitiativePartKind, InitiativeStatus,
        SharingLevel,
    },
    partial_date::PartialDate,
    role_type,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use serde::Deserialize;
use std::collections::HashMap;

const INITIATIVES: &str = include_str!("initiatives.csv");
const PARTIES: &str = include_str!("initiative_parties.csv");
const PARTS: &str = include_str!("initiative_parts.csv");
const ACTIVITIES: &str = include_str!("initiative_activities.csv");

/// For how many days the initiatives have been known here.
const KNOWN_SINCE: i64 = 200;

#[derive(Deserialize)]
struct Row {
    key: String,
    code: Option<String>,
    kind: InitiativeKind,
    level: GroupLevel,
    county: Option<String>,
    name: String,
    description: String,
    keeper: String,
    status: InitiativeStatus,
    valid_from: Option<PartialDate>,
    contact_function: Option<String>,
    contact: Option<String>,
    name_published: bool,
    sharing: SharingLevel,
}

/// Several organisations, or one party in words.
#[derive(Deserialize)]
struct PartyRow {
    initiative: String,
    organisations: Words<String>,
    name: Option<String>,
    number: Option<i32>,
    note: Option<String>,
    since: Option<PartialDate>,
}

#[derive(Deserialize)]
struct PartRow {
    initiative: String,
    kind: InitiativePartKind,
    name: String,
    group: Option<String>,
    role: Option<String>,
}

#[derive(Deserialize)]
struct ActivityRow {
    initiative: String,
    organisation: String,
    title: String,
    description: String,
    status: InitiativeActivityStatus,
    begins: Option<PartialDate>,
}

/// Writes all of it.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Groups,
) -> Result<(), DbErr> {
    let index = write_initiatives(connection, calendar, known).await?;
    insert::<initiative_party::Entity>(connection, parties(known, &index)?).await?;
    let mut roles = Index::new("role");
    for role in role_type::Entity::find().all(connection).await? {
        roles.add(role.code, role.id)?;
    }
    insert::<initiative_part::Entity>(connection, parts(groups, &roles, &index)?).await?;
    insert::<initiative_activity::Entity>(connection, activities(calendar, known, &index)?).await
}

async fn write_initiatives(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
) -> Result<Index<InitiativeId>, DbErr> {
    let mut index = Index::new("initiative");
    let (mut initiatives, mut contacts) = (Vec::new(), Vec::new());
    let at = calendar.days(-KNOWN_SINCE);
    for row in read::<Row>("initiatives.csv", INITIATIVES)? {
        let id = InitiativeId::new();
        let keeper = known.organisations.get(&row.keeper)?.id;
        if let Some(person) = &row.contact {
            contacts.push(initiative_contact::Model {
                initiative_id: id,
                organisation_id: keeper,
                person_id: known.people.get(person)?.person,
                name_published: row.name_published,
            });
        }
        index.add(row.key, id)?;
        initiatives.push(initiative::Model {
            id,
            code: row.code,
            kind: row.kind,
            level: row.level,
            county_code: row.county,
            search_text: fold(&format!("{} {}", row.name, row.description)),
            sort_name: swedish_sort_key(&row.name),
            name: row.name,
            description: row.description,
            organisation_id: keeper,
            status: row.status,
            valid_from: row.valid_from,
            valid_to: None,
            registration_number: None,
            contact_function: row.contact_function,
            sharing: row.sharing,
            created_at: at,
            updated_at: at,
            version: 1,
        });
    }
    insert::<initiative::Entity>(connection, initiatives).await?;
    insert::<initiative_contact::Entity>(connection, contacts).await?;
    Ok(index)
}

/// The place after those that an initiative has so far.
fn next(places: &mut HashMap<InitiativeId, i32>, initiative: InitiativeId) -> i32 {
    let place = places.entry(initiative).or_default();
    *place += 1;
    *place - 1
}

fn parties(
    known: &Known<'_>,
    index: &Index<InitiativeId>,
) -> Result<Vec<initiative_party::Model>, DbErr> {
    let (mut places, mut parties) = (HashMap::new(), Vec::new());
    for row in read::<PartyRow>("initiative_parties.csv", PARTIES)? {
        let initiative = *index.get(&row.initiative)?;
        let mut who: Vec<Option<OrganisationId>> = Vec::new();
        for key in &row.organisations.0 {
            who.push(Some(known.organisations.get(key)?.id));
        }
        if row.name.is_some() {
            who.push(None);
        }
        for organisation in who {
            parties.push(initiative_party::Model {
                id: InitiativePartyId::new(),
                initiative_id: initiative,
                position: next(&mut places, initiative),
                organisation_id: organisation,
                name: row.name.clone(),
                number: row.number,
                note: row.note.clone(),
                since: row.since,
                until: None,
                ends_on: None,
            });
        }
    }
    Ok(parties)
}

fn parts(
    groups: &Groups,
    roles: &Index<RoleTypeId>,
    index: &Index<InitiativeId>,
) -> Result<Vec<initiative_part::Model>, DbErr> {
    let (mut places, mut parts) = (HashMap::new(), Vec::new());
    for row in read::<PartRow>("initiative_parts.csv", PARTS)? {
        let initiative = *index.get(&row.initiative)?;
        let group = row.group.map(|key| groups.groups.get(&key).copied());
        let role = row.role.map(|code| roles.get(&code).copied());
        parts.push(initiative_part::Model {
            initiative_id: initiative,
            position: next(&mut places, initiative),
            kind: row.kind,
            name: row.name,
            group_id: group.transpose()?,
            role_type_id: role.transpose()?,
            programme_id: None,
        });
    }
    Ok(parts)
}

fn activities(
    calendar: &Calendar,
    known: &Known<'_>,
    index: &Index<InitiativeId>,
) -> Result<Vec<initiative_activity::Model>, DbErr> {
    let at = calendar.days(-KNOWN_SINCE);
    let rows = read::<ActivityRow>("initiative_activities.csv", ACTIVITIES)?;
    let made = rows.into_iter().map(|row| {
        Ok(initiative_activity::Model {
            id: InitiativeActivityId::new(),
            initiative_id: *index.get(&row.initiative)?,
            organisation_id: known.organisations.get(&row.organisation)?.id,
            sort_key: initiative_activity::Model::sort_key(row.begins, &row.title),
            title: row.title,
            description: row.description,
            status: row.status,
            begins: row.begins,
            ends: None,
            created_at: at,
            updated_at: at,
            version: 1,
        })
    });
    made.collect()
}
