//! Each limit on both sides of its boundary: what is allowed must work, one more must not.

use super::sending::{ask, body, each, post};
use crate::harness::{Answer, Server, on_both_databases};
use serde_json::json;

const TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";

/// Two requests of one kind.
struct Boundary {
    limit: &'static str,
    /// As large as allowed.
    allowed: String,
    /// One larger.
    refused: String,
}

/// A valid query of so many fields inside one another.
pub fn depth(levels: usize) -> String {
    let step = |level: usize| {
        if level.is_multiple_of(2) {
            "{municipality"
        } else {
            "{organisation"
        }
    };
    let inner: String = (1..levels - 1).map(step).collect();
    format!(
        r#"{{municipality(code:"0780"){inner}{{__typename{}"#,
        "}".repeat(levels)
    )
}

/// A query for so many entities.
pub fn representations(count: usize) -> String {
    let one = r#"{__typename:"County",code:"07"}"#;
    format!(
        "{{_entities(representations:[{}]){{__typename}}}}",
        each(count, |_| one.to_owned())
    )
}

fn boundary(limit: &'static str, query: impl Fn(usize) -> String, most: usize) -> Boundary {
    Boundary {
        limit,
        allowed: body(&query(most)),
        refused: body(&query(most + 1)),
    }
}

fn boundaries() -> Vec<Boundary> {
    let county = |inside: String| format!(r#"{{county(code:"07"){{{inside}}}}}"#);
    let padded = |bytes: usize| {
        let query = "{__typename} #";
        format!("{query}{}", "x".repeat(bytes - query.len()))
    };
    let tokens = |count: usize| {
        let frame = "{organisations(filter:{kinds:[]}first:1){nodes{name}}}";
        // The frame has 22 tokens.
        frame.replace("[]", &format!("[{}]", "REGION ".repeat(count - 22)))
    };
    let operations = |count: usize| {
        let all = each(count, |n| format!("query Q{n}{{__typename}}"));
        json!({ "query": all, "operationName": "Q0" }).to_string()
    };
    vec![
        boundary("bytes of query text", padded, 32 * 1024),
        boundary("tokens", tokens, 2_000),
        boundary("fields", |n| county("name ".repeat(n - 1)), 1_000),
        boundary("depth", depth, 10),
        boundary("aliases", |n| county(each(n, |n| format!("a{n}:name"))), 30),
        boundary(
            "root fields",
            |n| format!("{{{}}}", "__typename ".repeat(n)),
            20,
        ),
        boundary(
            "directives",
            |n| county("name@skip(if:false)".repeat(n)),
            50,
        ),
        boundary("representations", representations, 200),
        Boundary {
            limit: "operations",
            allowed: operations(5),
            refused: operations(6),
        },
    ]
}

on_both_databases! {
    async fn what_a_limit_allows_works_and_one_more_does_not(backend: Backend) {
        let server = Server::start(backend).await;

        for Boundary { limit, allowed, refused } in boundaries() {
            let works = post(&server, "application/json", allowed).await;
            let fails = post(&server, "application/json", refused).await;

            assert_eq!((works.status, works.codes()), (200, vec![]), "{limit}: what is allowed must work: {}", works.text);
            assert_eq!((fails.status, fails.codes()), (400, vec![TOO_COMPLEX.to_owned()]), "{limit}: {}", fails.text);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn brackets_may_nest_32_deep(backend: Backend) {
        let server = Server::start(backend).await;
        // Two brackets stand around the list.
        let nested = |levels: usize| {
            format!("{{county(code:{}{}){{name}}}}", "[".repeat(levels - 2), "]".repeat(levels - 2))
        };

        let allowed = ask(&server, &nested(32)).await;
        let refused = ask(&server, &nested(33)).await;

        assert_eq!(allowed.codes(), ["BAD_USER_INPUT"], "no such list is a code, but it is read: {}", allowed.text);
        assert_eq!(refused.codes(), [TOO_COMPLEX], "{}", refused.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_body_may_hold_64_kib(backend: Backend) {
        let server = Server::start(backend).await;
        let padded = |bytes: usize| {
            let body = body("{__typename}");
            format!("{}{body}", " ".repeat(bytes - body.len()))
        };

        let allowed = post(&server, "application/json", padded(64 * 1024)).await;
        let refused = post(&server, "application/json", padded(64 * 1024 + 1)).await;

        assert_eq!(allowed.at("__typename"), "Query");
        assert_eq!((refused.status, refused.codes()), (413, vec!["PAYLOAD_TOO_LARGE".to_owned()]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn representations_are_counted_wherever_they_are_written(backend: Backend) {
        let server = Server::start(backend).await;
        let county = json!({ "__typename": "County", "code": "07" });
        let list = |count: usize| vec![county.clone(); count];
        let query = "query($r:[_Any!]!){_entities(representations:$r){__typename}}";
        let two = "query($r:[_Any!]!){a:_entities(representations:$r){__typename} b:_entities(representations:$r){__typename}}";
        let send = async |query: &str, count: usize| -> Answer {
            let body = json!({ "query": query, "variables": { "r": list(count) } });
            post(&server, "application/json", body.to_string()).await
        };

        let (allowed, refused, twice) = (send(query, 200).await, send(query, 201).await, send(two, 101).await);

        assert_eq!(allowed.data()["_entities"].as_array().map(Vec::len), Some(200));
        assert_eq!(refused.codes(), [TOO_COMPLEX]);
        assert_eq!(twice.codes(), [TOO_COMPLEX], "two fields together ask for 202");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_list_costs_as_many_points_as_it_has_rows(backend: Backend) {
        let server = Server::start(backend).await;
        let query = |names: usize| format!("{{organisations(first:100){{nodes{{{}}}}}}}", "name ".repeat(names));

        let allowed = ask(&server, &query(15)).await;
        let refused = ask(&server, &query(25)).await;

        assert_eq!(allowed.codes(), Vec::<String>::new(), "{}", allowed.text);
        assert_eq!(refused.codes(), [TOO_COMPLEX], "100 rows of 25 fields are more than 2,000 points");
        assert!(refused.text.contains("2000"), "the refusal names the limit: {}", refused.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_answer_names_at_most_ten_errors(backend: Backend) {
        let server = Server::start(backend).await;
        let bad_ids = each(15, |n| format!(r#"a{n}: node(id:"nothing-{n}") {{ id }}"#));
        let unknown_fields = each(15, |n| format!("unknown{n}"));

        let fields = ask(&server, &format!("{{{bad_ids}}}")).await;
        let document = ask(&server, &format!("{{{unknown_fields}}}")).await;

        assert_eq!(fields.codes(), vec!["BAD_USER_INPUT"; 10], "{}", fields.text);
        assert_eq!(document.codes(), vec!["GRAPHQL_VALIDATION_FAILED"; 10], "{}", document.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_answer_of_more_than_five_megabytes_is_not_sent(backend: Backend) {
        let server = Server::start(backend).await;
        let long = "å".repeat(10_000);
        server.sql(&format!("UPDATE training SET description = '{long}', sharing = 'PUBLIC', status = 'PUBLISHED'")).await;
        let query = |rows: usize| {
            let names = each(15, |n| format!("a{n}:description"));
            format!("{{trainings(first:{rows}){{nodes{{{names}}}}}}}")
        };

        let allowed = ask(&server, &query(10)).await;
        let refused = ask(&server, &query(25)).await;

        assert!(allowed.text.len() > 2_900_000, "3 MB may be sent, but these were {}", allowed.text.len());
        assert_eq!((refused.status, refused.codes()), (200, vec![TOO_COMPLEX.to_owned()]));
        server.stop().await;
    }
}
