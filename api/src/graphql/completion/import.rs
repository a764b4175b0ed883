//! Entering completions from elsewhere: a file is looked at row by row, then entered whole or not at all.

mod matching;

use super::{Completion, CompletionById};
use crate::{
    domain::{
        completion::valid_until,
        completion_file::{Mistake, read},
    },
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        person::{Person, PersonById},
        table_file::told,
        training::Training,
        user_error::UserError,
    },
    viewer::{Viewer, audit::Concern},
};
use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    completion,
    id::{CompletionId, PersonId},
    kind::{AuditAction, CompletionSource, Role},
    training,
};
use matching::{Fit, Known};
use sea_orm::Set;
use std::collections::BTreeSet;

/// A file of completions.
#[derive(InputObject)]
pub struct ImportCompletionsInput {
    /// The file's text: a heading and at most 500 rows, with comma or semicolon between the cells. Columns, in any
    /// order: `email` (`e-post`) or `member` (`medlem`: the membership's global id), `training` (`utbildning`: its
    /// global id or its whole title), `completed_on` (`genomförd`, `datum`: a day as `2026-03-31`). Other columns are
    /// refused, so that nothing is sent that is not needed.
    csv: String,
    /// Whether to tell only what would be done. Look at that first.
    #[graphql(default)]
    preview: bool,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ImportOutcome {
    /// It was entered; in a preview: it would be.
    Entered,
    /// The same completion is there already, or stands further up: nothing to do.
    AlreadyThere,
    /// It cannot be entered: see `error`.
    Refused,
}

/// What becomes of a row of the file.
#[derive(SimpleObject)]
pub struct ImportedRow {
    /// Its line in the file; the heading is line 1.
    line: i32,
    /// What becomes of it.
    outcome: ImportOutcome,
    /// Who completed something; null where the row does not tell.
    person: Option<Person>,
    /// The training; null where the row does not tell.
    training: Option<Training>,
    /// On which day; null where the row does not tell.
    completed_on: Option<NaiveDate>,
    /// The completion; null in a preview, and for a row that is refused.
    completion: Option<Completion>,
    /// Why it is refused; null otherwise.
    error: Option<UserError>,
}

/// What becomes of a file.
#[derive(SimpleObject)]
pub struct ImportCompletionsPayload {
    /// Row by row, in the order of the file; empty for a file that cannot be read.
    rows: Vec<ImportedRow>,
    /// How many rows were entered; in a preview: would be. 0 if any row is refused.
    entered: i32,
    /// How many rows were there already.
    already_there: i32,
    /// What you can mend, each with its line in the text; nothing was entered if there is one. `field` is `csv`, the
    /// line, the column.
    user_errors: Vec<UserError>,
}

/// What can be done with completions from elsewhere.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Enters completions of your own organisation's people from a file, such as a list from a platform for
    /// e-trainings: all rows or none. Sending a file again enters nothing twice. With `preview`, tells what would be
    /// done and enters nothing. For coordinators; `FORBIDDEN` for others. Written to the audit log. User errors:
    /// `INVALID_VALUE` for what cannot be read, a day to come, and a person or training that more than one fits;
    /// `NOT_FOUND` for a person or a training; `TRAINING_NOT_PUBLISHED` for a draft.
    async fn import_completions(
        &self,
        ctx: &Context<'_>,
        input: ImportCompletionsInput,
    ) -> Result<ImportCompletionsPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let rows = match read(&input.csv) {
            Ok(rows) => rows,
            Err(mistakes) => {
                return Ok(ImportCompletionsPayload {
                    rows: Vec::new(),
                    entered: 0,
                    already_there: 0,
                    user_errors: mistakes.iter().map(told_here).collect(),
                });
            }
        };
        let (rows, preview) = (&rows, input.preview);
        let looked_at = viewer
            .transaction(|viewer| async move {
                let mut looked_at = Known::of(&viewer, rows).await?.fit_all(&viewer, rows);
                let refused = looked_at.iter().any(|row| row.error().is_some());
                if !preview && !refused {
                    enter(&viewer, &mut looked_at).await?;
                }
                Ok(looked_at)
            })
            .await?;
        payload(ctx, looked_at, preview).await
    }
}

/// A row with what was found out about it.
pub(super) struct Looked {
    line: u64,
    completed_on: NaiveDate,
    person: Option<PersonId>,
    training: Option<training::Model>,
    fit: Fit,
}

impl Looked {
    fn error(&self) -> Option<&UserError> {
        match &self.fit {
            Fit::Refused(error) => Some(error),
            Fit::New | Fit::Entered(_) | Fit::There(_) => None,
        }
    }
}

/// Enters what is new, in one statement, and writes it down.
async fn enter(viewer: &Viewer, rows: &mut [Looked]) -> Result<()> {
    let organisation = viewer.signed_in()?.organisation;
    let (mut new, mut concerns) = (Vec::new(), Vec::new());
    let mut trainings = BTreeSet::new();
    for row in rows.iter_mut().filter(|row| row.fit == Fit::New) {
        let (Some(person), Some(training)) = (row.person, &row.training) else {
            return Err(Error::internal(
                "a row without person or training passed the check",
            ));
        };
        let id = CompletionId::new();
        trainings.insert(training.id);
        new.push(completion::ActiveModel {
            id: Set(id),
            person_id: Set(person),
            organisation_id: Set(organisation),
            training_id: Set(training.id),
            occasion_id: Set(None),
            sign_up_id: Set(None),
            meeting_id: Set(None),
            source: Set(CompletionSource::Import),
            completed_on: Set(row.completed_on),
            valid_until: Set(valid_until(row.completed_on, training.valid_months)),
            recorded_at: Set(viewer.now()),
            recorded_by: Set(viewer.person()),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
        });
        concerns.push(Concern {
            subject: Some(id.to_string()),
            ..Concern::person(organisation, person)
        });
        row.fit = Fit::Entered(id);
    }
    if new.is_empty() {
        return Ok(());
    }
    viewer.insert_all(new).await?;
    let people = concerns.iter().map(|concern| concern.person).collect();
    viewer.completions_changed(&people, &trainings).await?;
    viewer.audit(AuditAction::ImportCompletion, concerns).await
}

async fn payload(
    ctx: &Context<'_>,
    looked_at: Vec<Looked>,
    preview: bool,
) -> Result<ImportCompletionsPayload> {
    let people = looked_at
        .iter()
        .filter_map(|row| row.person)
        .map(PersonById);
    let people = loaders(ctx).load_many(people).await?;
    let completions = looked_at.iter().filter_map(|row| row.fit.completion());
    let completions = completions.map(CompletionById);
    let completions = loaders(ctx).load_many(completions).await?;
    let user_errors: Vec<UserError> = looked_at
        .iter()
        .filter_map(|row| row.error().cloned())
        .collect();
    let count = |wanted: ImportOutcome| {
        let fitting = looked_at.iter().filter(|row| row.fit.outcome() == wanted);
        i32::try_from(fitting.count()).unwrap_or(i32::MAX)
    };
    let (entered, already_there) = (
        count(ImportOutcome::Entered),
        count(ImportOutcome::AlreadyThere),
    );
    let rows = looked_at.into_iter().map(|row| ImportedRow {
        line: i32::try_from(row.line).unwrap_or(i32::MAX),
        outcome: row.fit.outcome(),
        person: row
            .person
            .and_then(|person| people.get(&PersonById(person)).cloned())
            .map(Person),
        completed_on: Some(row.completed_on),
        completion: row
            .fit
            .completion()
            .filter(|_| !preview)
            .and_then(|id| completions.get(&CompletionById(id)).cloned())
            .map(Completion),
        error: row.error().cloned(),
        training: row.training.map(Training),
    });
    Ok(ImportCompletionsPayload {
        rows: rows.collect(),
        entered: if user_errors.is_empty() { entered } else { 0 },
        already_there,
        user_errors,
    })
}

fn told_here(mistake: &Mistake) -> UserError {
    let columns = (
        "e-post eller medlem, utbildning och genomförd",
        "email or member, training and completed_on",
    );
    told(mistake, columns)
}
