//! Short ways to look things up in a test, as whoever asks.

use crate::harness::{Answer, Caller, Server};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// A text of an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("expected a text, got {value}"))
        .to_owned()
}

/// The texts that one field has in the rows of a list.
#[track_caller]
pub fn texts(rows: &Value, field: &str) -> Vec<String> {
    let rows = rows
        .as_array()
        .unwrap_or_else(|| panic!("expected a list, got {rows}"));
    rows.iter().map(|row| text(&row[field])).collect()
}

/// The organisation with a number, with a selection of its fields.
pub async fn organisation(caller: &Caller<'_>, number: &str, selection: &str) -> Value {
    let query = format!(
        "query($number: OrganisationNumber!) {{ organisation(organisationNumber: $number) {{ {selection} }} }}"
    );
    caller
        .ask(&query, json!({ "number": number }))
        .await
        .at("organisation")
        .clone()
}

/// The only organisation that a search for a name finds.
pub async fn found_by_name(server: &Server, name: &str, selection: &str) -> Value {
    let query = format!(
        "query($text: String!) {{ organisations(filter: {{ text: $text }}) {{ nodes {{ {selection} }} }} }}"
    );
    let answer = server
        .anonymous()
        .ask(&query, json!({ "text": name }))
        .await;
    let nodes = answer
        .at("organisations/nodes")
        .as_array()
        .expect("a list")
        .clone();
    assert_eq!(
        nodes.len(),
        1,
        "{name} should find one organisation: {}",
        answer.text
    );
    nodes.into_iter().next().unwrap_or_default()
}

/// The only training that a caller finds by a text, with a selection of its fields.
pub async fn training(caller: &Caller<'_>, title: &str, selection: &str) -> Value {
    let rows = page(
        caller,
        5,
        &json!({ "text": title }),
        &format!("title {selection}"),
    )
    .await;
    let mut found: Vec<_> = rows
        .into_iter()
        .filter(|row| row["title"] == title)
        .collect();
    assert_eq!(
        found.len(),
        1,
        "exactly one training should be called {title}"
    );
    found.remove(0)
}

/// The trainings of a filter, by title.
pub async fn trainings(caller: &Caller<'_>, filter: &Value, selection: &str) -> Vec<Value> {
    page(caller, 50, filter, selection).await
}

async fn page(caller: &Caller<'_>, first: u8, filter: &Value, selection: &str) -> Vec<Value> {
    let query = format!(
        "query($filter: TrainingFilter) {{
          trainings(filter: $filter, first: {first}) {{ nodes {{ {selection} }} }}
        }}"
    );
    let answer = caller.ask(&query, json!({ "filter": filter })).await;
    answer
        .at("trainings/nodes")
        .as_array()
        .expect("a list")
        .clone()
}

/// The id of the next occasion of the training that is called so.
pub async fn next_occasion(caller: &Caller<'_>, title: &str) -> String {
    let selection = "occasions(upcoming: true, first: 1) { nodes { id } }";
    text(&training(caller, title, selection).await["occasions"]["nodes"][0]["id"])
}

/// Signs oneself up.
pub async fn sign_oneself_up(caller: &Caller<'_>, occasion: &str) -> Answer {
    let own = caller.query("{ viewer { person { id } } }").await;
    let participants = json!([{ "personId": own.at("viewer/person/id") }]);
    let input = json!({ "occasionId": occasion, "participants": participants });
    caller.mutate("signUp", input, "signUps { status }").await
}

/// Makes an administrator of a persona whose organisation has none among the personas.
pub async fn make_administrator(server: &Server, subject: &str) {
    let change =
        format!("UPDATE membership SET role = 'ADMINISTRATOR' WHERE subject = '{subject}'");
    server
        .database
        .execute_unprepared(&change)
        .await
        .expect("a new role");
}
