//! The seat book: the narrow door through which seats move.
//!
//! A seat concerns organisations that the viewer may know nothing about: their quotas decide what is free,
//! their colleagues stand in the same line. So the book reads and writes all rows of one occasion, and it
//! gives out only what the viewer's own actions changed. Every movement goes into the ledger in the same
//! transaction as the counters.

mod busy;
mod standing;

pub use standing::Standing;

use super::Viewer;
use crate::{
    domain::seats::{self, Capacity, Quota, QuotaError, Refusal, Waiting},
    error::{Error, Result},
};
use entity::{
    confidential::Confidential,
    id::{OccasionId, OrganisationId, PersonId, SignUpId},
    kind::{MovementCause, SeatReason, SignUpStatus},
    participant_need, seat_movement, seat_quota, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, LockType, OnConflict},
};
use std::collections::BTreeMap;

/// One occasion's seats, held by this transaction until it ends.
pub struct SeatBook<'v> {
    viewer: &'v Viewer,
    occasion: training_occasion::Model,
    seats: seats::Occasion,
    waiting: Vec<sign_up::Model>,
    movements: Vec<seat_movement::ActiveModel>,
    made: Vec<sign_up::Model>,
    needs: Vec<(SignUpId, String)>,
    /// Sign-ups that have ended: what their people needed is needed no more.
    ended: Vec<SignUpId>,
    /// Sign-ups that existed before and have changed: what they have become.
    changed: BTreeMap<SignUpId, sign_up::Model>,
}

impl Viewer {
    /// Opens the book of an occasion that the viewer has read, and holds it until the transaction ends.
    /// What has come free meanwhile goes to those who wait before anybody else is served.
    pub async fn seat_book(&self, occasion: OccasionId) -> Result<SeatBook<'_>> {
        let writer = self.db.writer();
        let occasion = training_occasion::Entity::find_by_id(occasion)
            .lock(LockType::NoKeyUpdate)
            .one(&writer)
            .await?
            .ok_or_else(|| {
                Error::internal("a seat book was opened for an occasion that is gone")
            })?;
        let quotas = seat_quota::Entity::find()
            .filter(seat_quota::Column::OccasionId.eq(occasion.id))
            .all(&writer)
            .await?;
        let waiting = if occasion.waiting == 0 {
            Vec::new()
        } else {
            sign_up::Entity::find()
                .filter(sign_up::Column::OccasionId.eq(occasion.id))
                .filter(sign_up::Column::Status.eq(SignUpStatus::Waitlisted))
                .order_by_asc(sign_up::Column::Number)
                .all(&writer)
                .await?
        };
        let mut book = SeatBook {
            viewer: self,
            seats: seats::Occasion {
                capacity: capacity(occasion.capacity)?,
                quotas: quotas.iter().map(quota).collect::<Result<_>>()?,
            },
            occasion,
            waiting,
            movements: Vec::new(),
            made: Vec::new(),
            needs: Vec::new(),
            ended: Vec::new(),
            changed: BTreeMap::new(),
        };
        book.settle();
        Ok(book)
    }
}

impl SeatBook<'_> {
    /// The occasion as it stands, locked.
    #[must_use]
    pub fn occasion(&self) -> &training_occasion::Model {
        &self.occasion
    }

    /// Those of the persons who already have a place here, confirmed or waiting.
    pub async fn already_signed_up(&self, persons: &[PersonId]) -> Result<Vec<PersonId>> {
        let rows = sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(self.occasion.id))
            .filter(sign_up::Column::PersonId.is_in(persons.iter().copied()))
            .filter(
                sign_up::Column::Status.is_in([SignUpStatus::Confirmed, SignUpStatus::Waitlisted]),
            )
            .all(&self.viewer.db.writer())
            .await?;
        Ok(rows.into_iter().map(|row| row.person_id).collect())
    }

    /// Gives the person a seat, or a place at the end of the line with the reason.
    pub fn sign_up(
        &mut self,
        organisation: OrganisationId,
        person: PersonId,
        need: Option<String>,
    ) -> SignUpId {
        let now = self.viewer.now();
        let outcome = self.seats.take(organisation.uuid(), 1, now);
        let confirmed = outcome.is_ok();
        let reason = outcome.err().map(seat_reason);
        let row = sign_up::Model {
            id: SignUpId::new(),
            occasion_id: self.occasion.id,
            organisation_id: organisation,
            person_id: person,
            status: if confirmed {
                SignUpStatus::Confirmed
            } else {
                SignUpStatus::Waitlisted
            },
            number: self.occasion.movements + 1,
            reason,
            created_at: now,
            created_by: self.viewer.person(),
            confirmed_at: confirmed.then_some(now),
            ended_at: None,
        };
        let (seats, waiting) = if confirmed { (1, 0) } else { (0, 1) };
        self.record(&row, MovementCause::SignUp, seats, waiting, reason);
        if let Some(need) = need {
            self.needs.push((row.id, need));
        }
        let id = row.id;
        if !confirmed {
            self.waiting.push(row.clone());
        }
        self.made.push(row);
        id
    }

    /// The sign-up as it has become since the book was opened.
    #[must_use]
    pub fn current(&self, row: sign_up::Model) -> sign_up::Model {
        self.changed.get(&row.id).cloned().unwrap_or(row)
    }

    /// Takes a sign-up out, whatever the cause, and lets those who wait move up.
    pub fn give_back(&mut self, row: &sign_up::Model, cause: MovementCause) -> Result<()> {
        self.end(row, cause)?;
        self.settle();
        Ok(())
    }

    /// Takes every sign-up out, because the occasion is not held.
    pub async fn cancel_all(&mut self) -> Result<Vec<(PersonId, Option<String>)>> {
        let standing = sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(self.occasion.id))
            .filter(
                sign_up::Column::Status.is_in([SignUpStatus::Confirmed, SignUpStatus::Waitlisted]),
            )
            .order_by_asc(sign_up::Column::Number)
            .all(&self.viewer.db.writer())
            .await?;
        let mut ended = Vec::new();
        for row in standing {
            // The book may have moved somebody up when it was opened.
            let row = self.current(row);
            self.end(&row, MovementCause::Cancellation)?;
            ended.push((row.person_id, Some(row.id.to_string())));
        }
        Ok(ended)
    }

    /// Changes how many seats there are; never below what is taken or guaranteed.
    pub fn set_capacity(&mut self, wanted: Capacity) -> Result<(), Vec<QuotaError>> {
        self.seats.change_capacity(wanted, self.viewer.now())?;
        self.occasion.capacity = i32::try_from(wanted.seats()).unwrap_or(i32::MAX);
        self.settle();
        Ok(())
    }

    /// Replaces the agreed quotas; what is taken stays taken.
    pub fn set_quotas(&mut self, agreed: &[Quota]) -> Result<(), Vec<QuotaError>> {
        let mut quotas = agreed.to_vec();
        for held in &self.seats.quotas {
            match quotas
                .iter_mut()
                .find(|quota| quota.organisation == held.organisation)
            {
                Some(quota) => quota.taken = held.taken,
                None => quotas.push(Quota {
                    taken: held.taken,
                    ..Quota::open(held.organisation)
                }),
            }
        }
        seats::validate_quotas(self.seats.capacity, &quotas, self.viewer.now())?;
        self.seats.quotas = quotas;
        self.settle();
        Ok(())
    }

    /// Who moved up from the line since the book was opened, for the audit log.
    #[must_use]
    pub fn promoted(&self) -> Vec<(PersonId, Option<String>)> {
        self.changed
            .values()
            .filter(|row| row.status == SignUpStatus::Confirmed)
            .map(|row| (row.person_id, Some(row.id.to_string())))
            .collect()
    }

    /// Writes everything: sign-ups, counters and ledger.
    pub async fn close(self) -> Result<training_occasion::Model> {
        if !self.movements.is_empty() || !self.made.is_empty() {
            self.write_sign_ups().await?;
        }
        self.write_quotas().await?;
        self.write_movements().await?;
        self.write_occasion().await
    }

    /// Lets those who wait move up, in order, as far as their organisations may use the seats.
    fn settle(&mut self) {
        // Nobody gets a seat at what has begun: the person would learn of it too late.
        if self.waiting.is_empty() || self.occasion.starts_at <= self.viewer.now() {
            return;
        }
        let queue: Vec<Waiting> = self
            .waiting
            .iter()
            .map(|row| Waiting {
                sign_up: row.id.uuid(),
                organisation: row.organisation_id.uuid(),
            })
            .collect();
        let promotion = self.seats.promote(&queue, self.viewer.now());
        if promotion.promoted.is_empty() {
            return;
        }
        for (key, refusal) in promotion.passed_over {
            self.pass_over(SignUpId::from_uuid(key), seat_reason(refusal));
        }
        for key in promotion.promoted {
            self.promote(SignUpId::from_uuid(key));
        }
    }

    fn promote(&mut self, id: SignUpId) {
        let Some(position) = self.waiting.iter().position(|row| row.id == id) else {
            return;
        };
        let mut row = self.waiting.remove(position);
        row.status = SignUpStatus::Confirmed;
        row.reason = None;
        row.confirmed_at = Some(self.viewer.now());
        self.record(&row, MovementCause::Promotion, 1, -1, None);
        self.remember(row);
    }

    fn pass_over(&mut self, id: SignUpId, reason: SeatReason) {
        let Some(row) = self.waiting.iter_mut().find(|row| row.id == id) else {
            return;
        };
        row.reason = Some(reason);
        let row = row.clone();
        self.record(&row, MovementCause::PassedOver, 0, 0, Some(reason));
        self.remember(row);
    }

    fn end(&mut self, row: &sign_up::Model, cause: MovementCause) -> Result<()> {
        let mut row = row.clone();
        let (seats, waiting) = match row.status {
            SignUpStatus::Confirmed => {
                self.seats
                    .give_back(row.organisation_id.uuid(), 1)
                    .map_err(|_| Error::internal("a seat was given back that was not taken"))?;
                (-1, 0)
            }
            SignUpStatus::Waitlisted => {
                self.waiting.retain(|waiting| waiting.id != row.id);
                (0, -1)
            }
            SignUpStatus::Withdrawn | SignUpStatus::Cancelled => return Ok(()),
        };
        row.status = match cause {
            MovementCause::Withdrawal => SignUpStatus::Withdrawn,
            _ => SignUpStatus::Cancelled,
        };
        row.reason = None;
        row.ended_at = Some(self.viewer.now());
        self.record(&row, cause, seats, waiting, None);
        self.ended.push(row.id);
        self.remember(row);
        Ok(())
    }

    /// Keeps a changed sign-up to be written at the end, where it was made if it was made here.
    fn remember(&mut self, row: sign_up::Model) {
        match self.made.iter_mut().find(|made| made.id == row.id) {
            Some(made) => *made = row,
            None => {
                self.changed.insert(row.id, row);
            }
        }
    }

    fn record(
        &mut self,
        row: &sign_up::Model,
        cause: MovementCause,
        seats: i32,
        waiting: i32,
        reason: Option<SeatReason>,
    ) {
        self.occasion.movements += 1;
        self.occasion.taken += seats;
        self.occasion.waiting += waiting;
        self.movements.push(seat_movement::ActiveModel {
            occasion_id: Set(row.occasion_id),
            number: Set(self.occasion.movements),
            organisation_id: Set(row.organisation_id),
            sign_up_id: Set(row.id),
            cause: Set(cause),
            seats: Set(seats),
            waiting: Set(waiting),
            reason: Set(reason),
            at: Set(self.viewer.now()),
            actor_id: Set(self.viewer.person()),
        });
    }

    async fn write_sign_ups(&self) -> Result<()> {
        let writer = self.viewer.db.writer();
        if !self.made.is_empty() {
            let rows = self
                .made
                .iter()
                .cloned()
                .map(sign_up::ActiveModel::from)
                .map(all_set);
            sign_up::Entity::insert_many(rows)
                .exec_without_returning(&writer)
                .await?;
        }
        if !self.needs.is_empty() {
            let rows = self
                .needs
                .iter()
                .map(|(id, need)| participant_need::ActiveModel {
                    sign_up_id: Set(*id),
                    need: Set(Confidential::new(need.clone())),
                });
            participant_need::Entity::insert_many(rows)
                .exec_without_returning(&writer)
                .await?;
        }
        if !self.ended.is_empty() {
            let ended = self.ended.iter().copied();
            participant_need::Entity::delete_many()
                .filter(participant_need::Column::SignUpId.is_in(ended))
                .exec(&writer)
                .await?;
        }
        // One statement for each distinct outcome, however many people it concerns.
        let mut outcomes: BTreeMap<String, (&sign_up::Model, Vec<SignUpId>)> = BTreeMap::new();
        for row in self.changed.values() {
            let outcome = format!("{:?}/{:?}/{}", row.status, row.reason, self.confirms(row));
            outcomes
                .entry(outcome)
                .or_insert((row, Vec::new()))
                .1
                .push(row.id);
        }
        for (row, ids) in outcomes.into_values() {
            let mut update = sign_up::Entity::update_many()
                .col_expr(sign_up::Column::Status, Expr::value(row.status))
                .col_expr(sign_up::Column::Reason, Expr::value(row.reason))
                .col_expr(sign_up::Column::EndedAt, Expr::value(row.ended_at))
                .filter(sign_up::Column::Id.is_in(ids));
            if self.confirms(row) {
                let now = Expr::value(row.confirmed_at);
                update = update.col_expr(sign_up::Column::ConfirmedAt, now);
            }
            update.exec(&writer).await?;
        }
        Ok(())
    }

    /// Whether the seat was got while this book was open, rather than before.
    fn confirms(&self, row: &sign_up::Model) -> bool {
        row.confirmed_at == Some(self.viewer.now())
    }

    async fn write_quotas(&self) -> Result<()> {
        use seat_quota::Column as Q;
        if self.seats.quotas.is_empty() {
            return Ok(());
        }
        let rows = self
            .seats
            .quotas
            .iter()
            .map(|quota| {
                Ok(seat_quota::ActiveModel {
                    occasion_id: Set(self.occasion.id),
                    organisation_id: Set(OrganisationId::from_uuid(quota.organisation)),
                    guaranteed: Set(column(quota.guaranteed)?),
                    maximum: Set(quota.maximum.map(column).transpose()?),
                    release_at: Set(quota.release_at),
                    taken: Set(column(quota.taken)?),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        seat_quota::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([Q::OccasionId, Q::OrganisationId])
                    .update_columns([Q::Guaranteed, Q::Maximum, Q::ReleaseAt, Q::Taken])
                    .to_owned(),
            )
            .exec_without_returning(&self.viewer.db.writer())
            .await?;
        Ok(())
    }

    async fn write_movements(&self) -> Result<()> {
        if self.movements.is_empty() {
            return Ok(());
        }
        seat_movement::Entity::insert_many(self.movements.clone())
            .exec_without_returning(&self.viewer.db.writer())
            .await?;
        Ok(())
    }

    async fn write_occasion(self) -> Result<training_occasion::Model> {
        use training_occasion::Column as O;
        training_occasion::Entity::update_many()
            .col_expr(O::Capacity, Expr::value(self.occasion.capacity))
            .col_expr(O::Taken, Expr::value(self.occasion.taken))
            .col_expr(O::Waiting, Expr::value(self.occasion.waiting))
            .col_expr(O::Movements, Expr::value(self.occasion.movements))
            .filter(O::Id.eq(self.occasion.id))
            .exec(&self.viewer.db.writer())
            .await?;
        Ok(self.occasion)
    }
}

fn all_set(mut row: sign_up::ActiveModel) -> sign_up::ActiveModel {
    use sea_orm::ActiveModelTrait;
    row = row.reset_all();
    row
}

fn capacity(seats: i32) -> Result<Capacity> {
    Capacity::try_from(seats).map_err(|_| Error::internal("an occasion has a negative capacity"))
}

fn quota(row: &seat_quota::Model) -> Result<Quota> {
    Ok(Quota {
        organisation: row.organisation_id.uuid(),
        guaranteed: count(row.guaranteed)?,
        maximum: row.maximum.map(count).transpose()?,
        release_at: row.release_at,
        taken: count(row.taken)?,
    })
}

fn count(column: i32) -> Result<u32> {
    u32::try_from(column).map_err(Error::internal)
}

fn column(count: u32) -> Result<i32> {
    i32::try_from(count).map_err(Error::internal)
}

/// The API's name for why there is no seat.
fn seat_reason(refusal: Refusal) -> SeatReason {
    match refusal {
        Refusal::OccasionFull => SeatReason::OccasionFull,
        Refusal::QuotaOfOrganisationFull => SeatReason::QuotaOfOrganisationFull,
        Refusal::SeatsGuaranteedToOthers => SeatReason::SeatsGuaranteedToOthers,
    }
}
