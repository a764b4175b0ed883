//! How fast the product is with a whole nation in it: a generator that fills a database, and a benchmark that holds
//! the product against what a patient person could write by hand.
//!
//! Nothing of this is part of the product's program.

pub mod bulk;
pub mod dice;
pub mod fill;
pub mod limit;
pub mod load;
pub mod operation;
pub mod process;
pub mod progress;
pub mod report;
pub mod side;
pub mod size;
mod words;

use api::{
    config::{self, Config},
    run::Fault,
};
use chrono::{DateTime, Utc};

/// What the commands answer with: a fault has words for whoever runs them.
pub type Result<T> = std::result::Result<T, Fault>;

/// When everything happens: the databases are filled as of this instant, and the servers' clocks stand at it, so
/// that a run next year asks for the same rows.
#[must_use]
pub fn instant() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_438_400, 0).unwrap_or_default()
}

/// The settings of a server over this database, as an operator would make them.
pub fn settings(url: &str, connections: u32) -> Result<Config> {
    let environment = [
        ("SAMVERKAN_DATABASE_URL", url.to_owned()),
        ("SAMVERKAN_PUBLIC_URL", side::AUDIENCE.to_owned()),
        (
            "SAMVERKAN_DATABASE_MAX_CONNECTIONS",
            connections.to_string(),
        ),
        // All requests come from this one machine.
        ("SAMVERKAN_HTTP_CONNECTIONS_PER_ADDRESS", "1000".to_owned()),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value));
    Config::load(None, environment).map_err(|mistakes| Fault::new(mistakes.to_string()))
}

/// The database among them.
pub fn database(url: &str) -> Result<config::Database> {
    Ok(settings(url, 4)?.database)
}

/// Says what failed, and what was being done.
pub(crate) fn while_doing<E: std::fmt::Display>(doing: &str) -> impl Fn(E) -> Fault + '_ {
    move |error| Fault::while_doing(doing, &error)
}
