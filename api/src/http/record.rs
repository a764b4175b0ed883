//! What every file that comes or goes leaves behind: an answer that no cache keeps, a line in the log, an entry in the meters.

use super::{
    Gateway,
    admission::{REQUEST_ID, Visit},
    answer::{Answer, Denied},
    negotiation::Media,
};
use crate::{error::Error, metrics::Statements};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The line in the log and the entry in the meters, also of a client that hangs up.
pub(super) struct Record {
    gateway: Arc<Gateway>,
    operation: &'static str,
    started: tokio::time::Instant,
    pub(super) statements: Statements,
    pub(super) organisation: Option<String>,
    status: Option<u16>,
    code: &'static str,
}

impl Record {
    /// Of a request for one of the few operations that there are.
    pub(super) fn new(visit: &Visit, operation: &'static str) -> Self {
        Self {
            gateway: Arc::clone(&visit.gateway),
            operation,
            started: visit.started,
            statements: Statements::default(),
            organisation: None,
            status: None,
            code: "CANCELLED",
        }
    }

    pub(super) fn answered(&mut self, status: StatusCode, code: &'static str) {
        self.status = Some(status.as_u16());
        self.code = code;
    }

    /// The answer to a refusal.
    pub(super) fn denied(&mut self, denied: Denied, visit: &Visit) -> Response {
        let answer = Answer::denied(denied, visit.language, &visit.gateway.challenge);
        self.answered(answer.status, denied.code());
        as_json(answer)
    }
}

/// An answer in JSON.
pub(super) fn as_json(answer: Answer) -> Response {
    let json = HeaderValue::from_static(Media::Json.content_type());
    let kind = [(header::CONTENT_TYPE, json)];
    (answer.status, answer.headers, kind, answer.body).into_response()
}

/// Sees to it that no cache keeps the answer, and names the request.
pub(super) fn for_one_reader(
    mut response: Response,
    visit: &Visit,
    kept: &'static str,
) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("authorization, accept-language"),
    );
    if let Ok(id) = HeaderValue::from_str(&visit.id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// The refusal that an error is told as; `missing` where an id is none.
pub(super) fn denial(error: &Error, missing: Denied) -> Denied {
    match error {
        Error::Forbidden => Denied::MayNot,
        Error::Unauthenticated => Denied::SignInFirst,
        Error::Unavailable => Denied::Unavailable,
        Error::BadInput(_) => missing,
        Error::Internal(source) => {
            tracing::error!(%source, "a file could not be sent or taken");
            Denied::Broken
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let duration = self.started.elapsed();
        self.gateway
            .metrics
            .file(self.operation, self.code, duration, &self.statements);
        tracing::info!(
            operation = self.operation,
            organisation = self.organisation,
            status = self.status,
            code = self.code,
            duration_ms = duration.as_secs_f64() * 1000.0,
            sql_statements = self.statements.count(),
            "request"
        );
    }
}
