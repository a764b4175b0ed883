//! The outbox: what people are to be told, written in the transaction that does it.
//!
//! A notice concerns people whom the one who acts may not see, so it is written by a narrow door of its own. It
//! holds ids only; whoever delivers it looks up what the recipient may know at that moment.

use super::{Database, Permitted, Viewer};
use crate::{
    domain::occasion::{TimeBlock, overlaps, write_intervals},
    error::Result,
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    group_notice,
    id::{
        NoticeId, OccasionId, OccasionMoveId, OrganisationId, PersonId, SignUpId, SignUpRequestId,
    },
    kind::{NoticeKind, ReleaseReason, SignUpStatus},
    notice, occasion_move, sign_up, sign_up_request, training_occasion, visit_notice,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::HashMap;

/// For how long a notice is kept after it has been delivered.
pub(super) const KEPT: Duration = Duration::days(90);

/// How many notices one statement writes: a statement of `SQLite` holds 32,766 values.
const AT_ONCE: usize = 2_000;

/// A notice that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct New {
    kind: NoticeKind,
    organisation: OrganisationId,
    person: Option<PersonId>,
    occasion: OccasionId,
    sign_up: Option<SignUpId>,
    request: Option<SignUpRequestId>,
    moved: Option<OccasionMoveId>,
    other: Option<OccasionId>,
    collides: bool,
    reason: Option<ReleaseReason>,
}

impl New {
    /// For whoever a sign-up is for: the person, or the organisation's coordinators where it has no name.
    pub(crate) const fn about(kind: NoticeKind, row: &sign_up::Model) -> Self {
        Self {
            kind,
            organisation: row.organisation_id,
            person: row.person_id,
            occasion: row.occasion_id,
            sign_up: Some(row.id),
            request: None,
            moved: None,
            other: None,
            collides: false,
            reason: None,
        }
    }

    /// About a request to be signed up, for whoever asked or for whoever may approve it.
    pub(crate) const fn request(
        kind: NoticeKind,
        row: &sign_up_request::Model,
        person: PersonId,
    ) -> Self {
        Self {
            kind,
            organisation: row.organisation_id,
            person: Some(person),
            occasion: row.occasion_id,
            sign_up: None,
            request: Some(row.id),
            moved: None,
            other: None,
            collides: false,
            reason: None,
        }
    }

    /// About a place at a cancelled occasion: the one that it moved to, or could not move to, and why not.
    pub(crate) const fn with_other(self, other: OccasionId, reason: Option<ReleaseReason>) -> Self {
        Self {
            other: Some(other),
            reason,
            ..self
        }
    }

    /// The same, about another sign-up: the place at the occasion that it moved to.
    pub(crate) const fn now_about(self, sign_up: SignUpId) -> Self {
        Self {
            sign_up: Some(sign_up),
            ..self
        }
    }

    /// About an occasion that was moved, and whether the person is taken up elsewhere at the new time.
    pub(crate) const fn with_move(self, moved: OccasionMoveId, collides: bool) -> Self {
        Self {
            moved: Some(moved),
            collides,
            ..self
        }
    }
}

/// When and where an occasion is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    blocks: Vec<TimeBlock>,
    venue_name: Option<String>,
    venue_address: Option<String>,
    online_url: Option<String>,
}

impl Whereabouts {
    /// Of an occasion with its time blocks.
    pub(crate) fn of(row: &training_occasion::Model, blocks: Vec<TimeBlock>) -> Self {
        Self {
            blocks,
            venue_name: row.venue_name.clone(),
            venue_address: row.venue_address.clone(),
            online_url: row.online_url.clone(),
        }
    }
}

/// That an occasion was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// When and where it was to be held before.
    pub(crate) from: Whereabouts,
    /// When and where it is to be held since.
    pub(crate) to: Whereabouts,
}

/// What waits in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many notices.
    pub notices: i64,
    /// Since when the oldest waits; none if none does.
    pub since: Option<DateTime<Utc>>,
}

impl Viewer {
    /// Writes notices into the outbox: one statement, however many people are told. Only inside a transaction
    /// do they share the fate of what they tell of.
    pub(crate) async fn notify(&self, notices: Vec<New>) -> Result<()> {
        for chunk in notices.chunks(AT_ONCE) {
            let rows = chunk.iter().map(|new| notice::ActiveModel {
                id: Set(NoticeId::new()),
                kind: Set(new.kind),
                organisation_id: Set(new.organisation),
                person_id: Set(new.person),
                occasion_id: Set(new.occasion),
                sign_up_id: Set(new.sign_up),
                request_id: Set(new.request),
                move_id: Set(new.moved),
                other_occasion_id: Set(new.other),
                collides: Set(new.collides),
                reason: Set(new.reason),
                created_at: Set(self.now()),
                delivered_at: Set(None),
            });
            notice::Entity::insert_many(rows)
                .exec_without_returning(&self.db.writer())
                .await?;
        }
        Ok(())
    }

    /// Tells everybody with a place at an occasion, whichever organisation they take part for, that it was moved.
    /// Seats and places in line stand.
    pub(crate) async fn tell_of_move(
        &self,
        occasion: &Permitted<training_occasion::Model>,
        moved: &Move,
    ) -> Result<()> {
        let standing = sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(occasion.id))
            .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
            .order_by_asc(sign_up::Column::Number)
            .all(&self.db.writer())
            .await?;
        if standing.is_empty() {
            return Ok(());
        }
        let (from, to) = (moved.from.clone(), moved.to.clone());
        let row = occasion_move::ActiveModel {
            id: Set(OccasionMoveId::new()),
            occasion_id: Set(occasion.id),
            at: Set(self.now()),
            from_times: Set(write_intervals(&from.blocks)),
            from_venue_name: Set(from.venue_name),
            from_venue_address: Set(from.venue_address),
            from_online_url: Set(from.online_url),
            to_times: Set(write_intervals(&to.blocks)),
            to_venue_name: Set(to.venue_name),
            to_venue_address: Set(to.venue_address),
            to_online_url: Set(to.online_url),
        };
        let row = row.insert(&self.db.writer()).await?;
        let people: Vec<PersonId> = standing.iter().filter_map(|row| row.person_id).collect();
        let busy = if moved.from.blocks == moved.to.blocks {
            HashMap::new()
        } else {
            self.confirmed_elsewhere(occasion.id, &people).await?
        };
        let collides = |place: &sign_up::Model| {
            let elsewhere = place.person_id.and_then(|person| busy.get(&person));
            elsewhere.is_some_and(|times| overlaps(times, &to.blocks))
        };
        let notice = |place: &sign_up::Model| {
            New::about(NoticeKind::Moved, place).with_move(row.id, collides(place))
        };
        self.notify(standing.iter().map(notice).collect()).await
    }

    /// Forgets notices of every outbox that were delivered long ago. What has not been delivered is kept.
    pub(super) async fn forget_notices(&self) -> Result<u64> {
        let places = self.forget_in::<notice::Entity>(notice::Column::DeliveredAt);
        let groups = self.forget_in::<group_notice::Entity>(group_notice::Column::DeliveredAt);
        let visits = self.forget_in::<visit_notice::Entity>(visit_notice::Column::DeliveredAt);
        Ok(places.await? + groups.await? + visits.await?)
    }

    async fn forget_in<E: EntityTrait>(&self, delivered_at: E::Column) -> Result<u64> {
        let done = E::delete_many()
            .filter(delivered_at.lt(self.now() - KEPT))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }
}

impl Database {
    /// What waits for delivery in the outboxes, those of places, of groups and of visits, for the operator.
    pub async fn waiting_notices(&self) -> Result<Waiting> {
        use group_notice::Column as G;
        use notice::Column as N;
        use visit_notice::Column as V;
        let outboxes = [
            self.waiting_in::<notice::Entity>(N::Id, N::CreatedAt, N::DeliveredAt)
                .await?,
            self.waiting_in::<group_notice::Entity>(G::Id, G::CreatedAt, G::DeliveredAt)
                .await?,
            self.waiting_in::<visit_notice::Entity>(V::Id, V::CreatedAt, V::DeliveredAt)
                .await?,
        ];
        let sum = |sum: Waiting, (notices, since): (i64, Option<DateTime<Utc>>)| Waiting {
            notices: sum.notices + notices,
            since: match (sum.since, since) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
        };
        Ok(outboxes.into_iter().flatten().fold(Waiting::default(), sum))
    }

    /// How many notices wait in one outbox, and since when.
    async fn waiting_in<E: EntityTrait>(
        &self,
        id: E::Column,
        created_at: E::Column,
        delivered_at: E::Column,
    ) -> Result<Option<(i64, Option<DateTime<Utc>>)>> {
        let query = E::find()
            .select_only()
            .column_as(id.count(), "notices")
            .column_as(created_at.min(), "since")
            .filter(delivered_at.is_null())
            .into_tuple();
        Ok(query.one(&self.reader()).await?)
    }
}
