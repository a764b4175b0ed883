//! Writing groups and their lists.

use super::{
    CreateGroupInput, GroupTaskInput, UpdateGroupInput,
    check::{changed, check_changes, replacement},
    editable_and_open,
};
use crate::{
    error::{Error, Result},
    graphql::user_error::{UserError, UserErrorCode},
    viewer::{Permitted, Viewer},
};
use entity::{
    group, group_convener, group_purpose, group_responsible_role, group_share, group_subject,
    group_task,
    id::{GroupId, OrganisationId, RoleTypeId},
    kind::{GroupPurpose, SubjectArea},
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{Set, Unchanged};

/// The lists of a group that are to be replaced; none: that one stays.
struct Lists<'i> {
    purposes: Option<&'i Vec<GroupPurpose>>,
    subjects: Option<&'i Vec<SubjectArea>>,
    tasks: Option<&'i Vec<GroupTaskInput>>,
    shares: Option<&'i Vec<OrganisationId>>,
    responsible: Option<&'i Vec<RoleTypeId>>,
}

pub(super) async fn create(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateGroupInput,
) -> Result<Result<GroupId, Vec<UserError>>> {
    let name = input.name.trim().to_owned();
    let made = viewer
        .make(group::ActiveModel {
            id: Set(GroupId::new()),
            kind: Set(input.kind),
            level: Set(input.level),
            search_text: Set(fold(&format!("{name} {}", input.description))),
            sort_name: Set(swedish_sort_key(&name)),
            name: Set(name),
            description: Set(input.description.trim().to_owned()),
            county_code: Set(input.county.clone()),
            parent_id: Set(input.parent_id),
            sharing: Set(input.sharing),
            meetings_sharing: Set(input.meetings_sharing),
            decisions_sharing: Set(input.decisions_sharing),
            role_type_id: Set(input.role_type_id),
            role_organisation_id: Set(input.role_organisation_id),
            substitution: Set(input.substitution),
            quorum: Set(input.quorum),
            meetings_a_year: Set(input.meetings_a_year),
            several_seats_a_unit: Set(input.several_seats_a_unit),
            valid_from: Set(input.valid_from),
            valid_to: Set(input.valid_to),
            closing_reason: Set(None),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
            closed_at: Set(None),
            version: Set(1),
        })
        .await?;
    let mut conveners = vec![own];
    conveners.extend_from_slice(&input.co_convener_ids);
    replace_conveners(viewer, &made, &conveners).await?;
    let lists = Lists {
        purposes: Some(&input.purposes),
        subjects: Some(&input.subject_areas),
        tasks: Some(&input.tasks),
        shares: Some(&input.shared_with_ids),
        responsible: Some(&input.responsible_role_type_ids),
    };
    replace_lists(viewer, &made, lists).await?;
    Ok(Ok(made.id))
}

async fn replace_conveners(
    viewer: &Viewer,
    whole: &Permitted<group::Model>,
    wanted: &[OrganisationId],
) -> Result<()> {
    let rows = each_once(
        wanted
            .iter()
            .map(|organisation| group_convener::ActiveModel {
                group_id: Set(whole.id),
                organisation_id: Set(*organisation),
            }),
    );
    viewer
        .replace_parts::<group_convener::Entity>(whole, rows)
        .await
}

/// What is said twice is written once.
pub(in crate::graphql) fn each_once<T: PartialEq>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for row in rows {
        if !once.contains(&row) {
            once.push(row);
        }
    }
    once
}

/// The task of an input, at its place in the list.
fn task(group: GroupId, position: usize, input: &GroupTaskInput) -> group_task::ActiveModel {
    let law = input.law_cited_as.as_deref().map(str::trim);
    group_task::ActiveModel {
        group_id: Set(group),
        position: Set(i32::try_from(position).unwrap_or(i32::MAX)),
        kind: Set(input.kind),
        description: Set(input.description.trim().to_owned()),
        law_cited_as: Set(law.map(str::to_owned)),
    }
}

async fn replace_lists(
    viewer: &Viewer,
    whole: &Permitted<group::Model>,
    lists: Lists<'_>,
) -> Result<()> {
    let group_id = Set(whole.id);
    if let Some(purposes) = lists.purposes {
        let rows = each_once(purposes.iter().map(|purpose| group_purpose::ActiveModel {
            group_id: group_id.clone(),
            purpose: Set(*purpose),
        }));
        viewer
            .replace_parts::<group_purpose::Entity>(whole, rows)
            .await?;
    }
    if let Some(subjects) = lists.subjects {
        let rows = each_once(subjects.iter().map(|area| group_subject::ActiveModel {
            group_id: group_id.clone(),
            subject_area: Set(*area),
        }));
        viewer
            .replace_parts::<group_subject::Entity>(whole, rows)
            .await?;
    }
    if let Some(tasks) = lists.tasks {
        let rows = tasks.iter().enumerate();
        let rows = rows.map(|(position, input)| task(whole.id, position, input));
        viewer
            .replace_parts::<group_task::Entity>(whole, rows.collect())
            .await?;
    }
    if let Some(shares) = lists.shares {
        let rows = each_once(shares.iter().map(|organisation| group_share::ActiveModel {
            group_id: group_id.clone(),
            organisation_id: Set(*organisation),
        }));
        viewer
            .replace_parts::<group_share::Entity>(whole, rows)
            .await?;
    }
    if let Some(roles) = lists.responsible {
        let rows = each_once(
            roles
                .iter()
                .map(|role| group_responsible_role::ActiveModel {
                    group_id: group_id.clone(),
                    role_type_id: Set(*role),
                }),
        );
        viewer
            .replace_parts::<group_responsible_role::Entity>(whole, rows)
            .await?;
    }
    Ok(())
}

pub(super) async fn update(
    viewer: &Viewer,
    input: &UpdateGroupInput,
) -> Result<Result<GroupId, Vec<UserError>>> {
    let permitted = match editable_and_open(viewer, input.group_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    if permitted.version != input.expected_version {
        return Ok(Err(vec![UserError::new(
            UserErrorCode::Conflict,
            &["expectedVersion"],
        )]));
    }
    let errors = check_changes(viewer, &permitted, input).await?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if viewer
        .update(changes(viewer, &permitted, input))
        .await?
        .is_none()
    {
        return Err(Error::internal(
            "a group that was locked could not be changed",
        ));
    }
    let lists = Lists {
        purposes: replacement(&input.purposes),
        subjects: replacement(&input.subject_areas),
        tasks: replacement(&input.tasks),
        shares: replacement(&input.shared_with_ids),
        responsible: replacement(&input.responsible_role_type_ids),
    };
    replace_lists(viewer, &permitted, lists).await?;
    if let Some(conveners) = input.convener_ids.value() {
        replace_conveners(viewer, &permitted, conveners).await?;
    }
    Ok(Ok(permitted.id))
}

fn changes(viewer: &Viewer, row: &group::Model, input: &UpdateGroupInput) -> group::ActiveModel {
    let name = input.name.value().unwrap_or(&row.name).trim().to_owned();
    let description = changed(&input.description, Some(&row.description)).unwrap_or_default();
    let description = description.trim().to_owned();
    group::ActiveModel {
        id: Unchanged(row.id),
        search_text: Set(fold(&format!("{name} {description}"))),
        sort_name: Set(swedish_sort_key(&name)),
        name: Set(name),
        description: Set(description),
        level: Set(*input.level.value().unwrap_or(&row.level)),
        county_code: Set(changed(&input.county, row.county_code.as_ref())),
        parent_id: Set(changed(&input.parent_id, row.parent_id.as_ref())),
        sharing: Set(*input.sharing.value().unwrap_or(&row.sharing)),
        meetings_sharing: Set(changed(
            &input.meetings_sharing,
            row.meetings_sharing.as_ref(),
        )),
        decisions_sharing: Set(changed(
            &input.decisions_sharing,
            row.decisions_sharing.as_ref(),
        )),
        substitution: Set(changed(&input.substitution, row.substitution.as_ref())),
        quorum: Set(changed(&input.quorum, row.quorum.as_ref())),
        meetings_a_year: Set(changed(
            &input.meetings_a_year,
            row.meetings_a_year.as_ref(),
        )),
        several_seats_a_unit: Set(*input
            .several_seats_a_unit
            .value()
            .unwrap_or(&row.several_seats_a_unit)),
        valid_from: Set(changed(&input.valid_from, row.valid_from.as_ref())),
        valid_to: Set(changed(&input.valid_to, row.valid_to.as_ref())),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    }
}
