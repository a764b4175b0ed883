//! The people of the demonstration: every one of them is invented.

use super::{
    PERSONAS,
    calendar::Calendar,
    table::{Index, insert, read},
};
use crate::demo::issuer::DEMO_ISSUER_URL;
use entity::{
    confidential::Confidential,
    id::{MembershipId, OrganisationId, PersonId, UnitId},
    kind::{Role, StaffCategory},
    membership, organisation, person,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

const PEOPLE: &str = include_str!("people.csv");

/// For how many days the memberships have been active.
const MEMBERS_SINCE: i64 = 365;

/// A person who belongs to two organisations stands there twice.
#[derive(Deserialize)]
struct Row {
    person: String,
    name: String,
    email: String,
    protected: bool,
    organisation: String,
    unit: Option<String>,
    role: Role,
    staff_category: StaffCategory,
}

/// A person, and the organisation that the person signs up for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) person: PersonId,
    pub(super) organisation: OrganisationId,
}

/// Writes persons, memberships and identities, and tells the persons by the keys of the file.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    organisations: &Index<organisation::Model>,
    units: &Index<UnitId>,
) -> Result<Index<Member>, DbErr> {
    let mut index = Index::new("person");
    let (mut persons, mut memberships) = (Vec::new(), Vec::new());
    for row in read::<Row>("people.csv", PEOPLE)? {
        let organisation = organisations.get(&row.organisation)?.id;
        if !index.has(&row.person) {
            let person = person(&row);
            index.add(
                row.person.as_str(),
                Member {
                    person: person.id,
                    organisation,
                },
            )?;
            persons.push(person);
        }
        let (issuer, subject) = identity(&row.person).unzip();
        memberships.push(membership::Model {
            id: MembershipId::new(),
            organisation_id: organisation,
            person_id: index.get(&row.person)?.person,
            issuer,
            subject,
            unit_id: row.unit.map(|unit| units.get(&unit).copied()).transpose()?,
            role: row.role,
            staff_category: row.staff_category,
            active_from: calendar.days(-MEMBERS_SINCE),
            active_until: None,
        });
    }
    insert::<person::Entity>(connection, persons).await?;
    insert::<membership::Entity>(connection, memberships).await?;
    Ok(index)
}

fn person(row: &Row) -> person::Model {
    person::Model {
        id: PersonId::new(),
        name: Confidential::new(row.name.clone()),
        email: Confidential::new(row.email.clone()),
        protected_identity: row.protected,
        search_name: Confidential::new(fold(&row.name)),
        sort_name: swedish_sort_key(&row.name),
    }
}

/// Only those whom one can act as have an identity; their colleagues have not signed in yet.
fn identity(subject: &str) -> Option<(String, String)> {
    PERSONAS
        .iter()
        .any(|persona| persona.subject == subject)
        .then(|| (DEMO_ISSUER_URL.to_owned(), subject.to_owned()))
}
