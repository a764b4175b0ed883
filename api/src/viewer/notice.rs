//! The outbox: what people are to be told, written in the transaction that does it.
//!
//! A notice concerns people whom the one who acts may not see, so it is written by a narrow door of its own. It
//! holds ids only; whoever delivers it looks up what the recipient may know at that moment.

use super::{Database, Viewer};
use crate::error::Result;
use chrono::{DateTime, Duration, Utc};
use entity::{
    id::{NoticeId, OccasionId, OccasionMoveId, OrganisationId, PersonId, SignUpId},
    kind::{NoticeKind, ReleaseReason},
    notice, sign_up,
};
use sea_orm::{ColumnTrait, DatabaseExecutor, EntityTrait, QueryFilter, QuerySelect, Set};

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
            moved: None,
            other: None,
            collides: false,
            reason: None,
        }
    }
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
            let rows = chunk.iter().cloned().map(|new| notice::ActiveModel {
                id: Set(NoticeId::new()),
                kind: Set(new.kind),
                organisation_id: Set(new.organisation),
                person_id: Set(new.person),
                occasion_id: Set(new.occasion),
                sign_up_id: Set(new.sign_up),
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

    /// Forgets notices that were delivered long ago. What has not been delivered is kept.
    pub(super) async fn forget_notices(&self) -> Result<u64> {
        let done = notice::Entity::delete_many()
            .filter(notice::Column::DeliveredAt.lt(self.now() - KEPT))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }
}

impl Database {
    /// What waits for delivery, for the operator.
    pub async fn waiting_notices(&self) -> Result<Waiting> {
        let connection: DatabaseExecutor<'_> = (&self.read).into();
        let row: Option<(i64, Option<DateTime<Utc>>)> = notice::Entity::find()
            .select_only()
            .column_as(notice::Column::Id.count(), "notices")
            .column_as(notice::Column::CreatedAt.min(), "since")
            .filter(notice::Column::DeliveredAt.is_null())
            .into_tuple()
            .one(&connection)
            .await?;
        Ok(
            row.map_or_else(Waiting::default, |(notices, since)| Waiting {
                notices,
                since,
            }),
        )
    }
}
