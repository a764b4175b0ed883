//! Backup and restore as docs/operations.md tells them: dump, restore, equal hashes, the erasures done again, and
//! a server that answers.

use crate::harness::{Backend, empty_database, new_folder, on_both_databases, openly};
use crate::http::process::{Installation, execute, text};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A program of `PostgreSQL` that lies beside the server's.
fn postgresql_program(name: &str) -> PathBuf {
    let folder = std::env::var("SAMVERKAN_TEST_POSTGRESQL_PROGRAMS").expect(
        "SAMVERKAN_TEST_POSTGRESQL_PROGRAMS names no folder; run `tests/run`, which sets it, or set it to the folder \
         of the server's pg_dump and pg_restore",
    );
    let program = Path::new(&folder).join(name);
    assert!(
        program.exists(),
        "{} is missing: install PostgreSQL's client programs beside the server",
        program.display()
    );
    program
}

fn postgresql(name: &str, arguments: &[&str]) {
    let mut command = Command::new(postgresql_program(name));
    let output = command.args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{name}: {}", text(&output.stderr));
}

/// Takes a backup into the folder, while the server runs.
async fn dump(backend: Backend, url: &str, folder: &Path) -> PathBuf {
    let file = folder.join("backup");
    let path = file.to_str().expect("a path");
    match backend {
        Backend::Postgresql => postgresql("pg_dump", &["--format=custom", "--file", path, url]),
        Backend::Sqlite => {
            let database = openly(url).await;
            let done = database
                .execute_unprepared(&format!("VACUUM INTO '{path}'"))
                .await;
            done.expect("the backup is written");
            database.close().await.expect("the connection closes");
        }
    }
    file
}

/// Restores a backup into a fresh database, and tells its address.
async fn restore(backend: Backend, file: &Path, folder: &Path) -> String {
    let url = empty_database(backend, folder).await;
    match backend {
        Backend::Postgresql => {
            let path = file.to_str().expect("a path");
            postgresql("pg_restore", &["--exit-on-error", "--dbname", &url, path]);
        }
        Backend::Sqlite => {
            std::fs::copy(file, folder.join("empty.sqlite")).expect("the backup is put in place");
        }
    }
    url
}

/// What a command prints that must succeed.
fn said(arguments: &[&str], url: &str) -> String {
    let output = execute(arguments, &[("SAMVERKAN_DATABASE_URL", url)]);
    let printed = text(&output.stdout);
    assert!(
        output.status.success(),
        "{arguments:?}: {printed}{}",
        text(&output.stderr)
    );
    printed
}

async fn write(url: &str, sql: &str) {
    let database = openly(url).await;
    database.execute_unprepared(sql).await.expect(sql);
    database.close().await.expect("the connection closes");
}

const MEMBERS: &str =
    "{ viewer { organisation { members(first: 100) { nodes { person { id name } } } } } }";

on_both_databases! {
    async fn a_restored_backup_equals_what_was_dumped_and_brings_nobody_back(backend: Backend) {
        let mut installation = Installation::new(backend).await;
        let url = installation.database_url.clone();
        write(&url, "UPDATE membership SET role = 'ADMINISTRATOR' WHERE subject = 'jonas-ekblad'").await;
        let server = installation.serve().await;
        let folder = new_folder();
        let members = installation.ask(MEMBERS, json!({})).await.expect("an answer");
        let nodes = members.at("viewer/organisation/members/nodes").as_array().expect("a list");
        let elin = nodes.iter().find(|node| node["person"]["name"] == "Elin Åberg").expect("Elin");

        let before = said(&["fingerprint"], &url);
        let backup = dump(backend, &url, &folder).await;
        let erased = installation.ask(
            "mutation($input: ErasePersonInput!) { erasePerson(input: $input) { erasure { requestId } userErrors { code } } }",
            json!({ "input": { "personId": elin["person"]["id"] } }),
        ).await.expect("an answer");
        assert!(erased.at("erasePerson/erasure/requestId").is_string(), "{}", erased.text);
        let log = folder.join("erasures.jsonl");
        std::fs::write(&log, said(&["erasures", "export"], &url)).expect("the log is kept");
        assert_ne!(said(&["fingerprint"], &url), before, "the control: an erasure shows in the hashes");
        drop(server);
        let restored = restore(backend, &backup, &folder).await;

        assert_eq!(said(&["fingerprint"], &restored), before, "every table is as it was dumped");
        assert!(names(&restored).await.contains(&"Elin Åberg".to_owned()), "the control: the backup knows her");
        let replay = ["erasures", "replay", log.to_str().expect("a path")];
        let first = said(&replay, &restored);
        let second = said(&replay, &restored);
        assert!(first.contains("1 erased again"), "{first}");
        assert!(second.contains("1 erased already"), "{second}");
        assert!(!names(&restored).await.contains(&"Elin Åberg".to_owned()), "a restored backup brings nobody back");
        assert!(said(&["check"], &restored).contains("0 differences"));
        assert!(said(&["migrate"], &restored).contains("0 migrations"));

        installation.move_to(&restored);
        let server = installation.serve().await;
        let members = installation.ask(MEMBERS, json!({})).await.expect("an answer");
        let nodes = members.at("viewer/organisation/members/nodes").as_array().expect("a list").clone();
        let name = |id: &serde_json::Value| nodes.iter().find(|node| node["person"]["id"] == *id).map(|node| node["person"]["name"].clone());
        let stands = name(&elin["person"]["id"]).expect("the row stays");
        assert!(stands.as_str().is_some_and(|name| name.starts_with("Avidentifierad ")), "{stands}");
        drop(server);
        let _ = std::fs::remove_dir_all(folder);
    }
}

async fn names(url: &str) -> Vec<String> {
    use sea_orm::{EntityTrait, QuerySelect};
    let database = openly(url).await;
    let names = entity::person::Entity::find()
        .select_only()
        .column(entity::person::Column::Name)
        .into_tuple()
        .all(&database)
        .await
        .expect("names can be read");
    database.close().await.expect("the connection closes");
    names
}

on_both_databases! {
    async fn a_log_of_erasures_with_a_line_that_cannot_be_read_changes_nothing(backend: Backend) {
        let installation = Installation::new(backend).await;
        let url = &installation.database_url;
        let log = installation.folder.join("erasures.jsonl");
        std::fs::write(&log, "{\"id\": \"erasure_1\"}\n").expect("a file");
        let before = said(&["fingerprint"], url);

        let output = execute(&["erasures", "replay", log.to_str().expect("a path")], &[("SAMVERKAN_DATABASE_URL", url.as_str())]);

        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("line 1"), "{}", text(&output.stderr));
        assert_eq!(said(&["fingerprint"], url), before);
    }
}

on_both_databases! {
    async fn the_operator_sees_what_the_retention_would_do_and_then_does_it(backend: Backend) {
        let installation = Installation::new(backend).await;
        let url = &installation.database_url;
        let rule = "INSERT INTO retention_rule (organisation_id, kind, months, set_at) \
                    SELECT id, 'MEMBERSHIP', 6, '2026-01-01T00:00:00Z' FROM organisation WHERE organisation_number = '2120000662'";
        write(url, rule).await;
        write(url, "UPDATE membership SET active_until = '2020-01-01T00:00:00Z', active_from = '2019-01-01T00:00:00Z' WHERE person_id = (SELECT id FROM person WHERE email LIKE 'elin.aberg@%')").await;
        let before = said(&["fingerprint"], url);

        let dry = said(&["retention", "--dry-run"], url);
        let unchanged = said(&["fingerprint"], url);
        let real = said(&["retention"], url);

        assert!(dry.contains("MEMBERSHIP after 6 months: 1") && dry.contains("nothing was changed"), "{dry}");
        assert_eq!(unchanged, before);
        assert!(real.contains("MEMBERSHIP after 6 months: 1"), "{real}");
        assert!(!names(url).await.contains(&"Elin Åberg".to_owned()));
    }
}
