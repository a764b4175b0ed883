//! Lists over HTTP: the same door as GraphQL's, and an answer that is a file.
//!
//! A link cannot carry a token, so a front end fetches the file with the person's token and hands it on.

use super::{
    Gateway,
    admission::Visit,
    answer::Denied,
    record::{Record, denial, for_one_reader},
};
use crate::{
    app::{File, List, Separator, Wanted},
    metrics::DOWNLOAD,
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tokio::time::timeout_at;
use tracing::Instrument;

/// What a list costs beside what any request costs: about what the same names cost over GraphQL.
pub(super) const POINTS: u32 = 500;

/// Where the lists lie.
pub(super) const ROUTE: &str = "/occasions/{occasion}/{list}";

/// Answers with a list of an occasion.
pub(super) async fn download(
    State(gateway): State<Arc<Gateway>>,
    Path((occasion, list)): Path<(String, String)>,
    request: axum::extract::Request,
) -> Response {
    let (head, _) = request.into_parts();
    let visit = Visit::new(gateway, head);
    let span = tracing::info_span!("request", request_id = visit.id);
    fetch(visit, &occasion, &list).instrument(span).await
}

async fn fetch(visit: Visit, occasion: &str, list: &str) -> Response {
    let mut record = Record::new(&visit, DOWNLOAD);
    let work = run(&visit, &mut record.organisation, occasion, list);
    let outcome = record.statements.clone().count_in(work).await;
    let response = match outcome {
        Ok(file) => {
            record.answered(StatusCode::OK, "OK");
            as_attachment(file)
        }
        Err(denied) => record.denied(denied, &visit),
    };
    for_one_reader(response, &visit, "no-store")
}

async fn run(
    visit: &Visit,
    organisation: &mut Option<String>,
    occasion: &str,
    list: &str,
) -> Result<File, Denied> {
    if visit.head.method != Method::GET {
        return Err(Denied::OnlyGet);
    }
    let (admitted, caller) = visit.admit().await?;
    organisation.clone_from(&admitted.organisation);
    let separator = separator(visit.uri().query())?;
    // An id that cannot be and one that does not exist are the same to a reader of addresses.
    let (Ok(occasion), Some(list)) = (occasion.parse(), List::at(list)) else {
        return Err(Denied::NotFound);
    };
    visit.charge(&caller, POINTS)?;
    let wanted = Wanted {
        occasion,
        list,
        separator,
    };
    let work = visit.gateway.app.list(admitted, wanted);
    match timeout_at(visit.deadline(), work).await {
        Ok(Ok(Some(file))) => Ok(file),
        Ok(Ok(None)) => Err(Denied::NotFound),
        Ok(Err(error)) => Err(denial(&error, Denied::NotFound)),
        Err(_) => Err(Denied::QueryTimedOut),
    }
}

/// `?separator=…`; anything else in the query is left alone.
fn separator(query: Option<&str>) -> Result<Separator, Denied> {
    let pairs = query.unwrap_or_default().split('&');
    let mut named = pairs.filter_map(|pair| pair.strip_prefix("separator="));
    match named.next() {
        None => Ok(Separator::default()),
        Some(name) => Separator::named(name).ok_or(Denied::Separator),
    }
}

/// The file, to be saved and not shown: nothing in it runs on this server's address.
fn as_attachment(file: File) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let disposition = HeaderValue::try_from(disposition)
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(file.media_type),
        ),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, file.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_is_one_of_ours_or_none_is_named() {
        assert_eq!(separator(None), Ok(Separator::Semicolon));
        assert_eq!(separator(Some("x=1")), Ok(Separator::Semicolon));
        assert_eq!(separator(Some("separator=comma")), Ok(Separator::Comma));
        assert_eq!(separator(Some("x=1&separator=tab")), Ok(Separator::Tab));
        assert_eq!(separator(Some("separator=|")), Err(Denied::Separator));
        assert_eq!(separator(Some("separator=")), Err(Denied::Separator));
    }
}
