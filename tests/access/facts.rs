//! What is stored, and the rules of reading told a second time, in plain Rust over all rows: what the
//! server shows is held against it.

mod council;
mod groups;
mod initiatives;
mod meetings;
mod records;
mod visits;

use super::behind::query;
use crate::harness::Server;
use chrono::{DateTime, TimeDelta, Utc};
pub use council::Council;
use entity::kind::Role;
use groups::Groups;
pub use initiatives::Initiatives;
pub use meetings::Meetings;
pub use records::Records;
use sea_orm::{QueryResult, TryGetable};
use uuid::Uuid;
pub use visits::Visit;

/// A membership.
pub struct Member {
    pub id: Uuid,
    pub organisation: Uuid,
    pub person: Uuid,
}

/// A training.
pub struct Training {
    pub id: Uuid,
    pub status: String,
    pub sharing: String,
    pub county: Option<String>,
    pub accountable: Uuid,
}

/// That an organisation gives a training.
pub struct Organiser {
    pub training: Uuid,
    pub organisation: Uuid,
    pub sees_participants: bool,
}

/// An occasion.
pub struct Occasion {
    pub id: Uuid,
    pub training: Uuid,
    pub ends_at: DateTime<Utc>,
}

/// A sign-up.
pub struct SignUp {
    pub id: Uuid,
    pub occasion: Uuid,
    pub organisation: Uuid,
    /// None while the seat is held without a name.
    pub person: Option<Uuid>,
}

/// A completion.
pub struct Completion {
    pub id: Uuid,
    pub person: Uuid,
    pub organisation: Uuid,
    /// None for one that was entered from a file.
    pub occasion: Option<Uuid>,
}

/// An appointment.
pub struct Appointment {
    pub id: Uuid,
    pub person: Option<Uuid>,
    pub organisation: Uuid,
    pub county: Option<String>,
    pub confirmed: bool,
    pub sharing: String,
    pub name_published: bool,
}

/// An organisation.
pub struct Organisation {
    pub id: Uuid,
    pub is_civil_society: bool,
    pub number: Option<String>,
    pub county: Option<String>,
}

/// All that the rules of reading look at.
pub struct Facts {
    pub now: DateTime<Utc>,
    pub organisations: Vec<Organisation>,
    pub people: Vec<(Uuid, bool)>,
    pub subjects: Vec<(String, Uuid)>,
    pub members: Vec<Member>,
    pub trainings: Vec<Training>,
    pub organisers: Vec<Organiser>,
    pub shares: Vec<(Uuid, Uuid)>,
    pub occasions: Vec<Occasion>,
    pub sign_ups: Vec<SignUp>,
    pub quotas: Vec<(Uuid, Uuid)>,
    pub programmes: Vec<Uuid>,
    pub units: Vec<Uuid>,
    pub notices: Vec<Uuid>,
    pub requests: Vec<Uuid>,
    pub certificates: Vec<Uuid>,
    pub calendar_feeds: Vec<Uuid>,
    pub check_in_rights: Vec<Uuid>,
    pub completions: Vec<Completion>,
    pub mandatory: Vec<Uuid>,
    pub role_types: Vec<Uuid>,
    pub groups: Groups,
    pub meetings: Meetings,
    pub council: Council,
    pub records: Records,
    pub initiatives: Initiatives,
    pub visits: Vec<Visit>,
    pub visit_notices: Vec<Uuid>,
    pub appointments: Vec<Appointment>,
    /// Who manages a unit of which organisation.
    pub managers: Vec<(Uuid, Uuid)>,
}

/// Who looks: nobody in particular, a person, or a service.
#[derive(Clone, Debug, Default)]
pub struct Eye {
    pub organisation: Option<Uuid>,
    pub county: Option<String>,
    pub is_civil_society: bool,
    pub role: Option<Role>,
    pub person: Option<Uuid>,
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).expect(column)
}

async fn all<T>(server: &Server, sql: &str, make: impl Fn(&QueryResult) -> T) -> Vec<T> {
    query(server, sql).await.iter().map(make).collect()
}

/// The ids of a table's rows.
async fn ids(server: &Server, table: &str) -> Vec<Uuid> {
    let sql = format!("SELECT id FROM {table} ORDER BY id");
    all(server, &sql, |row| get(row, "id")).await
}

impl Facts {
    /// What is stored now.
    #[expect(clippy::too_many_lines, reason = "one query for each table")]
    pub async fn of(server: &Server) -> Self {
        let pair = |row: &QueryResult| (get(row, "one"), get(row, "other"));
        Self {
            now: server.clock.now(),
            organisations: all(
                server,
                "SELECT id, organisation_number, county_code, kind FROM organisation \
                 ORDER BY organisation_number IS NULL, organisation_number, id",
                |row| Organisation {
                    id: get(row, "id"),
                    is_civil_society: get::<String>(row, "kind").starts_with("NGO"),
                    number: get(row, "organisation_number"),
                    county: get(row, "county_code"),
                },
            )
            .await,
            people: all(
                server,
                "SELECT id, protected_identity FROM person ORDER BY id",
                |row| (get(row, "id"), get(row, "protected_identity")),
            )
            .await,
            subjects: all(
                server,
                "SELECT subject, person_id FROM membership WHERE subject IS NOT NULL",
                |row| (get(row, "subject"), get(row, "person_id")),
            )
            .await,
            members: all(
                server,
                "SELECT id, organisation_id, person_id FROM membership ORDER BY id",
                |row| Member {
                    id: get(row, "id"),
                    organisation: get(row, "organisation_id"),
                    person: get(row, "person_id"),
                },
            )
            .await,
            trainings: trainings(server).await,
            organisers: all(
                server,
                "SELECT training_id, organisation_id, sees_participants FROM training_organiser",
                |row| Organiser {
                    training: get(row, "training_id"),
                    organisation: get(row, "organisation_id"),
                    sees_participants: get(row, "sees_participants"),
                },
            )
            .await,
            shares: all(
                server,
                "SELECT training_id AS one, organisation_id AS other FROM training_share",
                pair,
            )
            .await,
            occasions: all(
                server,
                "SELECT id, training_id, ends_at FROM training_occasion ORDER BY id",
                |row| Occasion {
                    id: get(row, "id"),
                    training: get(row, "training_id"),
                    ends_at: get(row, "ends_at"),
                },
            )
            .await,
            sign_ups: all(
                server,
                "SELECT id, occasion_id, organisation_id, person_id FROM sign_up ORDER BY id",
                |row| SignUp {
                    id: get(row, "id"),
                    occasion: get(row, "occasion_id"),
                    organisation: get(row, "organisation_id"),
                    person: get(row, "person_id"),
                },
            )
            .await,
            quotas: all(
                server,
                "SELECT occasion_id AS one, organisation_id AS other FROM seat_quota",
                pair,
            )
            .await,
            programmes: all(
                server,
                "SELECT id FROM training_programme ORDER BY id",
                |row| get(row, "id"),
            )
            .await,
            requests: all(
                server,
                "SELECT id FROM sign_up_request ORDER BY id",
                |row| get(row, "id"),
            )
            .await,
            notices: all(server, "SELECT id FROM notice ORDER BY id", |row| {
                get(row, "id")
            })
            .await,
            certificates: all(server, "SELECT id FROM certificate ORDER BY id", |row| {
                get(row, "id")
            })
            .await,
            calendar_feeds: all(server, "SELECT id FROM calendar_feed ORDER BY id", |row| {
                get(row, "id")
            })
            .await,
            check_in_rights: all(server, "SELECT id FROM check_in_right ORDER BY id", |row| {
                get(row, "id")
            })
            .await,
            completions: all(
                server,
                "SELECT id, person_id, organisation_id, occasion_id FROM completion ORDER BY id",
                |row| Completion {
                    id: get(row, "id"),
                    person: get(row, "person_id"),
                    organisation: get(row, "organisation_id"),
                    occasion: get(row, "occasion_id"),
                },
            )
            .await,
            mandatory: all(
                server,
                "SELECT id FROM mandatory_training ORDER BY id",
                |row| get(row, "id"),
            )
            .await,
            groups: Groups::of(server).await,
            meetings: Meetings::of(server).await,
            council: Council::of(server).await,
            records: Records::of(server).await,
            initiatives: Initiatives::of(server).await,
            visits: Visit::all_of(server).await,
            visit_notices: ids(server, "visit_notice").await,
            role_types: all(server, "SELECT id FROM role_type ORDER BY id", |row| {
                get(row, "id")
            })
            .await,
            appointments: all(
                server,
                "SELECT id, person_id, organisation_id, county_code, status, sharing, name_published \
                 FROM appointment ORDER BY id",
                |row| Appointment {
                    id: get(row, "id"),
                    person: get(row, "person_id"),
                    organisation: get(row, "organisation_id"),
                    county: get(row, "county_code"),
                    confirmed: get::<String>(row, "status") == "CONFIRMED",
                    sharing: get(row, "sharing"),
                    name_published: get(row, "name_published"),
                },
            )
            .await,
            managers: all(
                server,
                "SELECT person_id AS one, organisation_id AS other FROM unit_manager",
                pair,
            )
            .await,
            units: all(
                server,
                "SELECT id FROM organisation_unit ORDER BY id",
                |row| get(row, "id"),
            )
            .await,
        }
    }

    /// The organisation with this number.
    pub fn organisation(&self, number: &str) -> &Organisation {
        let found = self
            .organisations
            .iter()
            .find(|row| row.number.as_deref() == Some(number));
        found.unwrap_or_else(|| panic!("no organisation has the number {number}"))
    }

    fn gives(&self, eye: &Eye, training: Uuid) -> Option<&Organiser> {
        self.organisers
            .iter()
            .find(|row| row.training == training && Some(row.organisation) == eye.organisation)
    }

    /// Whether the training is seen.
    pub fn sees_training(&self, eye: &Eye, id: Uuid) -> bool {
        let Some(row) = self.trainings.iter().find(|row| row.id == id) else {
            return false;
        };
        let gives = self.gives(eye, id).is_some();
        if row.status == "DRAFT" {
            return gives && eye.coordinates();
        }
        let shared = match row.sharing.as_str() {
            "PUBLIC" => true,
            "PARTNERS" => eye.organisation.is_some(),
            "COUNTY" => eye.county.is_some() && eye.county == row.county,
            "SELECTED" => eye
                .organisation
                .is_some_and(|own| self.shares.contains(&(id, own))),
            _ => false,
        };
        shared || gives
    }

    fn training_of(&self, occasion: Uuid) -> Uuid {
        let found = self.occasions.iter().find(|row| row.id == occasion);
        found.expect("an occasion").training
    }

    /// Whether the occasion is seen.
    pub fn sees_occasion(&self, eye: &Eye, id: Uuid) -> bool {
        self.sees_training(eye, self.training_of(id))
    }

    /// Whether the quota of the organisation at the occasion is seen.
    pub fn sees_quota(&self, eye: &Eye, occasion: Uuid, organisation: Uuid) -> bool {
        let gives = self.gives(eye, self.training_of(occasion)).is_some();
        self.sees_occasion(eye, occasion) && (gives || eye.organisation == Some(organisation))
    }

    /// Whether the sign-up is seen.
    pub fn sees_sign_up(&self, eye: &Eye, row: &SignUp) -> bool {
        let own = eye.organisation == Some(row.organisation);
        let oneself = own && eye.person.is_some() && eye.person == row.person;
        let organiser = self.gives(eye, self.training_of(row.occasion));
        oneself
            || eye.coordinates()
                && (own || organiser.is_some_and(|organiser| organiser.sees_participants))
    }

    /// Whether the completion is seen.
    pub fn sees_completion(&self, eye: &Eye, row: &Completion) -> bool {
        let own = eye.organisation == Some(row.organisation);
        let accountable = |occasion: Uuid| {
            let training = self.training_of(occasion);
            let mut trainings = self.trainings.iter();
            trainings.any(|one| one.id == training && Some(one.accountable) == eye.organisation)
        };
        own && eye.person == Some(row.person)
            || eye.coordinates() && (own || row.occasion.is_some_and(accountable))
    }

    /// Whether the participant's need is seen.
    pub fn sees_need(&self, eye: &Eye, row: &SignUp) -> bool {
        let own = eye.organisation == Some(row.organisation);
        if own && eye.person.is_some() && eye.person == row.person {
            return true;
        }
        let occasion = self.occasions.iter().find(|one| one.id == row.occasion);
        let occasion = occasion.expect("an occasion");
        let training = self
            .trainings
            .iter()
            .find(|one| one.id == occasion.training);
        let accountable = training.expect("a training").accountable;
        eye.coordinates()
            && eye.organisation == Some(accountable)
            && self.now <= occasion.ends_at + TimeDelta::days(30)
    }

    /// Whether the person is oneself or, for a coordinator, of the own organisation.
    pub fn is_colleague(&self, eye: &Eye, person: Uuid) -> bool {
        let member =
            |row: &Member| row.person == person && Some(row.organisation) == eye.organisation;
        eye.person == Some(person) || eye.coordinates() && self.members.iter().any(member)
    }

    /// Whether it is seen who is appointed.
    pub fn sees_appointee(eye: &Eye, row: &Appointment) -> bool {
        if eye.organisation == Some(row.organisation) {
            return true;
        }
        let reaches = match row.sharing.as_str() {
            "PUBLIC" => true,
            _ if eye.is_civil_society => false,
            "PARTNERS" => eye.organisation.is_some(),
            "COUNTY" => eye.county.is_some() && eye.county == row.county,
            _ => false,
        };
        row.confirmed && row.name_published && reaches
    }

    /// Whether the text that an organisation keeps of an appointment is seen.
    pub fn sees_decision(eye: &Eye, row: &Appointment) -> bool {
        eye.organisation == Some(row.organisation)
    }

    /// Whether the person has a role that is seen, or manages a unit of the own organisation.
    fn has_role(&self, eye: &Eye, person: Uuid) -> bool {
        let is_appointed =
            |row: &Appointment| row.person == Some(person) && Self::sees_appointee(eye, row);
        let manages = |(who, organisation): &(Uuid, Uuid)| {
            *who == person && eye.organisation == Some(*organisation)
        };
        self.appointments.iter().any(is_appointed) || self.managers.iter().any(manages)
    }

    /// Whether the person is seen at all.
    pub fn sees_person(&self, eye: &Eye, person: Uuid) -> bool {
        let takes_part = |row: &&SignUp| row.person == Some(person);
        self.is_colleague(eye, person)
            || self.has_role(eye, person)
            || self.groups.sees_person(eye, person)
            || self.initiatives.sees_person(eye, person)
            || self
                .sign_ups
                .iter()
                .filter(takes_part)
                .any(|row| self.sees_sign_up(eye, row))
    }

    /// Whether the person's name is seen.
    pub fn sees_name(&self, eye: &Eye, person: Uuid) -> bool {
        let protected = self.people.contains(&(person, true));
        self.is_colleague(eye, person) || !protected && self.sees_person(eye, person)
    }
}

async fn trainings(server: &Server) -> Vec<Training> {
    // What is hidden from most stands first, so that samples hold it.
    let sql = "SELECT id, status, sharing, county_code, accountable_organisation_id FROM training \
               ORDER BY CASE WHEN status = 'DRAFT' THEN 0 WHEN sharing = 'ORGANISATION' THEN 1 \
               WHEN sharing = 'SELECTED' THEN 2 WHEN sharing = 'COUNTY' THEN 3 ELSE 4 END, id";
    all(server, sql, |row| Training {
        id: get(row, "id"),
        status: get(row, "status"),
        sharing: get(row, "sharing"),
        county: get(row, "county_code"),
        accountable: get(row, "accountable_organisation_id"),
    })
    .await
}

impl Eye {
    /// Whether the eye has at least a coordinator's role.
    pub fn coordinates(&self) -> bool {
        self.role.is_some_and(|role| role >= Role::Coordinator)
    }

    /// Whether the membership is seen.
    pub fn sees_membership(&self, row: &Member) -> bool {
        Some(row.organisation) == self.organisation
            && (self.coordinates() || self.person == Some(row.person))
    }
}
