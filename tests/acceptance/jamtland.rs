//! What the follow-up in Region Jämtland Härjedalen names.

use super::look_up::{organisation, text, texts, training};
use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

const REGION: &str = "232100-0214";
const COMPLETIONS: &str =
    "reportedCompletions { organisation { organisationNumber } count asOf cumulative note }";

async fn units(server: &Server, kinds: &str) -> Vec<String> {
    let selection = format!("units(kinds: [{kinds}], first: 50) {{ nodes {{ name }} }}");
    let region = organisation(&server.anonymous(), REGION, &selection).await;
    texts(&region["units"]["nodes"], "name")
}

/// The only number that is reported of a training, and that it is the region's.
async fn reported(server: &Server, title: &str) -> Value {
    let training = training(&server.anonymous(), title, COMPLETIONS).await;
    let rows = training["reportedCompletions"]
        .as_array()
        .expect("a list")
        .clone();
    assert_eq!(
        rows.len(),
        1,
        "one organisation has reported once: {rows:?}"
    );
    assert_eq!(rows[0]["organisation"]["organisationNumber"], "2321000214");
    rows.into_iter().next().unwrap_or_default()
}

on_both_databases! {
    async fn jh_05_region_jamtland_harjedalen_lies_in_jamtlands_lan(backend: Backend) {
        let server = Server::start(backend).await;

        let selection = "name kind county { code name }";
        let region = organisation(&server.anonymous(), REGION, selection).await;

        assert_eq!(region["name"], "Region Jämtland Härjedalen");
        assert_eq!(region["kind"], "REGION");
        assert_eq!(region["county"], json!({ "code": "23", "name": "Jämtlands län" }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_06_the_regional_staff_office_is_a_unit(backend: Backend) {
        let server = Server::start(backend).await;

        assert_eq!(units(&server, "STAFF").await, ["Regionstaben"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_13_306_have_taken_the_e_training_so_far(backend: Backend) {
        let server = Server::start(backend).await;
        let title = "E-utbildning om barnkonventionen";

        let row = reported(&server, title).await;

        assert_eq!(row["count"], 306);
        assert_eq!(row["cumulative"], true);
        assert_eq!(row["asOf"], Value::Null, "the source gives no day, so none is invented");
        assert!(text(&row["note"]).contains("306 medarbetare"), "the source's own words");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_14_six_take_the_coordinator_training_of_skr(backend: Backend) {
        let server = Server::start(backend).await;
        let title = "SKR:s utbildning till barnrättskoordinator";

        let row = reported(&server, title).await;
        let training = training(&server.anonymous(), title, "organisers { name } qualifiesFor").await;

        assert_eq!(row["count"], 6);
        assert_eq!(texts(&training["organisers"], "name"), ["Sveriges Kommuner och Regioner"]);
        assert_eq!(training["qualifiesFor"], "Barnrättskoordinator");
        assert!(text(&row["note"]).contains("Barnrättskordinator"), "the source's spelling is kept");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_15_they_take_it_together_with_eleven_organisations(backend: Backend) {
        let server = Server::start(backend).await;
        let title = "SKR:s utbildning till barnrättskoordinator";
        let selection = "participatingOrganisations { name kind county { code } }";

        let training = training(&server.anonymous(), title, selection).await;

        let organisations = &training["participatingOrganisations"];
        let kinds = texts(organisations, "kind");
        let how_many = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
        assert_eq!(how_many("MUNICIPALITY"), 8, "all municipalities of the county");
        let names = texts(organisations, "name");
        for (kind, name) in [
            ("STATE_AUTHORITY", "Polismyndigheten"),
            ("NGO", "Rädda Barnen"),
            ("COLLABORATION_BODY", "Barnahus"),
        ] {
            assert_eq!(how_many(kind), 1, "{kind}");
            assert!(names.iter().any(|known| known == name), "{name} took part");
        }
        assert_eq!(kinds.len(), 11);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_17_196_have_taken_another_e_training(backend: Backend) {
        let server = Server::start(backend).await;
        let (one, other) = ("E-utbildning om barnkonventionen", "E-utbildning om barn som far illa");

        let row = reported(&server, other).await;
        let first = training(&server.anonymous(), one, "id").await;
        let second = training(&server.anonymous(), other, "id").await;

        assert_eq!(row["count"], 196);
        assert_eq!(row["cumulative"], true);
        assert_ne!(first["id"], second["id"], "two courses: the same person may have taken both");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_31_the_two_units_that_get_the_extract_are_in_the_tree(backend: Backend) {
        let server = Server::start(backend).await;

        let found = units(&server, "DEPARTMENT, UNIT").await;

        assert_eq!(found, ["Folkhälsoenheten", "Hälso- och sjukvårdspolitiska avdelningen"]);
        server.stop().await;
    }
}
