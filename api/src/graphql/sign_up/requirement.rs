//! What a training requires of whoever signs up: other trainings, completed and valid on the day.

use crate::{
    domain::completion::{day_in, is_valid_on},
    error::{Error, Result},
    graphql::{
        loader::Loaders,
        user_error::{UserError, UserErrorCode},
    },
    language::Text,
    viewer::Viewer,
};
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entity::{
    id::{OccasionId, PersonId, TrainingId},
    training, training_occasion, training_requirement,
};
use sea_orm::EntityTrait;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whether the viewer's own person lacks what the training of an occasion requires on its day; absent if not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LackingAt {
    pub(crate) training: TrainingId,
    pub(crate) day: NaiveDate,
}

impl Loader<LackingAt> for Loaders {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[LackingAt]) -> Result<HashMap<LackingAt, ()>> {
        use training_requirement::Column as R;
        let trainings = keys.iter().map(|key| key.training);
        let required = self
            .viewer
            .among::<training_requirement::Entity, _>(R::TrainingId, trainings)
            .await?;
        let ids: Vec<TrainingId> = required
            .iter()
            .map(|row| row.required_training_id)
            .collect();
        let held = self.viewer.own_completions(&ids).await?;
        let lacks = |key: &&LackingAt| {
            let mut own = required
                .iter()
                .filter(|row| row.training_id == key.training);
            own.any(|row| {
                !held.iter().any(|held| {
                    held.training_id == row.required_training_id
                        && is_valid_on(held.completed_on, held.valid_until, key.day)
                })
            })
        };
        let lacking = keys.iter().filter(lacks);
        Ok(lacking.map(|key| (key.clone(), ())).collect())
    }
}

/// What each of the people has not completed that the training requires, validly on the day of the occasion. One
/// statement where nothing is required, two otherwise.
pub(super) async fn lacking_requirements(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Vec<TrainingId>>> {
    use training_requirement::Column as R;
    let required: Vec<TrainingId> = viewer
        .among::<training_requirement::Entity, _>(R::TrainingId, [occasion.training_id])
        .await?
        .into_iter()
        .map(|row| row.required_training_id)
        .collect();
    let day = day_in(&occasion.time_zone, occasion.starts_at);
    viewer.lacking(&required, people, day).await
}

/// The errors, those about missing requirements with the names of what is missing. Without such an error it asks
/// nothing.
pub(super) async fn explained(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
    errors: Vec<(PersonId, UserError)>,
) -> Result<Vec<UserError>> {
    let lacks = |error: &UserError| error.code_of() == UserErrorCode::RequirementMissing;
    let people: Vec<PersonId> = errors
        .iter()
        .filter(|(_, error)| lacks(error))
        .map(|(person, _)| *person)
        .collect();
    if people.is_empty() {
        return Ok(errors.into_iter().map(|(_, error)| error).collect());
    }
    let lacking = lacking_requirements(viewer, occasion, &people).await?;
    let ids: BTreeSet<TrainingId> = lacking.values().flatten().copied().collect();
    let titles: HashMap<TrainingId, String> = viewer
        .among::<training::Entity, _>(training::Column::Id, ids)
        .await?
        .into_iter()
        .map(|row| (row.id, row.title))
        .collect();
    let explain = |(person, error): (PersonId, UserError)| match lacking.get(&person) {
        Some(missing) if lacks(&error) => error.saying(missing_text(missing, &titles)),
        _ => error,
    };
    Ok(errors.into_iter().map(explain).collect())
}

fn missing_text(missing: &[TrainingId], titles: &HashMap<TrainingId, String>) -> Text {
    let named = |unseen: &str| {
        let names = missing.iter().map(|training| {
            titles.get(training).map_or_else(
                || unseen.to_owned(),
                |title| format!("\u{201d}{title}\u{201d}"),
            )
        });
        // Two that one may not see are told as one.
        let names: BTreeSet<String> = names.collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    };
    Text::filled(
        format!(
            "Personen behöver först ha genomfört {}, giltigt den dag tillfället ges.",
            named("en utbildning som du inte får se")
        ),
        format!(
            "The person must first have completed {}, valid on the day of the occasion.",
            named("a training that you may not see")
        ),
    )
}

/// The same for the rows of a request, for its viewer and outside its transaction: a batch of requests is not held up
/// by words.
pub(super) async fn explained_rows(
    viewer: &Viewer,
    occasion: OccasionId,
    people: &[PersonId],
    errors: Vec<UserError>,
) -> Result<Vec<UserError>> {
    let lacks = |error: &UserError| error.code_of() == UserErrorCode::RequirementMissing;
    if !errors.iter().any(lacks) {
        return Ok(errors);
    }
    let query = training_occasion::Entity::find_by_id(occasion);
    let Some(occasion) = viewer.one(query).await? else {
        return Ok(errors);
    };
    let (mut about, mut others) = (Vec::new(), Vec::new());
    for (place, error) in errors.into_iter().enumerate() {
        match error.item().and_then(|item| people.get(item)) {
            Some(person) if lacks(&error) => about.push((place, (*person, error))),
            _ => others.push((place, error)),
        }
    }
    let (places, about): (Vec<usize>, Vec<_>) = about.into_iter().unzip();
    let about = explained(viewer, &occasion, about).await?;
    others.extend(places.into_iter().zip(about));
    others.sort_by_key(|(place, _)| *place);
    Ok(others.into_iter().map(|(_, error)| error).collect())
}
