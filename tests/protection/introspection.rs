//! The schema of the running server is for developers' tools and routers.

use super::sending::ask;
use crate::harness::{Answer, Caller, Server, on_both_databases};
use api::demo::issuer::LIFETIME;

/// What code generators send, in short: every type with its fields and arguments, wrapped types unwrapped nine
/// deep.
const STANDARD: &str = "query Introspect {
    __schema {
        queryType { name } mutationType { name } subscriptionType { name }
        types { ...Whole }
        directives { name locations args { ...Value } }
    }
}
fragment Whole on __Type {
    kind name description
    fields(includeDeprecated: true) { name description args { ...Value } type { ...Wrapped } isDeprecated deprecationReason }
    inputFields { ...Value } interfaces { ...Wrapped } possibleTypes { ...Wrapped }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
}
fragment Value on __InputValue { name description type { ...Wrapped } defaultValue }
fragment Wrapped on __Type {
    kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
    kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}";

/// A coordinator in front of an ordinary client, whose tokens may not read the schema.
fn ordinary(server: &Server) -> Caller<'_> {
    let now = server.clock.now();
    let token = server.issuer().mint(
        "jonas-ekblad",
        "2120000662",
        "staff-portal",
        &[],
        LIFETIME,
        now,
    );
    Caller::with_token(server, &token)
}

fn questions() -> [&'static str; 8] {
    [
        STANDARD,
        "{ __schema { queryType { name } } }",
        r#"{ __type(name: "Query") { name } }"#,
        "{ _service { sdl } }",
        "{ a: _service { sdl } __typename }",
        "{ ...F } fragment F on Query { ... on Query { __schema { types { name } } } }",
        "query($no: Boolean = false) { _service @include(if: $no) { sdl } }",
        r#"query Run { __typename } query Other { __type(name: "SignUp") { name } }"#,
    ]
}

on_both_databases! {
    async fn the_schema_is_closed_to_ordinary_tokens_and_without_one(backend: Backend) {
        let server = Server::start(backend).await;

        for question in questions() {
            for caller in [ordinary(&server), server.anonymous(), server.service("2120000662", &[])] {
                let answer = caller.post(&serde_json::json!({ "query": question, "operationName": name(question) })).await;

                assert_eq!(answer.codes(), ["GRAPHQL_VALIDATION_FAILED"], "{question}: {}", answer.text);
                assert!(answer.body.get("data").is_none(), "{question}: {}", answer.text);
            }
        }
        let answer = ordinary(&server).query("{ __typename viewer { __typename } }").await;
        assert_eq!(answer.at("viewer/__typename"), "Viewer", "the name of a type is no introspection");
        server.stop().await;
    }
}

fn name(question: &str) -> Option<&'static str> {
    question.contains("query Run").then_some("Run")
}

on_both_databases! {
    async fn the_schema_is_open_to_introspection_clients(backend: Backend) {
        let server = Server::start(backend).await;
        let explorer = server.by("vaxjo-coordinator");

        let standard = explorer.query(STANDARD).await;
        let service = explorer.query("{ _service { sdl } }").await;

        let types = standard.at("__schema/types").as_array().expect("types");
        assert!(types.iter().any(|kind| kind["name"] == "TrainingOccasion"), "the standard query must pass the limits");
        let sdl = service.at("_service/sdl").as_str().expect("a text");
        assert!(sdl.contains("type Organisation implements Node @key"), "{sdl}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_demonstration_opens_the_schema_to_all(backend: Backend) {
        let setup = crate::harness::Setup { open_introspection: true, ..Default::default() };
        let server = Server::start_with(backend, setup).await;

        let answer = server.anonymous().query(STANDARD).await;

        assert!(answer.at("__schema/types").is_array());
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_name_that_is_nearly_right_brings_no_suggestion(backend: Backend) {
        let server = Server::start(backend).await;
        let nearly = [
            "{ organisatons { totalCount } }",
            "{ trainings { nodes { titel } } }",
            r#"{ county(cod: "07") { name } }"#,
            "{ organisations(filter: { kind: [REGION] }) { totalCount } }",
            "{ organisations(filter: { kinds: [REGIO] }) { totalCount } }",
            "{ ... on Querry { __typename } }",
            "query($v: Trainin) { __typename }",
            "{ viewer @skipp(if: true) { role } }",
            "{ auditLo { totalCount } }",
            "mutation { createTrainin { __typename } }",
            "{ __schem { types { name } } }",
            "{ _servic { sdl } }",
        ];

        for query in nearly {
            let answer: Answer = ask(&server, query).await;

            assert_eq!(answer.status, 400, "{query}: {}", answer.text);
            let said = answer.text.to_lowercase();
            for hint in ["did you mean", "menade du", "organisations\"", "createtraining", "auditlog", "participants"] {
                assert!(!said.contains(hint), "{query}: names what was not asked for: {}", answer.text);
            }
        }
        server.stop().await;
    }
}
