//! Which web pages may call the API from a browser: exactly those that are listed.

use crate::harness::{Answer, Server, Setup, on_both_databases};
use serde_json::json;

const PORTAL: &str = "https://www.kronoberg.example";

fn listed() -> Setup {
    Setup {
        settings: vec![(
            "SAMVERKAN_CORS_ORIGINS",
            format!("{PORTAL},https://vaxjo.example:8443"),
        )],
        ..Setup::default()
    }
}

async fn preflight(server: &Server, origin: &str) -> Answer {
    let request = server
        .http
        .request(reqwest::Method::OPTIONS, server.url())
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    Answer::to(request).await
}

async fn post_from(server: &Server, origin: &str) -> Answer {
    let request = server.http.post(server.url()).header("origin", origin);
    Answer::to(request.json(&json!({ "query": "{ __typename }" }))).await
}

on_both_databases! {
    async fn listed_pages_may_call_and_others_may_not(backend: Backend) {
        let server = Server::start_with(backend, listed()).await;

        for origin in [PORTAL, "https://vaxjo.example:8443"] {
            let (before, after) = (preflight(&server, origin).await, post_from(&server, origin).await);

            assert_eq!(before.header("access-control-allow-origin"), Some(origin));
            assert_eq!(after.header("access-control-allow-origin"), Some(origin));
            let allowed = before.header("access-control-allow-headers").expect("headers").to_lowercase();
            assert!(allowed.contains("authorization") && allowed.contains("content-type"), "{allowed}");
            let exposed = after.header("access-control-expose-headers").expect("headers").to_lowercase();
            assert!(exposed.contains("retry-after") && exposed.contains("x-request-id"), "{exposed}");
            assert_eq!(before.header("access-control-allow-credentials"), None, "the API has no cookies to send");
        }
        for stranger in [
            "https://evil.example", "http://www.kronoberg.example", "https://www.kronoberg.example.evil.example",
            "https://kronoberg.example", "https://www.kronoberg.example:444", "https://vaxjo.example", "null", "*",
        ] {
            let (before, after) = (preflight(&server, stranger).await, post_from(&server, stranger).await);

            assert_eq!(before.header("access-control-allow-origin"), None, "{stranger}");
            assert_eq!(after.header("access-control-allow-origin"), None, "{stranger}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn without_a_list_no_page_may_call(backend: Backend) {
        let server = Server::start(backend).await;

        let (before, after) = (preflight(&server, PORTAL).await, post_from(&server, PORTAL).await);

        assert_eq!(before.header("access-control-allow-origin"), None);
        assert_eq!(after.header("access-control-allow-origin"), None);
        server.stop().await;
    }
}
