//! Reporting completions from elsewhere: numbers without names.

use super::{Training, TrainingById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{ReportedCompletionId, TrainingId},
    kind::Role,
    partial_date::PartialDate,
    reported_completion,
};
use sea_orm::Set;

/// How many of your own organisation's people have completed a training elsewhere.
#[derive(InputObject)]
pub struct ReportCompletionsInput {
    /// The training.
    training_id: TrainingId,
    /// How many persons, 0 or more. Leave it out where the number is not known, and say so in `note`.
    count: Option<i32>,
    /// As of when, as precisely as it is known.
    as_of: Option<PartialDate>,
    /// Whether the number counts all so far, rather than those of the period in `asOf`.
    #[graphql(default)]
    cumulative: bool,
    /// What the source says, up to 500 characters; needed where there is no number.
    note: Option<String>,
}

/// The training with the reported number.
#[derive(SimpleObject)]
pub struct ReportCompletionsPayload {
    /// The training; null when nothing was changed.
    training: Option<Training>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be reported.
#[derive(Default)]
pub struct ReportingMutation;

#[Object]
impl ReportingMutation {
    /// Reports how many of your own organisation's people have completed a training that you may see: a number
    /// without names, shown to whoever sees the training. For coordinators; `FORBIDDEN` for others. User
    /// errors: `NOT_FOUND`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn report_completions(
        &self,
        ctx: &Context<'_>,
        input: ReportCompletionsInput,
    ) -> Result<ReportCompletionsPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let key = TrainingById(input.training_id);
        let mut errors = check(&input);
        let training = loaders(ctx).load_one(key).await?;
        if training.is_none() {
            errors.push(UserError::new(UserErrorCode::NotFound, &["trainingId"]));
        }
        if !errors.is_empty() {
            return Ok(ReportCompletionsPayload {
                training: None,
                user_errors: errors,
            });
        }
        let row = reported_completion::ActiveModel {
            id: Set(ReportedCompletionId::new()),
            training_id: Set(input.training_id),
            organisation_id: Set(own),
            count: Set(input.count),
            as_of: Set(input.as_of),
            cumulative: Set(input.cumulative),
            note: Set(input.note),
        };
        viewer.insert(row).await?;
        Ok(ReportCompletionsPayload {
            training: training.map(Training),
            user_errors: Vec::new(),
        })
    }
}

fn check(input: &ReportCompletionsInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    if input.count.is_some_and(|count| count < 0) {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["count"]));
    }
    let note = input.note.as_deref().unwrap_or_default();
    check_text(Checked::Remark, note, &["note"], &mut errors);
    // A number that is not known is explained, never guessed.
    if input.count.is_none() && note.trim().is_empty() {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["note"]));
    }
    errors
}
