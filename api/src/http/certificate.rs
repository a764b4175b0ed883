//! Certificates over plain HTTP: the page that anybody opens with a code, and what programs ask for. Answers tell
//! what the holder of a code may know and nothing else; the log never holds a code.

mod page;

use super::{
    Gateway,
    admission::REQUEST_ID,
    answer::{BUSY, retry_after},
    negotiation, request_id,
    server::Connection,
};
use crate::{
    certificate::{KEY_PATH, KEYS_PATH},
    domain::certificate::{CertificateStatus, Code},
    error::{Error, Result},
    language::Language,
    viewer::{RequestContext, certificate::Checked},
};
use axum::{
    Extension, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// The page loads its style sheet from here, and nothing else from anywhere.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// How long the public keys may be kept by whoever fetches them: a new key signs nothing that must be checked
/// within the hour.
const KEYS_KEPT: &str = "public, max-age=3600";

type Peer = Option<Extension<Connection>>;

pub(super) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/certificates/{code}", get(certificate_page))
        .route("/certificates/{code}/status", get(status_list))
        .route("/certificates/page.css", get(style))
        .route("/issuers/{id}", get(issuer))
        .route(KEYS_PATH, get(keys))
        .route(&format!("{KEY_PATH}{{name}}"), get(key))
}

/// The page for people.
async fn certificate_page(
    State(gateway): State<Arc<Gateway>>,
    peer: Peer,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    // What the reader has chosen on the page; nothing else is ever asked for in the address.
    let language = match query.as_deref() {
        Some("lang=sv") => Language::Swedish,
        Some("lang=en") => Language::English,
        _ => negotiation::language(&headers),
    };
    let mut asked = Asked::new(&gateway, &headers, language, "page");
    if let Err(wait) = gateway.charge_request(&gateway.anonymous(&headers, connection(&peer))) {
        return asked.page(
            StatusCode::TOO_MANY_REQUESTS,
            &page::too_often(language),
            Some(wait),
        );
    }
    match asked.check(&code).await {
        Ok(Some((code, checked))) => {
            let page = page::found(&code, &checked, language);
            asked.page(StatusCode::OK, &page, None)
        }
        Ok(None) => asked.page(StatusCode::NOT_FOUND, &page::missing(language), None),
        Err(error) => {
            let (status, wait) = asked.failed(&error);
            asked.page(status, &page::broken(language), wait)
        }
    }
}

/// Whether a certificate has been taken back, for programs: the "1EdTech Revocation List Status Method".
async fn status_list(
    State(gateway): State<Arc<Gateway>>,
    peer: Peer,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut asked = Asked::new(&gateway, &headers, Language::default(), "status");
    if let Err(wait) = gateway.charge_request(&gateway.anonymous(&headers, connection(&peer))) {
        return asked.nothing(StatusCode::TOO_MANY_REQUESTS, Some(wait));
    }
    match asked.check(&code).await {
        Ok(Some((code, checked))) => {
            let revoked = checked.status == CertificateStatus::Revoked;
            let certificates = gateway.app.certificates();
            let list = certificates.status_list(&code, checked.issuer, revoked);
            asked.json(&list, "no-store")
        }
        Ok(None) => asked.nothing(StatusCode::NOT_FOUND, None),
        Err(error) => {
            let (status, wait) = asked.failed(&error);
            asked.nothing(status, wait)
        }
    }
}

/// The organisation that a certificate names as its issuer.
async fn issuer(
    State(gateway): State<Arc<Gateway>>,
    peer: Peer,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let asked = Asked::new(&gateway, &headers, Language::default(), "issuer");
    if let Err(wait) = gateway.charge_request(&gateway.anonymous(&headers, connection(&peer))) {
        return asked.nothing(StatusCode::TOO_MANY_REQUESTS, Some(wait));
    }
    let found = match id.parse() {
        Ok(id) => gateway.app.issuer_profile(id, asked.context()).await,
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some(profile)) => asked.json(&profile, KEYS_KEPT),
        Ok(None) => asked.nothing(StatusCode::NOT_FOUND, None),
        Err(error) => {
            let (status, wait) = asked.failed(&error);
            asked.nothing(status, wait)
        }
    }
}

/// All public keys: what is needed to check certificates offline.
async fn keys(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Response {
    let asked = Asked::new(&gateway, &headers, Language::default(), "keys");
    asked.json(&gateway.app.certificates().published_keys(), KEYS_KEPT)
}

/// One public key, where the header of a certificate says that it is.
async fn key(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let asked = Asked::new(&gateway, &headers, Language::default(), "key");
    match gateway.app.certificates().published_key(&name) {
        Some(key) => asked.json(&key, KEYS_KEPT),
        None => asked.nothing(StatusCode::NOT_FOUND, None),
    }
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, include_str!("certificate/page.css"))
}

fn connection(peer: &Peer) -> Option<&Connection> {
    peer.as_ref().map(|Extension(connection)| connection)
}

/// One request about certificates, on its way.
struct Asked<'g> {
    gateway: &'g Gateway,
    id: String,
    language: Language,
    what: &'static str,
}

impl<'g> Asked<'g> {
    fn new(
        gateway: &'g Gateway,
        headers: &HeaderMap,
        language: Language,
        what: &'static str,
    ) -> Self {
        Self {
            gateway,
            id: request_id::of(headers.get(REQUEST_ID)),
            language,
            what,
        }
    }

    fn context(&self) -> RequestContext {
        self.gateway.app.context(self.id.clone(), self.language)
    }

    /// What cannot be a code and what is no certificate's give the same answer.
    async fn check(&mut self, code: &str) -> Result<Option<(Code, Checked)>> {
        let Some(code) = Code::parse(code) else {
            return Ok(None);
        };
        let app = &self.gateway.app;
        let checked = app.check_certificate(&code, self.context()).await?;
        Ok(checked.map(|checked| (code, checked)))
    }

    fn failed(&self, error: &Error) -> (StatusCode, Option<Duration>) {
        if matches!(error, Error::Unavailable) {
            return (StatusCode::SERVICE_UNAVAILABLE, Some(BUSY));
        }
        tracing::error!(
            request_id = self.id,
            ?error,
            "a certificate could not be checked"
        );
        (StatusCode::INTERNAL_SERVER_ERROR, None)
    }

    fn page(&self, status: StatusCode, html: &str, wait: Option<Duration>) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "accept-language"),
            // A page about a person is for whoever was given its address.
            (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        ];
        self.finish((status, headers, html.to_owned()).into_response(), wait)
    }

    fn json(&self, value: &Value, kept: &'static str) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, kept),
            // What everybody may know, pages of other sites that check certificates may read.
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ];
        self.finish((headers, value.to_string()).into_response(), None)
    }

    fn nothing(&self, status: StatusCode, wait: Option<Duration>) -> Response {
        let headers = [
            (header::CACHE_CONTROL, "no-store"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ];
        self.finish((status, headers).into_response(), wait)
    }

    /// Names the request, and leaves its line in the log: without the path, which holds the code.
    fn finish(&self, mut response: Response, wait: Option<Duration>) -> Response {
        let headers = response.headers_mut();
        headers.extend(wait.map(retry_after));
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            headers.insert(REQUEST_ID, id);
        }
        tracing::info!(
            request_id = self.id,
            what = self.what,
            status = response.status().as_u16(),
            "certificate"
        );
        response
    }
}
