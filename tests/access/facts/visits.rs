//! Visits; and the rule of reading them told a second time.

use super::{Eye, all, get};
use crate::harness::Server;
use uuid::Uuid;

/// A visit.
pub struct Visit {
    pub id: Uuid,
    organisation: Uuid,
    requested_by: Uuid,
}

impl Visit {
    /// What is stored now.
    pub async fn all_of(server: &Server) -> Vec<Self> {
        let sql = "SELECT id, organisation_id, requested_by_organisation_id FROM outreach_visit ORDER BY id";
        let visits = all(server, sql, |row| Self {
            id: get(row, "id"),
            organisation: get(row, "organisation_id"),
            requested_by: get(row, "requested_by_organisation_id"),
        });
        visits.await
    }

    /// Whether the visit is seen: by the two, and by nobody else.
    pub fn is_seen(&self, eye: &Eye) -> bool {
        [self.organisation, self.requested_by]
            .iter()
            .any(|one| eye.organisation == Some(*one))
    }
}
