//! Composition with a partner's subgraph, by a composer that is not ours.

use crate::{
    harness::{Server, new_folder, on_both_databases},
    http::audit::node,
};
use api::demo::issuer::{LIFETIME, SERVICE_CLIENT};

const PARTNER: &str = include_str!("../node/partner.graphql");

/// Composes with the partner's subgraph, changed; whether it went well, and what was said.
async fn compose(change: impl Fn(&str) -> String) -> (bool, String) {
    let folder = new_folder();
    let file = folder.join("partner.graphql");
    std::fs::write(&file, change(PARTNER)).expect("a file");
    let outcome = node("compose.mjs", vec![file.display().to_string()]).await;
    let _ = std::fs::remove_dir_all(folder);
    outcome
}

#[tokio::test]
async fn a_partner_extends_what_both_know_by_its_key() {
    let (composed, said) = compose(str::to_owned).await;

    assert!(
        composed,
        "our schema and the partner's must compose:\n{said}"
    );
    assert!(
        !said.contains("HINT"),
        "composition has something to say:\n{said}"
    );
    for (kind, field) in [
        ("type Organisation implements Node {", "switchboard: String"),
        ("type Municipality {", "rooms: [Room!]!"),
        ("type County {", "population: Int"),
        ("type Training implements Node {", "evaluation: Float"),
        ("type TrainingOccasion implements Node {", "room: Room"),
    ] {
        let (_, rest) = said
            .split_once(kind)
            .unwrap_or_else(|| panic!("no {kind} in the supergraph"));
        let fields = rest.split_once("\n}").expect("an end").0;
        assert!(fields.contains(field), "{kind} lacks the partner's {field}");
    }
}

#[tokio::test]
async fn a_partner_that_takes_a_field_of_ours_away_is_found_out() {
    let taking = |schema: &str| {
        schema
            .replace("\"@external\"]", "\"@external\", \"@override\"]")
            .replace(
                "evaluation: Float",
                "evaluation: Float\n  title: String! @override(from: \"samverkan\")",
            )
    };

    let (accepted, said) = compose(taking).await;

    assert!(
        said.contains("composed:"),
        "composition itself says nothing about it: {said}"
    );
    assert!(
        !accepted && said.contains("OVERRIDE: the partner takes Training.title away"),
        "{said}"
    );
}

#[tokio::test]
async fn a_partner_cannot_answer_for_a_field_of_ours_by_accident() {
    let (composed, said) = compose(|schema| {
        schema.replace("evaluation: Float", "evaluation: Float\n  title: String!")
    })
    .await;

    assert!(
        !composed && said.contains("INVALID_FIELD_SHARING"),
        "{said}"
    );
}

#[tokio::test]
async fn a_partner_cannot_reach_us_by_a_key_that_we_do_not_have() {
    let by_name = |schema: &str| {
        schema
            .replace(
                "type County @key(fields: \"code\") {\n  code: String!",
                "type County @key(fields: \"isoCode\") {\n  isoCode: String!",
            )
            .replace("\"The rooms of", "county: County\n  \"The rooms of")
    };

    let (composed, said) = compose(by_name).await;

    assert!(
        !composed,
        "a router could not get from the partner's county to ours: {said}"
    );
}

on_both_databases! {
    async fn a_router_reads_the_schema_and_finds_what_is_in_the_file(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ _service { sdl } }";

        let router = server.by("vaxjo-coordinator").query(query).await;
        let now = server.clock.now();
        let ordinary = server.issuer().mint(SERVICE_CLIENT, "2120000662", SERVICE_CLIENT, &[], LIFETIME, now);
        let ordinary = crate::harness::Caller::with_token(&server, &ordinary).query(query).await;

        let sdl = router.at("_service/sdl").as_str().expect("a text");
        for kept in ["type Organisation implements Node @key(fields: \"id\") @key(fields: \"organisationNumber\")", "type County @key(fields: \"code\")", "type SignUp implements Node @key(fields: \"id\")"] {
            assert!(sdl.contains(kept), "{kept} is not in the served SDL");
        }
        assert_eq!(ordinary.codes(), ["GRAPHQL_VALIDATION_FAILED"], "{}", ordinary.text);
        server.stop().await;
    }
}
