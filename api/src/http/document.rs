//! Documents over HTTP: a file comes as the body of a POST and goes out as the answer to a GET, never whole in memory. The same
//! token, viewer, rates and policies as GraphQL's, and the right to a document is asked anew at every request.

mod sending;
mod uploads;

pub(super) use uploads::Uploads;

use super::{
    Gateway,
    admission::Visit,
    answer::{Answer, Denied},
    graphql::let_finish,
    record::{Record, as_json, denial, for_one_reader},
    server::Connection,
};
use crate::{
    app::{Admitted, Description, DocumentRow, FileType, UserError, attachment, path},
    metrics::{DOWNLOAD, UPLOAD},
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use entity::id::DocumentId;
use sending::Sending;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout_at;
use tracing::Instrument;

/// Where documents are sent to.
pub(super) const ROUTE: &str = crate::app::DOCUMENTS;
/// Where one is fetched from.
pub(super) const ROUTE_OF_ONE: &str = "/documents/{id}";

/// What sending a document costs beside what any request costs: a caller who has been quiet sends ten at once.
const POINTS_OF_UPLOAD: u32 = 2_000;
/// What fetching one costs.
const POINTS_OF_DOWNLOAD: u32 = 100;
/// How long a document may take to arrive.
const UPLOAD_TIME: Duration = Duration::from_mins(5);
/// A document is for its reader alone, and no cache is to keep it.
const KEPT: &str = "private, no-store";
/// If a browser shows a document after all: as a thing by itself, which loads and runs nothing.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Why a document was not taken.
enum Refused {
    Denied(Denied),
    ToBeMended(Vec<UserError>),
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

/// Takes a document.
pub(super) async fn upload(
    State(gateway): State<Arc<Gateway>>,
    request: axum::extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let visit = Visit::new(gateway, head);
    let span = tracing::info_span!("request", request_id = visit.id);
    take(visit, body).instrument(span).await
}

async fn take(visit: Visit, body: Body) -> Response {
    let mut record = Record::new(&visit, UPLOAD);
    let work = receive(&visit, &mut record, body);
    let response = match work.await {
        Ok(row) => {
            record.answered(StatusCode::CREATED, "OK");
            created(&row)
        }
        Err(Refused::Denied(denied)) => record.denied(denied, &visit),
        Err(Refused::ToBeMended(errors)) => {
            let answer = Answer::to_be_mended(&errors, visit.language);
            record.answered(answer.status, "BAD_USER_INPUT");
            as_json(answer)
        }
    };
    for_one_reader(response, &visit, "no-store")
}

/// The cheapest checks come first: nothing is read from a caller that may not send it.
async fn receive(visit: &Visit, record: &mut Record, body: Body) -> Result<DocumentRow, Refused> {
    if visit.head.method != Method::POST {
        return Err(Denied::OnlyPost.into());
    }
    let statements = record.statements.clone();
    let (admitted, caller) = statements.count_in(visit.admit()).await?;
    record.organisation.clone_from(&admitted.organisation);
    if admitted.principal.is_none() {
        return Err(Denied::SignInFirst.into());
    }
    let documents = visit.gateway.app.documents();
    let allowed = async {
        let (description, kind, length) = announced(visit, documents.most_bytes)?;
        visit.charge(&caller, POINTS_OF_UPLOAD)?;
        let place = visit.gateway.uploads.take(caller);
        let place = place.map_err(Refused::Denied)?;
        may_keep(visit, &admitted, &description).await?;
        Ok((description, kind, length, place))
    };
    let (description, kind, length, place) = match statements.count_in(allowed).await {
        Ok(allowed) => allowed,
        Err(refused) => {
            hear_out(visit, body, documents.most_bytes).await;
            return Err(refused);
        }
    };
    let sending = Sending {
        gateway: Arc::clone(&visit.gateway),
        admitted,
        description,
        kind,
        length,
        // Held by the work, so that a shutdown waits for it.
        in_flight: visit.connection.as_ref().map(Connection::in_flight),
        place,
    };
    // In a task of its own: when the client hangs up, what has come is cleared away in good order.
    let work = statements.count_in(sending.carry_out(body));
    match tokio::spawn(work.in_current_span()).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(panic = error.is_panic(), "an upload did not come to an end");
            Err(Denied::Broken.into())
        }
    }
}

/// A client that sends the file without waiting for a word sees a broken connection instead of the answer that says why.
async fn hear_out(visit: &Visit, body: Body, most: u64) {
    // One that waits for a word sends nothing more.
    if visit.headers().contains_key(header::EXPECT) {
        return;
    }
    let most = usize::try_from(most)
        .unwrap_or(usize::MAX)
        .saturating_mul(2);
    let_finish(body, most, visit.gateway.body_time).await;
}

/// What the head says of the document: what it is, and how long.
fn announced(visit: &Visit, most: u64) -> Result<(Description, &'static FileType, u64), Refused> {
    let length = visit.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let length = length.ok_or(Denied::LengthRequired)?;
    if length > most {
        return Err(Denied::DocumentTooLarge(most).into());
    }
    if length == 0 {
        return Err(Denied::EmptyDocument.into());
    }
    let description = description(visit.uri())?;
    let errors = description.check();
    if !errors.is_empty() {
        return Err(Refused::ToBeMended(errors));
    }
    let declared = visit.headers().get(header::CONTENT_TYPE);
    let declared = declared.and_then(|declared| declared.to_str().ok());
    let kind = FileType::by_name(description.file_name.trim())
        .filter(|kind| declared.is_some_and(|declared| kind.is_declared_by(declared)))
        .ok_or(Denied::FileType)?;
    Ok((description, kind, length))
}

/// Reads the address: each parameter at most once, and none that we do not know.
fn description(uri: &Uri) -> Result<Description, Denied> {
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Denied::Description)?;
    let (mut place, mut title, mut file_name, mut idempotency_key) = (None, None, None, None);
    for (name, value) in pairs {
        let parameter = match name.as_str() {
            "place" => &mut place,
            "title" => &mut title,
            "fileName" => &mut file_name,
            "idempotencyKey" => &mut idempotency_key,
            _ => return Err(Denied::Description),
        };
        if parameter.replace(value).is_some() {
            return Err(Denied::Description);
        }
    }
    let place = place.ok_or(Denied::Description)?;
    Ok(Description {
        // An id that cannot be and one that does not exist are the same to a reader of addresses.
        place: place.parse().map_err(|()| Denied::Nowhere)?,
        title: title.ok_or(Denied::Description)?,
        file_name: file_name.ok_or(Denied::Description)?,
        idempotency_key,
    })
}

/// Asks before the file is read; it is asked again when its row is made.
async fn may_keep(
    visit: &Visit,
    admitted: &Admitted,
    description: &Description,
) -> Result<(), Refused> {
    let work = visit.gateway.app.may_keep(admitted, description);
    match timeout_at(visit.deadline(), work).await {
        Ok(outcome) => decided(outcome),
        Err(_) => Err(Denied::QueryTimedOut.into()),
    }
}

/// What the application has decided, as it is told.
fn decided<T>(outcome: crate::error::Result<Result<T, Vec<UserError>>>) -> Result<T, Refused> {
    match outcome {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(errors)) if errors.iter().any(UserError::is_missing) => Err(Denied::Nowhere.into()),
        Ok(Err(errors)) => Err(Refused::ToBeMended(errors)),
        Err(error) => Err(denial(&error, Denied::Nowhere).into()),
    }
}

fn created(row: &DocumentRow) -> Response {
    let path = path(row.id);
    let body = json!({ "document": {
        "id": row.id.to_string(),
        "title": row.title,
        "fileName": row.file_name,
        "mediaType": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "uploadedAt": row.uploaded_at,
        "path": path,
    } });
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::LOCATION, path.as_str()),
    ];
    (StatusCode::CREATED, headers, body.to_string()).into_response()
}

/// Gives a document out.
pub(super) async fn download(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    request: axum::extract::Request,
) -> Response {
    let (head, _) = request.into_parts();
    let visit = Visit::new(gateway, head);
    let span = tracing::info_span!("request", request_id = visit.id);
    give(visit, &id).instrument(span).await
}

async fn give(visit: Visit, id: &str) -> Response {
    let mut record = Record::new(&visit, DOWNLOAD);
    let work = find(&visit, &mut record.organisation, id);
    let outcome = record.statements.clone().count_in(work).await;
    let response = match outcome {
        Ok((row, body)) => {
            record.answered(StatusCode::OK, "OK");
            as_attachment(&row, body)
        }
        Err(denied) => record.denied(denied, &visit),
    };
    for_one_reader(response, &visit, KEPT)
}

async fn find(
    visit: &Visit,
    organisation: &mut Option<String>,
    id: &str,
) -> Result<(DocumentRow, Body), Denied> {
    if visit.head.method != Method::GET {
        return Err(Denied::OnlyGet);
    }
    let (admitted, caller) = visit.admit().await?;
    organisation.clone_from(&admitted.organisation);
    if admitted.principal.is_none() {
        return Err(Denied::SignInFirst);
    }
    visit.charge(&caller, POINTS_OF_DOWNLOAD)?;
    // An id that cannot be and one that does not exist are the same to a reader of addresses.
    let id: DocumentId = id.parse().map_err(|_| Denied::Nowhere)?;
    let work = visit.gateway.app.document(&admitted, id);
    match timeout_at(visit.deadline(), work).await {
        Ok(Ok(Some((row, content)))) => Ok((row, Body::from_stream(content.bytes))),
        Ok(Ok(None)) => Err(Denied::Nowhere),
        Ok(Err(error)) => Err(denial(&error, Denied::Nowhere)),
        Err(_) => Err(Denied::QueryTimedOut),
    }
}

/// The file, to be saved and not shown: nothing in it runs on this server's address.
fn as_attachment(row: &DocumentRow, body: Body) -> Response {
    let text = |text: &str| HeaderValue::try_from(text).ok();
    let headers = [
        (header::CONTENT_TYPE, text(&row.media_type)),
        (header::CONTENT_LENGTH, Some(HeaderValue::from(row.size))),
        (
            header::CONTENT_DISPOSITION,
            text(&attachment(&row.file_name)),
        ),
        (header::CONTENT_SECURITY_POLICY, text(POLICY)),
    ];
    let mut response = body.into_response();
    for (name, value) in headers {
        let value = value.unwrap_or_else(|| HeaderValue::from_static("attachment"));
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Description, Denied> {
        let uri = format!("/documents?{query}");
        description(&uri.parse().unwrap())
    }

    #[test]
    fn an_address_says_each_thing_once_and_nothing_else() {
        let place = format!("place=group_{}", "0".repeat(32));
        let whole = format!("{place}&title=%C3%85r&fileName=a%2Bb.pdf");
        let found = read(&whole).unwrap();

        assert_eq!(
            (found.title.as_str(), found.file_name.as_str()),
            ("År", "a+b.pdf")
        );
        assert_eq!(found.idempotency_key, None);
        for wrong in [
            format!("{whole}&x=1"),
            format!("{whole}&title=b"),
            format!("{place}&title=a"),
            "title=a&fileName=a.pdf".to_owned(),
        ] {
            assert_eq!(read(&wrong).unwrap_err(), Denied::Description, "{wrong}");
        }
        assert_eq!(
            read(&whole.replace("group_", "person_")).unwrap_err(),
            Denied::Nowhere
        );
    }
}
