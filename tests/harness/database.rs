//! A database for each test, copied from a template that is migrated and filled once.

#![expect(
    clippy::disallowed_types,
    reason = "tests look behind the door: they set up what no viewer may, and compare what is stored"
)]

use super::START;
use api::{
    config::{self, Config},
    document_store::DocumentStore,
    metrics::Metrics,
    migrate::{fill_if_empty, migrate},
    run::document_store,
    viewer::Database as ApiDatabase,
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::sync::OnceCell;

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded one.
    Sqlite,
    /// The one that a county runs.
    Postgresql,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);
static SQLITE_TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRESQL_TEMPLATE: OnceCell<String> = OnceCell::const_new();

fn number() -> u32 {
    COUNTER.fetch_add(1, Ordering::Relaxed)
}

/// A folder that no other test has.
pub fn new_folder() -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("samverkan-{}-{}", std::process::id(), number()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The address of a new database with the demonstration's data.
pub(super) async fn copy_of_template(backend: Backend, folder: &Path) -> String {
    match backend {
        Backend::Sqlite => {
            let template = SQLITE_TEMPLATE.get_or_init(make_sqlite_template).await;
            let copy = folder.join("test.sqlite");
            std::fs::copy(template, &copy).expect("a copy of the template");
            format!("sqlite://{}", copy.display())
        }
        Backend::Postgresql => {
            let template = POSTGRESQL_TEMPLATE
                .get_or_init(make_postgresql_template)
                .await;
            let name = format!("samverkan_test_{}_{}", std::process::id(), number());
            execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
            format!("{}/{name}", postgresql())
        }
    }
}

/// Removes a database of the `PostgreSQL` server, whoever still has a connection.
pub(super) async fn remove(url: &str) {
    let (_, name) = url.rsplit_once('/').expect("the name of a database");
    execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// The address of a new database with nothing in it.
pub async fn empty_database(backend: Backend, folder: &Path) -> String {
    match backend {
        Backend::Sqlite => format!("sqlite://{}", folder.join("empty.sqlite").display()),
        Backend::Postgresql => {
            let name = format!("samverkan_empty_{}_{}", std::process::id(), number());
            execute(&format!("CREATE DATABASE {name}")).await;
            format!("{}/{name}", postgresql())
        }
    }
}

/// A connection that sees everything.
pub async fn openly(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.expect("a connection")
}

/// What the check of counters and ledgers finds, and telling the ledgers again.
pub(super) async fn disagreements(url: &str) -> Vec<String> {
    let database = ApiDatabase::connect(&settings(url), &Arc::new(Metrics::default()))
        .await
        .expect("a connection");
    let findings = database.check().await.expect("a check");
    let told = database.replay().await.expect("ledgers that can be told");
    database.close().await;
    findings
        .disagreements
        .into_iter()
        .chain(told.disagreements)
        .map(|found| format!("{}: {}", found.occasion, found.what))
        .collect()
}

/// What the check says of minutes whose seal does not hold.
pub async fn broken_seals(url: &str) -> Vec<String> {
    let database = ApiDatabase::connect(&settings(url), &Arc::new(Metrics::default()))
        .await
        .expect("a connection");
    let findings = database.check().await.expect("a check");
    database.close().await;
    findings.minutes
}

/// Where a server's documents lie, as it was told.
pub(super) type Place = [(&'static str, String)];

/// The database and the store of documents.
async fn with_documents(url: &str, place: &Place) -> (ApiDatabase, Arc<DocumentStore>) {
    let environment = [
        ("SAMVERKAN_DATABASE_URL", url.to_owned()),
        ("SAMVERKAN_PUBLIC_URL", "https://api.test".to_owned()),
    ];
    let environment = environment
        .into_iter()
        .chain(place.iter().cloned())
        .map(|(name, value)| (name.to_owned(), value));
    let config = Config::load(None, environment).expect("a good configuration");
    let database = ApiDatabase::connect(&config.database, &Arc::new(Metrics::default()))
        .await
        .expect("a connection");
    let store = document_store(&config, &database).await.expect("a store");
    (database, store)
}

/// Clears away the files without a document that are older than an instant.
pub(super) async fn sweep_documents(url: &str, place: &Place, before: DateTime<Utc>) -> usize {
    let (database, store) = with_documents(url, place).await;
    let swept = database
        .sweep_documents(&store, before)
        .await
        .expect("a sweep");
    database.close().await;
    swept
}

/// What the check says of documents and their files.
pub(super) async fn check_documents(url: &str, place: &Place) -> Vec<String> {
    let (database, store) = with_documents(url, place).await;
    let told = database.check_documents(&store).await.expect("a check");
    database.close().await;
    told
}

fn settings(url: &str) -> config::Database {
    let environment = [
        ("SAMVERKAN_DATABASE_URL", url),
        ("SAMVERKAN_PUBLIC_URL", "https://api.test"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Config::load(None, environment)
        .expect("a good configuration")
        .database
}

async fn fill(url: &str) {
    let settings = settings(url);
    migrate(&settings).await.expect("migrations apply");
    fill_if_empty(&settings, *START)
        .await
        .expect("the data can be filled in");
}

async fn make_sqlite_template() -> PathBuf {
    let file = new_folder().join("template.sqlite");
    fill(&format!("sqlite://{}", file.display())).await;
    file
}

async fn make_postgresql_template() -> String {
    let name = format!("samverkan_template_{}", std::process::id());
    execute(&format!("CREATE DATABASE {name}")).await;
    fill(&format!("{}/{name}", postgresql())).await;
    name
}

/// The `PostgreSQL` server of the tests, without the name of a database.
fn postgresql() -> String {
    std::env::var("SAMVERKAN_TEST_POSTGRESQL").expect(
        "SAMVERKAN_TEST_POSTGRESQL names no server; run `tests/run`, which starts one, or set it to \
         postgres://user@host:port",
    )
}

pub(super) async fn execute(sql: &str) {
    let database = openly(&format!("{}/postgres", postgresql())).await;
    database.execute_unprepared(sql).await.expect(sql);
    database.close().await.expect("the connection closes");
}
