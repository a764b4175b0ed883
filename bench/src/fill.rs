//! Fills a migrated, empty database with invented organisations, people, trainings, occasions and sign-ups.
//!
//! The same seed and size give the same data, ids included. What happens to seats goes through the product's own
//! book, so that counters, sign-ups and ledger agree as they do after real use; `samverkan check` confirms it.
//! Everything is written in one transaction: a run that is interrupted leaves nothing behind.

mod catalogue;
mod directory;
mod groups;
mod seats;

pub use directory::VIEWERS;
pub use groups::ROLE;

use crate::{
    Result,
    bulk::{Bulk, openly},
    database,
    dice::Dice,
    progress::Progress,
    size::Size,
    while_doing,
};
use api::{migrate::migrate, run::Fault};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, PersonId},
    kind::OrganisationKind,
    organisation,
};
use sea_orm::EntityTrait;

/// How many trainings or occasions are made before they are written.
const PIECE: usize = 500;

/// What everything is made from.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How much.
    pub size: Size,
    /// Another seed gives other data of the same size.
    pub seed: u64,
    /// The present, for what is past and what is to come.
    pub now: DateTime<Utc>,
}

impl Plan {
    fn dice(&self, thing: &str, number: usize) -> Dice {
        Dice::of(self.seed, thing, number)
    }
}

/// What later steps need to know of earlier ones.
struct World {
    plan: Plan,
    counties: Vec<directory::CountyOf>,
    organisations: Vec<OrganisationId>,
    kinds: Vec<OrganisationKind>,
    people: Vec<PersonId>,
    trainings: Vec<catalogue::Made>,
}

impl World {
    /// The county of an organisation or a training: they are dealt out to the counties in turn.
    fn county_of(&self, number: usize) -> usize {
        number % self.plan.size.counties
    }

    /// An organisation of a county.
    fn organisation_in(&self, county: usize, dice: &mut Dice) -> usize {
        let counties = self.plan.size.counties;
        let here = (self.plan.size.organisations - county).div_ceil(counties);
        county + counties * dice.below(here)
    }

    /// The person of that number among an organisation's people.
    fn person(&self, organisation: usize, number: usize) -> PersonId {
        let people = self.people_of(organisation);
        self.people[organisation + self.plan.size.organisations * (number % people)]
    }

    /// How many people an organisation has: they are dealt out in turn too.
    fn people_of(&self, organisation: usize) -> usize {
        (self.plan.size.people - organisation).div_ceil(self.plan.size.organisations)
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Sign-ups.
    pub sign_ups: usize,
    /// Rows of the seats' ledger.
    pub movements: usize,
}

/// Brings the database up to date and fills it.
pub async fn fill(url: &str, plan: Plan) -> Result<Filled> {
    let migrated = |error| Fault::of_database("the database cannot be migrated", &error);
    migrate(&database(url)?).await.map_err(migrated)?;
    if !is_empty(url).await? {
        return Err(Fault::new(
            "the database holds organisations already; the generator fills empty ones only",
        ));
    }
    let role = groups::role(url).await?;
    let mut bulk = Bulk::begin(url).await?;
    let mut world = directory::fill(url, &mut bulk, plan).await?;
    catalogue::fill(&mut bulk, &mut world).await?;
    groups::fill(&mut bulk, &world, role).await?;
    let filled = seats::fill(&mut bulk, &world).await?;
    let mut last = Progress::of("commit and statistics", 1);
    bulk.commit().await?;
    // The counters of coverage are counted where there are none.
    migrate(&database(url)?).await.map_err(migrated)?;
    last.add(1);
    last.end();
    Ok(filled)
}

async fn is_empty(url: &str) -> Result<bool> {
    let failed = while_doing("the database cannot be read");
    let database = openly(url).await?;
    let row = organisation::Entity::find().one(&database).await;
    let row = row.map_err(&failed)?;
    database.close().await.map_err(&failed)?;
    Ok(row.is_none())
}
