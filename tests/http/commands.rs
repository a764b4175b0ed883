//! The commands, by their output and exit status.

use super::process::{Installation, execute, program, text};
use crate::harness::{empty_database, new_folder, on_both_databases, openly};
use sea_orm::ConnectionTrait;
use serde_json::Value;

#[test]
fn serve_names_every_mistake_of_a_configuration_at_once_and_no_password() {
    let folder = new_folder();
    let file = folder.join("samverkan.toml");
    let config = r#"
lisen = "127.0.0.1:8000"
log = "loud"
cors_origins = ["*"]

[http]
read_timeout_seconds = 0

[[issuer]]
name = "staff"
url = "http://login.example"
mode = "several"
organisations = ["7", "212000-0662"]
algorithms = ["HS256"]

[[issuer]]
name = "demonstration"
url = "https://demo.samverkan.invalid"
mode = "single"
organisations = ["212000-0662"]
keys_file = "keys.json"
"#;
    std::fs::write(&file, config).expect("a file");

    let output = execute(
        &["serve", "--config", file.to_str().expect("a path")],
        &[
            (
                "SAMVERKAN_DATABASE_URL",
                "mysql://samverkan:hunter2@localhost/x",
            ),
            ("SAMVERKAN_LISTEN", "everywhere"),
        ],
    );

    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for mistake in [
        "lisen",
        "Did you mean `listen`",
        "log",
        "cors_origins",
        "read_timeout",
        "issuer[1].url",
        "issuer[1].mode",
        "\"7\"",
        "issuer[1].keys_url",
        "HS256",
        "issuer[2].url",
        "SAMVERKAN_DATABASE_URL",
        "SAMVERKAN_LISTEN",
    ] {
        assert!(said.contains(mistake), "{mistake} is not named in:\n{said}");
    }
    assert!(!said.contains("hunter2"), "a password was printed:\n{said}");
    let _ = std::fs::remove_dir_all(folder);
}

on_both_databases! {
    async fn serve_asks_for_migrations_that_are_missing(backend: Backend) {
        let folder = new_folder();
        let url = empty_database(backend, &folder).await;

        let output = execute(&["serve"], &[("SAMVERKAN_DATABASE_URL", url.as_str()), ("SAMVERKAN_LISTEN", "127.0.0.1:0")]);

        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("samverkan migrate"), "{said}");
        let _ = std::fs::remove_dir_all(folder);
    }
}

on_both_databases! {
    async fn processes_that_migrate_at_once_do_it_once(backend: Backend) {
        let folder = new_folder();
        let url = empty_database(backend, &folder).await;
        let start = || {
            let mut command = program();
            command.arg("migrate").env("SAMVERKAN_DATABASE_URL", &url);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            command.spawn().expect("the program starts")
        };

        let children = [start(), start(), start(), start()];
        let outputs = children.map(|child| child.wait_with_output().expect("the program ends"));

        let applied = outputs.each_ref().map(|output| {
            assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
            let said = text(&output.stdout);
            said.split(' ').next().and_then(|count| count.parse::<usize>().ok()).expect("how many were applied")
        });
        assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "one applies them, the others find nothing to do: {applied:?}");
        let database = openly(&url).await;
        database.execute_unprepared("SELECT count(*) FROM training_occasion").await.expect("the tables are there");
        let _ = std::fs::remove_dir_all(folder);
    }
}

on_both_databases! {
    async fn check_tells_by_its_exit_status_whether_counters_agree(backend: Backend) {
        let installation = Installation::new(backend).await;
        let good = installation.run("check");
        let database = openly(&installation.database_url).await;
        database.execute_unprepared("UPDATE training_occasion SET waiting = waiting + 1 WHERE taken > 0").await.expect("a wrong counter");

        let bad = installation.run("check");

        assert_eq!(good.status.code(), Some(0), "{}", text(&good.stdout));
        assert!(text(&good.stdout).contains("0 differences"), "{}", text(&good.stdout));
        assert_eq!(bad.status.code(), Some(1), "{}", text(&bad.stdout));
        assert!(text(&bad.stdout).lines().count() > 1, "it prints what differs: {}", text(&bad.stdout));
        let again = installation.run("check");
        assert_eq!(again.stdout, bad.stdout, "a check reports and never repairs");
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_told_without_its_password() {
    let url = "postgres://samverkan:hunter2@127.0.0.1:1/none";
    for command in ["serve", "migrate", "check"] {
        let output = execute(
            &[command],
            &[
                ("SAMVERKAN_DATABASE_URL", url),
                ("SAMVERKAN_LISTEN", "127.0.0.1:0"),
            ],
        );

        let said = text(&[output.stdout, output.stderr].concat());
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        assert!(said.contains("database"), "{command}: {said}");
        assert!(
            !said.contains("hunter2"),
            "{command} printed a password: {said}"
        );
    }
}

#[test]
fn schema_prints_the_contract() {
    let output = execute(&["schema"], &[]);

    assert!(output.status.success());
    let contract = include_str!("../../schema.graphql");
    assert!(
        text(&output.stdout) == contract,
        "schema.graphql differs from `samverkan schema`: write it anew"
    );
}

#[test]
fn token_lists_people_as_json_and_makes_tokens_for_them() {
    let folder = new_folder();
    let data = [("SAMVERKAN_DATA", folder.to_str().expect("a path"))];

    let list = execute(&["token", "--list"], &data);
    let person = execute(&["token", "--as", "vaxjo-coordinator"], &data);
    let service = execute(&["token", "--as", "vaxjo-coordinator", "--service"], &data);
    let nobody = execute(&["token", "--as", "nobody"], &data);
    let neither = execute(&["token"], &data);

    let list: Value = serde_json::from_slice(&list.stdout).expect("JSON");
    let first = &list.as_array().expect("a list")[0];
    assert_eq!(
        (&first["persona"], &first["organisation"], &first["roles"]),
        (
            &"vaxjo-coordinator".into(),
            &"2120000662".into(),
            &serde_json::json!(["COORDINATOR"])
        )
    );
    for token in [&person, &service] {
        assert!(token.status.success(), "{}", text(&token.stderr));
        assert_eq!(
            text(&token.stdout).trim().split('.').count(),
            3,
            "a token has three parts"
        );
    }
    assert_eq!(nobody.status.code(), Some(1));
    assert!(
        text(&nobody.stderr).contains("vaxjo-coordinator"),
        "it says who there is: {}",
        text(&nobody.stderr)
    );
    assert_eq!(
        neither.status.code(),
        Some(2),
        "one of the two must be asked for"
    );
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_command_that_is_none_is_refused_with_help() {
    let output = execute(&["serv"], &[]);

    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("--help"),
        "{}",
        text(&output.stderr)
    );
}
