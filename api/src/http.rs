//! The ways in over HTTP: the GraphQL endpoint and what an operator's machinery asks for. It
//! knows who may call and how often, and nothing of what is asked for.

mod admission;
mod answer;
mod calendar;
mod certificate;
mod client;
mod document;
mod download;
mod graphql;
mod negotiation;
mod parameters;
mod rate_limit;
mod record;
mod request_id;
mod server;

pub use rate_limit::Rate;
pub use server::{Connection, Connections, serve, serve_with};

use crate::{app::App, guard::Limits, metrics::Metrics};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use rate_limit::{Caller, RateLimiter};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::{Duration, Instant},
};
use tower_http::cors::CorsLayer;

/// What an operator decides about the ways in.
#[derive(Clone, Debug)]
pub struct Options {
    /// The limits of one request; the same as the guard's.
    pub limits: Limits,
    /// How often one caller may ask.
    pub rate: Rate,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// What `WWW-Authenticate` says when a token is not accepted.
    pub challenge: HeaderValue,
    /// The web origins whose pages may call the API from a browser, exactly. None by default.
    pub allowed_origins: Vec<HeaderValue>,
    /// Proxies whose `X-Forwarded-For` is believed. None by default.
    pub trusted_proxies: Vec<IpAddr>,
}

/// All routes. `pages` are further ones, such as the demonstration's start page; they get the
/// same security headers.
pub fn router(app: Arc<App>, metrics: Arc<Metrics>, options: Options, pages: Router) -> Router {
    let mut endpoint = any(graphql::graphql);
    let mut lists = any(download::download);
    let mut uploads = any(document::upload);
    let mut documents = any(document::download);
    if !options.allowed_origins.is_empty() {
        let cors = cors(options.allowed_origins);
        endpoint = endpoint.layer(cors.clone());
        uploads = uploads.layer(cors.clone());
        documents = documents.layer(cors.clone());
        lists = lists.layer(cors);
    }
    let gateway = Gateway {
        app,
        metrics,
        limits: options.limits,
        body_time: options.body_time,
        challenge: options.challenge,
        rate_limiter: RateLimiter::new(options.rate),
        uploads: document::Uploads::default(),
        trusted_proxies: options.trusted_proxies,
    };
    Router::new()
        .route("/graphql", endpoint)
        .route(download::ROUTE, lists)
        .route(document::ROUTE, uploads)
        .route(document::ROUTE_OF_ONE, documents)
        .route(calendar::ROUTE, any(calendar::read))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_text))
        .merge(certificate::routes())
        .with_state(Arc::new(gateway))
        .merge(pages)
        .layer(map_response(secured))
}

/// What the handlers share.
struct Gateway {
    app: Arc<App>,
    metrics: Arc<Metrics>,
    limits: Limits,
    body_time: Duration,
    challenge: HeaderValue,
    rate_limiter: RateLimiter,
    uploads: document::Uploads,
    trusted_proxies: Vec<IpAddr>,
}

impl Gateway {
    /// Whom a request without a token pays as: where it comes from.
    fn anonymous(&self, headers: &HeaderMap, connection: Option<&Connection>) -> Caller {
        let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let peer = connection.map_or(unknown, Connection::peer);
        Caller::at(client::address(headers, peer, &self.trusted_proxies))
    }

    /// Takes what any request costs, or says how long the caller must wait.
    fn charge_request(&self, caller: &Caller) -> Result<(), Duration> {
        self.rate_limiter
            .charge_request(caller, Instant::now())
            .inspect_err(|_| self.metrics.rate_limited())
    }
}

fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            admission::REQUEST_ID,
        ])
        .expose_headers([
            header::CONTENT_DISPOSITION,
            header::RETRY_AFTER,
            admission::REQUEST_ID,
        ])
        .max_age(Duration::from_hours(1))
}

/// The process runs.
async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can answer: its database is there and migrated.
async fn readyz(State(gateway): State<Arc<Gateway>>) -> Response {
    if gateway.app.ready().await {
        return "ready\n".into_response();
    }
    let wait = answer::retry_after(answer::BUSY);
    (StatusCode::SERVICE_UNAVAILABLE, [wait], "not ready\n").into_response()
}

async fn metrics_text(State(gateway): State<Arc<Gateway>>) -> Response {
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match gateway.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the meters cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Headers that keep a browser from making more of an answer than it is. A page that needs to
/// load something brings a policy of its own.
async fn secured(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
