//! Reporting completions from elsewhere: numbers without names.

use super::{Training, TrainingById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{ReportedCompletionId, TrainingId},
    kind::Role,
    partial_date::PartialDate,
    reported_completion,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel};

/// How many of your own organisation's people have completed a training elsewhere.
#[derive(InputObject)]
pub struct ReportCompletionsInput {
    /// The training.
    training_id: TrainingId,
    /// How many persons, 0 to 10,000,000. Leave it out where the number is not known, and say so in `note`.
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
    /// without names, shown to whoever sees the training. It takes the place of what your organisation reported
    /// before as of the same date. For coordinators; `FORBIDDEN` for others. User
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
        let row = reported_completion::Model {
            id: ReportedCompletionId::new(),
            training_id: input.training_id,
            organisation_id: own,
            count: input.count,
            as_of: input.as_of,
            cumulative: input.cumulative,
            note: input.note,
        };
        let row = &row;
        viewer
            .transaction(|viewer| async move { replace(&viewer, row).await })
            .await?;
        Ok(ReportCompletionsPayload {
            training: training.map(Training),
            user_errors: Vec::new(),
        })
    }
}

/// One number of an organisation for one date: a new one takes the place of the old.
async fn replace(viewer: &Viewer, row: &reported_completion::Model) -> Result<()> {
    use reported_completion::Column as R;
    let same_date = match row.as_of {
        Some(as_of) => R::AsOf.eq(as_of),
        None => R::AsOf.is_null(),
    };
    let earlier = Condition::all()
        .add(R::TrainingId.eq(row.training_id))
        .add(R::OrganisationId.eq(row.organisation_id))
        .add(same_date);
    viewer
        .remove::<reported_completion::Entity>(earlier)
        .await?;
    viewer
        .insert(row.clone().into_active_model().reset_all())
        .await?;
    Ok(())
}

fn check(input: &ReportCompletionsInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    if input
        .count
        .is_some_and(|count| !(0..=10_000_000).contains(&count))
    {
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
