//! Whether a training can be made or changed as asked.

use super::{
    CreateTrainingInput, UpdateTrainingInput,
    requirement::{check_requirements, check_rule},
};
use crate::{
    domain::validity::in_force,
    error::Result,
    graphql::{
        group::{check_sharing, replacement},
        text::{Checked, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer},
};
use async_graphql::MaybeUndefined;
use entity::{
    group,
    id::{GroupId, OrganisationId},
    organisation, training, training_programme, training_share,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

fn check_texts(
    title: Option<&str>,
    description: Option<&str>,
    qualifies_for: Option<&str>,
    url: Option<&str>,
    errors: &mut Vec<UserError>,
) {
    if let Some(title) = title {
        check_text(Checked::Line, title, &["title"], errors);
    }
    if let Some(description) = description {
        check_text(Checked::Description, description, &["description"], errors);
    }
    if let Some(text) = qualifies_for {
        check_text(Checked::Remark, text, &["qualifiesFor"], errors);
    }
    if let Some(url) = url {
        check_url(url, &["url"], errors);
    }
}

/// An address that a person can follow and that runs nothing.
pub(in crate::graphql) fn check_url(url: &str, field: &[&str], errors: &mut Vec<UserError>) {
    check_text(Checked::Remark, url, field, errors);
    if !(url.starts_with("https://") || url.starts_with("http://"))
        || url.chars().any(char::is_whitespace)
    {
        errors.push(UserError::new(UserErrorCode::InvalidValue, field));
    }
}

async fn check_county(
    viewer: &Viewer,
    county: Option<&str>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if let Some(code) = county {
        let known = viewer.one(entity::county::Entity::find_by_id(code)).await?;
        if known.is_none() {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &["county"]));
        }
    }
    Ok(())
}

async fn check_organisations(
    viewer: &Viewer,
    ids: &[OrganisationId],
    field: &str,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if ids.len() > 100 {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &[field]));
        return Ok(());
    }
    let known = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, ids.iter().copied())
        .await?;
    for (index, id) in ids.iter().enumerate() {
        if known.iter().all(|row| row.id != *id) {
            errors.push(UserError::new(
                UserErrorCode::NotFound,
                &[field, &index.to_string()],
            ));
        }
    }
    Ok(())
}

/// A training is for at most so many groups.
const MOST_GROUPS: usize = 10;

async fn check_groups(viewer: &Viewer, ids: &[GroupId], errors: &mut Vec<UserError>) -> Result<()> {
    if ids.len() > MOST_GROUPS {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["targetGroupIds"],
        ));
        return Ok(());
    }
    let known = viewer
        .among::<group::Entity, _>(group::Column::Id, ids.iter().copied())
        .await?;
    for (index, id) in ids.iter().enumerate() {
        let code = match known.iter().find(|row| row.id == *id) {
            None => UserErrorCode::NotFound,
            Some(row) if row.closed_at.is_some() => UserErrorCode::GroupClosed,
            Some(_) => continue,
        };
        let field = ["targetGroupIds", &index.to_string()];
        errors.push(UserError::new(code, &field));
    }
    Ok(())
}

/// Only who takes part can confirm; an organiser that cannot would keep the training a draft for ever.
async fn check_partners(
    viewer: &Viewer,
    ids: &[OrganisationId],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let now = viewer.now();
    let rows = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, ids.iter().copied())
        .await?;
    for row in rows {
        let takes_part = in_force(row.partner_from, row.partner_until, now);
        if !takes_part && let Some(index) = ids.iter().position(|id| *id == row.id) {
            let field = ["coOrganiserIds", &index.to_string()];
            errors.push(UserError::new(UserErrorCode::NotAPartner, &field));
        }
    }
    Ok(())
}

pub(super) async fn check_new(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateTrainingInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    check_texts(
        Some(&input.title),
        Some(&input.description),
        input.qualifies_for.as_deref(),
        input.url.as_deref(),
        &mut errors,
    );
    check_sharing(
        &[Some(input.sharing)],
        input.county.is_some(),
        !input.shared_with_ids.is_empty(),
        &mut errors,
    );
    check_county(viewer, input.county.as_deref(), &mut errors).await?;
    check_organisations(
        viewer,
        &input.co_organiser_ids,
        "coOrganiserIds",
        &mut errors,
    )
    .await?;
    check_organisations(viewer, &input.shared_with_ids, "sharedWithIds", &mut errors).await?;
    check_partners(viewer, &input.co_organiser_ids, &mut errors).await?;
    check_groups(viewer, &input.target_group_ids, &mut errors).await?;
    if let Some(accountable) = input.accountable_organiser_id
        && accountable != own
        && !input.co_organiser_ids.contains(&accountable)
    {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["accountableOrganiserId"],
        ));
    }
    check_rule(input.completion_share, input.valid_months, &mut errors);
    check_requirements(viewer, None, &input.requirement_ids, &mut errors).await?;
    if let Some(programme) = input.programme_id {
        let query = training_programme::Entity::find_by_id(programme);
        if !matches!(viewer.edit(query).await?, Access::Granted(_)) {
            errors.push(UserError::new(UserErrorCode::NotFound, &["programmeId"]));
        }
    }
    Ok(errors)
}

pub(super) async fn check_changes(
    viewer: &Viewer,
    row: &training::Model,
    input: &UpdateTrainingInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    for (null, field) in [
        (input.title.is_null(), "title"),
        (input.format.is_null(), "format"),
        (input.sharing.is_null(), "sharing"),
        (input.partly_counts.is_null(), "partlyCounts"),
    ] {
        refuse_null(null, field, &mut errors);
    }
    check_texts(
        input.title.value().map(String::as_str),
        input.description.value().map(String::as_str),
        input.qualifies_for.value().map(String::as_str),
        input.url.value().map(String::as_str),
        &mut errors,
    );
    let has_county = match &input.county {
        MaybeUndefined::Undefined => row.county_code.is_some(),
        county => county.value().is_some(),
    };
    let sharing = *input.sharing.value().unwrap_or(&row.sharing);
    let has_shares = if let Some(ids) = replacement(&input.shared_with_ids) {
        !ids.is_empty()
    } else {
        let query =
            training_share::Entity::find().filter(training_share::Column::TrainingId.eq(row.id));
        viewer.count(query).await? > 0
    };
    check_sharing(&[Some(sharing)], has_county, has_shares, &mut errors);
    check_county(
        viewer,
        input.county.value().map(String::as_str),
        &mut errors,
    )
    .await?;
    if let Some(ids) = input.shared_with_ids.value() {
        check_organisations(viewer, ids, "sharedWithIds", &mut errors).await?;
    }
    if let Some(ids) = input.target_group_ids.value() {
        check_groups(viewer, ids, &mut errors).await?;
    }
    let (share, months) = (&input.completion_share, &input.valid_months);
    check_rule(share.value().copied(), months.value().copied(), &mut errors);
    if let Some(ids) = input.requirement_ids.value() {
        check_requirements(viewer, Some(row.id), ids, &mut errors).await?;
    }
    Ok(errors)
}
