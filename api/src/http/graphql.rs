//! GraphQL over HTTP: one request, from its head to its answer.

use super::{
    Gateway,
    answer::{Answer, Denied},
    negotiation::{self, Media},
    parameters,
    rate_limit::Caller,
    request_id,
    server::Connection,
};
use crate::{
    app::{Admitted, Refused},
    guard::{Budget, Progress, QueriesOnly},
    language::Language,
    metrics::{Metrics, Statements, operation_label},
};
use async_graphql::{Request, parser::types::OperationType};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::{sync::Arc, time::Instant};
use tokio::{
    task::AbortHandle,
    time::{timeout, timeout_at},
};
use tracing::Instrument;

/// The header that names a request, in both directions.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one GraphQL request.
pub(super) async fn graphql(
    State(gateway): State<Arc<Gateway>>,
    request: axum::extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let id = request_id::of(head.headers.get(REQUEST_ID));
    let span = tracing::info_span!("request", request_id = id);
    let media = negotiation::media(&head.headers);

    let mut call = Call {
        record: Record::new(Arc::clone(&gateway.metrics)),
        language: negotiation::language(&head.headers),
        started: tokio::time::Instant::now(),
        connection: head.extensions.get::<Connection>().cloned(),
        gateway,
        head,
        id: id.clone(),
    };
    // The call ends inside its span, so that its line in the log bears its id.
    let answer = async move {
        let result = match media {
            Some(media) => call.run(media, body).await,
            None => Err(Denied::NotAcceptable),
        };
        let answer = result.unwrap_or_else(|denied| {
            Answer::denied(denied, call.language, &call.gateway.challenge)
        });
        call.record.answered(&answer);
        answer
    }
    .instrument(span)
    .await;
    respond(answer, media.unwrap_or(Media::Json), &id)
}

fn respond(answer: Answer, media: Media, id: &str) -> Response {
    let mut response = (answer.status, answer.headers, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media.content_type()),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, accept-language"),
    );
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// One request on its way.
struct Call {
    gateway: Arc<Gateway>,
    head: Parts,
    id: String,
    language: Language,
    started: tokio::time::Instant,
    connection: Option<Connection>,
    record: Record,
}

impl Call {
    /// The cheapest checks come first: nothing is read from a caller that may not ask.
    async fn run(&mut self, media: Media, body: Body) -> Result<Answer, Denied> {
        match self.head.method {
            Method::GET => {}
            Method::POST if negotiation::is_json(&self.head.headers) => {}
            Method::POST => return Err(Denied::UnsupportedMediaType),
            _ => return Err(Denied::Method),
        }
        let admitted = self.admit().await?;
        let caller = match &admitted.principal {
            Some(principal) => Caller::Principal(principal.clone()),
            None => self.address(),
        };
        self.charge_request(&caller)?;
        let request = self.request(body).await?;
        self.execute(admitted, caller, request, media).await
    }

    async fn admit(&mut self) -> Result<Admitted, Denied> {
        let deadline = self.started + self.gateway.limits.time;
        let context = self.gateway.app.context(self.id.clone(), self.language);
        let found = timeout_at(
            deadline,
            self.gateway.app.admit(&self.head.headers, context),
        )
        .await
        .unwrap_or(Err(Refused::Unavailable));
        let refused = match found {
            Ok(admitted) => {
                self.record.organisation.clone_from(&admitted.organisation);
                return Ok(admitted);
            }
            Err(refused) => refused,
        };
        // Whoever guesses at tokens pays by address, since no token names a principal.
        self.charge_request(&self.address())?;
        Err(match refused {
            Refused::Unauthenticated => Denied::Unauthenticated,
            Refused::Forbidden => Denied::Forbidden,
            Refused::Unavailable => Denied::Unavailable,
        })
    }

    fn address(&self) -> Caller {
        self.gateway
            .anonymous(&self.head.headers, self.connection.as_ref())
    }

    fn charge_request(&self, caller: &Caller) -> Result<(), Denied> {
        self.gateway
            .charge_request(caller)
            .map_err(Denied::TooOften)
    }

    async fn request(&self, body: Body) -> Result<Request, Denied> {
        if self.head.method == Method::GET {
            return parameters::from_uri(&self.head.uri)
                .map(|request| request.data(QueriesOnly))
                .map_err(Denied::Malformed);
        }
        let most = self.gateway.limits.body_bytes;
        let time = self.gateway.body_time;
        let body = match timeout(time, Limited::new(body, most).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return Err(Denied::BodyTooLarge(most));
            }
            Ok(Err(_)) | Err(_) => return Err(Denied::BodyTooSlow),
        };
        parameters::from_body(&body).map_err(Denied::Malformed)
    }

    /// Runs the request in a task of its own: it is cut when its time is up or its client has
    /// hung up, unless it is a mutation, which must not be left half done.
    async fn execute(
        &self,
        admitted: Admitted,
        caller: Caller,
        request: Request,
        media: Media,
    ) -> Result<Answer, Denied> {
        let progress = self.record.progress.clone();
        let request = request
            .data(self.language)
            .data(self.budget(caller))
            .data(progress.clone());
        let gateway = Arc::clone(&self.gateway);
        // Held by the task, so that a shutdown waits for it.
        let in_flight = self.connection.as_ref().map(Connection::in_flight);
        let work = async move {
            let response = gateway.app.execute(admitted, request).await;
            drop(in_flight);
            response
        };
        let task = tokio::spawn(self.record.statements.count_in(work).in_current_span());
        let _cut = CutUnlessMutation {
            task: task.abort_handle(),
            progress: progress.clone(),
        };

        let deadline = self.started + self.gateway.limits.time;
        let response = match timeout_at(deadline, task).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::error!(panic = error.is_panic(), "a resolver did not come back");
                return Err(Denied::Broken);
            }
            Err(_) if is_mutation(&progress) => return Err(Denied::MutationTimedOut),
            Err(_) => return Err(Denied::QueryTimedOut),
        };
        Ok(Answer::from_schema(
            &response,
            progress.stage().executing,
            media,
            self.language,
            &self.gateway.limits,
        ))
    }

    fn budget(&self, caller: Caller) -> Budget {
        let gateway = Arc::clone(&self.gateway);
        Budget::new(move |points| {
            let points = u32::try_from(points).unwrap_or(u32::MAX);
            gateway
                .rate_limiter
                .charge(&caller, points, Instant::now())
                .inspect_err(|_| gateway.metrics.rate_limited())
        })
    }
}

fn is_mutation(progress: &Progress) -> bool {
    let stage = progress.stage();
    stage.executing && stage.operation == Some(OperationType::Mutation)
}

/// Cuts the task when nobody waits for it any more.
struct CutUnlessMutation {
    task: AbortHandle,
    progress: Progress,
}

impl Drop for CutUnlessMutation {
    fn drop(&mut self) {
        if !is_mutation(&self.progress) {
            self.task.abort();
        }
    }
}

/// The line in the log and the entry in the meters that every request leaves behind, also one
/// whose client hangs up.
struct Record {
    metrics: Arc<Metrics>,
    started: Instant,
    progress: Progress,
    statements: Statements,
    organisation: Option<String>,
    status: Option<u16>,
    code: String,
}

impl Record {
    fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            started: Instant::now(),
            progress: Progress::default(),
            statements: Statements::default(),
            organisation: None,
            status: None,
            code: "CANCELLED".to_owned(),
            metrics,
        }
    }

    fn answered(&mut self, answer: &Answer) {
        self.status = Some(answer.status.as_u16());
        self.code.clone_from(&answer.code);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let stage = self.progress.stage();
        let duration = self.started.elapsed();
        self.metrics
            .request(stage.operation, &self.code, duration, &self.statements);
        tracing::info!(
            operation = operation_label(stage.operation),
            name = stage.name,
            organisation = self.organisation,
            status = self.status,
            code = self.code,
            duration_ms = duration.as_secs_f64() * 1000.0,
            complexity = stage.complexity,
            sql_statements = self.statements.count(),
            "request"
        );
    }
}
