//! A request by its parts: its name, its language, its media types, and the order of its answer.

use crate::harness::{Answer, Server, on_both_databases};
use serde_json::json;

async fn with(server: &Server, headers: &[(&str, &str)], query: &str) -> Answer {
    let mut request = server.http.post(server.url());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::to(request.json(&json!({ "query": query }))).await
}

on_both_databases! {
    async fn every_answer_names_its_request(backend: Backend) {
        let server = Server::start(backend).await;

        let given = with(&server, &[("x-request-id", "portal-17.a_B")], "{ __typename }").await;
        let unfit = with(&server, &[("x-request-id", "{injected} id")], "{ __typename }").await;
        let (one, other) = (with(&server, &[], "{ __typename }").await, with(&server, &[], "{").await);

        assert_eq!(given.header("x-request-id"), Some("portal-17.a_B"));
        assert_ne!(unfit.header("x-request-id"), Some("{injected} id"), "an id that is no id is replaced");
        assert!(one.header("x-request-id").is_some_and(|id| id.len() >= 16));
        assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn messages_are_in_the_language_of_the_reader(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ auditLog { nodes { at } } }";

        let silent = with(&server, &[], query).await;
        let english = with(&server, &[("accept-language", "en-GB, sv;q=0.5")], query).await;

        assert!(silent.text.contains("Logga in"), "Swedish if nothing is said: {}", silent.text);
        assert!(english.text.contains("Sign in"), "{}", english.text);
        assert_eq!(silent.codes(), english.codes());
        assert!(silent.header("vary").is_some_and(|vary| vary.contains("accept-language")));
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_status_tells_a_request_error_where_the_media_type_says_so(backend: Backend) {
        let server = Server::start(backend).await;

        for (accept, status, kind) in [
            ("application/graphql-response+json", 400, "application/graphql-response+json"),
            ("application/graphql-response+json, application/json;q=0.9", 400, "application/graphql-response+json"),
            ("application/json", 200, "application/json"),
            ("*/*", 200, "application/json"),
        ] {
            let answer = with(&server, &[("accept", accept)], "{ nothing }").await;

            assert_eq!(answer.status, status, "{accept}");
            assert!(answer.header("content-type").is_some_and(|found| found.starts_with(kind)), "{accept}");
            assert!(answer.body.get("data").is_none(), "nothing was executed: {}", answer.text);
        }
        let field = with(&server, &[("accept", "application/graphql-response+json")], r#"{ node(id: "x") { id } }"#).await;
        assert_eq!((field.status, field.codes()), (200, vec!["BAD_USER_INPUT".to_owned()]), "an error of a field stands beside data");
        let page = with(&server, &[("accept", "text/html")], "{ __typename }").await;
        assert_eq!((page.status, page.codes()), (406, vec!["NOT_ACCEPTABLE".to_owned()]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_answer_keeps_the_order_of_its_query(backend: Backend) {
        let server = Server::start(backend).await;

        let answer = with(&server, &[], r#"{ z: __typename county(code: "07") { shortName code name } a: __typename }"#).await;

        assert_eq!(answer.text.trim(), r#"{"data":{"z":"Query","county":{"shortName":"Kronoberg","code":"07","name":"Kronobergs län"},"a":"Query"}}"#);
        server.stop().await;
    }
}
