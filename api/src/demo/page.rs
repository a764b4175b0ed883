//! The demonstration's start page: what this is, whom one can be, and a place to try.
//!
//! It hands out tokens, so it answers this computer's own pages only: never another site's script, and never a
//! name that somebody else points at this computer.

use super::{
    data::{PERSONAS, Persona},
    issuer::DemoIssuer,
    token,
};
use crate::{clock::Clock, graphql};
use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, uri::Authority},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use entity::kind::Role;
use serde::Serialize;
use std::{future::ready, net::IpAddr, sync::Arc};

/// The page loads from this server only: it needs nothing from the internet.
const POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";

/// The files of the page: where they are, what they are, what they hold.
const FILES: [(&str, &str, &str); 7] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/demo/page.css", CSS, include_str!("page/page.css")),
    ("/demo/page.js", SCRIPT, include_str!("page/page.js")),
    ("/demo/answer.js", SCRIPT, include_str!("page/answer.js")),
    ("/demo/texts.js", SCRIPT, include_str!("page/texts.js")),
    ("/demo/icon.svg", SVG, include_str!("page/icon.svg")),
    (
        "/demo/examples.json",
        JSON,
        include_str!("page/examples.json"),
    ),
];

/// One of the people, with a token, as the page's script reads them.
#[derive(Serialize)]
struct Card {
    persona: &'static str,
    organisation: &'static str,
    role: Role,
    title_sv: &'static str,
    title_en: &'static str,
    token: String,
}

/// The routes of the page.
pub(super) fn pages(issuer: DemoIssuer, clock: Clock) -> Router {
    let issuer = Arc::new(issuer);
    // Made when asked for: a token from the start would be dead when the demonstration has run over night.
    let people = get(move || {
        let now = clock.now();
        let card = |persona: &'static Persona| Card {
            persona: persona.name,
            organisation: persona.organisation_number,
            role: persona.role,
            title_sv: persona.title_sv,
            title_en: persona.title_en,
            token: token(&issuer, persona, false, now),
        };
        ready(Json(PERSONAS.iter().map(card).collect::<Vec<_>>()))
    });
    let schema = get(|| ready(([(header::CONTENT_TYPE, TEXT)], graphql::sdl())));
    let mut router = Router::new()
        .route("/demo/personas.json", people)
        .route("/demo/schema.graphql", schema);
    for (path, kind, text) in FILES {
        let file = get(move || ready(([(header::CONTENT_TYPE, kind)], text)));
        router = router.route(path, file);
    }
    router.layer(from_fn(for_this_computer))
}

/// Answers only what was asked by one of this computer's own names, and says whose the answer is.
async fn for_this_computer(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    let mut response = if is_own_name(request.headers()) {
        next.run(request).await
    } else {
        let words = "The demonstration is for this computer only: open it as http://127.0.0.1 or \
                     http://localhost, with its port.\n";
        (StatusCode::MISDIRECTED_REQUEST, words).into_response()
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the browser took this server for `localhost` or an address of this computer. A name that another
/// site's owner lets point here is neither.
fn is_own_name(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(authority) = Authority::try_from(host.as_bytes()) else {
        return false;
    };
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
