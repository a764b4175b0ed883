//! Initiatives; and the rules of reading them told a second time.

use super::{Eye, all, get};
use crate::harness::Server;
use chrono::NaiveDate;
use uuid::Uuid;

/// An initiative.
pub struct Initiative {
    pub id: Uuid,
    keeper: Uuid,
    sharing: String,
    county: Option<String>,
}

/// An activity.
pub struct Activity {
    pub id: Uuid,
    initiative: Uuid,
}

/// Who answers for an initiative.
pub struct Contact {
    pub initiative: Uuid,
    keeper: Uuid,
    person: Uuid,
    name_published: bool,
}

/// All that the rules of initiatives look at.
pub struct Initiatives {
    pub all: Vec<Initiative>,
    pub activities: Vec<Activity>,
    pub contacts: Vec<Contact>,
    /// The parties of today.
    parties: Vec<(Uuid, Uuid)>,
    shares: Vec<(Uuid, Uuid)>,
}

impl Initiatives {
    /// What is stored now.
    pub async fn of(server: &Server) -> Self {
        let today = server
            .clock
            .now()
            .with_timezone(&chrono_tz::Europe::Stockholm)
            .date_naive();
        let initiatives =
            "SELECT id, organisation_id, sharing, county_code FROM initiative ORDER BY id";
        let contacts = "SELECT initiative_id, organisation_id, person_id, name_published FROM initiative_contact ORDER BY initiative_id";
        let parties = "SELECT initiative_id, organisation_id, ends_on FROM initiative_party WHERE organisation_id IS NOT NULL";
        let parties = all(server, parties, |row| {
            let ends: Option<NaiveDate> = get(row, "ends_on");
            let stands = ends.is_none_or(|day| day > today);
            stands.then(|| (get(row, "initiative_id"), get(row, "organisation_id")))
        });
        Self {
            all: all(server, initiatives, |row| Initiative {
                id: get(row, "id"),
                keeper: get(row, "organisation_id"),
                sharing: get(row, "sharing"),
                county: get(row, "county_code"),
            })
            .await,
            activities: all(
                server,
                "SELECT id, initiative_id FROM initiative_activity ORDER BY id",
                |row| Activity {
                    id: get(row, "id"),
                    initiative: get(row, "initiative_id"),
                },
            )
            .await,
            contacts: all(server, contacts, |row| Contact {
                initiative: get(row, "initiative_id"),
                keeper: get(row, "organisation_id"),
                person: get(row, "person_id"),
                name_published: get(row, "name_published"),
            })
            .await,
            parties: parties.await.into_iter().flatten().collect(),
            shares: all(
                server,
                "SELECT initiative_id, organisation_id FROM initiative_share",
                |row| (get(row, "initiative_id"), get(row, "organisation_id")),
            )
            .await,
        }
    }

    fn initiative(&self, id: Uuid) -> &Initiative {
        let found = self.all.iter().find(|row| row.id == id);
        found.expect("an activity's initiative")
    }

    /// Whether the initiative is seen.
    pub fn sees(&self, eye: &Eye, row: &Initiative) -> bool {
        let with_own = |pairs: &[(Uuid, Uuid)]| {
            eye.organisation
                .is_some_and(|own| pairs.contains(&(row.id, own)))
        };
        let reaches = match row.sharing.as_str() {
            "PUBLIC" => true,
            "PARTNERS" => eye.organisation.is_some(),
            "COUNTY" => eye.county.is_some() && eye.county == row.county,
            "SELECTED" => with_own(&self.shares),
            _ => false,
        };
        reaches || eye.organisation == Some(row.keeper) || with_own(&self.parties)
    }

    /// Whether the activity is seen.
    pub fn sees_activity(&self, eye: &Eye, row: &Activity) -> bool {
        self.sees(eye, self.initiative(row.initiative))
    }

    /// Whether the initiative is the eye's to change.
    pub fn keeps(&self, eye: &Eye, row: &Initiative) -> bool {
        let answers =
            |contact: &Contact| contact.initiative == row.id && eye.person == Some(contact.person);
        eye.organisation == Some(row.keeper)
            && (eye.coordinates() || self.contacts.iter().any(answers))
    }

    /// Whether it is seen who answers for the initiative.
    pub fn sees_contact(&self, eye: &Eye, row: &Contact) -> bool {
        eye.organisation == Some(row.keeper)
            || row.name_published && self.sees(eye, self.initiative(row.initiative))
    }

    /// Whether the person is seen because of an initiative.
    pub fn sees_person(&self, eye: &Eye, person: Uuid) -> bool {
        let answers = |row: &Contact| row.person == person && self.sees_contact(eye, row);
        self.contacts.iter().any(answers)
    }
}
