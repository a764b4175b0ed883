//! Issues raised to councils; and the rules of reading them told a second time.

use super::{Eye, all, get, groups::Groups};
use crate::harness::Server;
use uuid::Uuid;

/// An issue.
pub struct Issue {
    pub id: Uuid,
    group: Uuid,
    organisation: Uuid,
    person: Uuid,
    is_withdrawn: bool,
}

/// All that the rules of councils look at, besides groups.
pub struct Council {
    pub issues: Vec<Issue>,
}

impl Council {
    /// What is stored now.
    pub async fn of(server: &Server) -> Self {
        let sql = "SELECT id, group_id, organisation_id, person_id, status FROM council_issue ORDER BY id";
        let issues = all(server, sql, |row| Issue {
            id: get(row, "id"),
            group: get(row, "group_id"),
            organisation: get(row, "organisation_id"),
            person: get(row, "person_id"),
            is_withdrawn: get::<String>(row, "status") == "WITHDRAWN",
        });
        Self {
            issues: issues.await,
        }
    }

    /// Whether an issue is seen.
    pub fn sees_issue(groups: &Groups, eye: &Eye, row: &Issue) -> bool {
        let oneself = eye.person == Some(row.person) && eye.organisation == Some(row.organisation);
        oneself || !row.is_withdrawn && groups.reads_papers(eye, groups.group(row.group))
    }
}
