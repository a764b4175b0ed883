//! What a router asks for by key: every key of every type, in order, whatever is unknown or asked twice.

use super::sdl::Sdl;
use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

const ENTITIES: &str = "query($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Organisation { id organisationNumber }
    ... on County { code }
    ... on Municipality { code }
    ... on Training { id }
    ... on TrainingOccasion { id }
    ... on SignUp { id }
    ... on TrainingProgramme { id }
    ... on Group { id }
  }
}";

async fn entities(caller: &Caller<'_>, representations: &[Value]) -> Vec<Value> {
    let answer = caller
        .ask(ENTITIES, json!({ "representations": representations }))
        .await;
    answer.at("_entities").as_array().expect("a list").clone()
}

/// One thing of each type with a key, as Växjö's coordinator reads it.
async fn known(caller: &Caller<'_>) -> Vec<(&'static str, &'static str, Value)> {
    let query = r#"{
      organisation(organisationNumber: "2321000065") { id }
      trainings(first: 1, filter: { text: "Barn som far illa – upp" }) {
        nodes { id occasions(first: 1) { nodes { id signUps(first: 1) { nodes { id } } } } }
      }
      trainingProgrammes(first: 1) { nodes { id } }
      groups(first: 1) { nodes { id } }
    }"#;
    let answer = caller.query(query).await;
    let training = answer.at("trainings/nodes/0");
    let occasion = &training["occasions"]["nodes"][0];
    vec![
        ("Organisation", "id", answer.at("organisation/id").clone()),
        ("Organisation", "organisationNumber", json!("2321000065")),
        ("County", "code", json!("07")),
        ("Municipality", "code", json!("0780")),
        ("Training", "id", training["id"].clone()),
        ("TrainingOccasion", "id", occasion["id"].clone()),
        (
            "SignUp",
            "id",
            occasion["signUps"]["nodes"][0]["id"].clone(),
        ),
        (
            "TrainingProgramme",
            "id",
            answer.at("trainingProgrammes/nodes/0/id").clone(),
        ),
        ("Group", "id", answer.at("groups/nodes/0/id").clone()),
    ]
}

fn representation(kind: &str, key: &str, value: &Value) -> Value {
    json!({ "__typename": kind, key: value })
}

on_both_databases! {
    async fn every_key_of_every_type_is_answered_in_order(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");
        let known = known(&caller).await;
        let mut of_the_schema: Vec<_> = Sdl::of_the_api()
            .types
            .into_iter()
            .flat_map(|of| of.keys.into_iter().map(move |key| (of.name.clone(), key)))
            .collect();
        of_the_schema.sort();
        let mut tried: Vec<_> = known.iter().map(|(kind, key, _)| ((*kind).to_owned(), (*key).to_owned())).collect();
        tried.sort();
        assert_eq!(tried, of_the_schema, "try each key of the schema in `known`");

        let mut asked = Vec::new();
        let mut expected = Vec::new();
        for (kind, key, value) in known.iter().chain(known.iter().rev()) {
            asked.push(representation(kind, key, value));
            expected.push((Some(*kind), value.clone()));
            let unknown = match value.as_str().unwrap_or_default().split_once('_') {
                Some((prefix, _)) => format!("{prefix}_0190a3e2b1c47d8e9f00112233445566"),
                None if *key == "organisationNumber" => "5560360793".to_owned(),
                None => "99".to_owned(),
            };
            asked.push(representation(kind, key, &json!(unknown)));
            expected.push((None, Value::Null));
        }
        let found = entities(&caller, &asked).await;

        assert_eq!(found.len(), asked.len());
        for ((row, (kind, value)), asked) in found.iter().zip(expected).zip(&asked) {
            assert_eq!(row["__typename"].as_str(), kind, "{asked} gave {row}");
            let key = asked.as_object().and_then(|keys| keys.keys().find(|key| *key != "__typename"));
            if kind.is_some() {
                assert_eq!(row[key.expect("a key").as_str()], value, "{asked}");
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_organisation_number_is_understood_in_every_common_form(backend: Backend) {
        let server = Server::start(backend).await;
        let written = ["232100-0065", "2321000065", "16232100-0065", "162321000065"];
        let asked: Vec<_> = written
            .iter()
            .map(|number| representation("Organisation", "organisationNumber", &json!(number)))
            .collect();

        let found = entities(&server.anonymous(), &asked).await;

        for (row, number) in found.iter().zip(written) {
            assert_eq!(row["organisationNumber"], "2321000065", "{number}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_representation_that_cannot_be_is_an_error_at_its_place_only(backend: Backend) {
        let server = Server::start(backend).await;
        let asked = [
            representation("County", "code", &json!("07")),
            representation("Organisation", "organisationNumber", &json!("232100-0066")),
            representation("Training", "id", &json!("occasion_0190a3e2b1c47d8e9f00112233445566")),
            representation("Municipality", "code", &json!("0780")),
        ];

        let answer = server.anonymous().ask(ENTITIES, json!({ "representations": asked })).await;

        assert_eq!(answer.codes(), ["BAD_USER_INPUT", "BAD_USER_INPUT"], "{}", answer.text);
        let found = answer.body["data"]["_entities"].as_array().cloned().unwrap_or_default();
        let kinds: Vec<_> = found.iter().map(|row| row["__typename"].as_str()).collect();
        assert_eq!(kinds, [Some("County"), None, None, Some("Municipality")], "{}", answer.text);
        server.stop().await;
    }
}
