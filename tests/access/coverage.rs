//! No way in without a row: the entry points come from the running schema.

use super::{matrix::all_rows, schema::Schema};
use std::collections::BTreeSet;

fn entry_points() -> BTreeSet<String> {
    let schema = Schema::running();
    let mut entries = BTreeSet::new();
    for root in ["Query", "Mutation", "Subscription"] {
        for field in schema
            .object(root)
            .into_iter()
            .flat_map(|root| &root.fields)
        {
            entries.insert(format!("{root}.{}", field.name));
        }
    }
    for name in schema.names(|object| !object.keys.is_empty()) {
        entries.insert(format!("_entities({name})"));
    }
    for name in schema.names(|object| object.is_node) {
        entries.insert(format!("node({name})"));
    }
    entries
}

#[test]
fn every_entry_point_of_the_schema_has_a_row_in_the_matrix() {
    let entries = entry_points();
    let rows: BTreeSet<String> = all_rows().into_iter().map(|row| row.through).collect();

    let missing: Vec<_> = entries.difference(&rows).collect();
    let unknown: Vec<_> = rows.difference(&entries).collect();

    assert!(
        entries.len() > 30,
        "the schema was not read: only {entries:?}"
    );
    assert!(
        missing.is_empty(),
        "add to tests/access/matrix.md a row whose second column is each of {missing:?}, and to reading.md or \
         doing.md how to try it"
    );
    assert!(
        unknown.is_empty(),
        "matrix.md has rows for {unknown:?}, which the schema does not have: rename or remove them"
    );
}

#[test]
fn no_row_of_the_matrix_stands_twice() {
    let mut seen = BTreeSet::new();

    let twice: Vec<String> = all_rows()
        .into_iter()
        .filter(|row| !seen.insert(row.what.clone()))
        .map(|row| row.what)
        .collect();

    assert!(twice.is_empty(), "give each row its own name: {twice:?}");
}
