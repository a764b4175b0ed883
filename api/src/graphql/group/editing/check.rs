//! Whether a group can be made or changed as asked.

use super::{CreateGroupInput, GroupTaskInput, UpdateGroupInput};
use crate::{
    domain::validity::in_force,
    error::Result,
    graphql::{
        text::{Checked, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    policy::group::{convenes_by_role, fills_by_role},
    viewer::Viewer,
};
use async_graphql::MaybeUndefined;
use entity::{
    county, group, group_convener, group_share,
    id::{GroupId, OrganisationId, RoleTypeId},
    kind::{GroupKind, SharingLevel},
    organisation,
    partial_date::PartialDate,
    role_type,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// How many groups stand above each other at most.
const MOST_LEVELS: usize = 20;

fn invalid(field: &str, errors: &mut Vec<UserError>) {
    errors.push(UserError::new(UserErrorCode::InvalidValue, &[field]));
}

fn check_tasks(tasks: &[GroupTaskInput], errors: &mut Vec<UserError>) {
    if tasks.len() > 50 {
        return invalid("tasks", errors);
    }
    for (index, task) in tasks.iter().enumerate() {
        let index = index.to_string();
        let field = ["tasks", &index, "description"];
        check_text(Checked::Remark, &task.description, &field, errors);
        if task.description.trim().is_empty() {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &field));
        }
        if let Some(law) = &task.law_cited_as {
            let field = ["tasks", &index, "lawCitedAs"];
            check_text(Checked::Line, law, &field, errors);
        }
    }
}

/// `COUNTY` says which county, `SELECTED` with whom, at each of the levels.
pub(in crate::graphql) fn check_sharing(
    levels: &[Option<SharingLevel>],
    county: bool,
    shares: bool,
    errors: &mut Vec<UserError>,
) {
    if !county && levels.contains(&Some(SharingLevel::County)) {
        invalid("county", errors);
    }
    if !shares && levels.contains(&Some(SharingLevel::Selected)) {
        invalid("sharedWithIds", errors);
    }
}

pub(in crate::graphql) fn check_period(
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    errors: &mut Vec<UserError>,
) {
    let backwards = from
        .zip(to)
        .is_some_and(|(from, to)| to.last_day() < from.first_day());
    if backwards {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["validTo"]));
    }
}

fn check_quorum(quorum: Option<i32>, errors: &mut Vec<UserError>) {
    if quorum.is_some_and(|quorum| !(1..=1000).contains(&quorum)) {
        invalid("quorum", errors);
    }
}

fn check_meetings(a_year: Option<i32>, errors: &mut Vec<UserError>) {
    if a_year.is_some_and(|number| !(1..=366).contains(&number)) {
        invalid("meetingsAYear", errors);
    }
}

pub(in crate::graphql) async fn check_county(
    viewer: &Viewer,
    code: Option<&String>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if let Some(code) = code
        && viewer
            .one(county::Entity::find_by_id(code))
            .await?
            .is_none()
    {
        invalid("county", errors);
    }
    Ok(())
}

/// Whether the organisations exist and, where only partners will do, take part.
pub(in crate::graphql) async fn check_organisations(
    viewer: &Viewer,
    ids: &[OrganisationId],
    field: &str,
    only_partners: bool,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if ids.len() > 100 {
        invalid(field, errors);
        return Ok(());
    }
    let known = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, ids.iter().copied())
        .await?;
    let now = viewer.now();
    for (index, id) in ids.iter().enumerate() {
        let code = match known.iter().find(|row| row.id == *id) {
            None => UserErrorCode::NotFound,
            Some(row) if only_partners && !in_force(row.partner_from, row.partner_until, now) => {
                UserErrorCode::NotAPartner
            }
            Some(_) => continue,
        };
        errors.push(UserError::new(code, &[field, &index.to_string()]));
    }
    Ok(())
}

async fn check_role_types(
    viewer: &Viewer,
    ids: &[RoleTypeId],
    field: &str,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let known = viewer
        .among::<role_type::Entity, _>(role_type::Column::Id, ids.iter().copied())
        .await?;
    if ids.len() > 20 || ids.iter().any(|id| known.iter().all(|row| row.id != *id)) {
        errors.push(UserError::new(UserErrorCode::NotFound, &[field]));
    }
    Ok(())
}

/// Whether the group above is one that the viewer sees, and does not stand below the group itself.
async fn check_parent(
    viewer: &Viewer,
    own: Option<GroupId>,
    parent: Option<GroupId>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let mut above = parent;
    for level in 0..MOST_LEVELS {
        let Some(id) = above else {
            return Ok(());
        };
        if Some(id) == own {
            break;
        }
        let seen = level > 0 || viewer.one(group::Entity::find_by_id(id)).await?.is_some();
        if !seen {
            errors.push(UserError::new(UserErrorCode::NotFound, &["parentId"]));
            return Ok(());
        }
        above = viewer.group_above(id).await?;
    }
    errors.push(UserError::new(UserErrorCode::GroupCycle, &["parentId"]));
    Ok(())
}

/// An informal group has neither seats nor decisions; a network that fills itself has no seats.
fn check_kind(viewer: &Viewer, input: &CreateGroupInput, errors: &mut Vec<UserError>) {
    let informal = input.kind == GroupKind::Informal;
    let without_seats = informal || input.role_type_id.is_some();
    for (said, field) in [
        (informal && input.role_type_id.is_some(), "roleTypeId"),
        (
            input.role_type_id.is_none() && input.role_organisation_id.is_some(),
            "roleOrganisationId",
        ),
        (
            without_seats && input.substitution.is_some(),
            "substitution",
        ),
        (without_seats && input.quorum.is_some(), "quorum"),
    ] {
        if said {
            invalid(field, errors);
        }
    }
    let (organisation, county) = (input.role_organisation_id, input.county.as_deref());
    if input.role_type_id.is_some() && !fills_by_role(viewer, organisation, county) {
        invalid("roleTypeId", errors);
    }
}

pub(super) async fn check_new(viewer: &Viewer, input: &CreateGroupInput) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.name, &["name"], &mut errors);
    let description = &input.description;
    check_text(
        Checked::Description,
        description,
        &["description"],
        &mut errors,
    );
    check_tasks(&input.tasks, &mut errors);
    check_kind(viewer, input, &mut errors);
    check_sharing(
        &[
            Some(input.sharing),
            input.meetings_sharing,
            input.decisions_sharing,
        ],
        input.county.is_some(),
        !input.shared_with_ids.is_empty(),
        &mut errors,
    );
    check_period(input.valid_from, input.valid_to, &mut errors);
    check_quorum(input.quorum, &mut errors);
    check_meetings(input.meetings_a_year, &mut errors);
    check_county(viewer, input.county.as_ref(), &mut errors).await?;
    check_parent(viewer, None, input.parent_id, &mut errors).await?;
    let conveners = &input.co_convener_ids;
    check_organisations(viewer, conveners, "coConvenerIds", true, &mut errors).await?;
    if input.role_type_id.is_some() {
        let (organisation, county) = (input.role_organisation_id, input.county.as_deref());
        let filled = (organisation, county);
        check_convene_by_role(viewer, conveners, "coConvenerIds", filled, &mut errors).await?;
    }
    let shared = &input.shared_with_ids;
    check_organisations(viewer, shared, "sharedWithIds", false, &mut errors).await?;
    let role: Vec<_> = input.role_type_id.into_iter().collect();
    check_role_types(viewer, &role, "roleTypeId", &mut errors).await?;
    let responsible = &input.responsible_role_type_ids;
    check_role_types(viewer, responsible, "responsibleRoleTypeIds", &mut errors).await?;
    Ok(errors)
}

/// What a value becomes: the wanted one, nothing, or what it is.
pub(in crate::graphql) fn changed<T: Clone>(
    wanted: &MaybeUndefined<T>,
    present: Option<&T>,
) -> Option<T> {
    match wanted {
        MaybeUndefined::Undefined => present.cloned(),
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(value) => Some(value.clone()),
    }
}

/// The list that replaces the present one, if it is to be replaced: null empties it.
pub(in crate::graphql) fn replacement<T>(wanted: &MaybeUndefined<Vec<T>>) -> Option<&Vec<T>> {
    match wanted {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(const { &Vec::new() }),
        MaybeUndefined::Value(list) => Some(list),
    }
}

async fn check_levels(
    viewer: &Viewer,
    row: &group::Model,
    input: &UpdateGroupInput,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let sharing = changed(&input.sharing, Some(&row.sharing));
    let meetings = changed(&input.meetings_sharing, row.meetings_sharing.as_ref());
    let decisions = changed(&input.decisions_sharing, row.decisions_sharing.as_ref());
    let county = changed(&input.county, row.county_code.as_ref());
    let shares = if let Some(ids) = replacement(&input.shared_with_ids) {
        !ids.is_empty()
    } else {
        let query = group_share::Entity::find().filter(group_share::Column::GroupId.eq(row.id));
        viewer.count(query).await? > 0
    };
    let fills_by_county = row.role_type_id.is_some() && row.role_organisation_id.is_none();
    // Whose appointments fill a network is not changed: another county's were never its own.
    if fills_by_county && county != row.county_code {
        invalid("county", errors);
    }
    let levels = [sharing, meetings, decisions];
    check_sharing(&levels, county.is_some(), shares, errors);
    Ok(())
}

/// The organisations that are to convene the group and do not yet must take part; one must remain.
async fn check_conveners(
    viewer: &Viewer,
    row: &group::Model,
    wanted: &[OrganisationId],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if wanted.is_empty() {
        invalid("convenerIds", errors);
        return Ok(());
    }
    let present = viewer
        .among::<group_convener::Entity, _>(group_convener::Column::GroupId, [row.id])
        .await?;
    let stays = |id: &OrganisationId| present.iter().any(|row| row.organisation_id == *id);
    let new: Vec<_> = wanted.iter().copied().filter(|id| !stays(id)).collect();
    check_organisations(viewer, &new, "convenerIds", true, errors).await?;
    if row.role_type_id.is_some() {
        let filled = (row.role_organisation_id, row.county_code.as_deref());
        check_convene_by_role(viewer, wanted, "convenerIds", filled, errors).await?;
    }
    Ok(())
}

/// Whoever convenes a network that fills itself learns who is appointed: each must be one who may make such a network.
async fn check_convene_by_role(
    viewer: &Viewer,
    conveners: &[OrganisationId],
    field: &str,
    (organisation, county): (Option<OrganisationId>, Option<&str>),
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let known = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, conveners.iter().copied())
        .await?;
    for (index, id) in conveners.iter().enumerate() {
        let row = known.iter().find(|row| row.id == *id);
        let may = row.is_some_and(|row| {
            let convener = (row.id, row.kind, row.county_code.as_deref());
            convenes_by_role(convener, organisation, county)
        });
        if row.is_some() && !may {
            let code = UserErrorCode::InvalidValue;
            errors.push(UserError::new(code, &[field, &index.to_string()]));
        }
    }
    Ok(())
}

pub(super) async fn check_changes(
    viewer: &Viewer,
    row: &group::Model,
    input: &UpdateGroupInput,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    for (null, field) in [
        (input.name.is_null(), "name"),
        (input.level.is_null(), "level"),
        (input.sharing.is_null(), "sharing"),
        (input.several_seats_a_unit.is_null(), "severalSeatsAUnit"),
        (input.convener_ids.is_null(), "convenerIds"),
    ] {
        refuse_null(null, field, &mut errors);
    }
    if let Some(name) = input.name.value() {
        check_text(Checked::Line, name, &["name"], &mut errors);
    }
    if let Some(text) = input.description.value() {
        check_text(Checked::Description, text, &["description"], &mut errors);
    }
    if let Some(tasks) = input.tasks.value() {
        check_tasks(tasks, &mut errors);
    }
    let without_seats = row.kind == GroupKind::Informal || row.role_type_id.is_some();
    if without_seats && input.substitution.value().is_some() {
        invalid("substitution", &mut errors);
    }
    if without_seats && input.quorum.value().is_some() {
        invalid("quorum", &mut errors);
    }
    check_quorum(input.quorum.value().copied(), &mut errors);
    check_meetings(input.meetings_a_year.value().copied(), &mut errors);
    check_period(
        changed(&input.valid_from, row.valid_from.as_ref()),
        changed(&input.valid_to, row.valid_to.as_ref()),
        &mut errors,
    );
    check_levels(viewer, row, input, &mut errors).await?;
    check_county(viewer, input.county.value(), &mut errors).await?;
    let parent = input.parent_id.value().copied();
    check_parent(viewer, Some(row.id), parent, &mut errors).await?;
    if let Some(ids) = input.convener_ids.value() {
        check_conveners(viewer, row, ids, &mut errors).await?;
    }
    if let Some(ids) = input.shared_with_ids.value() {
        check_organisations(viewer, ids, "sharedWithIds", false, &mut errors).await?;
    }
    if let Some(ids) = input.responsible_role_type_ids.value() {
        check_role_types(viewer, ids, "responsibleRoleTypeIds", &mut errors).await?;
    }
    Ok(errors)
}
