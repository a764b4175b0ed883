//! Calendar feeds over HTTP: a calendar program fetches a secret address, without a token. The log never holds the address, and
//! a secret that opens nothing is answered like an address that is none.

use super::{
    Gateway,
    admission::Visit,
    answer::Denied,
    rate_limit::Caller,
    record::{Record, denial, for_one_reader},
};
use crate::{app::File, domain::calendar_secret::Secret, metrics::DOWNLOAD};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tokio::time::timeout_at;
use tracing::Instrument;

/// Where the feeds lie.
pub(super) const ROUTE: &str = "/calendar/{file}";

/// What a reading costs beside what any request costs.
const POINTS: u32 = 100;

/// A calendar is for its reader alone, and no cache is to keep it.
const KEPT: &str = "private, no-store";

/// Answers with the calendar that a secret opens.
pub(super) async fn read(
    State(gateway): State<Arc<Gateway>>,
    Path(file): Path<String>,
    request: axum::extract::Request,
) -> Response {
    let (head, _) = request.into_parts();
    let visit = Visit::new(gateway, head);
    let span = tracing::info_span!("request", request_id = visit.id);
    answer(visit, &file).instrument(span).await
}

async fn answer(visit: Visit, file: &str) -> Response {
    let mut record = Record::new(&visit, DOWNLOAD);
    let work = run(&visit, &mut record.organisation, file);
    let outcome = record.statements.clone().count_in(work).await;
    let response = match outcome {
        Ok(file) => {
            record.answered(StatusCode::OK, "OK");
            let kind = HeaderValue::from_static(file.media_type);
            ([(header::CONTENT_TYPE, kind)], file.bytes).into_response()
        }
        Err(denied) => record.denied(denied, &visit),
    };
    for_one_reader(response, &visit, KEPT)
}

async fn run(visit: &Visit, organisation: &mut Option<String>, file: &str) -> Result<File, Denied> {
    // Some programs look whether something has changed before they fetch it.
    if !matches!(visit.head.method, Method::GET | Method::HEAD) {
        return Err(Denied::OnlyGet);
    }
    // Whoever guesses pays by address.
    visit.charge_address()?;
    let secret = file.strip_suffix(".ics").and_then(Secret::read);
    let secret = secret.ok_or(Denied::NotFound)?;
    let app = &visit.gateway.app;
    let context = app.context(visit.id.clone(), visit.language);
    let opened = timeout_at(visit.deadline(), app.open_calendar(&secret, context)).await;
    let feed = match opened {
        Ok(Ok(Some(feed))) => feed,
        Ok(Ok(None)) => return Err(Denied::NotFound),
        Ok(Err(error)) => return Err(denial(&error, Denied::NotFound)),
        Err(_) => return Err(Denied::QueryTimedOut),
    };
    organisation.clone_from(&feed.organisation);
    visit.charge(&Caller::Principal(feed.principal.clone()), POINTS)?;
    match timeout_at(visit.deadline(), app.calendar(feed)).await {
        Ok(found) => found.map_err(|error| denial(&error, Denied::NotFound)),
        Err(_) => Err(Denied::QueryTimedOut),
    }
}
