//! The classic forged request: a page that somebody has open sends what a browser sends without asking.

use super::sending::{body, post};
use crate::harness::{Answer, Server, on_both_databases};
use serde_json::json;

const MUTATION: &str = r#"mutation { createTraining(input: {title: "Forged", format: HALF_DAY, sharing: PUBLIC}) { training { id } userErrors { code } } }"#;

/// How many trainings the coordinator sees.
async fn trainings(server: &Server) -> u64 {
    let answer = server
        .by("vaxjo-coordinator")
        .query("{ trainings { totalCount } }")
        .await;
    answer
        .at("trainings/totalCount")
        .as_u64()
        .expect("a number")
}

fn bearer(server: &Server) -> String {
    server.by("vaxjo-coordinator").token().expect("a token")
}

on_both_databases! {
    async fn only_json_is_read(backend: Backend) {
        let server = Server::start(backend).await;
        let before = trainings(&server).await;
        let json = json!({ "query": MUTATION }).to_string();
        let form = format!("query={}", MUTATION.replace(' ', "+"));
        let multipart = format!(
            "--x\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{json}\r\n--x\r\n\
             content-disposition: form-data; name=\"map\"\r\n\r\n{{}}\r\n--x--\r\n"
        );

        for (content_type, body) in [
            ("text/plain", &json),
            ("text/plain; charset=utf-8", &json),
            ("application/x-www-form-urlencoded", &form),
            ("application/x-www-form-urlencoded", &json),
            ("multipart/form-data; boundary=x", &multipart),
            ("application/graphql", &MUTATION.to_owned()),
            ("application/graphql+json", &json),
            ("application/json; charset=utf-16", &json),
            ("application/cbor", &json),
            ("", &json),
        ] {
            let request = server.http.post(server.url()).bearer_auth(bearer(&server));
            let answer = Answer::to(request.header("content-type", content_type).body(body.clone())).await;

            assert_eq!(answer.status, 415, "{content_type:?}: {}", answer.text);
            assert_eq!(answer.codes(), ["UNSUPPORTED_MEDIA_TYPE"]);
        }
        let untyped = server.http.post(server.url()).bearer_auth(bearer(&server)).body(json);
        assert_eq!(Answer::to(untyped).await.status, 415, "a body without a type");

        assert_eq!(trainings(&server).await, before, "a refused request must change nothing");
        server.stop().await;
    }
}

on_both_databases! {
    async fn get_runs_queries_and_nothing_else(backend: Backend) {
        let server = Server::start(backend).await;
        let before = trainings(&server).await;
        let get = async |query: &str, name: Option<&str>| {
            let name = name.map(|name| ("operationName", name));
            let parameters = [("query", query)].into_iter().chain(name);
            let url = reqwest::Url::parse_with_params(&server.url(), parameters).expect("an address");
            Answer::to(server.http.get(url).bearer_auth(bearer(&server))).await
        };
        let both = format!("query Read {{ __typename }} {}", MUTATION.replacen("mutation", "mutation Write", 1));

        let query = get("{ viewer { organisation { name } } }", None).await;
        let mutation = get(MUTATION, None).await;
        let named = get(&both, Some("Write")).await;
        let read = get(&both, Some("Read")).await;

        assert_eq!(query.at("viewer/organisation/name"), "Växjö kommun");
        for answer in [mutation, named] {
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{}", answer.text);
            assert_eq!(answer.codes(), ["METHOD_NOT_ALLOWED"]);
        }
        assert_eq!(read.at("__typename"), "Query");
        assert_eq!(trainings(&server).await, before, "GET must change nothing");
        server.stop().await;
    }
}

on_both_databases! {
    async fn other_methods_are_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let body = json!({ "query": "{ __typename }" });

        for method in ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "QUERY"] {
            let method = method.parse().expect("a method");
            let answer = Answer::to(server.http.request(method, server.url()).json(&body)).await;

            assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, POST")), "{}", answer.text);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_answer_is_no_page_for_a_browser(backend: Backend) {
        let server = Server::start(backend).await;

        let script = r#"{ county(code: "<script>alert(1)</script>") { nothing } }"#;
        let answer = post(&server, "application/json", body(script)).await;

        assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("application/")));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("set-cookie"), None, "the API must not set cookies");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        server.stop().await;
    }
}
