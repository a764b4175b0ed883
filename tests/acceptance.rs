//! What the five counties' documents name, each thing shown by a test that is called after its row.

mod blekinge;
mod council;
mod groups;
mod initiatives;
mod jamtland;
mod jonkoping;
mod jonkoping_joint;
mod kronoberg;
pub mod look_up;
mod places;
mod practice;
mod roles;
mod skane;
mod traps;
mod visits;

use serde::Deserialize;

/// Which row of the sources is shown by which test, and what of it is left for later.
const ROWS: &str = include_str!("acceptance/rows.csv");

/// The files that the tests stand in.
const SOURCES: [&str; 11] = [
    include_str!("acceptance/kronoberg.rs"),
    include_str!("acceptance/blekinge.rs"),
    include_str!("acceptance/jamtland.rs"),
    concat!(
        include_str!("acceptance/jonkoping.rs"),
        include_str!("acceptance/jonkoping_joint.rs")
    ),
    include_str!("acceptance/skane.rs"),
    include_str!("acceptance/practice.rs"),
    include_str!("acceptance/roles.rs"),
    include_str!("acceptance/groups.rs"),
    include_str!("acceptance/council.rs"),
    include_str!("acceptance/initiatives.rs"),
    include_str!("acceptance/visits.rs"),
];

/// How many rows have been shown. The number may only grow.
const SHOWN: usize = 82;

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "row")]
    id: String,
    expected: String,
    test: String,
}

#[test]
fn every_accepted_row_has_its_test_and_every_such_test_its_row() {
    let rows: Vec<Row> = csv::Reader::from_reader(ROWS.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("tests/acceptance/rows.csv has the columns row, source, expected, test and left");

    let tests = tests();

    for Row { id, expected, test } in &rows {
        let beginning = format!("{}_", id.to_lowercase().replace('-', "_"));
        assert!(
            test.starts_with(&beginning),
            "name the test of {id} {beginning}…, not {test}"
        );
        assert!(
            tests.contains(&test.as_str()),
            "{id} has lost its test {test}: write one in tests/acceptance that shows: {expected}"
        );
    }
    for test in &tests {
        let known = rows.iter().any(|row| row.test == *test);
        assert!(
            known,
            "add the row that {test} shows to tests/acceptance/rows.csv"
        );
    }
    assert!(
        rows.len() >= SHOWN,
        "a row is gone from tests/acceptance/rows.csv: put it back"
    );
}

/// The names of all tests on both databases in the counties' files.
fn tests() -> Vec<&'static str> {
    let lines = SOURCES.iter().flat_map(|source| source.lines());
    lines
        .filter_map(|line| {
            line.trim()
                .strip_prefix("async fn ")?
                .strip_suffix("(backend: Backend) {")
        })
        .collect()
}
