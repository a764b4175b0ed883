//! Whom and what the rows of a file are about, and what is there already.

use super::{ImportOutcome, Looked};
use crate::{
    domain::{
        completion::today,
        completion_file::{Column, Row, Who},
    },
    error::Result,
    graphql::{
        colleague::Colleagues,
        table_file::at,
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use chrono::NaiveDate;
use entity::{
    completion,
    id::{CompletionId, PersonId, TrainingId},
    kind::TrainingStatus,
    training,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fit {
    /// It is new.
    New,
    /// It has been entered.
    Entered(CompletionId),
    /// It is there already, or stands further up in the same file.
    There(Option<CompletionId>),
    /// It cannot be entered.
    Refused(UserError),
}

impl Fit {
    pub(super) const fn outcome(&self) -> ImportOutcome {
        match self {
            Self::New | Self::Entered(_) => ImportOutcome::Entered,
            Self::There(_) => ImportOutcome::AlreadyThere,
            Self::Refused(_) => ImportOutcome::Refused,
        }
    }

    pub(super) const fn completion(&self) -> Option<CompletionId> {
        match self {
            Self::Entered(id) => Some(*id),
            Self::There(id) => *id,
            Self::New | Self::Refused(_) => None,
        }
    }
}

/// What is known about the people and trainings of a file: as many statements for one row as for many.
pub(super) struct Known {
    colleagues: Colleagues,
    trainings: Vec<training::Model>,
    completions: Vec<completion::Model>,
}

type Refusal = (UserErrorCode, Column, (&'static str, &'static str));

impl Known {
    pub(super) async fn of(viewer: &Viewer, rows: &[Row]) -> Result<Self> {
        let whom: Vec<&Who> = rows.iter().map(|row| &row.who).collect();
        let colleagues = Colleagues::named(viewer, &whom).await?;
        let trainings = trainings(viewer, rows).await?;
        let completions = completions(viewer, &colleagues, &trainings).await?;
        Ok(Self {
            colleagues,
            trainings,
            completions,
        })
    }

    /// What becomes of each row.
    pub(super) fn fit_all(&self, viewer: &Viewer, rows: &[Row]) -> Vec<Looked> {
        let mut above = BTreeSet::new();
        rows.iter()
            .map(|row| {
                let person = self.person(viewer, &row.who);
                let training = self.training(&row.training);
                let fit = match (&person, &training) {
                    (Err(refusal), _) | (_, Err(refusal)) => refused(row, *refusal),
                    (Ok(_), Ok(_)) if row.completed_on > today(viewer.now()) => {
                        let words = ("Dagen ligger framåt i tiden.", "The day is yet to come.");
                        refused(
                            row,
                            (UserErrorCode::InvalidValue, Column::CompletedOn, words),
                        )
                    }
                    (Ok(person), Ok(training)) => {
                        let key = (*person, training.id, row.completed_on);
                        self.there(key, above.insert(key))
                    }
                };
                Looked {
                    line: row.line,
                    completed_on: row.completed_on,
                    person: person.ok(),
                    training: training.ok().cloned(),
                    fit,
                }
            })
            .collect()
    }

    fn there(&self, key: (PersonId, TrainingId, NaiveDate), first: bool) -> Fit {
        let same =
            |row: &&completion::Model| (row.person_id, row.training_id, row.completed_on) == key;
        match self.completions.iter().find(same) {
            Some(row) => Fit::There(Some(row.id)),
            None if first => Fit::New,
            None => Fit::There(None),
        }
    }

    /// The one colleague whom a row names.
    fn person(&self, viewer: &Viewer, who: &Who) -> std::result::Result<PersonId, Refusal> {
        let column = match who {
            Who::Member(_) => Column::Member,
            Who::Email(_) => Column::Email,
        };
        let found = self.colleagues.find(viewer, who);
        found.map_err(|(code, words)| (code, column, words))
    }

    /// The one training that a row names.
    fn training(&self, named: &str) -> std::result::Result<&training::Model, Refusal> {
        let refusal = |code, words| Err((code, Column::Training, words));
        let id = named.parse::<TrainingId>().ok();
        let fits = |row: &&training::Model| match id {
            Some(id) => row.id == id,
            None => row.title == named && row.status != TrainingStatus::Draft,
        };
        let mut found = self.trainings.iter().filter(fits);
        match (found.next(), found.next()) {
            (Some(row), None) if row.status == TrainingStatus::Draft => refusal(
                UserErrorCode::TrainingNotPublished,
                (
                    "Utbildningen är inte publicerad.",
                    "The training is not published.",
                ),
            ),
            (Some(row), None) => Ok(row),
            (Some(_), Some(_)) => refusal(
                UserErrorCode::InvalidValue,
                (
                    "Flera utbildningar heter så. Ange utbildningens id.",
                    "Several trainings are called so. Give the training's id.",
                ),
            ),
            (None, _) => refusal(
                UserErrorCode::NotFound,
                (
                    "Ingen utbildning som du får se heter så.",
                    "No training that you may see is called so.",
                ),
            ),
        }
    }
}

fn refused(row: &Row, (code, column, words): Refusal) -> Fit {
    Fit::Refused(at(code, row.line, Some(column), words))
}

/// The trainings with one of the ids or titles.
async fn trainings(viewer: &Viewer, rows: &[Row]) -> Result<Vec<training::Model>> {
    use training::Column as T;
    let named: BTreeSet<&str> = rows.iter().map(|row| row.training.as_str()).collect();
    let ids: BTreeSet<TrainingId> = named.iter().filter_map(|name| name.parse().ok()).collect();
    let query = training::Entity::find().filter(
        Condition::any()
            .add(T::Id.is_in(ids))
            .add(T::Title.is_in(named)),
    );
    viewer.all(query).await
}

/// The completions of these people and trainings that stand.
async fn completions(
    viewer: &Viewer,
    colleagues: &Colleagues,
    trainings: &[training::Model],
) -> Result<Vec<completion::Model>> {
    use completion::Column as C;
    let query = completion::Entity::find()
        .filter(C::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(C::WithdrawnAt.is_null())
        .filter(C::PersonId.is_in(colleagues.ids()))
        .filter(C::TrainingId.is_in(trainings.iter().map(|row| row.id)));
    viewer.all(query).await
}
