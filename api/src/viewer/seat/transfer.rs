//! When a cancelled occasion's places move to another one: both books in one transaction, nobody left out, nothing
//! silently.

use super::SeatBook;
use crate::{
    domain::{
        book::Party,
        occasion::{TimeBlock, overlaps},
        transfer::{Plan, plan},
    },
    error::{Error, Result},
    viewer::{Viewer, audit::Concern, notice::New},
};
use entity::{
    id::{OccasionId, PersonId, SignUpId},
    kind::{MovementCause, NoticeKind, ReleaseReason},
    participant_need, sign_up, time_block, training_occasion,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::LockType,
};
use std::collections::BTreeMap;

/// What became of the places of a cancelled occasion.
pub(crate) struct Transferred {
    /// Each place that moved, before and after.
    moved: Vec<(sign_up::Model, SignUpId)>,
    /// Each place that could not.
    released: Vec<(sign_up::Model, ReleaseReason)>,
    /// Where they moved to.
    to: OccasionId,
}

impl Transferred {
    /// How many places moved.
    pub(crate) fn moved(&self) -> usize {
        self.moved.len()
    }

    /// How many could not.
    pub(crate) fn released(&self) -> usize {
        self.released.len()
    }

    /// Whose places at the cancelled occasion ended, for the audit log.
    pub(crate) fn ended(&self) -> Vec<Concern> {
        let moved = self.moved.iter().map(|(row, _)| row);
        let released = self.released.iter().map(|(row, _)| row);
        moved.chain(released).filter_map(Concern::sign_up).collect()
    }
}

impl Viewer {
    /// Holds occasions that the viewer has read until the transaction ends: always in the order of their ids, so
    /// that two requests about the same two cannot wait for each other.
    pub(crate) async fn hold_occasions(&self, occasions: &[OccasionId]) -> Result<()> {
        training_occasion::Entity::find()
            .select_only()
            .column(training_occasion::Column::Id)
            .filter(training_occasion::Column::Id.is_in(occasions.iter().copied()))
            .order_by_asc(training_occasion::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<OccasionId>()
            .all(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Tells everybody whose place moved, or could not, and lets what they need follow them. Call it when the book
    /// of the new occasion is closed and before that of the old one is, which forgets the needs there.
    pub(crate) async fn follow(&self, transferred: &Transferred) -> Result<()> {
        let new: BTreeMap<SignUpId, SignUpId> = transferred
            .moved
            .iter()
            .map(|(row, new)| (row.id, *new))
            .collect();
        let needs = participant_need::Entity::find()
            .filter(participant_need::Column::SignUpId.is_in(new.keys().copied()))
            .all(&self.db.writer())
            .await?;
        let needs = needs.into_iter().filter_map(|row| {
            Some(participant_need::ActiveModel {
                sign_up_id: Set(*new.get(&row.sign_up_id)?),
                need: Set(row.need),
                look_at: Set(participant_need::AT_ONCE),
            })
        });
        let needs: Vec<_> = needs.collect();
        if !needs.is_empty() {
            participant_need::Entity::insert_many(needs)
                .exec_without_returning(&self.db.writer())
                .await?;
        }
        let moved = transferred.moved.iter().map(|(row, new)| {
            let notice = New::about(NoticeKind::MovedTo, row).with_other(transferred.to, None);
            notice.now_about(*new)
        });
        let released = transferred.released.iter().map(|(row, reason)| {
            New::about(NoticeKind::Released, row).with_other(transferred.to, Some(*reason))
        });
        self.notify(moved.chain(released).collect()).await
    }
}

impl SeatBook<'_> {
    /// Takes every sign-up out, because the occasion is not held, and gives those who can take part there a place
    /// in the other book, by the other occasion's quotas: a seat, or a place in line with the reason.
    pub(crate) async fn transfer_all(&mut self, other: &mut SeatBook<'_>) -> Result<Transferred> {
        let standing = self.standing_sign_ups().await?;
        let people: Vec<PersonId> = standing.iter().filter_map(|row| row.person_id).collect();
        let hindered = self.hindered_at(other, &people).await?;
        for partner in self.viewer.partners(&[], &standing).await? {
            other.book.meet(&partner);
        }
        let Plan { moving, released } = plan(standing, &hindered);
        let mut moved = Vec::new();
        for group in moving {
            let people: Vec<_> = group.members.iter().map(|row| row.person_id).collect();
            let cause = MovementCause::MovedHere;
            let ids = other.book.enter(
                group.organisation,
                &people,
                Party::Together,
                cause,
                other.act,
            );
            moved.extend(group.members.into_iter().zip(ids));
        }
        let rows = |pairs: Vec<&sign_up::Model>| pairs.into_iter().cloned().collect::<Vec<_>>();
        let leaving = rows(moved.iter().map(|(row, _)| row).collect());
        let left = rows(released.iter().map(|(row, _)| row).collect());
        for (rows, cause) in [
            (leaving, MovementCause::MovedAway),
            (left, MovementCause::Released),
        ] {
            self.book
                .cancel(&rows, cause, self.act)
                .map_err(Error::internal)?;
        }
        Ok(Transferred {
            moved,
            released,
            to: other.occasion().id,
        })
    }

    /// Those of the people who cannot take part at the other occasion, and why.
    async fn hindered_at(
        &self,
        other: &SeatBook<'_>,
        people: &[PersonId],
    ) -> Result<BTreeMap<PersonId, ReleaseReason>> {
        let viewer = self.viewer;
        if people.is_empty() {
            return Ok(BTreeMap::new());
        }
        let blocks = time_block::Entity::find()
            .filter(time_block::Column::OccasionId.eq(other.occasion().id))
            .all(&viewer.db.writer())
            .await?;
        let blocks: Vec<TimeBlock> = blocks
            .into_iter()
            .map(|row| (row.starts_at, row.ends_at))
            .collect();
        // The places that are being given up here are in nobody's way.
        let busy = viewer.busy_times(self.occasion().id, people).await?;
        let overlapping = busy
            .into_iter()
            .filter(|(_, elsewhere)| overlaps(&blocks, elsewhere))
            .map(|(person, _)| (person, ReleaseReason::OverlappingOccasion));
        let mut hindered: BTreeMap<PersonId, ReleaseReason> = overlapping.collect();
        let already = other.already_signed_up(people).await?;
        let already = already.into_iter();
        hindered.extend(already.map(|person| (person, ReleaseReason::AlreadySignedUp)));
        Ok(hindered)
    }
}
