//! An occasion's book of seats, kept by the same rules as at run time: who gets a seat is computed,
//! never typed in, and so the counters cannot disagree with the ledger.

use super::{
    people::Member,
    table::{insert, wrong},
};
use crate::domain::seats::{self, Capacity, Quota, Refusal, Waiting, validate_quotas};
use chrono::{DateTime, Utc};
use entity::{
    confidential::Confidential,
    id::{OrganisationId, PersonId, SignUpId},
    kind::{MovementCause, SeatReason, SignUpStatus},
    participant_need, seat_movement, seat_quota, sign_up, time_block, training_occasion,
};
use sea_orm::{ConnectionTrait, DbErr};

/// When something happened to the seats, and who did it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) at: DateTime<Utc>,
    pub(super) by: Option<PersonId>,
}

/// One occasion and everything that belongs to it.
#[derive(Debug)]
pub(super) struct Book {
    occasion: training_occasion::Model,
    blocks: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    seats: seats::Occasion,
    sign_ups: Vec<sign_up::Model>,
    movements: Vec<seat_movement::Model>,
    needs: Vec<participant_need::Model>,
}

impl Book {
    pub(super) fn open(
        occasion: training_occasion::Model,
        blocks: Vec<(DateTime<Utc>, DateTime<Utc>)>,
        quotas: Vec<Quota>,
    ) -> Result<Self, DbErr> {
        let capacity = Capacity::try_from(occasion.capacity).map_err(wrong)?;
        validate_quotas(capacity, &quotas, occasion.starts_at)
            .map_err(|errors| wrong(format!("quotas: {errors:?}")))?;
        Ok(Self {
            seats: seats::Occasion { capacity, quotas },
            occasion,
            blocks,
            sign_ups: Vec::new(),
            movements: Vec::new(),
            needs: Vec::new(),
        })
    }

    pub(super) fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.occasion.cancelled_at
    }

    /// A seat, or the end of the line.
    pub(super) fn sign_up(&mut self, member: Member, need: Option<String>, act: Act) {
        self.settle(act);
        let outcome = self.seats.take(member.organisation.uuid(), 1, act.at);
        let reason = outcome.err().map(seat_reason);
        let row = sign_up::Model {
            id: SignUpId::new(),
            occasion_id: self.occasion.id,
            organisation_id: member.organisation,
            person_id: member.person,
            status: match reason {
                None => SignUpStatus::Confirmed,
                Some(_) => SignUpStatus::Waitlisted,
            },
            number: self.occasion.movements + 1,
            reason,
            created_at: act.at,
            created_by: act.by,
            confirmed_at: reason.is_none().then_some(act.at),
            ended_at: None,
        };
        let (seats, waiting) = if reason.is_none() { (1, 0) } else { (0, 1) };
        self.record(&row, MovementCause::SignUp, (seats, waiting), act);
        self.needs.extend(need.map(|need| participant_need::Model {
            sign_up_id: row.id,
            need: Confidential::new(need),
        }));
        self.sign_ups.push(row);
    }

    /// Gives back what the person has here, and lets the line move up.
    pub(super) fn withdraw(&mut self, member: Member, act: Act) -> Result<(), DbErr> {
        self.settle(act);
        let place = self
            .sign_ups
            .iter()
            .position(|row| row.person_id == member.person && stands(row))
            .ok_or_else(|| wrong("somebody withdraws who has not signed up"))?;
        self.end(place, MovementCause::Withdrawal, act)?;
        self.settle(act);
        Ok(())
    }

    /// Ends every sign-up, because the occasion is not held.
    pub(super) fn cancel(&mut self, act: Act) -> Result<(), DbErr> {
        for place in 0..self.sign_ups.len() {
            if stands(&self.sign_ups[place]) {
                self.end(place, MovementCause::Cancellation, act)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, place: usize, cause: MovementCause, act: Act) -> Result<(), DbErr> {
        let mut row = self.sign_ups[place].clone();
        let change = if row.status == SignUpStatus::Confirmed {
            self.seats
                .give_back(row.organisation_id.uuid(), 1)
                .map_err(|_| wrong("a seat is given back that was not taken"))?;
            (-1, 0)
        } else {
            (0, -1)
        };
        row.status = match cause {
            MovementCause::Withdrawal => SignUpStatus::Withdrawn,
            _ => SignUpStatus::Cancelled,
        };
        row.reason = None;
        row.ended_at = Some(act.at);
        self.record(&row, cause, change, act);
        self.sign_ups[place] = row;
        Ok(())
    }

    /// Lets those who wait move up, in order, as far as their organisations may use the seats.
    fn settle(&mut self, act: Act) {
        let line: Vec<(usize, Waiting)> = self
            .sign_ups
            .iter()
            .enumerate()
            .filter(|(_, row)| row.status == SignUpStatus::Waitlisted)
            .map(|(place, row)| {
                let organisation = row.organisation_id.uuid();
                let sign_up = row.id.uuid();
                (
                    place,
                    Waiting {
                        sign_up,
                        organisation,
                    },
                )
            })
            .collect();
        let queue: Vec<Waiting> = line.iter().map(|(_, waiting)| *waiting).collect();
        let promotion = self.seats.promote(&queue, act.at);
        if promotion.promoted.is_empty() {
            return;
        }
        for (place, waiting) in &line {
            let passed_over = promotion
                .passed_over
                .iter()
                .find(|(key, _)| *key == waiting.sign_up);
            if let Some((_, refusal)) = passed_over {
                let row = &mut self.sign_ups[*place];
                row.reason = Some(seat_reason(*refusal));
                let row = row.clone();
                self.record(&row, MovementCause::PassedOver, (0, 0), act);
            }
        }
        for (place, waiting) in line {
            if promotion.promoted.contains(&waiting.sign_up) {
                let row = &mut self.sign_ups[place];
                row.status = SignUpStatus::Confirmed;
                row.reason = None;
                row.confirmed_at = Some(act.at);
                let row = row.clone();
                self.record(&row, MovementCause::Promotion, (1, -1), act);
            }
        }
    }

    fn record(
        &mut self,
        row: &sign_up::Model,
        cause: MovementCause,
        (seats, waiting): (i32, i32),
        act: Act,
    ) {
        self.occasion.movements += 1;
        self.occasion.taken += seats;
        self.occasion.waiting += waiting;
        self.movements.push(seat_movement::Model {
            occasion_id: row.occasion_id,
            number: self.occasion.movements,
            organisation_id: row.organisation_id,
            sign_up_id: row.id,
            cause,
            seats,
            waiting,
            reason: row.reason,
            at: act.at,
            actor_id: act.by,
        });
    }

    fn time_blocks(&self) -> impl Iterator<Item = time_block::Model> {
        let occasion_id = self.occasion.id;
        (0..)
            .zip(&self.blocks)
            .map(move |(position, (starts_at, ends_at))| time_block::Model {
                occasion_id,
                position,
                starts_at: *starts_at,
                ends_at: *ends_at,
            })
    }

    fn quotas(&self) -> Result<Vec<seat_quota::Model>, DbErr> {
        self.seats
            .quotas
            .iter()
            .map(|quota| {
                Ok(seat_quota::Model {
                    occasion_id: self.occasion.id,
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
    let occasions = books.iter().map(|book| book.occasion.clone());
    insert::<training_occasion::Entity>(connection, occasions).await?;
    insert::<time_block::Entity>(connection, books.iter().flat_map(Book::time_blocks)).await?;
    let mut quotas = Vec::new();
    for book in &books {
        quotas.extend(book.quotas()?);
    }
    insert::<seat_quota::Entity>(connection, quotas).await?;
    let (mut sign_ups, mut needs, mut movements) = (Vec::new(), Vec::new(), Vec::new());
    for book in books {
        sign_ups.extend(book.sign_ups);
        needs.extend(book.needs);
        movements.extend(book.movements);
    }
    insert::<sign_up::Entity>(connection, sign_ups).await?;
    insert::<participant_need::Entity>(connection, needs).await?;
    insert::<seat_movement::Entity>(connection, movements).await
}

/// Whether the sign-up holds a seat or a place in the line.
fn stands(row: &sign_up::Model) -> bool {
    matches!(
        row.status,
        SignUpStatus::Confirmed | SignUpStatus::Waitlisted
    )
}

fn seat_reason(refusal: Refusal) -> SeatReason {
    match refusal {
        Refusal::OccasionFull => SeatReason::OccasionFull,
        Refusal::QuotaOfOrganisationFull => SeatReason::QuotaOfOrganisationFull,
        Refusal::SeatsGuaranteedToOthers => SeatReason::SeatsGuaranteedToOthers,
    }
}

fn column(count: u32) -> Result<i32, DbErr> {
    i32::try_from(count).map_err(wrong)
}
