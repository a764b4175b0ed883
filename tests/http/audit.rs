//! The audit of GraphQL over HTTP by its own reference implementation.

use crate::harness::{Server, on_both_databases};
use std::process::Command;

/// Runs one of the scripts of `tests/node`; what it printed, and whether it was content.
pub async fn node(script: &str, arguments: Vec<String>) -> (bool, String) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/node");
    assert!(
        std::path::Path::new(folder).join("node_modules").exists(),
        "the packages of tests/node are missing: run `npm ci` there, or `tests/run`, which does"
    );
    let mut command = Command::new("node");
    command.current_dir(folder).arg(script).args(arguments);
    let running = tokio::task::spawn_blocking(move || command.output());
    let output = running.await.expect("the script ends");
    let output =
        output.expect("Node.js 20 or later must be installed to run the scripts of tests/node");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

on_both_databases! {
    async fn the_audit_of_graphql_over_http_is_content_with_all_of_it(backend: Backend) {
        let server = Server::start(backend).await;
        let token = server.by("vaxjo-coordinator").token().expect("a token");

        let (content, said) = node("audit.mjs", vec![server.url(), token]).await;

        assert!(content, "the audit found:\n{said}");
        assert!(said.contains("61 of 61 audits are content"), "{said}");
        server.stop().await;
    }
}
