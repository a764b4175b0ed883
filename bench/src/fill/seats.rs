//! Occasions and what has happened to their seats, played through the product's own book.
//!
//! Whether one person is elsewhere at the same time is not looked at: the ledger does not depend on it.

use super::{Filled, PIECE, World};
use crate::{Result, bulk::Bulk, dice::Dice, progress::Progress, while_doing, words::PLACES};
use api::{
    domain::{
        book::{Act, Book, Given, Party},
        seats::Quota,
    },
    run::Fault,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    confidential::Confidential,
    id::{OccasionId, OrganisationId, PartyId, PersonId, SignUpId},
    kind::{
        MovementCause, OccasionStatus, PromotionMode, SharingLevel, SignUpStatus, TrainingStatus,
    },
    participant_need, seat_movement, seat_quota, seat_terms, sign_up, time_block,
    training_occasion,
};
use std::collections::HashMap;

/// An occasion and everything that belongs to it.
struct Played {
    occasion: training_occasion::Model,
    blocks: Vec<time_block::Model>,
    quotas: Vec<seat_quota::Model>,
    sign_ups: Vec<sign_up::Model>,
    needs: Vec<participant_need::Model>,
    movements: Vec<seat_movement::Model>,
    terms: Vec<seat_terms::Model>,
}

/// Writes the occasions and their seats.
pub(super) async fn fill(bulk: &mut Bulk, world: &World) -> Result<Filled> {
    let size = world.plan.size;
    let sign_ups = shares_of_sign_ups(world);
    let mut progress = Progress::of("sign-ups", size.sign_ups);
    let mut filled = Filled::default();
    for first in (0..size.occasions).step_by(PIECE) {
        let mut piece = (first..size.occasions.min(first + PIECE))
            .map(|number| play(world, number, sign_ups[number]))
            .collect::<Result<Vec<Played>>>()?;
        let rows = piece.iter().map(|played| played.occasion.clone());
        bulk.write::<training_occasion::Entity>(rows).await?;
        let rows = piece.iter_mut().flat_map(|played| played.blocks.drain(..));
        bulk.write::<time_block::Entity>(rows).await?;
        let rows = piece.iter_mut().flat_map(|played| played.quotas.drain(..));
        bulk.write::<seat_quota::Entity>(rows).await?;
        let rows: Vec<_> = piece
            .iter_mut()
            .flat_map(|played| played.sign_ups.drain(..))
            .collect();
        filled.sign_ups += rows.len();
        progress.add(rows.len());
        bulk.write::<sign_up::Entity>(rows).await?;
        let rows = piece.iter_mut().flat_map(|played| played.needs.drain(..));
        bulk.write::<participant_need::Entity>(rows).await?;
        let rows: Vec<_> = piece
            .iter_mut()
            .flat_map(|played| played.movements.drain(..))
            .collect();
        filled.movements += rows.len();
        bulk.write::<seat_movement::Entity>(rows).await?;
        let rows = piece.iter_mut().flat_map(|played| played.terms.drain(..));
        bulk.write::<seat_terms::Entity>(rows).await?;
    }
    progress.end();
    Ok(filled)
}

/// How many sign-ups each occasion gets: none for drafts, more for some than for others, all together as many as the
/// plan says.
fn shares_of_sign_ups(world: &World) -> Vec<usize> {
    let size = world.plan.size;
    let weight = |number: usize| {
        let training = &world.trainings[number % size.trainings];
        if training.status == TrainingStatus::Draft {
            return 0;
        }
        10 + world.plan.dice("popularity", number).below(20)
    };
    let weights: Vec<usize> = (0..size.occasions).map(weight).collect();
    let total: usize = weights.iter().sum::<usize>().max(1);
    let mut before = 0;
    weights
        .into_iter()
        .map(|weight| {
            let first = size.sign_ups * before / total;
            before += weight;
            size.sign_ups * before / total - first
        })
        .collect()
}

fn play(world: &World, number: usize, sign_ups: usize) -> Result<Played> {
    let mut dice = world.plan.dice("occasion", number);
    let (occasion, blocks) = occasion(world, number, sign_ups, &mut dice);
    let mut crowd = Crowd::of(world, number, &mut dice);
    let times = Times::of(world.plan.now, &occasion, sign_ups);
    let cancelled = occasion.cancelled_at;
    let mut book = Book::open(occasion, Given::default()).map_err(while_doing("an occasion"))?;
    let begins = Act {
        at: times.first,
        by: None,
    };
    let quotas = quotas(&book, &crowd, world, &mut dice);
    book.set_quotas(&quotas, &[], begins)
        .map_err(|errors| Fault::new(format!("quotas that cannot be: {errors:?}")))?;
    while book.made().len() < sign_ups {
        let act = times.act(book.made().len(), crowd.coordinator(world));
        book.settle(act);
        if dice.percent(7) {
            withdraw_one(&mut book, act, &mut dice)?;
        }
        let (organisation, people) = crowd.next(world, sign_ups - book.made().len(), &mut dice);
        let party = if dice.percent(20) {
            Party::Together
        } else {
            Party::Separate
        };
        book.introduce(world.organisations[organisation], world.kinds[organisation]);
        book.sign_up(world.organisations[organisation], &people, party, act);
    }
    if let Some(at) = cancelled {
        let standing: Vec<_> = book
            .made()
            .iter()
            .filter(|row| stands(row))
            .cloned()
            .collect();
        book.cancel(&standing, MovementCause::Cancellation, Act { at, by: None })
            .map_err(while_doing("a cancellation"))?;
    }
    played(&book, blocks, &mut dice)
}

fn occasion(
    world: &World,
    number: usize,
    sign_ups: usize,
    dice: &mut Dice,
) -> (training_occasion::Model, Vec<time_block::Model>) {
    let now = world.plan.now;
    let training = &world.trainings[number % world.plan.size.trainings];
    let starts_at =
        now + TimeDelta::days(dice.between(-300, 200)) + TimeDelta::hours(dice.between(-2, 4));
    let id = OccasionId::from_uuid(dice.id(starts_at - TimeDelta::days(300)));
    let length = TimeDelta::hours(*dice.pick(&[2, 3, 7]));
    let blocks: Vec<time_block::Model> = (0..=i32::from(dice.percent(20)))
        .map(|position| {
            let starts_at = starts_at + TimeDelta::weeks(position.into());
            time_block::Model {
                occasion_id: id,
                position,
                starts_at,
                ends_at: starts_at + length,
            }
        })
        .collect();
    let ends_at = blocks
        .last()
        .map_or(starts_at + length, |block| block.ends_at);
    let cancelled = dice.percent(2) && starts_at > now;
    // Some have seats to spare, others more who want them than seats.
    let capacity = 5 + sign_ups * (70 + dice.below(70)) / 100;
    let occasion = training_occasion::Model {
        id,
        training_id: training.id,
        status: if cancelled {
            OccasionStatus::Cancelled
        } else {
            OccasionStatus::Scheduled
        },
        period: None,
        time_zone: "Europe/Stockholm".to_owned(),
        starts_at,
        ends_at,
        venue_name: Some((*dice.pick(&PLACES)).to_owned()),
        venue_address: None,
        online_url: None,
        capacity: i32::try_from(capacity).unwrap_or(i32::MAX),
        taken: 0,
        waiting: 0,
        movements: 0,
        sign_up_opens_at: None,
        sign_up_closes_at: None,
        cancelled_at: cancelled.then_some(now - TimeDelta::hours(1)),
        cancellation_reason: cancelled.then(|| "Föreläsaren har fått förhinder.".to_owned()),
        version: 1,
        promotion: PromotionMode::Direct,
        offer_working_hours: None,
        shares_by_kind: false,
        opens_stepwise: false,
        terms: None,
    };
    (occasion, blocks)
}

/// When things happen at one occasion: evenly from when it becomes known until it begins, or until now.
struct Times {
    first: DateTime<Utc>,
    step: TimeDelta,
}

impl Times {
    fn of(now: DateTime<Utc>, occasion: &training_occasion::Model, sign_ups: usize) -> Self {
        let starts_at = occasion.starts_at;
        let first = (starts_at - TimeDelta::days(120)).min(now - TimeDelta::days(30));
        let last = (starts_at - TimeDelta::hours(1)).min(now - TimeDelta::hours(2));
        let parts = i32::try_from(sign_ups + 1).unwrap_or(i32::MAX);
        Self {
            first,
            step: TimeDelta::seconds((last - first).num_seconds() / i64::from(parts)),
        }
    }

    fn act(&self, made: usize, by: PersonId) -> Act {
        let steps = i32::try_from(made + 1).unwrap_or(i32::MAX);
        Act {
            at: self.first + self.step * steps,
            by: Some(by),
        }
    }
}

/// Who signs up for one occasion: people of a few organisations, each once.
struct Crowd {
    county: usize,
    /// Organisations, and which of their people comes next and has not come yet.
    organisations: Vec<(usize, usize, usize)>,
    last: usize,
}

impl Crowd {
    fn of(world: &World, number: usize, dice: &mut Dice) -> Self {
        let training = number % world.plan.size.trainings;
        let county = world.county_of(training);
        let far = matches!(
            world.trainings[training].sharing,
            SharingLevel::Partners | SharingLevel::Public
        );
        let mut crowd = Self {
            county,
            organisations: Vec::new(),
            last: 0,
        };
        for _ in 0..4 + dice.below(5) {
            let elsewhere = far && dice.percent(20);
            let county = if elsewhere {
                dice.below(world.plan.size.counties)
            } else {
                county
            };
            crowd.invite(world.organisation_in(county, dice), dice);
        }
        crowd
    }

    fn invite(&mut self, organisation: usize, dice: &mut Dice) {
        if self
            .organisations
            .iter()
            .all(|(there, _, _)| *there != organisation)
        {
            self.organisations.push((organisation, dice.below(1000), 0));
        }
    }

    /// One to three people of one organisation, at most so many.
    fn next(
        &mut self,
        world: &World,
        most: usize,
        dice: &mut Dice,
    ) -> (usize, Vec<Option<PersonId>>) {
        loop {
            let chosen = dice.below(self.organisations.len());
            let (organisation, first, came) = self.organisations[chosen];
            let left = world.people_of(organisation) - came;
            if left == 0 {
                let another = world.organisation_in(self.county, dice);
                self.invite(another, dice);
                continue;
            }
            let number = (1 + dice.below(3)).min(left).min(most);
            let people = (came..came + number)
                .map(|next| Some(world.person(organisation, first + next)))
                .collect();
            self.organisations[chosen].2 += number;
            self.last = organisation;
            return (organisation, people);
        }
    }

    fn coordinator(&self, world: &World) -> PersonId {
        world.person(self.last, self.last % 2)
    }
}

/// Two of five occasions have agreed quotas, for the first organisations that come.
fn quotas(book: &Book, crowd: &Crowd, world: &World, dice: &mut Dice) -> Vec<Quota> {
    if !dice.percent(40) {
        return Vec::new();
    }
    let release_at = book.occasion().starts_at - TimeDelta::days(14);
    crowd
        .organisations
        .iter()
        .take(2)
        .map(|(organisation, _, _)| {
            let guaranteed = 1 + u32::from(dice.percent(50));
            Quota {
                guaranteed,
                maximum: dice.percent(50).then_some(guaranteed + 6),
                release_at: dice.percent(80).then_some(release_at),
                ..Quota::open(world.organisations[*organisation].uuid())
            }
        })
        .collect()
}

fn stands(row: &sign_up::Model) -> bool {
    SignUpStatus::STANDING.contains(&row.status)
}

fn withdraw_one(book: &mut Book, act: Act, dice: &mut Dice) -> Result<()> {
    let standing: Vec<_> = book.made().iter().filter(|row| stands(row)).collect();
    if standing.is_empty() {
        return Ok(());
    }
    let row = (*dice.pick(&standing)).clone();
    book.give_back(&row, MovementCause::Withdrawal, act)
        .map_err(while_doing("a withdrawal"))
}

/// What the book has done, with ids that are the same each time.
fn played(book: &Book, blocks: Vec<time_block::Model>, dice: &mut Dice) -> Result<Played> {
    let mut ids: HashMap<SignUpId, SignUpId> = HashMap::new();
    let mut parties: HashMap<PartyId, PartyId> = HashMap::new();
    let mut sign_ups = book.made().to_vec();
    for row in &mut sign_ups {
        let id = SignUpId::from_uuid(dice.id(row.created_at));
        ids.insert(row.id, id);
        row.id = id;
        row.party_id = row.party_id.map(|party| {
            let made = PartyId::from_uuid(dice.id(row.created_at));
            *parties.entry(party).or_insert(made)
        });
    }
    let mut movements = book.movements().to_vec();
    for movement in &mut movements {
        movement.sign_up_id = *ids
            .get(&movement.sign_up_id)
            .ok_or_else(|| Fault::new("a movement of a sign-up that was not made"))?;
        movement.party_id = movement
            .party_id
            .map(|party| parties.get(&party).copied().unwrap_or(party));
    }
    let occasion = book.occasion().clone();
    let terms = book.noted_terms().iter().map(|noted| seat_terms::Model {
        occasion_id: occasion.id,
        number: noted.number,
        at: noted.at,
        terms: noted.terms.clone(),
    });
    let terms = terms.collect();
    let needs = sign_ups
        .iter()
        .filter(|row| stands(row) && dice.percent(2))
        .map(|row| participant_need::Model {
            sign_up_id: row.id,
            need: Confidential::new("Vegetarisk kost".to_owned()),
            look_at: participant_need::AT_ONCE,
        })
        .collect();
    let quotas = book
        .quotas()
        .iter()
        .map(|quota| {
            Ok(seat_quota::Model {
                occasion_id: occasion.id,
                organisation_id: OrganisationId::from_uuid(quota.organisation),
                guaranteed: column(quota.guaranteed)?,
                maximum: quota.maximum.map(column).transpose()?,
                release_at: quota.release_at,
                taken: column(quota.taken)?,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Played {
        occasion,
        blocks,
        quotas,
        sign_ups,
        needs,
        movements,
        terms,
    })
}

fn column(count: u32) -> Result<i32> {
    i32::try_from(count).map_err(while_doing("a quota"))
}
