//! What the documents say is compared with the code, so that they cannot grow old unnoticed.

use crate::harness::{Backend, Server};
use api::{
    config::{Config, ISSUER_SETTINGS, SETTINGS},
    demo::data::PERSONAS,
    guard::Limits,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

const OPERATIONS: &str = include_str!("../../docs/operations.md");
const AUTHORIZATION: &str = include_str!("../../docs/authorization.md");
const README: &str = include_str!("../../README.md");

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the repository's folder").to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn has_row(document: &str, row: &str) {
    let there = document.lines().any(|line| line == row);
    assert!(
        there,
        "docs/operations.md lacks or has changed this row:\n{row}"
    );
}

#[test]
fn the_table_of_settings_is_that_of_the_code() {
    for setting in SETTINGS {
        let default = match setting.default {
            None => "–".to_owned(),
            Some("") => "none".to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let (key, variable, about) = (setting.key, setting.variable(), setting.about);
        has_row(
            OPERATIONS,
            &format!("| `{key}` | `{variable}` | {default} | {about} |"),
        );
    }
    for setting in ISSUER_SETTINGS {
        has_row(
            OPERATIONS,
            &format!("| `{}` | {} |", setting.key, setting.about),
        );
    }
}

#[test]
fn the_table_of_limits_is_that_of_the_code() {
    let limits = format!("{:#?}", Limits::default());
    let rows: Vec<(&str, &str)> = limits
        .lines()
        .filter_map(|line| line.trim().trim_end_matches(',').split_once(": "))
        .collect();

    assert!(rows.len() > 10, "the limits can be read: {limits}");
    for (name, value) in rows {
        let value = value.trim_end_matches('s').parse().expect("a number");
        let beginning = format!("| `{name}` | {} |", with_commas(value));
        let there = OPERATIONS.lines().any(|line| line.starts_with(&beginning));
        assert!(
            there,
            "docs/operations.md: the table of limits should have `{beginning} …`"
        );
    }
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[tokio::test]
async fn every_meter_is_documented() {
    let server = Server::start(Backend::Sqlite).await;
    server.anonymous().query("{ __typename }").await;

    let url = format!("http://{}/metrics", server.address);
    let answer = server.http.get(url).send().await.expect("an answer");
    let text = answer.text().await.expect("the meters");

    let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    for (name, kind) in kinds.filter_map(|line| line.split_once(' ')) {
        let end = if kind == "counter" { "_total" } else { "" };
        let documented = OPERATIONS.contains(&format!("| `{name}{end}` |"));
        assert!(
            documented,
            "docs/operations.md: describe the meter {name}{end}"
        );
    }
    server.stop().await;
}

#[test]
fn every_error_code_is_documented() {
    let sources = [
        include_str!("../../api/src/error.rs"),
        include_str!("../../api/src/guard/refusal.rs"),
        include_str!("../../api/src/http/answer.rs"),
        include_str!("../../api/src/masking.rs"),
    ];
    let codes: BTreeSet<&str> = sources
        .into_iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2))
        .filter(|text| text.len() > 5 && text.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();

    assert!(
        codes.contains("RATE_LIMITED"),
        "the codes can be read: {codes:?}"
    );
    for code in codes {
        let documented = OPERATIONS.contains(&format!("| `{code}` |"));
        assert!(
            documented,
            "docs/operations.md: describe the error code {code}"
        );
    }
}

#[test]
fn the_page_on_authorization_says_who_may_run_each_mutation() {
    let schema = include_str!("../../schema.graphql");
    let (_, rest) = schema.split_once("type Mutation {").expect("mutations");
    let (mutations, _) = rest.split_once("\n}").expect("an end");
    let names: Vec<&str> = mutations
        .lines()
        .filter_map(|line| line.trim().split_once("(input:"))
        .map(|(name, _)| name)
        .collect();

    assert!(
        names.contains(&"signUp"),
        "the mutations can be read: {names:?}"
    );
    for name in names {
        let said = AUTHORIZATION.contains(&format!("`{name}`"));
        assert!(
            said,
            "docs/authorization.md: say who may do {name}, in the table \"Doing\""
        );
    }
}

#[test]
fn the_page_on_authorization_says_when_each_entry_of_the_audit_log_is_made() {
    let schema = include_str!("../../schema.graphql");
    let (_, rest) = schema
        .split_once("enum AuditAction {")
        .expect("the kinds of entries");
    let (kinds, _) = rest.split_once("\n}").expect("an end");
    let capital = |text: &&str| text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let kinds: Vec<&str> = kinds
        .lines()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();

    for kind in kinds.into_iter().filter(capital) {
        let said = AUTHORIZATION.contains(&format!("`{kind}`"));
        assert!(
            said,
            "docs/authorization.md: say when an entry {kind} is made"
        );
    }
}

#[test]
fn the_readmes_configuration_is_accepted() {
    let (_, rest) = README.split_once("```toml\n").expect("a configuration");
    let (toml, _) = rest.split_once("```").expect("an end");
    let name = format!("samverkan-readme-{}.toml", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, toml).expect("a file");

    let config = Config::load(Some(&file), []);
    std::fs::remove_file(&file).expect("the file goes");

    let config = config.unwrap_or_else(|mistakes| panic!("README.md: {mistakes}"));
    assert_eq!(config.issuers.len(), 2);
}

#[test]
fn the_readmes_people_exist() {
    for rest in README.split("$(token ").skip(1) {
        let name = rest.split(')').next().unwrap_or_default();
        let known = PERSONAS.iter().any(|persona| persona.name == name);
        assert!(
            known,
            "README.md: there is no {name}; see `cargo run -- token --list`"
        );
    }
}

#[test]
fn every_direct_dependency_has_a_reason() {
    let page = read(&root().join("docs/decisions/0011-direct-dependencies-and-why-each.md"));
    let manifest = read(&root().join("Cargo.toml"));
    let (_, rest) = manifest
        .split_once("[workspace.dependencies]")
        .expect("dependencies");
    let (dependencies, _) = rest.split_once("\n[").expect("an end");
    let names: BTreeSet<&str> = dependencies
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .filter(|name| !["api", "entity", "migration"].contains(name))
        .collect();
    let reasons: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" |"))
        .map(|(name, _)| name)
        .filter(|name| *name != "crate")
        .collect();

    assert_eq!(
        reasons, names,
        "decision 11 gives a reason for each dependency of Cargo.toml"
    );
}

#[test]
fn no_link_between_the_documents_is_broken() {
    let mut documents = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    for folder in [
        "docs",
        "docs/decisions",
        "api/src/demo/data",
        "migration/data",
    ] {
        let entries = std::fs::read_dir(root().join(folder)).expect(folder);
        let paths = entries.map(|entry| entry.expect("an entry").path());
        documents.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }

    for document in documents {
        let text = read(&document);
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap_or_default();
            if link.starts_with("http") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => document.clone(),
                path => document.parent().expect("a folder").join(path),
            };
            assert!(
                target.exists(),
                "{}: there is no {link}",
                document.display()
            );
            let found = anchor.is_empty() || anchors(&read(&target)).contains(anchor);
            assert!(found, "{}: {link} has no such heading", document.display());
        }
    }
}

/// The names that headings get on the web.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| line.trim_start_matches('#').trim().to_lowercase())
        .map(|heading| heading.replace(' ', "-"))
        .map(|heading| heading.replace(|c: char| !c.is_alphanumeric() && c != '-' && c != '_', ""))
        .collect()
}
