//! Rows and files: sent twice, removed, swept, checked.

use super::world::{PDF, fetch, pdf, send, taken};
use crate::{
    access::behind::execute,
    harness::{Server, on_both_databases},
    meetings::world::{MEMBER, SECRETARY, network},
};
use serde_json::json;

on_both_databases! {
    async fn a_document_that_is_sent_again_with_its_key_is_one_document(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        let with_key = |bytes: &[u8]| { let mut sent = pdf(&group, bytes); sent.key = Some("a"); sent };

        let first = taken(&send(&server, &secretary, with_key(PDF)).await);
        let again = taken(&send(&server, &secretary, with_key(PDF)).await);
        let other = send(&server, &secretary, with_key(b"%PDF-1.7\nannat")).await;

        assert_eq!(first, again);
        assert_eq!((other.status, other.codes()), (409, vec!["IDEMPOTENCY_KEY_REUSED".to_owned()]));
        assert_eq!(server.documents().len(), 1, "no file is left of the others");
        assert_eq!(fetch(&server, &secretary, &first).await.bytes, PDF);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_removed_document_is_gone_with_its_file(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        let id = taken(&send(&server, &secretary, pdf(&group, PDF)).await);
        let remove = || json!({ "documentId": id });

        let refused = server.by(MEMBER).mutate("removeDocument", remove(), "removedId").await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        let removed = secretary.mutate("removeDocument", remove(), "removedId").await;
        assert_eq!(removed.at("removeDocument/removedId"), &json!(id));

        assert_eq!(server.documents().len(), 0);
        assert_eq!(fetch(&server, &secretary, &id).await.status, 404);
        let again = secretary.mutate("removeDocument", remove(), "removedId").await;
        assert_eq!(again.user_errors("removeDocument"), ["NOT_FOUND"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_sweep_takes_old_files_without_a_row_and_the_check_tells_rows_without_a_file(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        let kept = taken(&send(&server, &secretary, pdf(&group, PDF)).await);
        let lost = taken(&send(&server, &secretary, pdf(&group, b"%PDF-1.7 2")).await);
        let bytes = b"%PDF-1.7 2".to_vec();
        execute(&server, "DELETE FROM document WHERE size = 10").await;

        assert_eq!(server.sweep_documents("2020-01-01T00:00:00Z").await, 0, "a young file may be waiting for its row");
        let file = server.documents().into_iter().find(|path| std::fs::read(path).expect("a file") == bytes);
        assert!(file.is_some());
        assert_eq!(server.sweep_documents("2100-01-01T00:00:00Z").await, 1);
        assert_eq!(fetch(&server, &secretary, &lost).await.status, 404);
        assert_eq!(fetch(&server, &secretary, &kept).await.bytes, PDF, "what has a row stays");
        assert_eq!(server.check_documents().await, [""; 0]);

        std::fs::remove_file(&server.documents()[0]).expect("the file goes");
        let told = server.check_documents().await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&format!("{kept}: the document's file is missing")), "{told:?}");
        assert_eq!(fetch(&server, &secretary, &kept).await.status, 500, "a damage is no missing document");
        server.stop().await;
    }
}
