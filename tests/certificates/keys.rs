//! The keys: made by the operator, changed, and published as long as certificates live.

use super::world::{HOLDER, completed, issued, text};
use crate::{
    harness::{Backend, Server, Setup, new_folder, on_both_databases},
    http::process::{execute, text as printed},
};
use api::{certificate::verify, identity::KeySet};
use serde_json::Value;

fn setting(name: &'static str, path: &std::path::Path) -> (&'static str, String) {
    (name, path.display().to_string())
}

fn ids(keys: &Value) -> Vec<String> {
    let keys = keys["keys"].as_array().expect("keys");
    keys.iter()
        .map(|key| key["kid"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn a_new_key_is_made_for_its_owner_alone_and_none_is_written_over() {
    let folder = new_folder();
    let path = folder.join("key.pem");
    let out = path.display().to_string();

    let made = execute(&["certificate", "new-key", "--out", &out], &[]);
    let first = std::fs::read_to_string(&path).expect("a key");
    let again = execute(&["certificate", "new-key", "--out", &out], &[]);

    assert!(made.status.success(), "{}", printed(&made.stderr));
    assert!(first.starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(
        !printed(&made.stdout).contains(first.lines().nth(1).expect("a line")),
        "the key is not printed"
    );
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).expect("the key"), first);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let rights = std::fs::metadata(&path)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(rights & 0o777, 0o600);
    }
}

on_both_databases! {
    async fn a_certificate_outlives_the_change_of_the_key_that_signed_it(backend: Backend) {
        let before = Server::start(backend).await;
        let completion = completed(&before, HOLDER).await;
        let certificate = issued(&before.by(HOLDER), completion).await;
        let file = text(&certificate, "credential").to_owned();
        let saved = before.get("/.well-known/certificate-keys.json").await.body;
        let previous = new_folder().join("previous-keys.json");
        std::fs::write(&previous, saved.to_string()).expect("a file");
        before.stop().await;

        let setup = Setup {
            settings: vec![setting("SAMVERKAN_CERTIFICATES_PREVIOUS_KEYS_FILE", &previous)],
            ..Setup::default()
        };
        let after = Server::start_with(backend, setup).await;
        let published = after.get("/.well-known/certificate-keys.json").await.body;

        assert_eq!(ids(&published).len(), 2, "today's and the one before: {published}");
        assert_eq!(ids(&published)[1], ids(&saved)[0]);
        let keys = KeySet::parse(published.to_string().as_bytes()).expect("a key set").0;
        assert!(verify(&file, &keys, after.clock.now()).is_ok());
        let old = ids(&saved)[0].strip_prefix("https://api.test").expect("ours").to_owned();
        assert_eq!(after.get(&old).await.status, 200, "where the old file's header says");
        let completion = completed(&after, HOLDER).await;
        let new = issued(&after.by(HOLDER), completion).await;
        assert!(verify(text(&new, "credential"), &keys, after.clock.now()).is_ok());
        after.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_table_holds_anything_of_the_private_key() {
    let server = Server::start(Backend::Sqlite).await;
    let completion = completed(&server, HOLDER).await;
    issued(&server.by(HOLDER), completion).await;
    let keys = server.get("/.well-known/certificate-keys.json").await.text;

    let contents = crate::access::behind::contents(&server).await;

    for (table, rows) in contents {
        assert!(!rows.contains("PRIVATE KEY"), "{table}");
    }
    assert!(!keys.contains("\"d\""), "{keys}");
    server.stop().await;
}
