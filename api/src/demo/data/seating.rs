//! The seats of the demonstration's occasions: played through the same book as real sign-ups, so that counters
//! and ledger agree by construction.

use super::{
    people::Member,
    table::{insert, wrong},
};
use crate::domain::{
    book::{self, Given, Party},
    seats::Quota,
};
use chrono::{DateTime, Utc};
use entity::{
    confidential::Confidential,
    id::OrganisationId,
    kind::{MovementCause, SignUpStatus},
    participant_need, seat_movement, seat_quota, seat_terms, sign_up, time_block,
    training_occasion,
};
use sea_orm::{ConnectionTrait, DbErr};

pub(super) use crate::domain::book::Act;

/// One occasion and everything that belongs to it.
#[derive(Debug)]
pub(super) struct Book {
    played: book::Book,
    blocks: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    needs: Vec<participant_need::Model>,
}

impl Book {
    pub(super) fn open(
        occasion: training_occasion::Model,
        blocks: Vec<(DateTime<Utc>, DateTime<Utc>)>,
        quotas: &[Quota],
    ) -> Result<Self, DbErr> {
        let act = Act {
            at: occasion.starts_at,
            by: None,
        };
        let mut book = book::Book::open(occasion, Given::default()).map_err(wrong)?;
        book.set_quotas(quotas, &[], act)
            .map_err(|errors| wrong(format!("quotas: {errors:?}")))?;
        Ok(Self {
            played: book,
            blocks,
            needs: Vec::new(),
        })
    }

    pub(super) fn occasion(&self) -> &training_occasion::Model {
        self.played.occasion()
    }

    /// When its blocks begin.
    pub(super) fn starts(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.blocks.iter().map(|(starts_at, _)| *starts_at)
    }

    /// The seat that the person has here.
    pub(super) fn seat_of(&self, member: Member) -> Option<&sign_up::Model> {
        self.played.made().iter().find(|row| {
            row.person_id == Some(member.person) && row.status == SignUpStatus::Confirmed
        })
    }

    pub(super) fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.played.occasion().cancelled_at
    }

    /// A seat, or the end of the line.
    pub(super) fn sign_up(&mut self, member: Member, need: Option<String>, act: Act) {
        self.played.settle(act);
        let people = [Some(member.person)];
        let made = self
            .played
            .sign_up(member.organisation, &people, Party::Separate, act);
        self.needs.extend(need.and_then(|need| {
            Some(participant_need::Model {
                sign_up_id: *made.first()?,
                need: Confidential::new(need),
                look_at: participant_need::AT_ONCE,
            })
        }));
    }

    /// Gives back what the person has here, and lets the line move up.
    pub(super) fn withdraw(&mut self, member: Member, act: Act) -> Result<(), DbErr> {
        self.played.settle(act);
        let row = self
            .played
            .made()
            .iter()
            .find(|row| row.person_id == Some(member.person) && stands(row))
            .cloned()
            .ok_or_else(|| wrong("somebody withdraws who has not signed up"))?;
        self.played
            .give_back(&row, MovementCause::Withdrawal, act)
            .map_err(wrong)
    }

    /// Ends every sign-up, because the occasion is not held.
    pub(super) fn cancel(&mut self, act: Act) -> Result<(), DbErr> {
        let standing: Vec<sign_up::Model> = self
            .played
            .made()
            .iter()
            .filter(|row| stands(row))
            .cloned()
            .collect();
        self.played
            .cancel(&standing, MovementCause::Cancellation, act)
            .map_err(wrong)
    }

    fn time_blocks(&self) -> impl Iterator<Item = time_block::Model> {
        let occasion_id = self.played.occasion().id;
        (0..)
            .zip(&self.blocks)
            .map(move |(position, (starts_at, ends_at))| time_block::Model {
                occasion_id,
                position,
                starts_at: *starts_at,
                ends_at: *ends_at,
            })
    }

    fn terms(&self) -> Vec<seat_terms::Model> {
        let noted = self.played.noted_terms().iter();
        noted
            .map(|noted| seat_terms::Model {
                occasion_id: self.played.occasion().id,
                number: noted.number,
                at: noted.at,
                terms: noted.terms.clone(),
            })
            .collect()
    }

    fn quotas(&self) -> Result<Vec<seat_quota::Model>, DbErr> {
        self.played
            .quotas()
            .iter()
            .map(|quota| {
                Ok(seat_quota::Model {
                    occasion_id: self.played.occasion().id,
                    organisation_id: OrganisationId::from_uuid(quota.organisation),
                    guaranteed: column(quota.guaranteed)?,
                    maximum: quota.maximum.map(column).transpose()?,
                    release_at: quota.release_at,
                    taken: column(quota.taken)?,
                })
            })
            .collect()
    }
}

/// Writes the books: occasions, time blocks, quotas, sign-ups, needs and the ledger.
pub(super) async fn write(
    connection: &impl ConnectionTrait,
    books: Vec<Book>,
) -> Result<(), DbErr> {
    let occasions = books.iter().map(|book| book.played.occasion().clone());
    insert::<training_occasion::Entity>(connection, occasions).await?;
    insert::<time_block::Entity>(connection, books.iter().flat_map(Book::time_blocks)).await?;
    let mut quotas = Vec::new();
    for book in &books {
        quotas.extend(book.quotas()?);
    }
    insert::<seat_quota::Entity>(connection, quotas).await?;
    let (mut sign_ups, mut needs) = (Vec::new(), Vec::new());
    let mut movements: Vec<seat_movement::Model> = Vec::new();
    let mut terms: Vec<seat_terms::Model> = Vec::new();
    for book in books {
        sign_ups.extend(book.played.made().iter().cloned());
        movements.extend(book.played.movements().iter().cloned());
        terms.extend(book.terms());
        needs.extend(book.needs);
    }
    insert::<sign_up::Entity>(connection, sign_ups).await?;
    insert::<participant_need::Entity>(connection, needs).await?;
    insert::<seat_movement::Entity>(connection, movements).await?;
    insert::<seat_terms::Entity>(connection, terms).await
}

/// Whether the sign-up holds a seat or a place in the line.
fn stands(row: &sign_up::Model) -> bool {
    SignUpStatus::STANDING.contains(&row.status)
}

fn column(count: u32) -> Result<i32, DbErr> {
    i32::try_from(count).map_err(wrong)
}
