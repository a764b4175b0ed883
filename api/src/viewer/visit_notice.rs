//! The outbox of visits: what the coordinators of the other organisation are to be told, written in the transaction that
//! does it.
//!
//! Whoever acts is permitted to deal with the visit and not to write to the other organisation, so it is written by a door
//! of its own, which takes the permitted visit and names nobody but its two.

use super::{Permitted, Viewer};
use crate::error::Result;
use entity::{
    id::{OrganisationId, OutreachVisitId, VisitNoticeId},
    kind::VisitNoticeKind,
    outreach_answer, outreach_visit, visit_notice,
};
use sea_orm::{EntityTrait, Set};

impl Viewer {
    /// Tells the organisation that is asked to come.
    ///
    /// Call it on the viewer of the transaction that does what it tells of: they share one fate.
    pub(crate) async fn tell_visitors(
        &self,
        kind: VisitNoticeKind,
        visit: &Permitted<outreach_visit::Model>,
    ) -> Result<()> {
        self.tell_of_visit(kind, visit.organisation_id, visit.id)
            .await
    }

    /// Tells the organisation that has asked for the visit; in the same transaction, too.
    pub(crate) async fn tell_visited(
        &self,
        kind: VisitNoticeKind,
        visit: &Permitted<outreach_answer::Model>,
    ) -> Result<()> {
        self.tell_of_visit(kind, visit.requested_by_organisation_id, visit.id)
            .await
    }

    async fn tell_of_visit(
        &self,
        kind: VisitNoticeKind,
        organisation: OrganisationId,
        visit: OutreachVisitId,
    ) -> Result<()> {
        let row = visit_notice::ActiveModel {
            id: Set(VisitNoticeId::new()),
            kind: Set(kind),
            organisation_id: Set(organisation),
            visit_id: Set(visit),
            created_at: Set(self.now()),
            delivered_at: Set(None),
        };
        visit_notice::Entity::insert(row)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }
}
