//! Decisions, actions and extracts; and the rules of reading them told a second time.

use super::{Eye, all, get, groups::Groups};
use crate::harness::Server;
use uuid::Uuid;

/// A decision.
pub struct Decision {
    pub id: Uuid,
    pub group: Uuid,
    pub verified: bool,
}

/// An action.
pub struct Action {
    pub id: Uuid,
    pub group: Uuid,
    pub organisation: Uuid,
}

/// A report on an action.
pub struct Report {
    pub id: Uuid,
    pub action: Uuid,
}

/// An extract of minutes.
pub struct Extract {
    pub id: Uuid,
    pub group: Uuid,
}

/// For whom an extract is.
pub struct Recipient {
    pub id: Uuid,
    pub extract: Uuid,
    pub organisation: Option<Uuid>,
    pub group: Option<Uuid>,
}

/// All that the rules of records look at.
pub struct Records {
    pub decisions: Vec<Decision>,
    pub actions: Vec<Action>,
    pub reports: Vec<Report>,
    pub extracts: Vec<Extract>,
    pub recipients: Vec<Recipient>,
}

impl Records {
    /// What is stored now.
    pub async fn of(server: &Server) -> Self {
        let decisions =
            "SELECT id, group_id, verified_at IS NOT NULL AS verified FROM decision ORDER BY id";
        let actions = "SELECT id, group_id, organisation_id FROM group_action ORDER BY id";
        let recipients =
            "SELECT id, extract_id, organisation_id, group_id FROM extract_recipient ORDER BY id";
        Self {
            decisions: all(server, decisions, |row| Decision {
                id: get(row, "id"),
                group: get(row, "group_id"),
                verified: get(row, "verified"),
            })
            .await,
            actions: all(server, actions, |row| Action {
                id: get(row, "id"),
                group: get(row, "group_id"),
                organisation: get(row, "organisation_id"),
            })
            .await,
            reports: all(
                server,
                "SELECT id, action_id FROM action_report ORDER BY id",
                |row| Report {
                    id: get(row, "id"),
                    action: get(row, "action_id"),
                },
            )
            .await,
            extracts: all(
                server,
                "SELECT id, group_id FROM minutes_extract ORDER BY id",
                |row| Extract {
                    id: get(row, "id"),
                    group: get(row, "group_id"),
                },
            )
            .await,
            recipients: all(server, recipients, |row| Recipient {
                id: get(row, "id"),
                extract: get(row, "extract_id"),
                organisation: get(row, "organisation_id"),
                group: get(row, "group_id"),
            })
            .await,
        }
    }

    /// Whether a decision is seen.
    pub fn sees_decision(groups: &Groups, eye: &Eye, row: &Decision) -> bool {
        let group = groups.group(row.group);
        groups.reads_papers(eye, group) || row.verified && groups.shares_decisions(eye, group)
    }

    /// Whether an action is seen.
    pub fn sees_action(groups: &Groups, eye: &Eye, row: &Action) -> bool {
        eye.coordinates() && eye.organisation == Some(row.organisation)
            || groups.reads_papers(eye, groups.group(row.group))
    }

    /// Whether a report on an action is seen.
    pub fn sees_report(&self, groups: &Groups, eye: &Eye, row: &Report) -> bool {
        let action = self.actions.iter().find(|one| one.id == row.action);
        Self::sees_action(groups, eye, action.expect("a report's action"))
    }

    fn is_recipient(groups: &Groups, eye: &Eye, row: &Recipient) -> bool {
        let for_own =
            eye.coordinates() && eye.organisation.is_some() && eye.organisation == row.organisation;
        let for_group = |group| groups.reads_papers(eye, groups.group(group));
        for_own || row.group.is_some_and(for_group)
    }

    /// Whether an extract is seen.
    pub fn sees_extract(&self, groups: &Groups, eye: &Eye, row: &Extract) -> bool {
        let mut recipients = self.recipients.iter().filter(|one| one.extract == row.id);
        groups.reads_papers(eye, groups.group(row.group))
            || recipients.any(|one| Self::is_recipient(groups, eye, one))
    }

    /// Whether it is seen for whom an extract is.
    pub fn sees_recipient(&self, groups: &Groups, eye: &Eye, row: &Recipient) -> bool {
        let extract = self.extracts.iter().find(|one| one.id == row.extract);
        let extract = extract.expect("a recipient's extract");
        groups.reads_papers(eye, groups.group(extract.group))
            || Self::is_recipient(groups, eye, row)
    }
}
