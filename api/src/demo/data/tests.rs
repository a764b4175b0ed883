//! Every fact of the sources is found again, named after its acceptance row; and what is invented
//! fits together.
#![expect(
    clippy::disallowed_types,
    reason = "the tests read the tables as they are, without a viewer"
)]

mod consistency;
mod jamtland_jonkoping;
mod kronoberg_blekinge;
mod main_story;
mod skane;

use super::{PERSONAS, fill};
use chrono::{DateTime, Utc};
use entity::{
    contact_point,
    id::{OccasionId, OrganisationId, PersonId, TrainingId},
    kind::{OrganisationKind, SubjectArea, TargetAudience},
    membership, organisation, organisation_name, organisation_unit, participant_need, person,
    programme_organiser, reported_completion,
    search_text::fold,
    seat_movement, seat_quota, sign_up, support_resource, time_block, training, training_audience,
    training_occasion, training_organiser, training_participant_organisation, training_programme,
    training_share, training_subject,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, EntityTrait};

/// The tables as they are after the demonstration was filled.
struct Demo {
    now: DateTime<Utc>,
    organisations: Vec<organisation::Model>,
    names: Vec<organisation_name::Model>,
    units: Vec<organisation_unit::Model>,
    contact_points: Vec<contact_point::Model>,
    support_resources: Vec<support_resource::Model>,
    persons: Vec<person::Model>,
    memberships: Vec<membership::Model>,
    programmes: Vec<training_programme::Model>,
    programme_organisers: Vec<programme_organiser::Model>,
    trainings: Vec<training::Model>,
    organisers: Vec<training_organiser::Model>,
    subjects: Vec<training_subject::Model>,
    audiences: Vec<training_audience::Model>,
    shares: Vec<training_share::Model>,
    participants: Vec<training_participant_organisation::Model>,
    completions: Vec<reported_completion::Model>,
    occasions: Vec<training_occasion::Model>,
    blocks: Vec<time_block::Model>,
    quotas: Vec<seat_quota::Model>,
    sign_ups: Vec<sign_up::Model>,
    needs: Vec<participant_need::Model>,
    movements: Vec<seat_movement::Model>,
}

async fn empty_database() -> DatabaseConnection {
    // One connection that stays: a database in memory lives as long as it does.
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .min_connections(1)
        .max_connections(1)
        .sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();
    connection
}

async fn all<E: EntityTrait>(connection: &DatabaseConnection) -> Vec<E::Model> {
    E::find().all(connection).await.unwrap()
}

impl Demo {
    /// Filled on a Monday morning.
    async fn new() -> Self {
        Self::filled_at("2026-03-02T08:00:00Z").await
    }

    async fn filled_at(now: &str) -> Self {
        let now = now.parse().unwrap();
        let connection = empty_database().await;
        fill(&connection, now).await.unwrap();
        let c = &connection;
        Self {
            now,
            organisations: all::<organisation::Entity>(c).await,
            names: all::<organisation_name::Entity>(c).await,
            units: all::<organisation_unit::Entity>(c).await,
            contact_points: all::<contact_point::Entity>(c).await,
            support_resources: all::<support_resource::Entity>(c).await,
            persons: all::<person::Entity>(c).await,
            memberships: all::<membership::Entity>(c).await,
            programmes: all::<training_programme::Entity>(c).await,
            programme_organisers: all::<programme_organiser::Entity>(c).await,
            trainings: all::<training::Entity>(c).await,
            organisers: all::<training_organiser::Entity>(c).await,
            subjects: all::<training_subject::Entity>(c).await,
            audiences: all::<training_audience::Entity>(c).await,
            shares: all::<training_share::Entity>(c).await,
            participants: all::<training_participant_organisation::Entity>(c).await,
            completions: all::<reported_completion::Entity>(c).await,
            occasions: all::<training_occasion::Entity>(c).await,
            blocks: all::<time_block::Entity>(c).await,
            quotas: all::<seat_quota::Entity>(c).await,
            sign_ups: all::<sign_up::Entity>(c).await,
            needs: all::<participant_need::Entity>(c).await,
            movements: all::<seat_movement::Entity>(c).await,
        }
    }

    /// The only organisation that a search for one of its names finds.
    fn organisation(&self, name: &str) -> &organisation::Model {
        let named: Vec<_> = self
            .names
            .iter()
            .filter(|row| row.name == name)
            .map(|row| row.organisation_id)
            .collect();
        let mut found = self
            .organisations
            .iter()
            .filter(|row| named.contains(&row.id));
        match (found.next(), found.next()) {
            (Some(row), None) => {
                assert!(
                    row.search_text.contains(&fold(name)),
                    "search does not find {name}"
                );
                row
            }
            _ => panic!("exactly one organisation should be called {name}"),
        }
    }

    fn organisation_of(&self, id: OrganisationId) -> &organisation::Model {
        self.organisations.iter().find(|row| row.id == id).unwrap()
    }

    fn municipalities(&self, county: &str) -> usize {
        self.organisations
            .iter()
            .filter(|row| row.kind == OrganisationKind::Municipality)
            .filter(|row| row.county_code.as_deref() == Some(county))
            .filter(|row| row.municipality_code.is_some())
            .count()
    }

    fn units_of(&self, organisation: &str) -> Vec<&organisation_unit::Model> {
        let id = self.organisation(organisation).id;
        self.units
            .iter()
            .filter(|row| row.organisation_id == id)
            .collect()
    }

    fn training(&self, title: &str) -> &training::Model {
        let mut found = self.trainings.iter().filter(|row| row.title == title);
        match (found.next(), found.next()) {
            (Some(row), None) => row,
            _ => panic!("exactly one training should be called {title}"),
        }
    }

    fn organisers_of(&self, training: TrainingId) -> Vec<&str> {
        self.organisers
            .iter()
            .filter(|row| row.training_id == training)
            .map(|row| self.organisation_of(row.organisation_id).name.as_str())
            .collect()
    }

    fn subjects_of(&self, training: TrainingId) -> Vec<SubjectArea> {
        let rows = self
            .subjects
            .iter()
            .filter(|row| row.training_id == training);
        rows.map(|row| row.subject_area).collect()
    }

    fn audiences_of(&self, training: TrainingId) -> Vec<TargetAudience> {
        let rows = self
            .audiences
            .iter()
            .filter(|row| row.training_id == training);
        rows.map(|row| row.audience).collect()
    }

    fn occasions_of(&self, training: TrainingId) -> Vec<&training_occasion::Model> {
        let mut rows: Vec<_> = self
            .occasions
            .iter()
            .filter(|row| row.training_id == training)
            .collect();
        rows.sort_by_key(|row| row.starts_at);
        rows
    }

    fn completion(&self, title: &str) -> &reported_completion::Model {
        let training = self.training(title).id;
        self.completions
            .iter()
            .find(|row| row.training_id == training)
            .unwrap()
    }

    fn blocks_of(&self, occasion: OccasionId) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let rows = self.blocks.iter().filter(|row| row.occasion_id == occasion);
        rows.map(|row| (row.starts_at, row.ends_at)).collect()
    }

    fn memberships_of(&self, person: PersonId) -> Vec<&membership::Model> {
        self.memberships
            .iter()
            .filter(|row| row.person_id == person)
            .collect()
    }
}
