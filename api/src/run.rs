//! From a configuration to a running server, and down again in good order.

use crate::{
    app::{App, COORDINATE, Documents, Parts},
    certificate::{Certificates, KeyRing},
    clock::Clock,
    config::Config,
    document_store::DocumentStore,
    error::Error,
    guard::Limits,
    http::{self, Connections, Options, Rate},
    identity::{Pace, ProtectedResource, Verifier, self_test},
    language::Language,
    metrics::Metrics,
    viewer::{Database, RequestContext, Viewer},
};
use axum::{Json, Router, http::HeaderValue, routing::get};
use chrono::TimeDelta;
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// How often the housekeeping runs.
const HOUSEKEEPING: Duration = Duration::from_secs(30);

/// In which rounds of housekeeping the files without a document are cleared away: to look for them lists all files.
const SWEEP: u64 = 120;

/// How old a file is before it is looked for: its row is made within minutes, or never.
const UNCLAIMED: TimeDelta = TimeDelta::days(1);

/// A server that is about to run.
pub struct Server {
    /// Its configuration; the database must have been migrated.
    pub config: Config,
    /// Tells the time.
    pub clock: Clock,
    /// How often one caller may ask.
    pub rate: Rate,
    /// Whether everybody may read the schema from it: in the demonstration only.
    pub open_introspection: bool,
    /// Further pages: the demonstration's.
    pub pages: Router,
}

/// Why a server does not run.
#[derive(Debug)]
pub struct Fault(String);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// With words for the operator.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// For something that failed while doing what is said.
    pub fn while_doing(doing: &str, error: &dyn std::fmt::Display) -> Self {
        Self(format!("{doing}: {error}"))
    }

    /// For a fault of the database while doing what is said: the operator may read its words.
    #[must_use]
    pub fn of_database(doing: &str, error: &Error) -> Self {
        match error {
            Error::Internal(source) => Self(format!("{doing}: {source}")),
            other => Self(format!("{doing}: {}", other.text().english())),
        }
    }
}

/// Serves on the listener until the shutdown; then finishes what it has begun.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Fault> {
    let Server {
        config,
        clock,
        rate,
        open_introspection,
        pages,
    } = server;
    self_test()
        .map_err(|fault| Fault::while_doing("the signature back end fails its test", &fault))?;
    let metrics = Arc::new(Metrics::default());
    let database = Database::connect(&config.database, &metrics)
        .await
        .map_err(|error| Fault::of_database("the database cannot be reached", &error))?;
    if !database.ready().await {
        return Err(Fault::new(
            "the database is not up to date: run `samverkan migrate` first",
        ));
    }
    let resource = protected_resource(&config);
    let challenge = HeaderValue::try_from(resource.challenge())
        .map_err(|fault| Fault::while_doing("the public address", &fault))?;
    let verifier = Verifier::start(config.issuers.clone(), Pace::default())
        .map_err(|fault| Fault::while_doing("the issuers cannot be registered", &fault))?;
    let keys = KeyRing::open(&config.certificates)
        .map_err(|fault| Fault::while_doing("the keys of certificates", &fault))?;
    let store = document_store(&config, &database).await?;
    let limits = Limits {
        time: config.http.request_timeout,
        ..Limits::default()
    };
    let meters = Arc::clone(&metrics);
    let parts = Parts {
        database: database.clone(),
        verifier,
        clock: clock.clone(),
        metrics: Arc::clone(&metrics),
        limits: limits.clone(),
        certificates: Arc::new(Certificates::new(&config.public_url, keys)),
        documents: Documents {
            store: Arc::clone(&store),
            most_bytes: config.documents.most_bytes,
        },
        sign_ups_together: usize::try_from(config.database.sign_ups_together).unwrap_or(1),
        open_introspection,
    };
    let app = App::new(parts)
        .await
        .map_err(|error| Fault::of_database("the application cannot start", &error))?;
    let options = Options {
        limits,
        rate,
        body_time: config.http.read_timeout,
        challenge,
        allowed_origins: config
            .cors_origins
            .iter()
            .filter_map(|origin| HeaderValue::from_str(origin).ok())
            .collect(),
        trusted_proxies: config.trusted_proxies.clone(),
    };
    let pages = pages.route(
        crate::identity::WELL_KNOWN_PATH,
        get(move || std::future::ready(Json(resource))),
    );
    let router = http::router(Arc::new(app), metrics, options, pages);
    let jobs = tokio::spawn(housekeeping(database.clone(), store, clock, meters));
    let connections = Connections {
        uncapped: config.trusted_proxies,
        per_address: usize::try_from(config.http.connections_per_address).unwrap_or(usize::MAX),
        head_time: config.http.read_timeout,
        shutdown_time: config.http.shutdown_timeout,
        ..Connections::default()
    };
    let outcome = http::serve_with(listener, router, connections, shutdown).await;
    jobs.abort();
    database.close().await;
    outcome.map_err(|error| Fault::while_doing("the server stopped", &error))
}

/// The files of documents, as they are configured for this installation.
pub async fn document_store(
    config: &Config,
    database: &Database,
) -> Result<Arc<DocumentStore>, Fault> {
    let fault = |error| Fault::of_database("the store of documents cannot be opened", &error);
    let secret = database
        .installation_secret("cursor")
        .await
        .map_err(fault)?;
    let store = DocumentStore::open(&config.documents.store, &secret).map_err(fault)?;
    Ok(Arc::new(store))
}

fn protected_resource(config: &Config) -> ProtectedResource {
    let issuers = config
        .issuers
        .iter()
        .map(|registration| registration.issuer.url.clone());
    ProtectedResource::new(&config.public_url, issuers, [COORDINATE.to_owned()])
}

async fn housekeeping(
    database: Database,
    store: Arc<DocumentStore>,
    clock: Clock,
    meters: Arc<Metrics>,
) {
    let mut rounds = 0_u64;
    loop {
        tokio::time::sleep(HOUSEKEEPING).await;
        rounds += 1;
        let context = RequestContext {
            request_id: format!("housekeeping-{rounds}"),
            language: Language::default(),
            now: clock.now(),
        };
        let jobs = Viewer::for_job(&database, context);
        match jobs.housekeeping().await {
            Ok(round) => tracing::debug!(?round, "housekeeping"),
            Err(error) => tracing::warn!(?error, "housekeeping failed; the next round tries again"),
        }
        match database.waiting_notices().await {
            Ok(waiting) => meters.waiting_notices(waiting.notices),
            Err(error) => tracing::warn!(?error, "the outbox cannot be counted"),
        }
        if rounds % SWEEP == 1 {
            // By the machine's clock, which the files' times are of.
            let before = Clock::default().now() - UNCLAIMED;
            match database.sweep_documents(&store, before).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "files without a document are gone"),
                Err(error) => tracing::warn!(?error, "files without a document were not cleared"),
            }
        }
        let today = jobs.retention_day();
        match jobs.retention(Some(today)).await {
            Ok(Some(reached)) => {
                tracing::info!(rules = reached.len(), "the daily retention is done");
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(?error, "the daily retention failed; the next day goes on");
            }
        }
    }
}
