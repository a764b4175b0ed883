//! A real server for each test: real HTTP, real signed tokens, a database of its own.
//!
//! Each database is a copy of a template that is migrated and filled once; the clock stands at [`START`]
//! until a test moves it.

#![expect(
    clippy::disallowed_types,
    reason = "tests look behind the door: they set up what no viewer may, and compare what is stored"
)]

mod answer;
mod database;
mod person;

pub use answer::Answer;
pub use database::{Backend, broken_seals, empty_database, new_folder, openly};
pub use person::Caller;

use api::{
    clock::Clock,
    config::Config,
    demo::{data::PERSONAS, issuer::DemoIssuer},
    http::Rate,
    run,
    signing::{self, SigningKey},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// When every test begins: a Monday morning in spring, so that days and summer time lie ahead.
pub static START: LazyLock<DateTime<Utc>> =
    LazyLock::new(|| "2026-03-02T08:00:00Z".parse().expect("an instant"));

/// What the tokens of the tests are meant for.
const AUDIENCE: &str = "https://api.test";

/// What a test may decide about its server.
pub struct Setup {
    /// How often one caller may ask.
    pub rate: Rate,
    /// Whether everybody may read the schema.
    pub open_introspection: bool,
    /// How many connections each pool has.
    pub connections: u32,
    /// Further settings, as an operator sets them in the environment.
    pub settings: Vec<(&'static str, String)>,
    /// A configuration file, for issuers of a test's own.
    pub file: Option<PathBuf>,
}

/// How many connections a server has: so many, unless the whole suite runs with another number.
pub fn connections(usual: u32) -> u32 {
    let said = std::env::var("SAMVERKAN_TEST_CONNECTIONS").ok();
    said.map_or(usual, |said| {
        said.parse()
            .expect("SAMVERKAN_TEST_CONNECTIONS is a number")
    })
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            rate: Rate {
                burst: u32::MAX,
                ..Rate::default()
            },
            open_introspection: false,
            connections: connections(5),
            settings: Vec::new(),
            file: None,
        }
    }
}

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: Clock,
    /// Its database, seen from behind.
    pub database: DatabaseConnection,
    /// Which kind of database that is.
    pub backend: Backend,
    /// The database's address.
    pub database_url: String,
    /// Sends requests.
    pub http: reqwest::Client,
    issuer: DemoIssuer,
    folder: PathBuf,
    /// Where the documents lie.
    documents: Vec<(&'static str, String)>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl Server {
    /// A server over the demonstration's data, as of [`START`].
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, Setup::default()).await
    }

    /// As [`Server::start`], with something decided otherwise.
    pub async fn start_with(backend: Backend, setup: Setup) -> Self {
        let folder = new_folder();
        let database_url = database::copy_of_template(backend, &folder).await;
        let issuer = DemoIssuer::open(&folder, AUDIENCE).expect("an issuer of tokens");
        let clock = Clock::fixed(*START);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let environment = [
            ("SAMVERKAN_DATABASE_URL", database_url.clone()),
            ("SAMVERKAN_PUBLIC_URL", AUDIENCE.to_owned()),
            ("SAMVERKAN_AUDIENCE", AUDIENCE.to_owned()),
            (
                "SAMVERKAN_DATABASE_MAX_CONNECTIONS",
                setup.connections.to_string(),
            ),
            ("SAMVERKAN_CERTIFICATES_KEY_FILE", certificate_key(&folder)),
            (
                "SAMVERKAN_DOCUMENTS_FOLDER",
                folder.join("documents").display().to_string(),
            ),
        ];
        let environment: Vec<_> = environment.into_iter().chain(setup.settings).collect();
        let mut documents = environment.clone();
        documents.retain(|(name, _)| name.starts_with("SAMVERKAN_DOCUMENTS_"));
        // What a test sets takes the place of what is usual, also where it sets nothing.
        let environment: BTreeMap<String, String> = environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut config =
            Config::load(setup.file.as_deref(), environment).expect("a good configuration");
        let numbers = PERSONAS
            .iter()
            .map(|persona| persona.organisation_number.to_owned());
        config.issuers.push(issuer.registration(numbers));
        let server = run::Server {
            config,
            clock: clock.clone(),
            rate: setup.rate,
            open_introspection: setup.open_introspection,
            pages: axum::Router::new(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopped.await;
            };
            run::serve(server, listener, shutdown)
                .await
                .expect("the server runs");
        });
        Self {
            address,
            clock,
            database: database::openly(&database_url).await,
            backend,
            database_url,
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("an HTTP client"),
            issuer,
            folder,
            documents,
            stop: Some(stop),
            running: Some(running),
        }
    }

    /// The address of the endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        self.at("/graphql")
    }

    /// The address of a path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.http.get(self.at(path))).await
    }

    /// What may be written into the database from behind: one statement.
    pub async fn sql(&self, statement: &str) {
        let done = self.database.execute_unprepared(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// As [`Server::sql`], on the `PostgreSQL` server's own database: for what concerns a database as a whole.
    pub async fn sql_elsewhere(&self, statement: &str) {
        database::execute(statement).await;
    }

    /// Moves the clock; tokens are minted anew for each request, so they stay good.
    pub fn travel(&self, by: TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    /// Sets the clock.
    pub fn travel_to(&self, at: DateTime<Utc>) {
        self.clock.set(at);
    }

    /// Somebody of the demonstration, by the name of the persona.
    #[must_use]
    pub fn by(&self, persona: &str) -> Caller<'_> {
        Caller::persona(self, persona)
    }

    /// Somebody without a token.
    #[must_use]
    pub fn anonymous(&self) -> Caller<'_> {
        Caller::anonymous(self)
    }

    /// The system of an organisation (ten digits), with scopes.
    #[must_use]
    pub fn service(&self, organisation_number: &str, scopes: &[&str]) -> Caller<'_> {
        Caller::service(self, organisation_number, scopes)
    }

    /// The issuer, to mint tokens of any kind.
    #[must_use]
    pub fn issuer(&self) -> &DemoIssuer {
        &self.issuer
    }

    /// A meter's value now: the sum over all its label sets.
    pub async fn meter(&self, name: &str) -> f64 {
        let text = self.get("/metrics").await.text;
        text.lines()
            .filter(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with([' ', '{']))
            })
            .filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
            .sum()
    }

    /// How many SQL statements a request took. Nothing else may ask the server meanwhile.
    pub async fn statements(&self, request: impl Future<Output = Answer>) -> (f64, Answer) {
        let before = self.meter("samverkan_sql_statements_total").await;
        let answer = request.await;
        let after = self.meter("samverkan_sql_statements_total").await;
        (after - before, answer)
    }

    /// What `samverkan check` would print: nothing, if counters and ledgers agree.
    pub async fn disagreements(&self) -> Vec<String> {
        database::disagreements(&self.database_url).await
    }

    /// The files of documents.
    pub fn documents(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.folder.join("documents")).expect("a folder");
        let folders = folders.map(|entry| entry.expect("an entry").path());
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
        files.map(|entry| entry.expect("an entry").path()).collect()
    }

    /// Clears away the files without a document that are older than an instant; tells how many.
    pub async fn sweep_documents(&self, before: &str) -> usize {
        let before = before.parse().expect("an instant");
        database::sweep_documents(&self.database_url, &self.documents, before).await
    }

    /// What the check says of documents and their files.
    pub async fn check_documents(&self) -> Vec<String> {
        database::check_documents(&self.database_url, &self.documents).await
    }

    /// How many entries of the audit log refer to somebody or something that is not there. The database does not look
    /// (migration 27), so every test does at its end.
    async fn lost_entries(&self) -> i64 {
        let sql = "SELECT count(*) AS lost FROM audit_entry e \
                   LEFT JOIN person p ON p.id = e.person_id LEFT JOIN organisation o ON o.id = e.organisation_id \
                   LEFT JOIN person a ON a.id = e.actor_id \
                   LEFT JOIN organisation ao ON ao.id = e.actor_organisation_id \
                   WHERE p.id IS NULL OR o.id IS NULL OR (e.actor_id IS NOT NULL AND a.id IS NULL) \
                   OR (e.actor_organisation_id IS NOT NULL AND ao.id IS NULL)";
        let rows = crate::access::behind::query(self, sql).await;
        rows[0].try_get("", "lost").expect("a number")
    }

    /// Stops the server in good order, and removes its database: hundreds of them would fill a small disk.
    pub async fn stop(mut self) {
        assert_eq!(
            self.lost_entries().await,
            0,
            "the audit log refers to what is not there"
        );
        drop(self.stop.take());
        if let Some(running) = self.running.take() {
            running.await.expect("the server stops in good order");
        }
        if self.backend == Backend::Postgresql {
            database::remove(&self.database_url).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A key for the certificates of one server, in its folder.
fn certificate_key(folder: &Path) -> String {
    let path = folder.join("certificate-key.pem");
    let made = SigningKey::generate().expect("a key");
    signing::write_new(&path, signing::pem(&made).as_bytes()).expect("a file");
    path.display().to_string()
}

/// Makes of one test two: on `SQLite` and on `PostgreSQL`.
///
/// The body is an `async fn` that takes the backend; a failure names the database that it failed on.
macro_rules! on_both_databases {
    ($(#[$meta:meta])* async fn $name:ident($backend:ident: Backend) $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($backend: $crate::harness::Backend) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                run($crate::harness::Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgresql() {
                run($crate::harness::Backend::Postgresql).await;
            }
        }
    };
}

pub(crate) use on_both_databases;
