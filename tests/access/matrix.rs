//! Reads `matrix.md`.

use super::relation::RELATIONS;

const FILE: &str = include_str!("matrix.md");

/// One row: what is tried, through which way in, and what each relation gets.
#[derive(Clone, Debug)]
pub struct Row {
    pub what: String,
    pub through: String,
    pub cells: Vec<String>,
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// The rows of all tables below a heading of the second level.
pub fn rows(chapter: &str) -> Vec<Row> {
    let mut here = false;
    let mut rows = Vec::new();
    for line in FILE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            here = heading == chapter;
        }
        if !here || !line.starts_with('|') || line.starts_with("|--") {
            continue;
        }
        let mut cells = cells(line);
        if cells[0] == "what" {
            let columns: Vec<&str> = RELATIONS.iter().map(|relation| relation.name).collect();
            assert_eq!(
                cells[2..],
                columns,
                "the columns of matrix.md are not those of RELATIONS in relation.rs"
            );
            continue;
        }
        assert_eq!(
            cells.len(),
            RELATIONS.len() + 2,
            "matrix.md: give this row a cell for each relation: {line}"
        );
        let rest = cells.split_off(2);
        let through = cells.pop().expect("a way in").replace('`', "");
        let what = cells.pop().expect("a name");
        rows.push(Row {
            what,
            through,
            cells: rest,
        });
    }
    rows
}

/// Every row of the file.
pub fn all_rows() -> Vec<Row> {
    let mut rows = rows("Reading");
    rows.extend(self::rows("Doing"));
    rows
}

/// Holds what was answered against the row; what differs is said with the whole row as it would be true.
pub fn compare(row: &Row, answers: &[String], faults: &mut Vec<String>) {
    if row.cells == answers {
        return;
    }
    let differs: Vec<String> = RELATIONS
        .iter()
        .zip(row.cells.iter().zip(answers))
        .filter(|(_, (says, is))| says != is)
        .map(|(relation, (says, is))| {
            format!("{}: the matrix says {says}, the server {is}", relation.name)
        })
        .collect();
    faults.push(format!(
        "{} — {}\n    the row that would be true: | {} | `{}` | {} |",
        row.what,
        differs.join("; "),
        row.what,
        row.through,
        answers.join(" | ")
    ));
}

/// Fails with every fault at once.
#[track_caller]
pub fn verdict(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "the matrix and the server disagree. Decide by access.md which is wrong, then mend that one:\n{}",
        faults.join("\n")
    );
}
