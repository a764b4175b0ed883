//! Groups, seats and who is in them; and the rules of reading them told a second time.

use super::{Eye, all, get, ids};
use crate::harness::Server;
use chrono::NaiveDate;
use uuid::Uuid;

/// A group.
pub struct Group {
    pub id: Uuid,
    pub kind: String,
    pub sharing: String,
    pub meetings_sharing: Option<String>,
    pub decisions_sharing: Option<String>,
    pub county: Option<String>,
    /// The role whose holders are its members.
    pub role_type: Option<Uuid>,
    pub role_organisation: Option<Uuid>,
}

/// A seat that stands today.
pub struct Seat {
    pub id: Uuid,
    pub group: Uuid,
    pub organisation: Uuid,
    pub is_officer: bool,
    pub stands: bool,
}

/// Who sits, or sat, on a seat.
pub struct Holder {
    pub id: Uuid,
    pub seat: Uuid,
    pub person: Uuid,
    pub today: bool,
    pub name_published: bool,
}

/// That somebody has joined a group and has not left.
pub struct Joined {
    pub group: Uuid,
    pub person: Uuid,
    pub organisation: Uuid,
}

/// That somebody has a role today.
struct RoleToday {
    role_type: Uuid,
    person: Uuid,
    organisation: Uuid,
    county: Option<String>,
}

/// All that the rules of groups look at.
pub struct Groups {
    pub all: Vec<Group>,
    pub seats: Vec<Seat>,
    pub holders: Vec<Holder>,
    pub joined: Vec<Joined>,
    pub notices: Vec<Uuid>,
    conveners: Vec<(Uuid, Uuid)>,
    shares: Vec<(Uuid, Uuid)>,
    responsible: Vec<(Uuid, Uuid)>,
    roles: Vec<RoleToday>,
}

fn lasts(from: Option<NaiveDate>, until: Option<NaiveDate>, today: NaiveDate) -> bool {
    from.is_none_or(|from| from <= today) && until.is_none_or(|until| until > today)
}

impl Groups {
    /// What is stored now.
    pub async fn of(server: &Server) -> Self {
        let today = server
            .clock
            .now()
            .with_timezone(&chrono_tz::Europe::Stockholm)
            .date_naive();
        let pair = |row: &sea_orm::QueryResult| (get(row, "one"), get(row, "other"));
        let roles = all(
            server,
            "SELECT role_type_id, person_id, organisation_id, county_code, from_day, until_day FROM appointment \
             WHERE status = 'CONFIRMED' AND person_id IS NOT NULL",
            |row| {
                let today = lasts(get(row, "from_day"), get(row, "until_day"), today);
                today.then(|| RoleToday {
                    role_type: get(row, "role_type_id"),
                    person: get(row, "person_id"),
                    organisation: get(row, "organisation_id"),
                    county: get(row, "county_code"),
                })
            },
        );
        Self {
            all: all(
                server,
                "SELECT id, kind, sharing, meetings_sharing, decisions_sharing, county_code, role_type_id, role_organisation_id FROM collaboration_group \
                 ORDER BY id",
                |row| Group {
                    id: get(row, "id"),
                    kind: get(row, "kind"),
                    sharing: get(row, "sharing"),
                    meetings_sharing: get(row, "meetings_sharing"),
                    decisions_sharing: get(row, "decisions_sharing"),
                    county: get(row, "county_code"),
                    role_type: get(row, "role_type_id"),
                    role_organisation: get(row, "role_organisation_id"),
                },
            )
            .await,
            seats: all(
                server,
                "SELECT id, group_id, organisation_id, role, ends_on FROM group_seat ORDER BY id",
                |row| Seat {
                    id: get(row, "id"),
                    group: get(row, "group_id"),
                    organisation: get(row, "organisation_id"),
                    is_officer: get::<String>(row, "role") != "MEMBER",
                    stands: lasts(None, get(row, "ends_on"), today),
                },
            )
            .await,
            holders: all(
                server,
                "SELECT id, seat_id, person_id, from_day, until_day, name_published FROM seat_holder ORDER BY id",
                |row| Holder {
                    id: get(row, "id"),
                    seat: get(row, "seat_id"),
                    person: get(row, "person_id"),
                    today: lasts(get(row, "from_day"), get(row, "until_day"), today),
                    name_published: get(row, "name_published"),
                },
            )
            .await,
            joined: all(
                server,
                "SELECT group_id, person_id, organisation_id FROM group_member WHERE left_at IS NULL",
                |row| Joined {
                    group: get(row, "group_id"),
                    person: get(row, "person_id"),
                    organisation: get(row, "organisation_id"),
                },
            )
            .await,
            notices: ids(server, "group_notice").await,
            conveners: all(
                server,
                "SELECT group_id AS one, organisation_id AS other FROM group_convener",
                pair,
            )
            .await,
            shares: all(
                server,
                "SELECT group_id AS one, organisation_id AS other FROM group_share",
                pair,
            )
            .await,
            responsible: all(
                server,
                "SELECT group_id AS one, role_type_id AS other FROM group_responsible_role",
                pair,
            )
            .await,
            roles: roles.await.into_iter().flatten().collect(),
        }
    }

    fn seat(&self, id: Uuid) -> &Seat {
        let found = self.seats.iter().find(|row| row.id == id);
        found.expect("a holder's seat")
    }

    fn convenes(&self, eye: &Eye, group: Uuid) -> bool {
        let own = |organisation| self.conveners.contains(&(group, organisation));
        eye.organisation.is_some_and(own)
    }

    /// Whether the eye holds a seat today that a condition picks.
    fn sits(&self, eye: &Eye, group: Uuid, which: impl Fn(&Seat) -> bool) -> bool {
        self.holders.iter().any(|row| {
            let seat = self.seat(row.seat);
            row.today
                && eye.person == Some(row.person)
                && eye.organisation == Some(seat.organisation)
                && seat.group == group
                && seat.stands
                && which(seat)
        })
    }

    fn is_member_by_role(row: &RoleToday, group: &Group) -> bool {
        group.role_type == Some(row.role_type)
            && match group.role_organisation {
                Some(organisation) => organisation == row.organisation,
                None => group.county.is_some() && group.county == row.county,
            }
    }

    fn has_role(&self, eye: &Eye, which: impl Fn(&RoleToday) -> bool) -> bool {
        let own = |row: &&RoleToday| {
            eye.person == Some(row.person) && eye.organisation == Some(row.organisation)
        };
        self.roles.iter().filter(own).any(which)
    }

    fn is_member(&self, eye: &Eye, group: &Group) -> bool {
        let joined = |row: &Joined| {
            row.group == group.id
                && eye.person == Some(row.person)
                && eye.organisation == Some(row.organisation)
        };
        self.sits(eye, group.id, |_| true)
            || self.joined.iter().any(joined)
            || self.has_role(eye, |row| Self::is_member_by_role(row, group))
    }

    /// Whether the eye keeps the group's papers.
    pub fn is_officer(&self, eye: &Eye, group: &Group) -> bool {
        let is_responsible = |row: &RoleToday| {
            self.responsible.contains(&(group.id, row.role_type)) && self.convenes(eye, group.id)
        };
        let without_seats = group.kind == "INFORMAL" || group.role_type.is_some();
        self.sits(eye, group.id, |seat| seat.is_officer)
            || self.has_role(eye, is_responsible)
            || without_seats && eye.coordinates() && self.convenes(eye, group.id)
    }

    /// Whether the eye calls the group's meetings.
    pub fn keeps_meetings(&self, eye: &Eye, group: &Group) -> bool {
        self.is_officer(eye, group) || eye.coordinates() && self.convenes(eye, group.id)
    }

    /// Whether the group's papers are the eye's to read.
    pub fn reads_papers(&self, eye: &Eye, group: &Group) -> bool {
        self.is_member(eye, group) || self.is_officer(eye, group)
    }

    fn takes_part(&self, eye: &Eye, group: &Group) -> bool {
        let has_seat = |row: &Seat| {
            row.stands && row.group == group.id && eye.organisation == Some(row.organisation)
        };
        self.convenes(eye, group.id) || self.seats.iter().any(has_seat)
    }

    /// Whether a level of sharing reaches the eye.
    fn reaches(&self, eye: &Eye, group: &Group, level: &str) -> bool {
        match level {
            "PUBLIC" => true,
            "PARTNERS" => eye.organisation.is_some(),
            "COUNTY" => eye.county.is_some() && eye.county == group.county,
            "SELECTED" => eye
                .organisation
                .is_some_and(|own| self.shares.contains(&(group.id, own))),
            _ => false,
        }
    }

    /// Whether the group shares with the eye when its meetings are.
    pub fn shares_meetings(&self, eye: &Eye, group: &Group) -> bool {
        self.shares(eye, group, group.meetings_sharing.as_deref())
    }

    /// Whether the group shares with the eye what it has decided.
    pub fn shares_decisions(&self, eye: &Eye, group: &Group) -> bool {
        self.shares(eye, group, group.decisions_sharing.as_deref())
    }

    fn shares(&self, eye: &Eye, group: &Group, level: Option<&str>) -> bool {
        level.is_some_and(|level| self.reaches(eye, group, level) || self.takes_part(eye, group))
    }

    /// Whether the group is seen.
    pub fn sees_group(&self, eye: &Eye, group: &Group) -> bool {
        self.reaches(eye, group, &group.sharing)
            || self.takes_part(eye, group)
            || self.is_member(eye, group)
    }

    /// The group of that id.
    pub fn group(&self, id: Uuid) -> &Group {
        let found = self.all.iter().find(|row| row.id == id);
        found.expect("a seat's group")
    }

    /// Whether it is seen who holds, or held, the seat.
    pub fn sees_holder(&self, eye: &Eye, row: &Holder) -> bool {
        let seat = self.seat(row.seat);
        let group = self.group(seat.group);
        let published =
            row.name_published && row.today && seat.stands && self.sees_group(eye, group);
        published
            || eye.organisation == Some(seat.organisation)
            || eye.coordinates() && self.convenes(eye, seat.group)
            || self.reads_papers(eye, group)
    }

    /// Whether the person is seen because of a group.
    pub fn sees_person(&self, eye: &Eye, person: Uuid) -> bool {
        let holds = |row: &Holder| row.person == person && self.sees_holder(eye, row);
        let joined = |row: &Joined| {
            let own = eye.organisation == Some(row.organisation);
            row.person == person
                && (own && (eye.coordinates() || eye.person == Some(person))
                    || self.reads_papers(eye, self.group(row.group)))
        };
        let by_role = |row: &RoleToday| {
            let networks = self.all.iter();
            row.person == person
                && networks
                    .filter(|group| Self::is_member_by_role(row, group))
                    .any(|group| {
                        self.reads_papers(eye, group) || eye.organisation == Some(row.organisation)
                    })
        };
        self.holders.iter().any(holds)
            || self.joined.iter().any(joined)
            || self.roles.iter().any(by_role)
    }
}
