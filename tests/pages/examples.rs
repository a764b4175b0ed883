//! The page's examples: each runs as it is, in order, for whom it says.

use crate::harness::{Answer, Server, on_both_databases};
use api::demo::data::PERSONAS;
use serde_json::{Value, json};
use std::collections::HashMap;

const EXAMPLES: &str = include_str!("../../api/src/demo/page/examples.json");

fn examples() -> Vec<Value> {
    serde_json::from_str(EXAMPLES).expect("examples.json is a list")
}

fn text<'e>(example: &'e Value, path: &str) -> &'e str {
    let value = example.pointer(path).and_then(Value::as_str);
    value.unwrap_or_else(|| panic!("an example lacks {path}: {example}"))
}

/// The variables with each `{name}` replaced by what was looked up.
fn filled(value: &Value, found: &HashMap<String, Value>) -> Value {
    match value {
        Value::String(text) => {
            let name = text
                .strip_prefix('{')
                .and_then(|text| text.strip_suffix('}'));
            name.map_or_else(|| value.clone(), |name| found[name].clone())
        }
        Value::Array(items) => items.iter().map(|item| filled(item, found)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), filled(member, found)))
            .collect(),
        other => other.clone(),
    }
}

/// Does what the page does: looks the ids up, fills them in, runs it.
async fn carry_out(server: &Server, example: &Value, persona: &str) -> Answer {
    let caller = server.by(persona);
    let mut found = HashMap::new();
    for lookup in example["lookups"].as_array().expect("a list of lookups") {
        let answer = caller.query(text(lookup, "/query")).await;
        for (name, path) in lookup["take"].as_object().expect("names and paths") {
            let path = path.as_str().expect("a path");
            found.insert(name.clone(), answer.at(path).clone());
        }
    }
    let lines: Vec<_> = example["query"]
        .as_array()
        .expect("the lines of a query")
        .iter()
        .map(|line| line.as_str().expect("a line"))
        .collect();
    caller
        .ask(&lines.join("\n"), filled(&example["variables"], &found))
        .await
}

#[test]
fn every_example_is_explained_in_both_languages_and_is_for_somebody() {
    for example in examples() {
        for path in ["/id", "/title/sv", "/title/en", "/about/sv", "/about/en"] {
            assert!(
                !text(&example, path).trim().is_empty(),
                "say {path} in {example}"
            );
        }
        let persona = text(&example, "/persona");
        let known = PERSONAS.iter().any(|known| known.name == persona);
        assert!(
            known,
            "there is no persona {persona}; see `samverkan token --list`"
        );
    }
}

on_both_databases! {
    async fn the_examples_tell_the_story_when_they_are_run_in_order(backend: Backend) {
        let server = Server::start(backend).await;
        let mut answers = HashMap::new();

        for example in examples() {
            let id = text(&example, "/id").to_owned();
            let answer = carry_out(&server, &example, text(&example, "/persona")).await;
            let data = answer.data();
            for (field, payload) in data.as_object().expect("an object") {
                let mended = payload.get("userErrors").is_none_or(|errors| *errors == json!([]));
                assert!(mended, "the example {id} does not run as it is: {field} {}", answer.text);
            }
            answers.insert(id, answer);
        }

        assert_eq!(answers["who-am-i"].at("viewer/organisation/name"), "Växjö kommun");
        assert_eq!(
            answers["find-a-colleague"].at("viewer/organisation/members/nodes/0/person/name"),
            "Elin Åberg"
        );
        assert!(!answers["catalogue"].at("trainings/nodes").as_array().expect("a list").is_empty());
        let status = |row| answers["sign-up"].at(&format!("signUp/signUps/{row}/status")).clone();
        assert_eq!([status(0), status(1), status(2)], ["CONFIRMED", "CONFIRMED", "WAITLISTED"]);
        assert_eq!(answers["waiting-list"].at("occasion/signUps/nodes/0/position"), 2);
        assert_eq!(answers["withdraw"].at("withdraw/occasion/seats/waiting"), 1);
        let list = answers["organisers-list"].at("occasion/signUps/nodes").as_array().expect("a list");
        let moved_up = |row: &&Value| row["participant"]["name"] == "Sanna Dahlberg";
        assert_eq!(list.iter().find(moved_up).expect("Sanna stands there")["status"], "CONFIRMED");
        assert!(!answers["audit-log"].at("auditLog/nodes").as_array().expect("a list").is_empty());
        assert_eq!(answers["joint-training"].at("createTraining/training/status"), "DRAFT");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_examples_for_anybody_run_for_everybody(backend: Backend) {
        let server = Server::start(backend).await;

        for example in examples().iter().filter(|example| example["anybody"] == true) {
            for persona in PERSONAS.iter().filter(|one| !one.name.starts_with("ended")) {
                let answer = carry_out(&server, example, persona.name).await;
                assert_eq!(answer.codes(), [""; 0], "{} as {}", example["id"], persona.name);
                assert_eq!(answer.status, 200, "{} as {}", example["id"], persona.name);
            }
        }
        server.stop().await;
    }
}
