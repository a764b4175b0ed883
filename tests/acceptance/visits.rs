//! Visits of Barnrättsforum Skåne, as the description of Skåne's model names them.

use super::look_up::{organisation, text};
use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

/// Kommunförbundet Skåne, who convenes Barnrättsforum Skåne.
const FORUM: &str = "2229991209";

on_both_databases! {
    async fn sk_23_a_municipality_asks_the_forum_to_come_and_how_often_it_did_is_not_guessed(backend: Backend) {
        let server = Server::start(backend).await;
        let municipality = server.by("vaxjo-coordinator");

        let found = organisation(&municipality, FORUM, "id outreachOffer { purposes visitsMade visitsNote viewerCanRequest }").await;
        let input = json!({ "organisationId": found["id"], "purposes": ["INFORM", "INSPIRE", "CHALLENGE"], "preferredFrom": "HT 2026" });
        let asked = municipality.mutate("requestVisit", input, "visit { status requestedBy { kind } preferredFrom }").await;
        let visits = organisation(&server.by("kommunforbundet-skane-coordinator"), FORUM, "outreachVisits(statuses: [REQUESTED]) { nodes { requestedBy { kind } } }").await;

        let offer = &found["outreachOffer"];
        assert_eq!((&offer["visitsMade"], &offer["visitsNote"], &offer["viewerCanRequest"]), (&Value::Null, &json!("ett flertal tillfällen"), &json!(true)));
        let purposes = offer["purposes"].as_array().expect("a list").iter();
        let mut purposes: Vec<String> = purposes.map(text).collect();
        purposes.sort();
        assert_eq!(purposes, ["CHALLENGE", "INFORM", "INSPIRE"]);
        assert_eq!(asked.at("requestVisit/visit"), &json!({ "status": "REQUESTED", "requestedBy": { "kind": "MUNICIPALITY" }, "preferredFrom": "HT 2026" }), "{}", asked.text);
        assert_eq!(visits["outreachVisits"]["nodes"].as_array().expect("a list").len(), 2, "with the demonstration's own");
        server.stop().await;
    }
}
