//! GraphQL over HTTP: one request, from its head to its answer.

use super::{
    Gateway,
    admission::{REQUEST_ID, Visit},
    answer::{Answer, Denied},
    negotiation::{self, Media},
    parameters,
    rate_limit::Caller,
    server::Connection,
};
use crate::{
    app::Admitted,
    guard::{Budget, Progress, QueriesOnly},
    metrics::{Metrics, Statements, operation_label},
};
use async_graphql::{Request, parser::types::OperationType};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};
use tokio::{
    task::AbortHandle,
    time::{timeout, timeout_at},
};
use tracing::Instrument;

/// Answers one GraphQL request.
pub(super) async fn graphql(
    State(gateway): State<Arc<Gateway>>,
    request: axum::extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let media = negotiation::media(&head.headers);
    let visit = Visit::new(gateway, head);
    let id = visit.id.clone();
    let span = tracing::info_span!("request", request_id = id);

    let mut call = Call {
        record: Record::new(Arc::clone(&visit.gateway.metrics)),
        visit,
    };
    // The call ends inside its span, so that its line in the log bears its id.
    let answer = async move {
        let result = match media {
            Some(media) => call.run(media, body).await,
            None => Err(Denied::NotAcceptable),
        };
        let answer = result.unwrap_or_else(|denied| {
            Answer::denied(denied, call.visit.language, &call.visit.gateway.challenge)
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
    visit: Visit,
    record: Record,
}

/// Takes in, and throws away, what is left of a body, up to so many bytes: a client that is cut off while it sends sees
/// a broken connection instead of the answer that says why.
pub(super) async fn let_finish(body: Body, most: usize, time: Duration) {
    let left = Limited::new(body, most);
    // However it ends, the answer is the same.
    let _ = timeout(time, async {
        let mut left = std::pin::pin!(left);
        while let Some(Ok(_)) = left.frame().await {}
    })
    .await;
}

impl Call {
    /// The cheapest checks come first: nothing is read from a caller that may not ask.
    async fn run(&mut self, media: Media, body: Body) -> Result<Answer, Denied> {
        match self.visit.head.method {
            Method::GET => {}
            Method::POST if negotiation::is_json(self.visit.headers()) => {}
            Method::POST => return Err(Denied::UnsupportedMediaType),
            _ => return Err(Denied::Method),
        }
        let (admitted, caller) = self.visit.admit_to_read().await?;
        self.record.organisation.clone_from(&admitted.organisation);
        let request = {
            let mut reading = pin!(self.request(body));
            match poll_fn(|context| Poll::Ready(reading.as_mut().poll(context))).await {
                // It came with its head, as nearly all do.
                Poll::Ready(request) => request?,
                Poll::Pending => {
                    admitted.waits().await;
                    reading.await?
                }
            }
        };
        self.execute(admitted, caller, request, media).await
    }

    async fn request(&self, body: Body) -> Result<Request, Denied> {
        if self.visit.head.method == Method::GET {
            return parameters::from_uri(self.visit.uri())
                .map(|request| request.data(QueriesOnly))
                .map_err(Denied::Malformed);
        }
        let most = self.visit.gateway.limits.body_bytes;
        let time = self.visit.gateway.body_time;
        let mut body = body;
        let body = match timeout(time, Limited::new(&mut body, most).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                // As long as it is not many times too large.
                let_finish(body, most.saturating_mul(8), time).await;
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
            .data(self.visit.language)
            .data(self.budget(caller))
            .data(progress.clone());
        let gateway = Arc::clone(&self.visit.gateway);
        // Held by the task, so that a shutdown waits for it.
        let in_flight = self.visit.connection.as_ref().map(Connection::in_flight);
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

        let deadline = self.visit.deadline();
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
            self.visit.language,
            &self.visit.gateway.limits,
        ))
    }

    fn budget(&self, caller: Caller) -> Budget {
        let gateway = Arc::clone(&self.visit.gateway);
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
