//! Writing what a seat book has done: sign-ups, needs, counters, ledger.

use super::SeatBook;
use crate::error::{Error, Result};
use entity::{
    confidential::Confidential,
    id::{OrganisationId, SignUpId},
    kind::MovementCause,
    kind_quota, participant_need, seat_movement, seat_quota, seat_terms, sign_up,
    training_occasion,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
    sea_query::{Expr, OnConflict},
};
use std::collections::BTreeMap;

impl SeatBook<'_> {
    pub(super) async fn write_sign_ups(&self) -> Result<()> {
        let writer = self.viewer.db.writer();
        if !self.book.made().is_empty() {
            let rows = self.book.made().iter().cloned();
            let rows = rows.map(|row| row.into_active_model().reset_all());
            sign_up::Entity::insert_many(rows)
                .exec_without_returning(&writer)
                .await?;
        }
        // One statement for each distinct outcome, however many people it concerns.
        let mut outcomes: BTreeMap<String, (&sign_up::Model, Vec<SignUpId>)> = BTreeMap::new();
        for row in self.book.changed() {
            let replaced = self.is_replaced(row).then_some(row.person_id);
            let confirmed = self.is_confirmed_now(row);
            let outcome = format!(
                "{:?} {:?} {:?} {confirmed} {replaced:?}",
                row.status, row.reason, row.offer_expires_at
            );
            let group = outcomes.entry(outcome).or_insert((row, Vec::new()));
            group.1.push(row.id);
        }
        for (row, ids) in outcomes.into_values() {
            let mut update = sign_up::Entity::update_many()
                .col_expr(sign_up::Column::Status, Expr::value(row.status))
                .col_expr(sign_up::Column::Reason, Expr::value(row.reason))
                .col_expr(sign_up::Column::EndedAt, Expr::value(row.ended_at))
                .col_expr(
                    sign_up::Column::OfferExpiresAt,
                    Expr::value(row.offer_expires_at),
                )
                .filter(sign_up::Column::Id.is_in(ids));
            if self.is_confirmed_now(row) {
                let now = Expr::value(row.confirmed_at);
                update = update.col_expr(sign_up::Column::ConfirmedAt, now);
            }
            if self.is_replaced(row) {
                update = update.col_expr(sign_up::Column::PersonId, Expr::value(row.person_id));
            }
            update.exec(&writer).await?;
        }
        Ok(())
    }

    /// Whether the seat was got while this book was open, rather than before.
    pub(super) fn is_confirmed_now(&self, row: &sign_up::Model) -> bool {
        self.book.movements().iter().any(|movement| {
            let confirms = matches!(
                movement.cause,
                MovementCause::Promotion | MovementCause::OfferAccepted
            );
            movement.sign_up_id == row.id && confirms
        })
    }

    fn is_replaced(&self, row: &sign_up::Model) -> bool {
        self.book.movements().iter().any(|movement| {
            movement.sign_up_id == row.id && movement.cause == MovementCause::Replacement
        })
    }

    pub(super) async fn write_needs(&self) -> Result<()> {
        let writer = self.viewer.db.writer();
        // What somebody needed who no longer takes part is needed no more.
        let gone: Vec<_> = self
            .book
            .changed()
            .filter(|row| row.ended_at.is_some() || self.is_replaced(row))
            .map(|row| row.id)
            .collect();
        if !gone.is_empty() {
            participant_need::Entity::delete_many()
                .filter(participant_need::Column::SignUpId.is_in(gone))
                .exec(&writer)
                .await?;
        }
        if self.needs.is_empty() {
            return Ok(());
        }
        let rows = self
            .needs
            .iter()
            .map(|(id, need)| participant_need::ActiveModel {
                sign_up_id: Set(*id),
                need: Set(Confidential::new(need.clone())),
                look_at: Set(participant_need::AT_ONCE),
            });
        participant_need::Entity::insert_many(rows)
            .exec_without_returning(&writer)
            .await?;
        Ok(())
    }

    pub(super) async fn write_quotas(&self) -> Result<()> {
        use seat_quota::Column as Q;
        let quotas = self.book.quotas();
        if quotas.is_empty() {
            return Ok(());
        }
        let rows = quotas
            .iter()
            .map(|quota| {
                Ok(seat_quota::ActiveModel {
                    occasion_id: Set(self.occasion().id),
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

    pub(super) async fn write_kinds(&self) -> Result<()> {
        use kind_quota::Column as K;
        let rows = self
            .book
            .kinds()
            .map(|(quota, taken)| {
                Ok(kind_quota::ActiveModel {
                    occasion_id: Set(self.occasion().id),
                    organisation_kind: Set(quota.kind),
                    guaranteed: Set(column(quota.guaranteed)?),
                    maximum: Set(quota.maximum.map(column).transpose()?),
                    release_at: Set(quota.release_at),
                    taken: Set(column(taken)?),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        if rows.is_empty() {
            return Ok(());
        }
        kind_quota::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([K::OccasionId, K::OrganisationKind])
                    .update_columns([K::Guaranteed, K::Maximum, K::ReleaseAt, K::Taken])
                    .to_owned(),
            )
            .exec_without_returning(&self.viewer.db.writer())
            .await?;
        Ok(())
    }

    pub(super) async fn write_terms(&self) -> Result<()> {
        use seat_terms::Column as T;
        let noted = self.book.noted_terms().iter();
        let rows: Vec<_> = noted
            .map(|noted| seat_terms::ActiveModel {
                occasion_id: Set(self.occasion().id),
                number: Set(noted.number),
                at: Set(noted.at),
                terms: Set(noted.terms.clone()),
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        seat_terms::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([T::OccasionId, T::Number])
                    .update_columns([T::At, T::Terms])
                    .to_owned(),
            )
            .exec_without_returning(&self.viewer.db.writer())
            .await?;
        Ok(())
    }

    pub(super) async fn write_movements(&self) -> Result<()> {
        if self.book.movements().is_empty() {
            return Ok(());
        }
        let rows = self.book.movements().iter().cloned();
        let rows = rows.map(|row| row.into_active_model().reset_all());
        seat_movement::Entity::insert_many(rows)
            .exec_without_returning(&self.viewer.db.writer())
            .await?;
        Ok(())
    }

    pub(super) async fn write_occasion(&self) -> Result<()> {
        use training_occasion::Column as O;
        let occasion = self.occasion();
        training_occasion::Entity::update_many()
            .col_expr(O::Capacity, Expr::value(occasion.capacity))
            .col_expr(O::Taken, Expr::value(occasion.taken))
            .col_expr(O::Waiting, Expr::value(occasion.waiting))
            .col_expr(O::Movements, Expr::value(occasion.movements))
            .col_expr(O::SharesByKind, Expr::value(occasion.shares_by_kind))
            .col_expr(O::Terms, Expr::value(occasion.terms.clone()))
            .filter(O::Id.eq(occasion.id))
            .exec(&self.viewer.db.writer())
            .await?;
        Ok(())
    }
}

fn column(count: u32) -> Result<i32> {
    i32::try_from(count).map_err(Error::internal)
}
