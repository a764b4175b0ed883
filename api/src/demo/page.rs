//! The demonstration's start page: what this is, whom one can be, and a place to try.

use super::data::Persona;
use axum::{
    Json, Router,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use serde::Serialize;
use std::future::ready;

/// The page loads from this server only: it needs nothing from the internet.
const POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// One of the people, with a token, as the page's script reads them.
#[derive(Clone, Serialize)]
struct Card {
    persona: &'static str,
    organisation: &'static str,
    title_sv: &'static str,
    title_en: &'static str,
    token: String,
}

/// The routes of the page.
pub(super) fn pages(tokens: &[(&'static Persona, String)]) -> Router {
    let cards: Vec<Card> = tokens
        .iter()
        .map(|(persona, token)| Card {
            persona: persona.name,
            organisation: persona.organisation_number,
            title_sv: persona.title_sv,
            title_en: persona.title_en,
            token: token.clone(),
        })
        .collect();
    let file = |kind: &'static str, text: &'static str| {
        get(move || ready(([(header::CONTENT_TYPE, kind)], text).into_response()))
    };
    Router::new()
        .route(
            "/",
            get(|| {
                let page = Html(include_str!("page/index.html"));
                ready(([(header::CONTENT_SECURITY_POLICY, POLICY)], page))
            }),
        )
        .route(
            "/demo/page.css",
            file("text/css; charset=utf-8", include_str!("page/page.css")),
        )
        .route(
            "/demo/page.js",
            file(
                "text/javascript; charset=utf-8",
                include_str!("page/page.js"),
            ),
        )
        .route("/demo/personas.json", get(move || ready(Json(cards))))
}
