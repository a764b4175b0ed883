//! What people have completed, as far as requirements ask for it.
//!
//! A completion is the person's, wherever the person works now: it counts for every organisation. So this looks at
//! completions that the viewer may not read, and tells only which of the required trainings somebody lacks.

use super::Viewer;
use crate::{error::Result, policy::select};
use chrono::NaiveDate;
use entity::{
    completion,
    id::{PersonId, TrainingId},
    training_requirement,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, sea_query::SelectStatement,
};
use std::collections::{BTreeMap, BTreeSet};

/// The completions that stand and are valid on a day.
pub(crate) fn valid_on(day: NaiveDate) -> Condition {
    use completion::Column as C;
    Condition::all()
        .add(C::WithdrawnAt.is_null())
        .add(C::CompletedOn.lte(day))
        .add(
            Condition::any()
                .add(C::ValidUntil.is_null())
                .add(C::ValidUntil.gte(day)),
        )
}

/// The people who have completed a training, validly on a day, for whichever organisation.
pub(crate) fn holders(training: TrainingId, day: NaiveDate) -> SelectStatement {
    select::<completion::Entity>(
        completion::Column::PersonId,
        valid_on(day).add(completion::Column::TrainingId.eq(training)),
    )
}

impl Viewer {
    /// Which of the required trainings each of the people lacks on that day; who lacks none is absent.
    pub(crate) async fn lacking(
        &self,
        required: &[TrainingId],
        people: &[PersonId],
        day: NaiveDate,
    ) -> Result<BTreeMap<PersonId, Vec<TrainingId>>> {
        use completion::Column as C;
        if required.is_empty() || people.is_empty() {
            return Ok(BTreeMap::new());
        }
        let held: BTreeSet<(PersonId, TrainingId)> = completion::Entity::find()
            .select_only()
            .columns([C::PersonId, C::TrainingId])
            .filter(C::TrainingId.is_in(required.iter().copied()))
            .filter(C::PersonId.is_in(people.iter().copied()))
            .filter(valid_on(day))
            .into_tuple()
            .all(&self.db.reader())
            .await?
            .into_iter()
            .collect();
        let lacks = |person: &PersonId| {
            let lacking = required.iter().copied();
            let lacking: Vec<TrainingId> = lacking
                .filter(|training| !held.contains(&(*person, *training)))
                .collect();
            (!lacking.is_empty()).then_some((*person, lacking))
        };
        Ok(people.iter().filter_map(lacks).collect())
    }

    /// The completions of the viewer's own person that stand, of the required trainings.
    pub(crate) async fn own_completions(
        &self,
        required: &[TrainingId],
    ) -> Result<Vec<completion::Model>> {
        use completion::Column as C;
        let Some(person) = self.person() else {
            return Ok(Vec::new());
        };
        if required.is_empty() {
            return Ok(Vec::new());
        }
        Ok(completion::Entity::find()
            .filter(C::PersonId.eq(person))
            .filter(C::TrainingId.is_in(required.iter().copied()))
            .filter(C::WithdrawnAt.is_null())
            .all(&self.db.reader())
            .await?)
    }

    /// Each training below these and what it requires, whoever may see it: for telling whether requirements would
    /// go round in a circle, and nothing else.
    pub(crate) async fn requirements_below(
        &self,
        trainings: &[TrainingId],
    ) -> Result<Vec<(TrainingId, TrainingId)>> {
        use training_requirement::Column as R;
        let mut found = Vec::new();
        let mut seen: BTreeSet<TrainingId> = BTreeSet::new();
        let mut level: BTreeSet<TrainingId> = trainings.iter().copied().collect();
        // Each round asks for trainings not asked for before, so it ends.
        while !level.is_empty() {
            let rows = training_requirement::Entity::find()
                .filter(R::TrainingId.is_in(level.iter().copied()))
                .all(&self.db.reader())
                .await?;
            seen.extend(&level);
            level = rows.iter().map(|row| row.required_training_id).collect();
            level.retain(|training| !seen.contains(training));
            let pairs = rows.into_iter();
            found.extend(pairs.map(|row| (row.training_id, row.required_training_id)));
        }
        Ok(found)
    }
}
