//! Whom and what the rows of a file are about, and what is there already.

use super::{ImportOutcome, Looked, at};
use crate::{
    disclosure,
    domain::{
        completion::today,
        completion_file::{Column, Row, Who},
        validity::in_force,
    },
    error::Result,
    graphql::user_error::{UserError, UserErrorCode},
    viewer::Viewer,
};
use chrono::NaiveDate;
use entity::{
    completion,
    id::{CompletionId, MembershipId, PersonId, TrainingId},
    kind::TrainingStatus,
    membership, person, training,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Func},
};
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
    members: Vec<membership::Model>,
    people: Vec<person::Model>,
    trainings: Vec<training::Model>,
    completions: Vec<completion::Model>,
}

type Refusal = (UserErrorCode, Column, (&'static str, &'static str));

impl Known {
    pub(super) async fn of(viewer: &Viewer, rows: &[Row]) -> Result<Self> {
        let people = people(viewer, rows).await?;
        let members = members(viewer, rows, &people).await?;
        let trainings = trainings(viewer, rows).await?;
        let completions = completions(viewer, &members, &trainings).await?;
        Ok(Self {
            members,
            people,
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
        let (found, column): (BTreeSet<PersonId>, _) = match who {
            Who::Member(id) => {
                let fitting = self.members.iter().filter(|row| row.id == *id);
                (fitting.map(|row| row.person_id).collect(), Column::Member)
            }
            Who::Email(address) => {
                let colleagues = self.people.iter().filter(|person| {
                    self.members.iter().any(|row| row.person_id == person.id)
                        && disclosure::has_email(viewer, person, address)
                });
                (colleagues.map(|person| person.id).collect(), Column::Email)
            }
        };
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(person), None) => Ok(person),
            (Some(_), Some(_)) => Err((
                UserErrorCode::InvalidValue,
                column,
                (
                    "Flera kollegor har adressen. Ange medlem i stället.",
                    "Several colleagues have the address. Give member instead.",
                ),
            )),
            (None, _) => Err((
                UserErrorCode::NotFound,
                column,
                (
                    "Ingen som är med i din organisation nu. Registrera personen först.",
                    "Nobody who belongs to your organisation now. Register the person first.",
                ),
            )),
        }
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

/// The people with one of the addresses, whether colleagues or not.
async fn people(viewer: &Viewer, rows: &[Row]) -> Result<Vec<person::Model>> {
    let addresses: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| match &row.who {
            Who::Email(address) => Some(address.as_str()),
            Who::Member(_) => None,
        })
        .collect();
    let address = Func::lower(Expr::col((person::Entity, person::Column::Email)));
    let query = person::Entity::find().filter(Expr::expr(address).is_in(addresses));
    viewer.all(query).await
}

/// Those of them, and of the named memberships, who belong to the viewer's organisation now.
async fn members(
    viewer: &Viewer,
    rows: &[Row],
    people: &[person::Model],
) -> Result<Vec<membership::Model>> {
    use membership::Column as M;
    let named: BTreeSet<MembershipId> = rows
        .iter()
        .filter_map(|row| match row.who {
            Who::Member(id) => Some(id),
            Who::Email(_) => None,
        })
        .collect();
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(
            Condition::any()
                .add(M::Id.is_in(named))
                .add(M::PersonId.is_in(people.iter().map(|person| person.id))),
        );
    let mut members = viewer.all(query).await?;
    members.retain(|row| in_force(Some(row.active_from), row.active_until, viewer.now()));
    Ok(members)
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
    members: &[membership::Model],
    trainings: &[training::Model],
) -> Result<Vec<completion::Model>> {
    use completion::Column as C;
    let query = completion::Entity::find()
        .filter(C::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(C::WithdrawnAt.is_null())
        .filter(C::PersonId.is_in(members.iter().map(|row| row.person_id)))
        .filter(C::TrainingId.is_in(trainings.iter().map(|row| row.id)));
    viewer.all(query).await
}
