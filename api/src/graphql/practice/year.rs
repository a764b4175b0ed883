//! A year of an organisation's trainings: how many were held, and whether they cover the subjects together.

use crate::{
    error::{Error, Result},
    graphql::{context::loaders, loader::Loaders},
    policy::select,
};
use async_graphql::{Context, Object, dataloader::Loader};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Stockholm;
use entity::{
    id::{OrganisationId, TrainingId},
    kind::{OccasionStatus, SubjectArea, TrainingFormat},
    training, training_occasion, training_organiser, training_subject,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};

/// Whose year, which, and of which trainings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct YearOf {
    organisation: OrganisationId,
    year: i32,
    format: Option<TrainingFormat>,
}

/// The occasions of one year of the trainings that an organisation gives, alone or with others, as far as you may see
/// them. An occasion belongs to the year in which it starts, by Swedish time.
#[derive(Clone, Debug, Default)]
pub struct TrainingYear {
    held: i32,
    planned: i32,
    cancelled: i32,
    areas: Vec<SubjectArea>,
}

/// The occasions of one year of the trainings that an organisation gives, alone or with others, as far as you may see
/// them. An occasion belongs to the year in which it starts, by Swedish time.
#[Object]
impl TrainingYear {
    /// How many occasions have been held: they have ended and were not cancelled.
    async fn held(&self) -> i32 {
        self.held
    }

    /// How many are to come or going on.
    async fn planned(&self) -> i32 {
        self.planned
    }

    /// How many were cancelled; counted nowhere else.
    async fn cancelled(&self) -> i32 {
        self.cancelled
    }

    /// The subjects that the occasions held and planned cover together.
    async fn subject_areas(&self) -> &[SubjectArea] {
        &self.areas
    }

    /// Those of the wanted subjects that none of the occasions that you may see, held or planned, is about: a warning
    /// to show while there is time to mend it.
    async fn missing_subject_areas(
        &self,
        #[graphql(desc = "The subjects that the year is to cover.")] wanted: Vec<SubjectArea>,
    ) -> Vec<SubjectArea> {
        let missing = wanted.into_iter().filter(|area| !self.areas.contains(area));
        missing.collect()
    }
}

/// A year of an organisation's trainings.
pub(in crate::graphql) async fn training_year_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    year: i32,
    format: Option<TrainingFormat>,
) -> Result<TrainingYear> {
    let key = YearOf {
        organisation,
        year,
        format,
    };
    Ok(loaders(ctx).load_one(key).await?.unwrap_or_default())
}

/// The first moment of a year in Sweden; none in ages that nobody plans for.
fn beginning(year: i32) -> Option<DateTime<Utc>> {
    let year = Some(year).filter(|year| (1900..2200).contains(year))?;
    let day = NaiveDate::from_ymd_opt(year, 1, 1)?;
    let beginning = Stockholm.from_local_datetime(&day.and_time(NaiveTime::MIN));
    beginning.earliest().map(|at| at.to_utc())
}

impl Loader<YearOf> for Loaders {
    type Value = TrainingYear;
    type Error = Error;

    async fn load(&self, keys: &[YearOf]) -> Result<HashMap<YearOf, TrainingYear>> {
        let mut years: HashMap<(i32, Option<TrainingFormat>), Vec<OrganisationId>> = HashMap::new();
        for key in keys {
            let group = years.entry((key.year, key.format)).or_default();
            group.push(key.organisation);
        }
        let mut found = HashMap::new();
        for ((year, format), organisations) in years {
            let loaded = load_year(self, year, format, &organisations).await?;
            found.extend(loaded.into_iter().map(|(organisation, loaded)| {
                let key = YearOf {
                    organisation,
                    year,
                    format,
                };
                (key, loaded)
            }));
        }
        Ok(found)
    }
}

/// One year of several organisations: three statements, whatever their number.
async fn load_year(
    loaders: &Loaders,
    year: i32,
    format: Option<TrainingFormat>,
    organisations: &[OrganisationId],
) -> Result<HashMap<OrganisationId, TrainingYear>> {
    use training_occasion::Column as O;
    use training_organiser::Column as G;
    let Some((from, to)) = beginning(year).zip(beginning(year + 1)) else {
        return Ok(HashMap::new());
    };
    let viewer = &loaders.viewer;
    let of_format =
        Condition::all().add_option(format.map(|format| training::Column::Format.eq(format)));
    let given = viewer
        .all(
            training_organiser::Entity::find()
                .filter(G::OrganisationId.is_in(organisations.iter().copied()))
                .filter(
                    G::TrainingId
                        .in_subquery(select::<training::Entity>(training::Column::Id, of_format)),
                ),
        )
        .await?;
    let trainings: BTreeSet<TrainingId> = given.iter().map(|row| row.training_id).collect();
    let occasions = viewer
        .all(
            training_occasion::Entity::find()
                .filter(O::TrainingId.is_in(trainings.iter().copied()))
                .filter(O::StartsAt.gte(from))
                .filter(O::StartsAt.lt(to)),
        )
        .await?;
    let taking_place: BTreeSet<TrainingId> = occasions
        .iter()
        .filter(|row| row.status == OccasionStatus::Scheduled)
        .map(|row| row.training_id)
        .collect();
    let subjects = viewer
        .among::<training_subject::Entity, _>(
            training_subject::Column::TrainingId,
            taking_place.iter().copied(),
        )
        .await?;
    let mut years: HashMap<OrganisationId, TrainingYear> = HashMap::new();
    for row in &given {
        let year = years.entry(row.organisation_id).or_default();
        for occasion in occasions
            .iter()
            .filter(|one| one.training_id == row.training_id)
        {
            match occasion.status {
                OccasionStatus::Cancelled => year.cancelled += 1,
                OccasionStatus::Scheduled if occasion.ends_at <= viewer.now() => year.held += 1,
                OccasionStatus::Scheduled => year.planned += 1,
            }
        }
        let own = subjects
            .iter()
            .filter(|one| one.training_id == row.training_id);
        for subject in own {
            if !year.areas.contains(&subject.subject_area) {
                year.areas.push(subject.subject_area);
            }
        }
    }
    for year in years.values_mut() {
        year.areas.sort_by_key(|area| format!("{area:?}"));
    }
    Ok(years)
}
