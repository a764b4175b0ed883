//! What a training requires, and by which rule it is completed: whether that can be, and writing it.

use crate::{
    domain::completion::requires_itself,
    error::Result,
    graphql::user_error::{UserError, UserErrorCode},
    viewer::{Permitted, Viewer},
};
use entity::{id::TrainingId, kind::TrainingStatus, training, training_requirement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use std::collections::{BTreeSet, HashMap};

/// The most trainings that one requires.
const MOST: usize = 10;

/// The share of the blocks and the months, where they are given.
pub(super) fn check_rule(share: Option<i32>, months: Option<i32>, errors: &mut Vec<UserError>) {
    if share.is_some_and(|share| !(1..=100).contains(&share)) {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["completionShare"],
        ));
    }
    if months.is_some_and(|months| !(1..=240).contains(&months)) {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["validMonths"],
        ));
    }
}

/// Whether a training can require these; `own` is none for one that is being made, which nothing can require yet.
pub(super) async fn check_requirements(
    viewer: &Viewer,
    own: Option<TrainingId>,
    wanted: &[TrainingId],
    errors: &mut Vec<UserError>,
) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    if wanted.len() > MOST {
        errors.push(UserError::new(
            UserErrorCode::InvalidValue,
            &["requirementIds"],
        ));
        return Ok(());
    }
    let mut query =
        training::Entity::find().filter(training::Column::Id.is_in(wanted.iter().copied()));
    if own.is_some() {
        // Held: of two trainings that come to require each other at once, one is made to look again.
        query = query.lock_shared();
    }
    let found: HashMap<TrainingId, training::Model> = viewer
        .all(query)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    for (index, id) in wanted.iter().enumerate() {
        let code = match found.get(id) {
            None => UserErrorCode::NotFound,
            // Itself is told as a circle, below.
            Some(row) if row.status == TrainingStatus::Draft && Some(*id) != own => {
                UserErrorCode::TrainingNotPublished
            }
            Some(_) => continue,
        };
        let field = ["requirementIds", &index.to_string()];
        errors.push(UserError::new(code, &field));
    }
    let Some(own) = own else {
        return Ok(());
    };
    let below = viewer.requirements_below(wanted).await?;
    if requires_itself(own, wanted, &below) {
        errors.push(UserError::new(
            UserErrorCode::RequirementCycle,
            &["requirementIds"],
        ));
    }
    Ok(())
}

/// Replaces what a training requires.
pub(super) async fn replace_requirements(
    viewer: &Viewer,
    whole: &Permitted<training::Model>,
    wanted: &[TrainingId],
) -> Result<()> {
    let wanted: BTreeSet<TrainingId> = wanted.iter().copied().collect();
    let rows = wanted
        .into_iter()
        .map(|required| training_requirement::ActiveModel {
            training_id: Set(whole.id),
            required_training_id: Set(required),
        });
    viewer
        .replace_parts::<training_requirement::Entity>(whole, rows.collect())
        .await
}
