//! Meetings and agendas; and the rules of reading them told a second time.

use super::{
    Eye, all, get,
    groups::{Group, Groups},
    ids,
};
use crate::harness::Server;
use uuid::Uuid;

/// A meeting.
pub struct Meeting {
    pub id: Uuid,
    pub group: Uuid,
}

/// An item of an agenda or of a backlog.
pub struct Item {
    pub id: Uuid,
    pub group: Uuid,
    pub meeting: Option<Uuid>,
    pub status: String,
    pub proposed_by: Uuid,
}

/// A registration number of a meeting.
pub struct Registration {
    pub id: Uuid,
    pub meeting: Uuid,
    pub organisation: Uuid,
}

/// What is noted about somebody's coming to a meeting.
pub struct Presence {
    pub table: &'static str,
    pub id: Uuid,
    pub meeting: Uuid,
    pub person: Uuid,
    pub organisation: Uuid,
}

/// A document of a group, or of an item.
pub struct Document {
    pub id: Uuid,
    pub group: Uuid,
    pub item: Option<Uuid>,
}

/// An edition of minutes.
pub struct Edition {
    pub id: Uuid,
    pub group: Uuid,
    pub status: String,
}

/// A text of minutes that was saved.
pub struct SavedText {
    pub id: Uuid,
    pub minutes: Uuid,
    pub author: Option<Uuid>,
    pub organisation: Uuid,
}

/// Somebody who verifies minutes.
pub struct Verifier {
    pub id: Uuid,
    pub minutes: Uuid,
    pub person: Uuid,
    pub organisation: Uuid,
}

/// All that the rules of meetings look at.
pub struct Meetings {
    pub all: Vec<Meeting>,
    pub items: Vec<Item>,
    pub registrations: Vec<Registration>,
    pub presences: Vec<Presence>,
    pub series: Vec<Uuid>,
    pub documents: Vec<Document>,
    pub substitutions: Vec<Uuid>,
    pub minutes: Vec<Edition>,
    pub texts: Vec<SavedText>,
    pub verifiers: Vec<Verifier>,
    /// The guest organisations of an item.
    guests: Vec<(Uuid, Uuid)>,
}

impl Meetings {
    /// What is stored now.
    pub async fn of(server: &Server) -> Self {
        let mut presences = Vec::new();
        for table in [
            "meeting_absence",
            "meeting_substitution",
            "meeting_attendance",
        ] {
            let sql = format!(
                "SELECT id, meeting_id, person_id, organisation_id FROM {table} ORDER BY id"
            );
            let rows = all(server, &sql, |row| Presence {
                table,
                id: get(row, "id"),
                meeting: get(row, "meeting_id"),
                person: get(row, "person_id"),
                organisation: get(row, "organisation_id"),
            });
            presences.extend(rows.await);
        }
        Self {
            all: all(server, "SELECT id, group_id FROM meeting ORDER BY id", |row| Meeting {
                id: get(row, "id"),
                group: get(row, "group_id"),
            })
            .await,
            items: all(
                server,
                "SELECT id, group_id, meeting_id, status, proposed_by_organisation_id FROM agenda_item ORDER BY id",
                |row| Item {
                    id: get(row, "id"),
                    group: get(row, "group_id"),
                    meeting: get(row, "meeting_id"),
                    status: get(row, "status"),
                    proposed_by: get(row, "proposed_by_organisation_id"),
                },
            )
            .await,
            registrations: all(
                server,
                "SELECT id, meeting_id, organisation_id FROM meeting_registration ORDER BY id",
                |row| Registration {
                    id: get(row, "id"),
                    meeting: get(row, "meeting_id"),
                    organisation: get(row, "organisation_id"),
                },
            )
            .await,
            presences,
            series: ids(server, "meeting_series").await,
            documents: all(
                server,
                "SELECT id, group_id, item_id FROM document ORDER BY id",
                |row| Document {
                    id: get(row, "id"),
                    group: get(row, "group_id"),
                    item: get(row, "item_id"),
                },
            )
            .await,
            substitutions: ids(server, "meeting_substitution").await,
            minutes: all(server, "SELECT id, group_id, status FROM meeting_minutes ORDER BY id", |row| Edition {
                id: get(row, "id"),
                group: get(row, "group_id"),
                status: get(row, "status"),
            })
            .await,
            texts: all(
                server,
                "SELECT id, minutes_id, author_id, organisation_id FROM minutes_version ORDER BY id",
                |row| SavedText {
                    id: get(row, "id"),
                    minutes: get(row, "minutes_id"),
                    author: get(row, "author_id"),
                    organisation: get(row, "organisation_id"),
                },
            )
            .await,
            verifiers: all(
                server,
                "SELECT id, minutes_id, person_id, organisation_id FROM minutes_verifier ORDER BY id",
                |row| Verifier {
                    id: get(row, "id"),
                    minutes: get(row, "minutes_id"),
                    person: get(row, "person_id"),
                    organisation: get(row, "organisation_id"),
                },
            )
            .await,
            guests: all(
                server,
                "SELECT item_id AS one, organisation_id AS other FROM agenda_item_guest",
                |row| (get(row, "one"), get(row, "other")),
            )
            .await,
        }
    }

    fn group<'g>(&self, groups: &'g Groups, meeting: Uuid) -> &'g Group {
        let found = self.all.iter().find(|row| row.id == meeting);
        groups.group(found.expect("a meeting").group)
    }

    fn is_guest(&self, eye: &Eye, item: &Item) -> bool {
        let invited = |own| self.guests.contains(&(item.id, own));
        let stands = ["ACCEPTED", "DONE"].contains(&item.status.as_str());
        stands && eye.coordinates() && eye.organisation.is_some_and(invited)
    }

    /// Whether the item is seen.
    pub fn sees_item(&self, groups: &Groups, eye: &Eye, row: &Item) -> bool {
        let group = groups.group(row.group);
        let reads = groups.reads_papers(eye, group);
        let stands = ["ACCEPTED", "DONE"].contains(&row.status.as_str());
        self.is_guest(eye, row)
            || groups.is_officer(eye, group)
            || reads && (stands || eye.organisation == Some(row.proposed_by))
    }

    /// Whether a document is seen: an item's as the item is, a group's by whoever may read its papers.
    pub fn sees_document(&self, groups: &Groups, eye: &Eye, row: &Document) -> bool {
        let Some(item) = row.item else {
            return groups.reads_papers(eye, groups.group(row.group));
        };
        self.items
            .iter()
            .any(|one| one.id == item && self.sees_item(groups, eye, one))
    }

    fn is_guest_at(&self, eye: &Eye, meeting: &Meeting) -> bool {
        let here = |row: &&Item| row.meeting == Some(meeting.id);
        self.items
            .iter()
            .filter(here)
            .any(|row| self.is_guest(eye, row))
    }

    /// Whether the text of the notice is seen.
    pub fn sees_notice(groups: &Groups, eye: &Eye, row: &Meeting) -> bool {
        let group = groups.group(row.group);
        groups.reads_papers(eye, group) || groups.keeps_meetings(eye, group)
    }

    /// Whether the link is seen.
    pub fn sees_link(&self, groups: &Groups, eye: &Eye, row: &Meeting) -> bool {
        Self::sees_notice(groups, eye, row) || self.is_guest_at(eye, row)
    }

    /// Whether it is seen when and where the meeting is held.
    pub fn sees_meeting(&self, groups: &Groups, eye: &Eye, row: &Meeting) -> bool {
        let registered = |number: &Registration| {
            number.meeting == row.id
                && eye.coordinates()
                && eye.organisation == Some(number.organisation)
        };
        self.sees_link(groups, eye, row)
            || groups.shares_meetings(eye, groups.group(row.group))
            || self.registrations.iter().any(registered)
    }

    /// Whether the registration number is seen.
    pub fn sees_registration(&self, groups: &Groups, eye: &Eye, row: &Registration) -> bool {
        let own = eye.coordinates() && eye.organisation == Some(row.organisation);
        own || groups.reads_papers(eye, self.group(groups, row.meeting))
    }

    /// Whether it is seen that somebody came, or did not.
    pub fn sees_presence(&self, groups: &Groups, eye: &Eye, row: &Presence) -> bool {
        let own = eye.organisation == Some(row.organisation);
        own && (eye.coordinates() || eye.person == Some(row.person))
            || groups.reads_papers(eye, self.group(groups, row.meeting))
    }

    fn works_at(&self, groups: &Groups, eye: &Eye, row: &Edition) -> bool {
        let group = groups.group(row.group);
        let named = |one: &Verifier| {
            one.minutes == row.id
                && eye.person == Some(one.person)
                && eye.organisation == Some(one.organisation)
        };
        groups.is_officer(eye, group)
            || groups.reads_papers(eye, group) && self.verifiers.iter().any(named)
    }

    /// Whether an edition of minutes is seen.
    pub fn sees_minutes(&self, groups: &Groups, eye: &Eye, row: &Edition) -> bool {
        let verified = row.status == "VERIFIED";
        verified && groups.reads_papers(eye, groups.group(row.group))
            || self.works_at(groups, eye, row)
    }

    fn edition(&self, id: Uuid) -> &Edition {
        let found = self.minutes.iter().find(|row| row.id == id);
        found.expect("an edition")
    }

    /// Whether a text that was saved is seen.
    pub fn sees_text(&self, groups: &Groups, eye: &Eye, row: &SavedText) -> bool {
        let own = eye.person.is_some()
            && eye.person == row.author
            && eye.organisation == Some(row.organisation);
        own || self.works_at(groups, eye, self.edition(row.minutes))
    }

    /// Whether it is seen that somebody verifies minutes.
    pub fn sees_verifier(&self, groups: &Groups, eye: &Eye, row: &Verifier) -> bool {
        let own = eye.organisation == Some(row.organisation);
        let oneself = eye.person == Some(row.person);
        own && (oneself || eye.role >= Some(entity::kind::Role::Administrator))
            || self.sees_minutes(groups, eye, self.edition(row.minutes))
    }
}
