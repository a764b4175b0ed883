//! The catalogue's filters once more, slowly: over the whole list, row by row.

use super::asking::List;
use crate::harness::{Caller, START};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const FIELDS: &str = "id title description format status county { code } programme { id }
  organisers { id } subjectAreas targetAudiences
  occasions(first: 5) { nodes { status period startsAt endsAt seats { free } } }";

/// The whole catalogue of a caller, with what filters look at.
pub struct Catalogue<'c> {
    pub caller: &'c Caller<'c>,
    pub rows: Vec<Value>,
}

impl<'c> Catalogue<'c> {
    pub async fn of(caller: &'c Caller<'c>) -> Self {
        let field = "trainings(orderBy: { field: TITLE }".to_owned();
        let rows = List {
            caller,
            field,
            selection: FIELDS,
        }
        .forwards(20)
        .await;
        Self { caller, rows }
    }

    /// Compares what the filter finds with the rows that fit; gives how many.
    pub async fn expect(&self, filter: &Value, fits: impl Fn(&Value) -> bool) -> usize {
        let query = "query($filter: TrainingFilter) {
          trainings(filter: $filter, first: 100) { totalCount nodes { title } }
        }";
        let answer = self.caller.ask(query, json!({ "filter": filter })).await;
        let found = titles(answer.at("trainings/nodes").as_array().expect("a list"));
        let fitting: Vec<_> = self.rows.iter().filter(|row| fits(row)).cloned().collect();

        assert_eq!(
            found,
            titles(&fitting),
            "{filter} finds other trainings than those that fit"
        );
        assert_eq!(answer.at("trainings/totalCount"), found.len());
        found.len()
    }

    /// Every value that a field has in some row, once.
    pub fn values(&self, each: impl Fn(&Value) -> Vec<Value>) -> Vec<Value> {
        let mut values = Vec::new();
        for value in self.rows.iter().flat_map(each) {
            if !value.is_null() && !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }
}

fn titles(rows: &[Value]) -> Vec<String> {
    rows.iter()
        .map(|row| row["title"].as_str().expect("a title").to_owned())
        .collect()
}

/// Lower case and without the accents that Swedish has.
pub fn plain(text: &str) -> String {
    let plain = text
        .to_lowercase()
        .replace(['å', 'ä', 'à'], "a")
        .replace(['é', 'è'], "e")
        .replace('ö', "o");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether title or description holds the text.
pub fn holds(row: &Value, text: &str) -> bool {
    let of = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    plain(&format!("{} {}", of("title"), of("description"))).contains(&plain(text))
}

/// The scheduled occasions of a training, from when to when, and the free seats.
pub fn occasions(row: &Value) -> Vec<(DateTime<Utc>, DateTime<Utc>, i64)> {
    let rows = row["occasions"]["nodes"].as_array().expect("a list");
    let scheduled = rows.iter().filter(|row| row["status"] == "SCHEDULED");
    scheduled
        .map(|row| {
            let (from, to) = match row["period"].as_str() {
                Some(period) => bounds(period),
                None => (instant(&row["startsAt"]), instant(&row["endsAt"])),
            };
            (from, to, row["seats"]["free"].as_i64().expect("a number"))
        })
        .collect()
}

/// From the first moment of a rough period to the first moment after it, in Sweden.
fn bounds(period: &str) -> (DateTime<Utc>, DateTime<Utc>) {
    let (first, after) = match period {
        "2011-01" => ("2011-01-01T00:00:00+01:00", "2011-02-01T00:00:00+01:00"),
        "2012" => ("2012-01-01T00:00:00+01:00", "2013-01-01T00:00:00+01:00"),
        "VT 2014" => ("2014-01-01T00:00:00+01:00", "2014-07-01T00:00:00+02:00"),
        other => panic!("say in the test when {other} begins and ends"),
    };
    (
        first.parse().expect("an instant"),
        after.parse().expect("an instant"),
    )
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a time").parse().expect("an instant")
}

/// Whether an occasion that is still to come has a seat that nobody has taken.
pub fn has_free_seats(row: &Value) -> bool {
    occasions(row)
        .iter()
        .any(|(from, _, free)| *from > *START + TimeDelta::zero() && *free > 0)
}
