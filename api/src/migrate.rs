//! Bringing the database up to date, one process at a time.

#![expect(
    clippy::disallowed_types,
    reason = "migrations change tables, which no viewer may do"
)]

use crate::{
    config,
    error::Error,
    viewer::{
        coverage::{count_anew, is_uncounted},
        trained::qualify,
    },
};
use chrono::{DateTime, Utc};
use entity::organisation;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    Condition, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    EntityTrait, Statement, TransactionTrait,
};
use std::{fs::File, path::PathBuf, time::Duration};

/// Names the lock among `PostgreSQL`'s advisory locks.
const LOCK: i64 = 0x5361_6d76_6572_6b61;
/// For how long another process may hold the lock.
const PATIENCE: Duration = Duration::from_mins(1);

/// Applies every migration that has not been applied, under a lock. Returns how many there were.
pub async fn migrate(config: &config::Database) -> Result<usize, Error> {
    let mut options = ConnectOptions::new(config.url.expose());
    // One connection: an advisory lock belongs to the session that took it.
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.create_if_missing(true).foreign_keys(true));
    let database = Database::connect(options).await?;
    let lock = Lock::take(&database, config).await?;
    let pending = Migrator::get_pending_migrations(&database).await?.len();
    let applied = bring_up_to_date(&database).await;
    lock.release(&database).await?;
    applied?;
    database.close().await?;
    Ok(pending)
}

/// Applies the migrations, and counts what a migration cannot: SQL alone does not know how counters of days are entered.
async fn bring_up_to_date(database: &DatabaseConnection) -> Result<(), Error> {
    Migrator::up(database, None).await?;
    if is_uncounted(database).await? {
        let transaction = database.begin().await?;
        count_anew(&transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Fills a migrated database with the demonstration's data, unless it holds organisations already.
pub async fn fill_if_empty(config: &config::Database, now: DateTime<Utc>) -> Result<(), Error> {
    let mut options = ConnectOptions::new(config.url.expose());
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await?;
    if organisation::Entity::find().one(&database).await?.is_none() {
        // All of it, or nothing: a filling that was interrupted begins anew at the next start.
        let transaction = database.begin().await?;
        crate::demo::data::fill(&transaction, now).await?;
        qualify(&transaction, Condition::all()).await?;
        count_anew(&transaction).await?;
        transaction.commit().await?;
    }
    database.close().await?;
    Ok(())
}

/// Held while migrations run; given back by the system if the process dies.
enum Lock {
    Advisory,
    File(File),
}

impl Lock {
    /// Tries again and again: waiting inside the database would hold a snapshot open.
    async fn take(database: &DatabaseConnection, config: &config::Database) -> Result<Self, Error> {
        let file = sqlite_lock_file(config)
            .map(File::create)
            .transpose()
            .map_err(Error::internal)?;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            match &file {
                Some(file) if file.try_lock().is_ok() => {
                    return Ok(Self::File(file.try_clone().map_err(Error::internal)?));
                }
                None if try_advisory_lock(database).await? => return Ok(Self::Advisory),
                _ => {}
            }
            if tokio::time::Instant::now() > deadline {
                return Err(Error::internal(
                    "another process has been migrating for a minute",
                ));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn release(self, database: &DatabaseConnection) -> Result<(), Error> {
        match self {
            Self::File(file) => file.unlock().map_err(Error::internal),
            Self::Advisory => {
                let sql = "SELECT pg_advisory_unlock($1)";
                database.query_one_raw(with_lock(sql)).await?;
                Ok(())
            }
        }
    }
}

fn with_lock(sql: &str) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, [LOCK.into()])
}

async fn try_advisory_lock(database: &DatabaseConnection) -> Result<bool, DbErr> {
    let row = database
        .query_one_raw(with_lock("SELECT pg_try_advisory_lock($1) AS taken"))
        .await?;
    row.map_or(Ok(false), |row| row.try_get("", "taken"))
}

/// The file beside a `SQLite` database that stands for the lock; none for `PostgreSQL`.
fn sqlite_lock_file(config: &config::Database) -> Option<PathBuf> {
    let path = config.url.expose().strip_prefix("sqlite:")?;
    let path = path.trim_start_matches("//").split('?').next()?;
    Some(PathBuf::from(format!("{path}.migrating")))
}
