//! What the tests of documents send and fetch.

use crate::{
    harness::{Answer, Caller, Server},
    lists::world::{Fetched, fetch_as},
};

/// The smallest file that begins as a PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n";

/// A document to be sent.
pub struct Sent<'a> {
    pub place: &'a str,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub bytes: Vec<u8>,
    pub key: Option<&'a str>,
}

/// A PDF.
pub fn pdf<'a>(place: &'a str, bytes: &[u8]) -> Sent<'a> {
    Sent {
        place,
        file_name: "Underlag.pdf",
        media_type: "application/pdf",
        bytes: bytes.to_vec(),
        key: None,
    }
}

/// Sends a document.
pub async fn send(server: &Server, caller: &Caller<'_>, sent: Sent<'_>) -> Answer {
    let mut query = vec![
        ("place", sent.place),
        ("title", "Underlag"),
        ("fileName", sent.file_name),
    ];
    query.extend(sent.key.map(|key| ("idempotencyKey", key)));
    let mut url = reqwest::Url::parse(&server.at("/documents")).expect("an address");
    url.query_pairs_mut().extend_pairs(query);
    let mut request = server
        .http
        .post(url)
        .header("content-type", sent.media_type)
        .header("accept-language", "en")
        .body(sent.bytes);
    if let Some(token) = caller.token() {
        request = request.bearer_auth(token);
    }
    Answer::to(request).await
}

/// The id of a document that was taken.
#[track_caller]
pub fn taken(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.body["document"]["id"].as_str();
    id.expect("an id").to_owned()
}

/// Fetches a document.
pub async fn fetch(server: &Server, caller: &Caller<'_>, id: &str) -> Fetched {
    fetch_as(server, caller, &format!("/documents/{id}"), "en").await
}
