//! What the tests of statistics set up: a year of participants, of whom everything is known to the test.

use crate::{
    harness::{Caller, START, Server},
    seats::world::{id, organisation},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    confidential::Confidential,
    id::{MembershipId, OccasionId, OrganisationId, PersonId, SignUpId, UnitId},
    kind::{OccasionStatus, Role, SignUpStatus, StaffCategory, UnitKind},
    membership, organisation_unit, person, sign_up, training_occasion,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};

/// The first instant at which 2027 is over in Sweden. In that year the demonstration has no occasions.
pub fn new_year() -> DateTime<Utc> {
    "2027-12-31T23:00:00Z".parse().expect("an instant")
}

/// When an occasion of that year ends.
pub fn spring() -> DateTime<Utc> {
    "2027-03-22T15:00:00Z".parse().expect("an instant")
}

/// A training for Kronoberg's county, published by the persona's organisation, shared so far.
pub async fn training(server: &Server, persona: &str, sharing: &str) -> String {
    let caller = server.by(persona);
    let input = json!({
        "title": "Räknad", "format": "HALF_DAY", "sharing": sharing, "county": "07",
    });
    let made = caller
        .mutate("createTraining", input, "training { id }")
        .await;
    let training = id(&made, "createTraining/training/id");
    let published = caller
        .mutate(
            "publishTraining",
            json!({ "trainingId": training }),
            "training { id }",
        )
        .await;
    assert_eq!(published.user_errors("publishTraining"), [""; 0]);
    training
}

/// An occasion of it that ends then.
pub async fn occasion(server: &Server, training: &str, ends_at: DateTime<Utc>) -> OccasionId {
    let occasion = training_occasion::ActiveModel {
        id: Set(OccasionId::new()),
        training_id: Set(training.parse().expect("an id")),
        status: Set(OccasionStatus::Scheduled),
        time_zone: Set("Europe/Stockholm".to_owned()),
        starts_at: Set(ends_at - TimeDelta::hours(3)),
        ends_at: Set(ends_at),
        capacity: Set(1000),
        version: Set(1),
        ..Default::default()
    };
    let row = occasion.insert(&server.database).await;
    row.expect("an occasion can be entered").id
}

/// A new unit of an organisation.
pub async fn unit(server: &Server, of: OrganisationId, name: &str) -> UnitId {
    let unit = organisation_unit::Model {
        id: UnitId::new(),
        organisation_id: of,
        parent_id: None,
        kind: UnitKind::Unit,
        name: name.to_owned(),
        valid_from: None,
        valid_to: None,
        municipality_code: None,
        from_day: None,
        until_day: None,
        sort_name: name.to_owned(),
    };
    let key = unit.id;
    organisation_unit::Entity::insert_many([unit.into_active_model().reset_all()])
        .exec_without_returning(&server.database)
        .await
        .expect("a unit can be entered");
    key
}

/// People who are alike, and where they had a seat.
#[derive(Clone, Copy)]
pub struct Attendants {
    pub occasion: OccasionId,
    pub organisation: OrganisationId,
    pub unit: Option<UnitId>,
    pub category: StaffCategory,
    pub number: u32,
}

/// Enters these people with their sign-ups in that state; numbers begin after the given one.
pub async fn enter(
    server: &Server,
    all: &[Attendants],
    status: SignUpStatus,
    after: i32,
) -> Vec<SignUpId> {
    let (mut people, mut memberships, mut sign_ups) = (Vec::new(), Vec::new(), Vec::new());
    for group in all {
        for _ in 0..group.number {
            let number = after + i32::try_from(people.len()).expect("few people") + 1;
            let name = format!("Person {number}");
            let person = person::Model {
                id: PersonId::new(),
                name: Confidential::new(name.clone()),
                email: Confidential::new(format!("person.{number}@partner.example")),
                protected_identity: false,
                search_name: Confidential::new(name.to_lowercase()),
                sort_name: name,
            };
            memberships.push(membership::Model {
                id: MembershipId::new(),
                organisation_id: group.organisation,
                person_id: person.id,
                issuer: None,
                subject: None,
                unit_id: group.unit,
                role: Role::Member,
                staff_category: group.category,
                active_from: *START,
                active_until: None,
            });
            sign_ups.push(sign_up::ActiveModel {
                id: Set(SignUpId::new()),
                occasion_id: Set(group.occasion),
                organisation_id: Set(group.organisation),
                person_id: Set(Some(person.id)),
                status: Set(status),
                number: Set(number),
                created_at: Set(*START),
                ..Default::default()
            });
            people.push(person);
        }
    }
    let ids = sign_ups.iter().map(|row| *row.id.as_ref()).collect();
    for part in people.chunks(500) {
        let rows = part
            .iter()
            .cloned()
            .map(|row| row.into_active_model().reset_all());
        let done = person::Entity::insert_many(rows).exec_without_returning(&server.database);
        done.await.expect("people can be entered");
    }
    for part in memberships.chunks(500) {
        let rows = part
            .iter()
            .cloned()
            .map(|row| row.into_active_model().reset_all());
        let done = membership::Entity::insert_many(rows).exec_without_returning(&server.database);
        done.await.expect("memberships can be entered");
    }
    for part in sign_ups.chunks(500) {
        let done = sign_up::Entity::insert_many(part.iter().cloned());
        let done = done.exec_without_returning(&server.database);
        done.await.expect("sign-ups can be entered");
    }
    ids
}

/// Enters people of one organisation who had a seat at an occasion, without a unit.
pub async fn attend(
    server: &Server,
    persona: &str,
    occasion: OccasionId,
    category: StaffCategory,
    number: u32,
    after: i32,
) -> Vec<SignUpId> {
    let organisation = organisation(server, persona).await;
    let group = Attendants {
        occasion,
        organisation,
        unit: None,
        category,
        number,
    };
    enter(server, &[group], SignUpStatus::Confirmed, after).await
}

/// Asks for statistics; the answer must be without errors.
pub async fn ask(caller: &Caller<'_>, arguments: Value) -> Value {
    let query = "query($period: PartialDate!, $county: String, $trainingId: ID, $by: [StatisticsDimension!]! = []) {
        trainingStatistics(period: $period, county: $county, trainingId: $trainingId, by: $by) {
            period withheld
            confirmed { own all } attended { own all } completed { own all }
            rows {
                organisationKind organisation { id name } unit { id } audience
                confirmed { own all } attended { own all } completed { own all }
            }
        }
    }";
    let answer = caller.ask(query, arguments).await;
    answer.at("trainingStatistics").clone()
}

/// The numbers of Kronoberg's county in 2027, split so.
pub async fn year(caller: &Caller<'_>, by: &[&str]) -> Value {
    ask(
        caller,
        json!({ "period": "2027", "county": "07", "by": by }),
    )
    .await
}
