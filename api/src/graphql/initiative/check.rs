//! Whether an initiative can be made or changed as asked.

use super::editing::{
    CreateInitiativeInput, InitiativeContactInput, InitiativePartInput, InitiativePartyInput,
    UpdateInitiativeInput,
};
use crate::{
    error::Result,
    graphql::{
        group::{
            changed, check_county, check_organisations, check_period, check_sharing, replacement,
        },
        text::{Checked, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    policy::person::is_member,
    viewer::Viewer,
};
use entity::{
    group, id::OrganisationId, initiative, initiative_share, kind::InitiativePartKind, membership,
    role_type, training_programme,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

/// How many parties an initiative has at most: there are 290 municipalities and 21 regions.
const MOST_PARTIES: usize = 400;
/// How many parts an initiative has at most.
const MOST_PARTS: usize = 20;

fn wrong(code: UserErrorCode, field: &[&str], errors: &mut Vec<UserError>) {
    errors.push(UserError::new(code, field));
}

fn invalid(field: &[&str], errors: &mut Vec<UserError>) {
    wrong(UserErrorCode::InvalidValue, field, errors);
}

/// Adds what is wrong with a code: also that the keeper has another initiative of that code.
async fn check_code(
    viewer: &Viewer,
    keeper: OrganisationId,
    own: Option<&initiative::Model>,
    code: Option<&String>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    use initiative::Column as I;
    let Some(code) = code else {
        return Ok(());
    };
    let fits = |letter: char| matches!(letter, 'A'..='Z' | 'Å' | 'Ä' | 'Ö' | '0'..='9' | '_');
    if !(1..=50).contains(&code.chars().count()) || !code.chars().all(fits) {
        invalid(&["code"], errors);
        return Ok(());
    }
    check_text(Checked::Line, code, &["code"], errors);
    let others = Condition::all()
        .add(I::OrganisationId.eq(keeper))
        .add(I::Code.eq(code))
        .add_option(own.map(|row| I::Id.ne(row.id)));
    let query = initiative::Entity::find().filter(others);
    if viewer.one(query).await?.is_some() {
        wrong(UserErrorCode::CodeTaken, &["code"], errors);
    }
    Ok(())
}

fn check_line(text: Option<&String>, field: &[&str], errors: &mut Vec<UserError>) {
    // A line of nothing empties.
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        check_text(Checked::Line, text, field, errors);
    }
}

async fn check_parties(
    viewer: &Viewer,
    parties: &[InitiativePartyInput],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if parties.len() > MOST_PARTIES {
        invalid(&["parties"], errors);
        return Ok(());
    }
    let named = parties.iter().filter_map(|party| party.organisation_id);
    let known = viewer
        .among::<entity::organisation::Entity, _>(entity::organisation::Column::Id, named)
        .await?;
    let mut seen = Vec::new();
    for (index, party) in parties.iter().enumerate() {
        let index = index.to_string();
        let place = |field| ["parties", index.as_str(), field];
        check_line(party.name.as_ref(), &place("name"), errors);
        check_line(party.note.as_ref(), &place("note"), errors);
        let in_words = party
            .name
            .as_ref()
            .is_some_and(|name| !name.trim().is_empty());
        if in_words == party.organisation_id.is_some() {
            invalid(&place("name"), errors);
        }
        if party.number.is_some_and(|number| number < 1 || !in_words) {
            invalid(&place("number"), errors);
        }
        let backwards = party.since.zip(party.until);
        if backwards.is_some_and(|(since, until)| until.last_day() < since.first_day()) {
            wrong(UserErrorCode::InvalidTimes, &place("until"), errors);
        }
        if let Some(id) = party.organisation_id {
            if known.iter().all(|row| row.id != id) {
                wrong(UserErrorCode::NotFound, &place("organisationId"), errors);
            }
            if seen.contains(&id) {
                invalid(&place("organisationId"), errors);
            }
            seen.push(id);
        }
    }
    Ok(())
}

async fn check_parts(
    viewer: &Viewer,
    parts: &[InitiativePartInput],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    use InitiativePartKind as K;
    if parts.len() > MOST_PARTS {
        invalid(&["parts"], errors);
        return Ok(());
    }
    let groups = parts.iter().filter_map(|part| part.group_id);
    let groups = viewer
        .among::<group::Entity, _>(group::Column::Id, groups)
        .await?;
    let roles = parts.iter().filter_map(|part| part.role_type_id);
    let roles = viewer
        .among::<role_type::Entity, _>(role_type::Column::Id, roles)
        .await?;
    let programmes = parts.iter().filter_map(|part| part.programme_id);
    let programmes = viewer
        .among::<training_programme::Entity, _>(training_programme::Column::Id, programmes)
        .await?;
    for (index, part) in parts.iter().enumerate() {
        let index = index.to_string();
        let place = |field| ["parts", index.as_str(), field];
        check_text(Checked::Line, &part.name, &place("name"), errors);
        for (given, kind, field) in [
            (part.group_id.is_some(), K::Group, "groupId"),
            (part.role_type_id.is_some(), K::RoleType, "roleTypeId"),
            (
                part.programme_id.is_some(),
                K::TrainingProgramme,
                "programmeId",
            ),
        ] {
            if given && part.kind != kind {
                invalid(&place(field), errors);
            }
        }
        let unknown_group = |id| groups.iter().all(|row| row.id != id);
        if part.group_id.is_some_and(unknown_group) {
            wrong(UserErrorCode::NotFound, &place("groupId"), errors);
        }
        let unknown_role = |id| roles.iter().all(|row| row.id != id);
        if part.role_type_id.is_some_and(unknown_role) {
            wrong(UserErrorCode::NotFound, &place("roleTypeId"), errors);
        }
        let unknown_programme = |id| programmes.iter().all(|row| row.id != id);
        if part.programme_id.is_some_and(unknown_programme) {
            wrong(UserErrorCode::NotFound, &place("programmeId"), errors);
        }
    }
    Ok(())
}

/// Whoever answers for it belongs to its keeper now.
async fn check_contact(
    viewer: &Viewer,
    keeper: OrganisationId,
    contact: Option<&InitiativeContactInput>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    use membership::Column as M;
    let Some(contact) = contact else {
        return Ok(());
    };
    let query = membership::Entity::find()
        .filter(M::PersonId.eq(contact.person_id))
        .filter(M::OrganisationId.eq(keeper))
        .filter(is_member(viewer.now()));
    if viewer.one(query).await?.is_none() {
        wrong(UserErrorCode::NotFound, &["contact", "personId"], errors);
    }
    Ok(())
}

pub(super) async fn check_new(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateInitiativeInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.name, &["name"], &mut errors);
    let (kind, text) = (Checked::Description, &input.description);
    check_text(kind, text, &["description"], &mut errors);
    let number = input.registration_number.as_ref();
    check_line(number, &["registrationNumber"], &mut errors);
    let function = input.contact_function.as_ref();
    check_line(function, &["contactFunction"], &mut errors);
    check_period(input.valid_from, input.valid_to, &mut errors);
    let with = &input.shared_with_ids;
    let county = input.county.as_ref();
    check_sharing(
        &[Some(input.sharing)],
        county.is_some(),
        !with.is_empty(),
        &mut errors,
    );
    check_county(viewer, county, &mut errors).await?;
    check_code(viewer, own, None, input.code.as_ref(), &mut errors).await?;
    check_organisations(viewer, with, "sharedWithIds", false, &mut errors).await?;
    check_parties(viewer, &input.parties, &mut errors).await?;
    check_parts(viewer, &input.parts, &mut errors).await?;
    check_contact(viewer, own, input.contact.as_ref(), &mut errors).await?;
    Ok(errors)
}

async fn check_sharing_after(
    viewer: &Viewer,
    row: &initiative::Model,
    input: &UpdateInitiativeInput,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let sharing = *input.sharing.value().unwrap_or(&row.sharing);
    let county = changed(&input.county, row.county_code.as_ref());
    let shares = if let Some(ids) = replacement(&input.shared_with_ids) {
        !ids.is_empty()
    } else {
        let shares = initiative_share::Column::InitiativeId.eq(row.id);
        let query = initiative_share::Entity::find().filter(shares);
        viewer.count(query).await? > 0
    };
    check_sharing(&[Some(sharing)], county.is_some(), shares, errors);
    Ok(())
}

pub(super) async fn check_changes(
    viewer: &Viewer,
    row: &initiative::Model,
    input: &UpdateInitiativeInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    for (null, field) in [
        (input.name.is_null(), "name"),
        (input.level.is_null(), "level"),
        (input.status.is_null(), "status"),
        (input.sharing.is_null(), "sharing"),
    ] {
        refuse_null(null, field, &mut errors);
    }
    if let Some(name) = input.name.value() {
        check_text(Checked::Line, name, &["name"], &mut errors);
    }
    if let Some(text) = input.description.value() {
        check_text(Checked::Description, text, &["description"], &mut errors);
    }
    let number = input.registration_number.value();
    check_line(number, &["registrationNumber"], &mut errors);
    let function = input.contact_function.value();
    check_line(function, &["contactFunction"], &mut errors);
    check_period(
        changed(&input.valid_from, row.valid_from.as_ref()),
        changed(&input.valid_to, row.valid_to.as_ref()),
        &mut errors,
    );
    check_sharing_after(viewer, row, input, &mut errors).await?;
    check_county(viewer, input.county.value(), &mut errors).await?;
    let (keeper, code) = (row.organisation_id, input.code.value());
    check_code(viewer, keeper, Some(row), code, &mut errors).await?;
    if let Some(ids) = input.shared_with_ids.value() {
        check_organisations(viewer, ids, "sharedWithIds", false, &mut errors).await?;
    }
    if let Some(parties) = input.parties.value() {
        check_parties(viewer, parties, &mut errors).await?;
    }
    if let Some(parts) = input.parts.value() {
        check_parts(viewer, parts, &mut errors).await?;
    }
    let contact = input.contact.value();
    check_contact(viewer, keeper, contact, &mut errors).await?;
    Ok(errors)
}
