//! Writing trainings and their lists.

use super::{
    CreateTrainingInput, UpdateTrainingInput, check::check_changes, editable,
    requirement::replace_requirements,
};
use crate::{
    error::{Error, Result},
    graphql::{
        group::{each_once, replacement},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Permitted, Viewer},
};
use async_graphql::MaybeUndefined;
use entity::{
    id::{GroupId, OrganisationId, TrainingId},
    kind::{SubjectArea, TargetAudience, TrainingStatus},
    search_text::{fold, swedish_sort_key},
    training, training_audience, training_organiser, training_share, training_subject,
    training_target_group,
};
use sea_orm::{ColumnTrait, Condition, Set, Unchanged};
use std::collections::BTreeSet;

pub(super) async fn create(
    viewer: &Viewer,
    own: OrganisationId,
    input: &CreateTrainingInput,
) -> Result<Result<TrainingId, Vec<UserError>>> {
    let accountable = input.accountable_organiser_id.unwrap_or(own);
    let title = input.title.trim().to_owned();
    let made = viewer
        .make(training::ActiveModel {
            id: Set(TrainingId::new()),
            search_text: Set(fold(&format!("{title} {}", input.description))),
            sort_title: Set(swedish_sort_key(&title)),
            title: Set(title),
            description: Set(input.description.trim().to_owned()),
            format: Set(input.format),
            status: Set(TrainingStatus::Draft),
            sharing: Set(input.sharing),
            county_code: Set(input.county.clone()),
            accountable_organisation_id: Set(accountable),
            programme_id: Set(input.programme_id),
            qualifies_for: Set(input.qualifies_for.clone()),
            url: Set(input.url.clone()),
            period: Set(None),
            completion_share: Set(input.completion_share),
            partly_counts: Set(input.partly_counts),
            valid_months: Set(input.valid_months),
            for_groups: Set(!input.target_group_ids.is_empty()),
            published_at: Set(None),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
            version: Set(1),
        })
        .await?;
    let organisers: BTreeSet<_> = input
        .co_organiser_ids
        .iter()
        .copied()
        .chain([own])
        .collect();
    let organisers = organisers
        .into_iter()
        .map(|organisation| training_organiser::ActiveModel {
            training_id: Set(made.id),
            organisation_id: Set(organisation),
            confirmed_at: Set((organisation == own).then(|| viewer.now())),
            sees_participants: Set(
                organisation == accountable || input.co_organisers_see_participants
            ),
        });
    viewer
        .add_parts::<training_organiser::Entity>(&made, organisers.collect())
        .await?;
    let lists = Lists {
        subjects: Some(&input.subject_areas),
        audiences: Some(&input.target_audiences),
        groups: Some(&input.target_group_ids),
        shares: Some(&input.shared_with_ids),
    };
    lists.replace(viewer, &made).await?;
    if !input.requirement_ids.is_empty() {
        replace_requirements(viewer, &made, &input.requirement_ids).await?;
    }
    Ok(Ok(made.id))
}

/// The lists of a training that are to be replaced.
struct Lists<'a> {
    subjects: Option<&'a Vec<SubjectArea>>,
    audiences: Option<&'a Vec<TargetAudience>>,
    groups: Option<&'a Vec<GroupId>>,
    shares: Option<&'a Vec<OrganisationId>>,
}

impl Lists<'_> {
    async fn replace(self, viewer: &Viewer, whole: &Permitted<training::Model>) -> Result<()> {
        let training_id = Set(whole.id);
        if let Some(subjects) = self.subjects {
            let rows = subjects
                .iter()
                .map(|subject| training_subject::ActiveModel {
                    training_id: training_id.clone(),
                    subject_area: Set(*subject),
                });
            viewer
                .replace_parts::<training_subject::Entity>(whole, each_once(rows))
                .await?;
        }
        if let Some(audiences) = self.audiences {
            let rows = audiences
                .iter()
                .map(|audience| training_audience::ActiveModel {
                    training_id: training_id.clone(),
                    audience: Set(*audience),
                });
            viewer
                .replace_parts::<training_audience::Entity>(whole, each_once(rows))
                .await?;
        }
        if let Some(groups) = self.groups {
            let rows = groups
                .iter()
                .map(|group| training_target_group::ActiveModel {
                    training_id: training_id.clone(),
                    group_id: Set(*group),
                });
            viewer
                .replace_parts::<training_target_group::Entity>(whole, each_once(rows))
                .await?;
        }
        if let Some(shares) = self.shares {
            let rows = shares
                .iter()
                .map(|organisation| training_share::ActiveModel {
                    training_id: training_id.clone(),
                    organisation_id: Set(*organisation),
                });
            viewer
                .replace_parts::<training_share::Entity>(whole, each_once(rows))
                .await?;
        }
        Ok(())
    }
}

pub(super) async fn update(
    viewer: &Viewer,
    input: &UpdateTrainingInput,
) -> Result<Result<TrainingId, Vec<UserError>>> {
    let permitted = match editable(viewer, input.training_id).await? {
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
    let title = input.title.value().unwrap_or(&permitted.title);
    let title = title.trim().to_owned();
    let description = match &input.description {
        MaybeUndefined::Undefined => permitted.description.clone(),
        MaybeUndefined::Null => String::new(),
        MaybeUndefined::Value(description) => description.trim().to_owned(),
    };
    let mut change = training::ActiveModel {
        id: Unchanged(permitted.id),
        search_text: Set(fold(&format!("{title} {description}"))),
        sort_title: Set(swedish_sort_key(&title)),
        title: Set(title),
        description: Set(description),
        updated_at: Set(viewer.now()),
        version: Set(permitted.version + 1),
        format: Set(*input.format.value().unwrap_or(&permitted.format)),
        sharing: Set(*input.sharing.value().unwrap_or(&permitted.sharing)),
        partly_counts: Set(*input
            .partly_counts
            .value()
            .unwrap_or(&permitted.partly_counts)),
        ..Default::default()
    };
    for (column, wanted) in [
        (&mut change.completion_share, &input.completion_share),
        (&mut change.valid_months, &input.valid_months),
    ] {
        match wanted {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => *column = Set(None),
            MaybeUndefined::Value(value) => *column = Set(Some(*value)),
        }
    }
    for (column, wanted) in [
        (&mut change.county_code, &input.county),
        (&mut change.qualifies_for, &input.qualifies_for),
        (&mut change.url, &input.url),
    ] {
        match wanted {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => *column = Set(None),
            MaybeUndefined::Value(value) => *column = Set(Some(value.clone())),
        }
    }
    if let Some(groups) = replacement(&input.target_group_ids) {
        change.for_groups = Set(!groups.is_empty());
    }
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "a training that was locked could not be changed",
        ));
    }
    if permitted.status == TrainingStatus::Draft {
        take_back_confirmations(viewer, &permitted).await?;
    }
    let lists = Lists {
        subjects: replacement(&input.subject_areas),
        audiences: replacement(&input.target_audiences),
        groups: replacement(&input.target_group_ids),
        shares: replacement(&input.shared_with_ids),
    };
    lists.replace(viewer, &permitted).await?;
    if let Some(wanted) = replacement(&input.requirement_ids) {
        replace_requirements(viewer, &permitted, wanted).await?;
    }
    Ok(Ok(permitted.id))
}

/// The other organisers have confirmed something that is now another.
async fn take_back_confirmations(
    viewer: &Viewer,
    whole: &Permitted<training::Model>,
) -> Result<()> {
    let own = viewer.signed_in()?.organisation;
    let others = Condition::all().add(training_organiser::Column::OrganisationId.ne(own));
    let unconfirmed = training_organiser::ActiveModel {
        confirmed_at: Set(None),
        ..Default::default()
    };
    viewer
        .update_parts::<training_organiser::Entity>(whole, others, unconfirmed)
        .await?;
    Ok(())
}
