//! What the tests of personal data set up: somebody whose name occurs nowhere else, and the job as the server
//! runs it.

use crate::{
    access::behind::{contents, execute, literal},
    groups::world::group_of,
    harness::{Answer, Server},
    seats::world::{ORGANISER, colleagues, id},
};
use api::{
    config::Config,
    language::Language,
    metrics::Metrics,
    viewer::{Database, RequestContext, Viewer},
};
use entity::id::PersonId;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Who decides about the organiser's people.
pub const ADMINISTRATOR: &str = "region-kronoberg-administrator";

/// What everything about the somebody holds: name, address, subject.
pub const MARK: &str = "qzvk";

/// Somebody of the organiser's whose name, address and subject hold the mark.
pub async fn somebody(server: &Server) -> String {
    let person = colleagues(server, ORGANISER, 1).await.remove(0);
    mark(server, &person).await;
    person
}

/// Puts the mark into what tells who the person is.
pub async fn mark(server: &Server, person: &str) {
    let id = literal(server, uuid(person));
    execute(
        server,
        &format!(
            "UPDATE person SET name = '{MARK} Namn', email = '{MARK}@kronoberg.example', \
             search_name = '{MARK} namn', sort_name = '{MARK}' WHERE id = {id}; \
             UPDATE membership SET issuer = 'https://{MARK}.example', subject = '{MARK}' WHERE person_id = {id}"
        ),
    )
    .await;
}

/// The bits of a person's id.
pub fn uuid(person: &str) -> uuid::Uuid {
    person.parse::<PersonId>().expect("a person's id").uuid()
}

/// The tables in which the mark is found.
pub async fn marked(server: &Server) -> Vec<String> {
    let contents: BTreeMap<String, String> = contents(server).await;
    let found = contents.into_iter().filter(|(_, rows)| rows.contains(MARK));
    found.map(|(table, _)| table).collect()
}

/// Erases somebody as this persona; the answer shows the entry in the log.
pub async fn erase(server: &Server, persona: &str, person: &str) -> Answer {
    let input = json!({ "personId": person, "decision": "RK 2026/17" });
    let entry = "erasure { requestId at personId cause decision signUpsWithdrawn needsErased }";
    server.by(persona).mutate("erasePerson", input, entry).await
}

/// Sets a rule of the organiser.
pub async fn keep(server: &Server, kind: &str, months: Option<i32>) -> Answer {
    let input = json!({ "kind": kind, "months": months, "decision": "RK 2026/1" });
    let administrator = server.by(ADMINISTRATOR);
    let rule = "retentionRule { kind months decision }";
    let answer = administrator.mutate("setRetention", input, rule).await;
    assert_eq!(answer.user_errors("setRetention"), [""; 0]);
    answer
}

/// The document about a person, as this persona gets it.
pub async fn export(server: &Server, persona: &str, person: Option<&str>) -> Value {
    let query = "query($person: ID) { personalData(personId: $person) { personId document } }";
    let answer = server
        .by(persona)
        .ask(query, json!({ "person": person }))
        .await;
    answer.at("personalData/document").clone()
}

/// The connections of a job of its own; close them.
pub async fn connections(server: &Server) -> Database {
    connections_of(server, 10).await
}

/// As many connections, of which half write.
pub async fn connections_of(server: &Server, most: u32) -> Database {
    let most = most.to_string();
    let environment = [
        ("SAMVERKAN_DATABASE_URL", server.database_url.as_str()),
        ("SAMVERKAN_PUBLIC_URL", "https://api.test"),
        ("SAMVERKAN_DATABASE_MAX_CONNECTIONS", most.as_str()),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, environment).expect("a good configuration");
    Database::connect(&config.database, &Arc::new(Metrics::default()))
        .await
        .expect("connections")
}

/// The job at the server's present instant.
pub fn job(server: &Server, database: &Database) -> Viewer {
    let context = RequestContext {
        request_id: "retention-1".to_owned(),
        language: Language::default(),
        now: server.clock.now(),
    };
    Viewer::for_job(database, context)
}

/// How many records a dry run and then a real run reach of one kind. The dry run has changed nothing.
pub async fn retain(server: &Server) -> BTreeMap<String, u64> {
    use sea_orm::ActiveEnum;
    let database = connections(server).await;
    let before = contents(server).await;
    let due = job(server, &database).retention_due().await;
    let due = due.expect("the dry run succeeds");
    assert_eq!(before, contents(server).await, "a dry run changes nothing");
    let done = job(server, &database).retention(None).await;
    let done = done.expect("the run succeeds").expect("it ran");
    assert_eq!(due, done, "the dry run tells what the run does");
    database.close().await;
    done.into_iter()
        .map(|reached| (reached.kind.to_value(), reached.records))
        .collect()
}

/// Somebody whom the organiser has put on a seat by name, of an organisation that does not take part: the seat and the
/// person.
pub async fn guest(server: &Server, until_day: Option<String>) -> (String, String) {
    let coordinator = server.by(ORGANISER);
    let stranger = "{ organisations(filter: { text: \"Barnombudsmannen\" }) { nodes { id } } }";
    let stranger = coordinator.query(stranger).await;
    let group = group_of(&coordinator, json!({})).await;
    let seat =
        json!({ "groupId": group, "organisationId": stranger.at("organisations/nodes/0/id") });
    let seat = coordinator.mutate("addSeat", seat, "seat { id }").await;
    let seat = id(&seat, "addSeat/seat/id");
    let who = json!({
        "seatId": seat, "newPerson": { "name": format!("{MARK} Gäst") }, "untilDay": until_day,
    });
    let holder = "seat { holder { person { id } } }";
    let answer = coordinator.mutate("appointToSeat", who, holder).await;
    (seat, id(&answer, "appointToSeat/seat/holder/person/id"))
}
