//! That nothing is forgotten: the schema of both databases, and the entities, are held against the table of what
//! is held about people.

use crate::{
    access::behind::query,
    harness::{Backend, Server, on_both_databases},
};
use api::viewer::held::{HELD, HELD_THROUGH, Who};
use std::{collections::BTreeSet, path::Path};

/// A foreign key: table, column, and the table that it refers to.
type Reference = (String, String, String);

async fn references(server: &Server) -> BTreeSet<Reference> {
    let sql = match server.backend {
        Backend::Sqlite => {
            "SELECT m.name AS source, f.\"from\" AS field, f.\"table\" AS target \
             FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Backend::Postgresql => {
            "SELECT c.conrelid::regclass::text AS source, a.attname::text AS field, \
             c.confrelid::regclass::text AS target FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f'"
        }
    };
    let text = |row: &sea_orm::QueryResult, name: &str| -> String {
        row.try_get("", name).expect("a name")
    };
    query(server, sql)
        .await
        .iter()
        .map(|row| (text(row, "source"), text(row, "field"), text(row, "target")))
        .collect()
}

fn known() -> BTreeSet<String> {
    let columns = HELD
        .iter()
        .map(|held| format!("{}.{}", held.table, held.column));
    columns.collect()
}

on_both_databases! {
    async fn every_reference_to_a_person_is_exported_or_explained(backend: Backend) {
        let server = Server::start(backend).await;
        let references = references(&server).await;
        let through: BTreeSet<&str> = HELD_THROUGH.iter().map(|(column, _)| *column).collect();
        let known = known();
        let mut about: BTreeSet<&str> = HELD.iter().filter(|held| held.who == Who::Subject).map(|held| held.table).collect();
        about.extend(through.iter().filter_map(|column| Some(column.split_once('.')?.0)));

        let mut forgotten = Vec::new();
        for (table, column, target) in &references {
            let name = format!("{table}.{column}");
            let is_told = match target.as_str() {
                "person" => known.contains(&name),
                target if about.contains(target) => through.contains(name.as_str()),
                _ => true,
            };
            if !is_told {
                forgotten.push(format!("{name} -> {target}"));
            }
        }

        assert!(references.len() > 40, "the references were not read: {references:?}");
        assert!(
            forgotten.is_empty(),
            "these columns say something about people. Add those that refer to `person` to HELD in \
             api/src/viewer/held.rs and the others to HELD_THROUGH, write what is about somebody into \
             api/src/graphql/personal_data/document.rs, and see what an erasure must do with its texts: {forgotten:?}"
        );
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_table_of_what_is_held_names_columns_that_exist(backend: Backend) {
        let server = Server::start(backend).await;
        let through = HELD_THROUGH.iter().map(|(column, _)| (*column).to_owned());

        for column in known().into_iter().chain(through) {
            let (table, column) = column.split_once('.').expect("a table and a column");
            query(&server, &format!("SELECT \"{column}\" FROM \"{table}\" LIMIT 1")).await;
        }
        for held in HELD {
            if let Some(column) = held.sign_up {
                query(&server, &format!("SELECT \"{column}\" FROM \"{}\" LIMIT 1", held.table)).await;
            }
        }
        server.stop().await;
    }
}

/// A view holds nothing itself: what it shows is held by the tables below it.
const VIEWS: [&str; 1] = ["group_person"];

/// The columns of an entity's source that hold a person's id.
fn persons_of(source: &str) -> Vec<String> {
    let table = source
        .split_once("table_name = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(table, _)| table);
    let Some(table) = table.filter(|table| !VIEWS.contains(table)) else {
        return Vec::new();
    };
    source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "))
        .filter(|(_, kind)| kind.contains("PersonId"))
        .filter(|(column, _)| (table, *column) != ("person", "id"))
        .map(|(column, _)| format!("{table}.{column}"))
        .collect()
}

#[test]
fn every_column_of_the_entities_that_holds_a_person_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src");
    let known = known();
    let mut found = BTreeSet::new();

    for file in std::fs::read_dir(folder).expect("the entities") {
        let file = file.expect("a file").path();
        if file.extension().is_some_and(|kind| kind == "rs") {
            found.extend(persons_of(
                &std::fs::read_to_string(file).expect("a source"),
            ));
        }
    }

    let forgotten: Vec<_> = found.difference(&known).collect();
    assert!(found.len() > 8, "the entities were not read: {found:?}");
    assert!(
        forgotten.is_empty(),
        "add to HELD in api/src/viewer/held.rs: {forgotten:?}"
    );
}
