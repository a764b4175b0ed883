//! What each relation fetches and sends beside GraphQL: the chapter "Fetching" of the matrix.

use super::{
    matrix::{compare, rows, verdict},
    relation::{RELATIONS, fill},
};
use crate::{
    documents::world::{PDF, fetch, pdf, send, taken},
    harness::{Server, on_both_databases},
    lists::world::fetch_as,
};

/// Who keeps the papers of the group that rows call `lst`.
const KEEPER: &str = "lansstyrelsen-kronoberg-coordinator";

/// The place that a row is about, by what it says.
fn place(what: &str) -> &'static str {
    if what.contains("item") {
        "<item guest>"
    } else {
        "<group lst>"
    }
}

on_both_databases! {
    async fn everybody_fetches_and_sends_what_the_matrix_says(backend: Backend) {
        let server = Server::start(backend).await;
        let mut faults = Vec::new();
        let rows = rows("Fetching");
        assert!(rows.len() >= 7, "the chapter was not read");

        for row in rows {
            let (method, path) = row.through.split_once(' ').expect("a method and a path");
            let place = fill(&server, place(&row.what)).await;
            let document = match path {
                "/documents/{id}" => taken(&send(&server, &server.by(KEEPER), pdf(&place, PDF)).await),
                _ => String::new(),
            };
            let occasion = fill(&server, "<occasion vardag>").await;
            let mut answers = Vec::new();
            for relation in &RELATIONS {
                let caller = relation.who.caller(&server);
                let status = match (method, path) {
                    ("POST", "/documents") => send(&server, &caller, pdf(&place, PDF)).await.status,
                    ("GET", "/documents/{id}") => fetch(&server, &caller, &document).await.status,
                    ("GET", list) => fetch_as(&server, &caller, &list.replace("{id}", &occasion), "sv").await.status,
                    other => panic!("teach fetching.rs how to try {other:?}"),
                };
                answers.push(status.to_string());
            }
            compare(&row, &answers, &mut faults);
        }

        verdict(&faults);
        server.stop().await;
    }
}
