//! What the operator does about personal data: runs the retention, keeps the log of erasures outside the
//! database, and does the erasures again after a restore.

use crate::{
    config,
    error::Error,
    language::Language,
    metrics::Metrics,
    run::Fault,
    viewer::{Database, RequestContext, Viewer, erasure::Line, retention::Reached},
};
use chrono::{DateTime, Utc};
use sea_orm::ActiveEnum;
use std::{fmt::Write, path::Path, sync::Arc};

fn fault(error: &Error) -> Fault {
    Fault::of_database("the database", error)
}

/// Whether a run of the retention changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// It does what the rules say.
    Real,
    /// It tells what it would do.
    DryRun,
}

async fn connect(config: &config::Database) -> Result<Database, Fault> {
    Database::connect(config, &Arc::new(Metrics::default()))
        .await
        .map_err(|error| fault(&error))
}

fn job(database: &Database, name: &str, now: DateTime<Utc>) -> Viewer {
    let context = RequestContext {
        request_id: format!("{name}-{}", now.timestamp()),
        language: Language::default(),
        now,
    };
    Viewer::for_job(database, context)
}

/// Does what the organisations' retention rules say now, or tells what that would be: a line a rule.
pub async fn retain(
    config: &config::Database,
    mode: Retention,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let database = connect(config).await?;
    let job = job(&database, "retention", now);
    let reached = match mode {
        Retention::DryRun => job.retention_due().await,
        Retention::Real => job.retention(None).await.map(Option::unwrap_or_default),
    };
    let reached = reached.map_err(|error| fault(&error))?;
    database.close().await;
    Ok(tell(mode, &reached))
}

fn tell(mode: Retention, reached: &[Reached]) -> String {
    let mut said = String::new();
    for rule in reached {
        let Reached {
            organisation,
            name,
            kind,
            months,
            records,
        } = rule;
        let kind = kind.to_value();
        // A String takes every write.
        let _ = writeln!(
            said,
            "{organisation} ({name}): {kind} after {months} months: {records}"
        );
    }
    let total: u64 = reached.iter().map(|rule| rule.records).sum();
    let done = match mode {
        Retention::Real => "were reached",
        Retention::DryRun => "would be reached; nothing was changed",
    };
    let _ = write!(said, "{} rules: {total} records {done}", reached.len());
    said
}

/// The log of erasures, a line of JSON each, oldest first: what is kept outside the database.
pub async fn export_erasures(
    config: &config::Database,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let database = connect(config).await?;
    let log = job(&database, "erasures", now).erasure_log().await;
    let log = log.map_err(|error| fault(&error))?;
    database.close().await;
    let lines = log.iter().map(|row| Line::from(row).write() + "\n");
    Ok(lines.collect())
}

/// Does again what a kept log of erasures says, after a restore from an older backup. A file that has a line that
/// cannot be read changes nothing.
pub async fn replay_erasures(
    config: &config::Database,
    file: &Path,
    now: DateTime<Utc>,
) -> Result<String, Fault> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Fault::while_doing(&file.display().to_string(), &error))?;
    let mut orders = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let order = Line::read(line).ok().and_then(|line| line.order());
        let Some(order) = order else {
            return Err(Fault::new(format!(
                "{}: line {number} is no entry of a log of erasures; nothing was changed",
                file.display()
            )));
        };
        orders.push(order);
    }
    let database = connect(config).await?;
    let done = job(&database, "erasures-replayed", now)
        .replay_erasures(&orders)
        .await
        .map_err(|error| fault(&error))?;
    database.close().await;
    let mut said = format!("{} entries", orders.len());
    for (what, number) in done {
        let _ = write!(said, "\n{number} {what}");
    }
    Ok(said)
}
