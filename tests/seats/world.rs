//! What the tests of seats set up: an occasion with so many seats, and people enough to fill it.

use crate::harness::{Answer, Caller, START, Server};
use api::demo::data::PERSONAS;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use entity::{
    confidential::Confidential,
    id::{MembershipId, OrganisationId, PersonId},
    kind::{Role, StaffCategory},
    membership, organisation, person,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::{Value, json};

/// Who gives the trainings of these tests.
pub const ORGANISER: &str = "region-kronoberg-coordinator";

/// Coordinators of six organisations in the organiser's county.
pub const COORDINATORS: [&str; 6] = [
    "vaxjo-coordinator",
    "alvesta-coordinator",
    "ljungby-coordinator",
    "region-kronoberg-coordinator",
    "lansstyrelsen-kronoberg-coordinator",
    "barnens-ratt-kronoberg-coordinator",
];

/// What the tests want to know of a sign-up.
pub const SIGN_UPS: &str = "signUps { id status position reason }";

/// A sign-up as its maker sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its global id.
    pub id: String,
    /// What has become of it.
    pub status: String,
    /// The place in line.
    pub position: Option<i64>,
    /// Why it waits.
    pub reason: Option<String>,
}

impl Place {
    /// From its JSON.
    pub fn of(value: &Value) -> Self {
        let text = |field: &str| value[field].as_str().map(str::to_owned);
        Self {
            id: text("id").expect("an id"),
            status: text("status").expect("a status"),
            position: value["position"].as_i64(),
            reason: text("reason"),
        }
    }

    /// What became of it without its id: status, position, reason.
    pub fn outcome(&self) -> (&str, Option<i64>, Option<&str>) {
        (&self.status, self.position, self.reason.as_deref())
    }
}

/// An instant as the API takes it.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// So many days after the beginning.
pub fn day(days: i64) -> DateTime<Utc> {
    *START + TimeDelta::days(days)
}

/// The shortest time that both databases can tell.
pub fn moment() -> TimeDelta {
    TimeDelta::microseconds(1)
}

/// A training as the organiser makes it, changed by what is said; a draft.
pub async fn draft(server: &Server, changes: &Value) -> String {
    let mut input = json!({
        "title": "Platserna", "format": "HALF_DAY", "sharing": "PARTNERS", "county": "07",
    });
    merge(&mut input, changes);
    let answer = server
        .by(ORGANISER)
        .mutate("createTraining", input, "training { id }")
        .await;
    id(&answer, "createTraining/training/id")
}

/// A published training.
pub async fn training(server: &Server, changes: &Value) -> String {
    let training = draft(server, changes).await;
    let input = json!({ "trainingId": training });
    let answer = server
        .by(ORGANISER)
        .mutate("publishTraining", input, "training { status }")
        .await;
    assert_eq!(answer.user_errors("publishTraining"), [""; 0]);
    training
}

/// An occasion of that training, in thirty days unless something else is said.
pub async fn occasion_of(server: &Server, training: &str, changes: &Value) -> String {
    let mut input = json!({
        "trainingId": training,
        "capacity": 10,
        "timeBlocks": [block(day(30), 3)],
    });
    merge(&mut input, changes);
    let answer = server
        .by(ORGANISER)
        .mutate("createOccasion", input, "occasion { id }")
        .await;
    id(&answer, "createOccasion/occasion/id")
}

/// An occasion with so many seats of a training that is open to every partner.
pub async fn occasion(server: &Server, capacity: i32) -> String {
    let training = training(server, &json!({})).await;
    occasion_of(server, &training, &json!({ "capacity": capacity })).await
}

/// A block that starts then and takes so many hours.
pub fn block(starts_at: DateTime<Utc>, hours: i64) -> Value {
    json!({
        "startsAt": instant(starts_at),
        "endsAt": instant(starts_at + TimeDelta::hours(hours)),
    })
}

fn merge(input: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().expect("an object of changes") {
        input[name] = value.clone();
    }
}

/// An id in an answer that must have no user errors.
#[track_caller]
pub fn id(answer: &Answer, path: &str) -> String {
    let id = answer.at(path).as_str();
    id.unwrap_or_else(|| panic!("nothing was made: {}", answer.text))
        .to_owned()
}

/// The organisation that a persona acts for.
pub async fn organisation(server: &Server, persona: &str) -> OrganisationId {
    organisation_in(&server.database, persona).await
}

/// The same, in a database that is looked at from behind.
pub async fn organisation_in(database: &impl ConnectionTrait, persona: &str) -> OrganisationId {
    let persona = PERSONAS.iter().find(|one| one.name == persona);
    let number = persona.expect("a persona").organisation_number;
    organisation::Entity::find()
        .filter(organisation::Column::OrganisationNumber.eq(number))
        .one(database)
        .await
        .expect("the organisations can be read")
        .expect("the persona's organisation is registered")
        .id
}

/// So many new employees of the persona's organisation.
pub async fn colleagues(server: &Server, persona: &str, number: usize) -> Vec<String> {
    colleagues_who_are(server, persona, &vec![StaffCategory::Employee; number]).await
}

/// New people of the persona's organisation, one for each category.
pub async fn colleagues_who_are(
    server: &Server,
    persona: &str,
    categories: &[StaffCategory],
) -> Vec<String> {
    let organisation = organisation(server, persona).await;
    enter_people(&server.database, organisation, categories).await
}

/// New people of an organisation, one for each category, entered from behind.
pub async fn enter_people(
    database: &impl ConnectionTrait,
    organisation: OrganisationId,
    categories: &[StaffCategory],
) -> Vec<String> {
    let (mut people, mut memberships) = (Vec::new(), Vec::new());
    for (number, category) in categories.iter().enumerate() {
        let name = format!("Kollega {number}");
        let person = person::Model {
            id: PersonId::new(),
            name: Confidential::new(name.clone()),
            email: Confidential::new(format!("kollega.{number}@partner.example")),
            protected_identity: false,
            search_name: Confidential::new(name.to_lowercase()),
            sort_name: name,
        };
        memberships.push(membership::Model {
            id: MembershipId::new(),
            organisation_id: organisation,
            person_id: person.id,
            issuer: None,
            subject: None,
            unit_id: None,
            role: Role::Member,
            staff_category: *category,
            active_from: day(-1),
            active_until: None,
        });
        people.push(person);
    }
    let ids = people.iter().map(|person| person.id.to_string()).collect();
    let people = people
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    person::Entity::insert_many(people)
        .exec_without_returning(database)
        .await
        .expect("people can be entered");
    let memberships = memberships
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    membership::Entity::insert_many(memberships)
        .exec_without_returning(database)
        .await
        .expect("memberships can be entered");
    ids
}

/// The input that signs these people up.
pub fn input<P: AsRef<str>>(occasion: &str, people: &[P]) -> Value {
    let participants: Vec<Value> = people
        .iter()
        .map(|person| json!({ "personId": person.as_ref() }))
        .collect();
    json!({ "occasionId": occasion, "participants": participants })
}

/// Signs people up, whatever comes of it.
pub async fn try_sign_up<P: AsRef<str>>(
    caller: &Caller<'_>,
    occasion: &str,
    people: &[P],
) -> Answer {
    caller
        .mutate("signUp", input(occasion, people), SIGN_UPS)
        .await
}

/// Signs people up who must be accepted, for a seat or for the line.
pub async fn sign_up<P: AsRef<str>>(
    caller: &Caller<'_>,
    occasion: &str,
    people: &[P],
) -> Vec<Place> {
    let answer = try_sign_up(caller, occasion, people).await;
    assert_eq!(answer.user_errors("signUp"), [""; 0], "{}", answer.text);
    places(&answer)
}

/// The codes with which a sign-up is refused; none if it is accepted.
pub async fn refusals<P: AsRef<str>>(
    caller: &Caller<'_>,
    occasion: &str,
    people: &[P],
) -> Vec<String> {
    let answer = try_sign_up(caller, occasion, people).await;
    answer.user_errors("signUp")
}

/// The sign-ups of an answer.
#[track_caller]
pub fn places(answer: &Answer) -> Vec<Place> {
    let rows = answer.at("signUp/signUps").as_array();
    rows.expect("a list").iter().map(Place::of).collect()
}

/// Withdraws a sign-up, and tells the codes with which that is refused.
pub async fn withdraw(caller: &Caller<'_>, sign_up: &str) -> Vec<String> {
    let input = json!({ "signUpId": sign_up });
    let answer = caller.mutate("withdraw", input, "signUp { status }").await;
    answer.user_errors("withdraw")
}

/// A sign-up as somebody sees it now.
pub async fn place(caller: &Caller<'_>, sign_up: &str) -> Place {
    let query = "query($id: ID!) { node(id: $id) { ... on SignUp { id status position reason } } }";
    let answer = caller.ask(query, json!({ "id": sign_up })).await;
    Place::of(answer.at("node"))
}

/// An organisation's agreed share.
pub struct Share {
    /// A persona of the organisation.
    pub persona: &'static str,
    /// The seats kept for it.
    pub guaranteed: i32,
    /// The most that it may have.
    pub maximum: Option<i32>,
    /// When the guarantee is released.
    pub release_at: Option<DateTime<Utc>>,
}

/// A share without a release.
pub fn share(persona: &'static str, guaranteed: i32, maximum: Option<i32>) -> Share {
    Share {
        persona,
        guaranteed,
        maximum,
        release_at: None,
    }
}

/// The input that sets these shares.
pub async fn quotas_input(server: &Server, occasion: &str, shares: &[Share]) -> Value {
    let mut quotas = Vec::new();
    for share in shares {
        quotas.push(json!({
            "organisationId": organisation(server, share.persona).await.to_string(),
            "guaranteed": share.guaranteed,
            "maximum": share.maximum,
            "releaseAt": share.release_at.map(instant),
        }));
    }
    json!({ "occasionId": occasion, "quotas": quotas })
}

/// Sets the shares, and tells the codes with which that is refused.
pub async fn try_set_quotas(server: &Server, occasion: &str, shares: &[Share]) -> Vec<String> {
    let input = quotas_input(server, occasion, shares).await;
    let organiser = server.by(ORGANISER);
    let answer = organiser
        .mutate("setSeatQuotas", input, "occasion { id }")
        .await;
    answer.user_errors("setSeatQuotas")
}

/// Sets shares that must be accepted.
pub async fn set_quotas(server: &Server, occasion: &str, shares: &[Share]) {
    let refused = try_set_quotas(server, occasion, shares).await;
    assert_eq!(refused, [""; 0], "the quotas of the test are possible");
}

/// Changes the capacity, and tells the codes with which that is refused.
pub async fn set_capacity(server: &Server, occasion: &str, capacity: i32) -> Vec<String> {
    let organiser = server.by(ORGANISER);
    let version = "query($id: ID!) { occasion(id: $id) { version } }";
    let answer = organiser.ask(version, json!({ "id": occasion })).await;
    let input = json!({
        "occasionId": occasion,
        "expectedVersion": answer.at("occasion/version"),
        "capacity": capacity,
    });
    let answer = organiser
        .mutate("updateOccasion", input, "occasion { id }")
        .await;
    answer.user_errors("updateOccasion")
}

/// How many seats there are, how many are taken, how many wait, how many the caller could take.
pub async fn seats(caller: &Caller<'_>, occasion: &str) -> [Option<i64>; 4] {
    let query = "query($id: ID!) { occasion(id: $id) {
        seats { capacity taken waiting freeForViewer }
    } }";
    let answer = caller.ask(query, json!({ "id": occasion })).await;
    let seats = answer.at("occasion/seats");
    ["capacity", "taken", "waiting", "freeForViewer"].map(|name| seats[name].as_i64())
}

/// Fails unless counters and ledgers agree.
pub async fn assert_consistent(server: &Server) {
    let disagreements = server.disagreements().await;
    assert!(
        disagreements.is_empty(),
        "counters and ledger must be written in one transaction: {disagreements:#?}"
    );
}

/// Sets how sign-up works, and tells the codes with which that is refused.
pub async fn try_set_rules(server: &Server, occasion: &str, rules: &Value) -> Vec<String> {
    let mut input = json!({ "occasionId": occasion, "promotion": "DIRECT" });
    merge(&mut input, rules);
    let organiser = server.by(ORGANISER);
    let answer = organiser
        .mutate("setSignUpRules", input, "occasion { id }")
        .await;
    answer.user_errors("setSignUpRules")
}

/// Lets seats that come free be offered for so many working hours.
pub async fn offer_seats(server: &Server, occasion: &str, hours: i32) {
    let rules = json!({ "promotion": "OFFER", "offerWorkingHours": hours });
    assert_eq!(try_set_rules(server, occasion, &rules).await, [""; 0]);
}

/// Where the seats are: confirmed, held, offered, guaranteed, shared, waiting. Fails unless all but the last add up to
/// the capacity.
pub async fn seat_counts(caller: &Caller<'_>, occasion: &str) -> [i64; 6] {
    let query = "query($id: ID!) { occasion(id: $id) {
        capacity seatCounts { confirmed held offered guaranteed shared waiting }
    } }";
    let answer = caller.ask(query, json!({ "id": occasion })).await;
    let names = [
        "confirmed",
        "held",
        "offered",
        "guaranteed",
        "shared",
        "waiting",
    ];
    let counts = names.map(|name| answer.at(&format!("occasion/seatCounts/{name}")).as_i64());
    let counts = counts.map(|count| count.expect("a count"));
    let capacity = answer.at("occasion/capacity").as_i64();
    assert_eq!(
        capacity,
        Some(counts[..5].iter().sum()),
        "{counts:?} add up"
    );
    counts
}
