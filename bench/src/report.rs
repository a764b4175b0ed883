//! The figures as tables and as a picture.

mod picture;

pub use picture::picture;

use crate::{
    Result,
    load::{Cost, Line, Memory},
    while_doing,
};
use api::run::Fault;
use std::{fmt::Write, path::Path, time::Duration};

/// Between these marks a document holds the tables of the last run.
const BEGIN: &str = "<!-- figures: written by `bench run --into` -->";
const END: &str = "<!-- end of figures -->";

impl Cost {
    /// CPU milliseconds per request of the side's process.
    #[must_use]
    pub fn server_ms(&self) -> f64 {
        self.per_request(self.server)
    }

    /// CPU milliseconds per request of the database.
    #[must_use]
    pub fn database_ms(&self) -> f64 {
        self.per_request(self.database)
    }

    /// CPU milliseconds per request, of both together.
    #[must_use]
    pub fn cpu_ms(&self) -> f64 {
        self.per_request(self.server + self.database)
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for reading")]
    fn per_request(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1000.0 / self.requests.max(1) as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for reading")]
    fn per_second(&self) -> f64 {
        self.requests as f64 / self.time.as_secs_f64().max(1e-9)
    }

    /// The latency that so many of a hundred requests stay below, in milliseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let place =
            (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies
            .get(place)
            .map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

/// What a request costs on both sides, how much more it costs with more data, and what the processes hold.
#[must_use]
pub fn tables(lines: &[Line], memory: &[Memory]) -> String {
    let mut text = String::from(
        "| operation | data | × limit | product: CPU ms (server + database) | limit: CPU ms (server + database) | \
         product: requests/s, p50, p99 ms | limit: requests/s, p50, p99 ms |\n|---|---|--:|--:|--:|--:|--:|\n",
    );
    for line in lines {
        let ratio = ratio(line.product.cpu_ms(), line.limit.cpu_ms());
        row(
            &mut text,
            &[
                line.operation.to_owned(),
                line.database.clone(),
                format!("**{ratio:.2}**"),
                cpu(&line.product),
                cpu(&line.limit),
                speed(&line.product),
                speed(&line.limit),
            ],
        );
    }
    growth(&mut text, lines);
    text.push_str("\n| process | peak memory |\n|---|--:|\n");
    for held in memory {
        let megabytes = held.peak / 1024 / 1024;
        row(
            &mut text,
            &[
                format!("{}, {}", held.side.name(), held.database),
                format!("{megabytes} MB"),
            ],
        );
    }
    text
}

/// How the cost grows from the first database to each further one.
fn growth(text: &mut String, lines: &[Line]) {
    let Some(first) = lines.first().map(|line| line.database.clone()) else {
        return;
    };
    let mut rows = String::new();
    for line in lines.iter().filter(|line| line.database != first) {
        let base = lines
            .iter()
            .find(|base| base.operation == line.operation && base.database == first);
        if let Some(base) = base {
            row(
                &mut rows,
                &[
                    line.operation.to_owned(),
                    format!("{first} → {}", line.database),
                    format!("{:.2}", ratio(line.product.cpu_ms(), base.product.cpu_ms())),
                    format!("{:.2}", ratio(line.limit.cpu_ms(), base.limit.cpu_ms())),
                ],
            );
        }
    }
    if !rows.is_empty() {
        text.push_str("\n| growth of CPU per request | | product | limit |\n|---|---|--:|--:|\n");
        text.push_str(&rows);
    }
}

fn ratio(one: f64, other: f64) -> f64 {
    one / other.max(1e-9)
}

fn cpu(cost: &Cost) -> String {
    format!(
        "{:.2} ({:.2} + {:.2})",
        cost.cpu_ms(),
        cost.server_ms(),
        cost.database_ms()
    )
}

fn speed(cost: &Cost) -> String {
    format!(
        "{:.0}, {:.1}, {:.1}",
        cost.per_second(),
        cost.percentile(50),
        cost.percentile(99)
    )
}

fn row(text: &mut String, cells: &[String]) {
    // Writing to a text does not fail.
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// Replaces what stands between the marks of a document.
pub fn put_into(file: &Path, tables: &str) -> Result<()> {
    let doing = "the document of the figures";
    let text = std::fs::read_to_string(file).map_err(while_doing(doing))?;
    let replaced = between_marks(&text, tables)
        .ok_or_else(|| Fault::new(format!("{} has no marks for the figures", file.display())))?;
    std::fs::write(file, replaced).map_err(while_doing(doing))
}

fn between_marks(text: &str, tables: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{tables}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(milliseconds: u64) -> Cost {
        Cost {
            requests: 10,
            time: Duration::from_secs(1),
            server: Duration::from_millis(milliseconds * 10),
            database: Duration::ZERO,
            latencies: (1..=10).map(Duration::from_millis).collect(),
        }
    }

    fn line(database: &str, product: u64, limit: u64) -> Line {
        Line {
            operation: "page",
            database: database.to_owned(),
            product: cost(product),
            limit: cost(limit),
        }
    }

    #[test]
    fn the_ratio_and_the_growth_are_of_cpu_per_request() {
        let lines = [line("county", 4, 2), line("nation", 5, 2)];

        let text = tables(&lines, &[]);

        assert!(
            text.contains("| page | county | **2.00** | 4.00 (4.00 + 0.00) |"),
            "{text}"
        );
        assert!(
            text.contains("| page | county → nation | 1.25 | 1.00 |"),
            "{text}"
        );
    }

    #[test]
    fn percentiles_are_of_the_sorted_latencies() {
        assert!((cost(1).percentile(50) - 6.0).abs() < 1e-9);
        assert!((cost(1).percentile(99) - 10.0).abs() < 1e-9);
        assert!(Cost::default().percentile(99).abs() < 1e-9);
    }

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let text = format!("before {BEGIN} old {END} after");

        let replaced = between_marks(&text, "new").expect("marks");

        assert_eq!(replaced, format!("before {BEGIN}\n\nnew\n{END} after"));
        assert_eq!(between_marks("no marks", "new"), None);
    }
}
