//! What happens without anybody asking: a job has a name, and one narrow thing that it may do.

use super::{Database, RequestContext, Viewer, database::Db};
use crate::error::Result;
use chrono::TimeDelta;
use entity::{
    id::OccasionId,
    idempotency_key,
    kind::{AuditAction, MovementCause, OccasionStatus, SignUpStatus},
    participant_need, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use std::collections::BTreeSet;
use training_occasion::Column as O;

/// How many occasions one round looks at.
const ROUND: u64 = 500;

/// How many needs one round looks at: far more than fall due in one day.
const NEEDS: u64 = 20_000;

/// For how long a need is left alone that is not due before.
const NEEDS_LEFT_ALONE: TimeDelta = TimeDelta::days(1);

/// What one round has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many people moved up from waiting lists.
    pub promoted: usize,
    /// How many seats were released that had no name when sign-up closed.
    pub holds_released: usize,
    /// How many participants' needs were erased.
    pub needs_erased: u64,
    /// How many idempotency keys were forgotten.
    pub keys_forgotten: u64,
    /// How many requests to be signed up ended that nobody had decided.
    pub requests_expired: usize,
    /// How many organisations were reminded of an action.
    pub actions_reminded: usize,
    /// How many notices were forgotten that had been delivered long ago.
    pub notices_forgotten: u64,
}

impl Viewer {
    /// Somebody who acts for no organisation and sees what is public; the jobs below are its only powers.
    #[must_use]
    pub fn for_job(database: &Database, context: RequestContext) -> Self {
        Self::with(Db::Pools(database.clone()), None, context)
    }

    /// Lets those who wait move up where a guarantee has been released, and erases what is kept for a time.
    ///
    /// Nothing is wrong while this does not run: whether a guarantee is released is computed when asked, and
    /// those who wait come before whoever signs up next.
    pub async fn housekeeping(&self) -> Result<Round> {
        let mut round = Round::default();
        let mut to_settle = self.occasions_to_settle().await?;
        to_settle.extend(self.occasions_with_expired_offers().await?);
        for occasion in to_settle {
            round.promoted += self
                .transaction(|viewer| async move {
                    let book = viewer.seat_book(occasion).await?;
                    let promoted = book.promotions();
                    if book.has_moved() {
                        book.close(AuditAction::Promote, Vec::new()).await?;
                    }
                    Ok(promoted)
                })
                .await?;
        }
        for occasion in self.occasions_with_expired_holds().await? {
            round.holds_released += self
                .transaction(|viewer| async move { release_holds(&viewer, occasion).await })
                .await?;
        }
        // In transactions, which try again where another writes for long.
        round.needs_erased = self
            .transaction(|viewer| async move { viewer.erase_needs().await })
            .await?;
        round.keys_forgotten = self
            .transaction(|viewer| async move { viewer.forget_keys().await })
            .await?;
        round.requests_expired = self.expire_requests().await?;
        round.actions_reminded = self
            .transaction(|viewer| async move { viewer.remind_of_actions().await })
            .await?;
        round.notices_forgotten = self
            .transaction(|viewer| async move { viewer.forget_notices().await })
            .await?;
        Ok(round)
    }

    async fn occasions_to_settle(&self) -> Result<BTreeSet<OccasionId>> {
        Ok(training_occasion::Entity::find()
            .select_only()
            .column(O::Id)
            .filter(O::Waiting.gt(0))
            .filter(Expr::col(O::Taken).lt(Expr::col(O::Capacity)))
            .filter(O::Status.eq(OccasionStatus::Scheduled))
            .filter(O::StartsAt.gt(self.now()))
            .limit(ROUND)
            .into_tuple()
            .all(&self.db.reader())
            .await?
            .into_iter()
            .collect())
    }

    async fn occasions_with_expired_offers(&self) -> Result<BTreeSet<OccasionId>> {
        use sign_up::Column as S;
        Ok(sign_up::Entity::find()
            .select_only()
            .column(S::OccasionId)
            .distinct()
            .filter(S::Status.eq(SignUpStatus::Offered))
            .filter(S::OfferExpiresAt.lte(self.now()))
            .limit(ROUND)
            .into_tuple()
            .all(&self.db.reader())
            .await?
            .into_iter()
            .collect())
    }

    async fn occasions_with_expired_holds(&self) -> Result<Vec<OccasionId>> {
        let held = crate::policy::select::<sign_up::Entity>(
            sign_up::Column::OccasionId,
            Condition::all().add(is_held()),
        );
        let closed = Condition::any()
            .add(training_occasion::Column::SignUpClosesAt.lte(self.now()))
            .add(training_occasion::Column::StartsAt.lte(self.now()));
        Ok(training_occasion::Entity::find()
            .select_only()
            .column(training_occasion::Column::Id)
            .filter(training_occasion::Column::Id.in_subquery(held))
            .filter(closed)
            .limit(ROUND)
            .into_tuple()
            .all(&self.db.reader())
            .await?)
    }

    /// Erases the needs of occasions that ended long ago. Each need is looked at once a day, and all the time on the
    /// day that it falls due: to look at every need in every round would read as many sign-ups as there are needs.
    async fn erase_needs(&self) -> Result<u64> {
        use participant_need::Column as N;
        let long_ago = self.now() - crate::policy::sign_up::NEEDS_KEPT;
        let to_look_at = || {
            let first = participant_need::Entity::find()
                .select_only()
                .column(N::SignUpId)
                .filter(N::LookAt.lte(self.now()))
                .order_by_asc(N::LookAt)
                .limit(NEEDS)
                .into_query();
            N::SignUpId.in_subquery(first)
        };
        let done = participant_need::Entity::delete_many()
            .filter(to_look_at())
            .filter(of_occasions(O::EndsAt.lt(long_ago)))
            .exec(&self.db.writer())
            .await?;
        // What falls due later than a day from now is looked at again in a day: not a moment too late, unless the
        // occasion is moved into the past meanwhile. Nobody may read it then either.
        participant_need::Entity::update_many()
            .col_expr(N::LookAt, Expr::value(self.now() + NEEDS_LEFT_ALONE))
            .filter(to_look_at())
            .filter(of_occasions(O::EndsAt.gte(long_ago + NEEDS_LEFT_ALONE)))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }

    async fn forget_keys(&self) -> Result<u64> {
        let done = idempotency_key::Entity::delete_many()
            .filter(idempotency_key::Column::CreatedAt.lt(self.now() - super::idempotency::KEPT))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }
}

/// The needs of those who are signed up for occasions that a condition picks.
fn of_occasions(which: Expr) -> Expr {
    let occasions =
        crate::policy::select::<training_occasion::Entity>(O::Id, Condition::all().add(which));
    let sign_ups = crate::policy::select::<sign_up::Entity>(
        sign_up::Column::Id,
        Condition::all().add(sign_up::Column::OccasionId.in_subquery(occasions)),
    );
    participant_need::Column::SignUpId.in_subquery(sign_ups)
}

/// Sign-ups that hold a seat or a place in line without a name.
fn is_held() -> Condition {
    Condition::all()
        .add(sign_up::Column::PersonId.is_null())
        .add(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
}

/// Gives back the seats of an occasion that nobody has put a name on.
async fn release_holds(viewer: &Viewer, occasion: OccasionId) -> Result<usize> {
    let mut book = viewer.seat_book(occasion).await?;
    let rows = sign_up::Entity::find()
        .filter(sign_up::Column::OccasionId.eq(occasion))
        .filter(is_held())
        .order_by_asc(sign_up::Column::Number)
        .all(&viewer.db.writer())
        .await?;
    // All at once: nobody passes a party that is about to become smaller.
    book.give_back_all(&rows, MovementCause::HoldExpired)
        .await?;
    book.close(AuditAction::Withdraw, Vec::new()).await?;
    Ok(rows.len())
}
