//! Answers: in the order of the question, in the reader's language, with the request's name, and with no more
//! null than an error needs.

use super::asking::ask_with_headers;
use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

/// The places of some keys in an answer's text, which must rise.
#[track_caller]
fn in_this_order(text: &str, keys: &[&str]) {
    let mut from = 0;
    for key in keys {
        let written = format!("\"{key}\":");
        let found = text[from..].find(&written);
        from += found.unwrap_or_else(|| panic!("{key} should stand after {from} in {text}"))
            + written.len();
    }
}

on_both_databases! {
    async fn the_fields_of_an_answer_stand_in_the_order_of_the_selection(backend: Backend) {
        let server = Server::start(backend).await;
        let query = r#"query {
          zulu: municipality(code: "0780") { shortName code organisation { website name id } name }
          trainings(first: 2) {
            totalCount
            nodes { version ...Rest title occasions(first: 2) { nodes { startsAt id } totalCount } id }
            edges { node { __typename id } cursor }
          }
          alfa: county(code: "07") { seat again: code name }
          __typename
        }
        fragment Rest on Training { organisers { name } sharing }"#;

        let answer = server.by("vaxjo-coordinator").query(query).await;

        answer.data();
        in_this_order(&answer.text, &[
            "data", "zulu", "shortName", "code", "organisation", "website", "name", "id", "name",
            "trainings", "totalCount", "nodes", "version", "organisers", "name", "sharing", "title", "occasions",
            "nodes", "totalCount", "id", "edges", "node", "__typename", "id", "cursor",
            "alfa", "seat", "again", "name", "__typename",
        ]);
        server.stop().await;
    }
}

const BAD: &str = "{ trainings(first: 0) { nodes { id } } }";

on_both_databases! {
    async fn messages_are_in_swedish_unless_english_is_asked_for(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-member");
        let missing = "mutation { archiveTraining(input: { trainingId: \"training_0190a3e2b1c47d8e9f00112233445566\" }) {
          userErrors { message }
        } }";
        let (swedish, english) = ("ska vara 1 till 100", "must be 1 to 100");

        for (headers, words, person) in [
            (&[][..], swedish, "Kontrollera id:t"),
            (&[("accept-language", "sv-SE,sv;q=0.9")][..], swedish, "Kontrollera id:t"),
            (&[("accept-language", "de, fi")][..], swedish, "Kontrollera id:t"),
            (&[("accept-language", "en")][..], english, "Check the id"),
            (&[("accept-language", "en-GB;q=0.9, sv;q=0.8")][..], english, "Check the id"),
            (&[("accept-language", "sv, en;q=0.8")][..], swedish, "Kontrollera id:t"),
        ] {
            let error = ask_with_headers(&server, &caller, headers, BAD, json!({})).await;
            let message = error.body["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(words), "{headers:?}: {}", error.text);

            let refused = ask_with_headers(&server, &caller, headers, missing, json!({})).await;
            let message = refused.at("archiveTraining/userErrors/0/message");
            assert!(message.as_str().is_some_and(|text| text.contains(person)), "{headers:?}: {message}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_request_keeps_its_name_into_the_audit_log(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by("vaxjo-administrator");
        let reading = "{ viewer { organisation { members(text: \"elin\") { nodes { person { name } } } } } }";
        let log = "{ auditLog(first: 1, actions: [READ]) { nodes { requestId } } }";

        let named = ask_with_headers(&server, &administrator, &[("x-request-id", "front-end.42_a")], reading, json!({})).await;
        let entry = administrator.query(log).await;
        let unfit = ask_with_headers(&server, &administrator, &[("x-request-id", "two words")], reading, json!({})).await;
        let unnamed = administrator.query(reading).await;

        assert_eq!(named.headers["x-request-id"], "front-end.42_a");
        assert_eq!(entry.at("auditLog/nodes/0/requestId"), "front-end.42_a");
        let given = |answer: &crate::harness::Answer| answer.headers["x-request-id"].to_str().unwrap_or_default().to_owned();
        assert_ne!(given(&unfit), "two words", "what is unfit for a log is replaced");
        assert_eq!(given(&unnamed).len(), 32);
        assert_ne!(given(&unnamed), given(&unfit));
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_error_of_a_nullable_field_nulls_that_field_only(backend: Backend) {
        let server = Server::start(backend).await;
        let query = r#"{
          before: county(code: "07") { name }
          node(id: "nothing") { id }
          viewer { organisation { name people: members(first: 0) { totalCount } kind } }
          after: municipality(code: "0780") { name }
        }"#;

        let answer = server.by("vaxjo-coordinator").query(query).await;

        assert_eq!(answer.status, 200);
        let data = &answer.body["data"];
        assert_eq!(data["before"]["name"], "Kronobergs län");
        assert_eq!(data["node"], Value::Null);
        assert_eq!(data["viewer"]["organisation"], json!({ "name": "Växjö kommun", "people": null, "kind": "MUNICIPALITY" }));
        assert_eq!(data["after"]["name"], "Växjö kommun");
        let mut paths: Vec<_> = answer.body["errors"].as_array().expect("errors").iter().map(|error| error["path"].to_string()).collect();
        paths.sort();
        assert_eq!(paths, [r#"["node"]"#, r#"["viewer","organisation","people"]"#]);
        server.stop().await;
    }
}
