//! Sends what no honest client would.

use crate::harness::{Answer, Server};
use std::time::{Duration, Instant};

/// How long a refusal may take, in a build without optimisation on a busy computer.
pub const AT_ONCE: Duration = Duration::from_millis(250);

/// The type by which an error of a request is told from an answer by its status alone.
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// Posts a body of this type.
pub async fn post(server: &Server, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = server
        .http
        .post(server.url())
        .header("content-type", content_type)
        .header("accept", GRAPHQL_RESPONSE)
        .header("accept-language", "en")
        .body(body);
    Answer::to(request).await
}

/// Posts a body of JSON, and says how long the answer took. What else this computer does must not decide: the
/// quickest of three counts.
pub async fn timed(server: &Server, body: &str) -> (Answer, Duration) {
    let mut quickest = Duration::MAX;
    let mut last = None;
    for _ in 0..3 {
        let start = Instant::now();
        last = Some(post(server, "application/json", body.to_owned()).await);
        quickest = quickest.min(start.elapsed());
        if quickest < AT_ONCE {
            break;
        }
    }
    (last.expect("it was sent"), quickest)
}

/// A query as a body.
pub fn body(query: &str) -> String {
    serde_json::json!({ "query": query }).to_string()
}

/// Posts a query without a token.
pub async fn ask(server: &Server, query: &str) -> Answer {
    post(server, "application/json", body(query)).await
}

/// Holds that the server still answers everybody.
#[track_caller]
pub fn assert_well(answer: &Answer, after: &str) {
    assert_eq!(
        answer.body.pointer("/data/county/name"),
        Some(&"Kronobergs län".into()),
        "after {after} the server must still answer; it said {}: {}",
        answer.status,
        answer.text
    );
}

/// What a server that is well answers.
pub async fn how_are_you(server: &Server) -> Answer {
    ask(server, r#"{ county(code: "07") { name } }"#).await
}

/// Something repeated, with its number.
pub fn each(times: usize, write: impl Fn(usize) -> String) -> String {
    (0..times).map(write).collect::<Vec<_>>().join(" ")
}
