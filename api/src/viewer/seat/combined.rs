//! A book for several viewers, who take turns in the order in which they came: each acts at its own instant and under
//! its own name, and all of it is written together.

use super::{SeatBook, is_promotion};
use crate::domain::book::Act;
use crate::{
    error::{Error, Result},
    viewer::{Viewer, audit::Concern},
};
use entity::{id::SignUpId, kind::AuditAction, sign_up};
use std::collections::BTreeSet;

impl SeatBook<'_> {
    /// It is the viewer's turn. What has run out or come free by then goes to those who wait before the viewer is
    /// served.
    pub(crate) async fn turn(&mut self, viewer: &Viewer) -> Result<()> {
        self.act = Act {
            at: viewer.now(),
            by: viewer.person(),
        };
        let so_far = self.book.movements().len();
        self.turns.push((viewer.clone(), so_far));
        if let Some(acting) = viewer.acting() {
            self.book.introduce(acting.organisation, acting.kind);
        }
        self.book.expire_offers(self.act).map_err(Error::internal)?;
        if self.book.occasion().taken < self.book.occasion().capacity {
            self.know_kept().await?;
            self.book.settle(self.act);
        }
        Ok(())
    }

    /// The sign-ups as they are now, in this order.
    pub(crate) fn rows(&self, ids: &[SignUpId]) -> Vec<sign_up::Model> {
        let made = self.book.made();
        let row = |id: &SignUpId| made.iter().rfind(|row| row.id == *id).cloned();
        ids.iter().filter_map(row).collect()
    }

    /// Writes everything: sign-ups, counters, ledger, notices, and the audit log: for each turn, what its viewer did
    /// about whom, and who moved up by it.
    pub(crate) async fn close_turns(
        self,
        action: AuditAction,
        concerns: Vec<Vec<Concern>>,
    ) -> Result<()> {
        self.write_sign_ups().await?;
        self.write_needs().await?;
        self.write_quotas().await?;
        self.write_kinds().await?;
        self.write_terms().await?;
        self.write_movements().await?;
        self.write_occasion().await?;
        self.write_notices().await?;
        let ends = self.turns.iter().skip(1).map(|(_, from)| *from);
        let ends = ends.chain([self.book.movements().len()]);
        let mut concerns = concerns.into_iter();
        let mut entries = Vec::new();
        for ((viewer, from), to) in self.turns.iter().zip(ends) {
            let acted = (action, concerns.next().unwrap_or_default());
            let promoted = (AuditAction::Promote, self.promoted(*from, to));
            entries.extend(viewer.entries(vec![acted, promoted]));
        }
        self.viewer.write_entries(entries).await
    }

    /// Who moved up from the line, or is offered a seat, between two movements: for the audit log.
    fn promoted(&self, from: usize, to: usize) -> Vec<Concern> {
        let movements = self.book.movements().iter().take(to).skip(from);
        let promoted: BTreeSet<SignUpId> = movements
            .filter(|row| is_promotion(row.cause))
            .map(|row| row.sign_up_id)
            .collect();
        self.book
            .changed()
            .filter(|row| promoted.contains(&row.id))
            .filter_map(Concern::sign_up)
            .collect()
    }
}
