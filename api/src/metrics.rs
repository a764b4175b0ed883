//! What an operator sees of the running system, in the form that Prometheus reads. No label takes
//! a value that a client can choose.

use async_graphql::parser::types::OperationType;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task_local;

/// The codes that a request is counted under; any other is counted as `OTHER`.
const CODES: [&str; 21] = [
    "OK",
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "CONFLICT",
    "FORBIDDEN",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "INTERNAL_SERVER_ERROR",
    "LENGTH_REQUIRED",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "NOT_FOUND",
    "PAYLOAD_TOO_LARGE",
    "QUERY_TOO_COMPLEX",
    "RATE_LIMITED",
    "REQUEST_TIMEOUT",
    "TIMEOUT",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
    "UNSUPPORTED_MEDIA_TYPE",
    "CANCELLED",
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabel {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabel {
    reason: &'static str,
}

/// The meters of one process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<OperationLabel, Histogram, fn() -> Histogram>,
    sql_statements: Counter,
    sql_per_request: Histogram,
    rejected_tokens: Family<ReasonLabel, Counter>,
    rate_limited: Counter,
    waiting_notices: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("samverkan"),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| {
                Histogram::new([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0])
            }),
            sql_statements: Counter::default(),
            sql_per_request: Histogram::new([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]),
            rejected_tokens: Family::default(),
            rate_limited: Counter::default(),
            waiting_notices: Gauge::default(),
        };
        metrics.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Self {
        self.registry.register(
            "requests",
            "Requests by kind of operation and outcome",
            self.requests.clone(),
        );
        self.registry.register(
            "request_duration_seconds",
            "Time from the request's head to its answer",
            self.durations.clone(),
        );
        self.registry.register(
            "sql_statements",
            "SQL statements sent to the database",
            self.sql_statements.clone(),
        );
        self.registry.register(
            "sql_statements_per_request",
            "SQL statements that one GraphQL request caused",
            self.sql_per_request.clone(),
        );
        self.registry.register(
            "rejected_tokens",
            "Bearer tokens that were not accepted, by reason",
            self.rejected_tokens.clone(),
        );
        self.registry.register(
            "rate_limited",
            "Requests refused because the caller asked too often",
            self.rate_limited.clone(),
        );
        self.registry.register(
            "waiting_notices",
            "Notices in the outbox that have not been delivered, as of the last round of housekeeping",
            self.waiting_notices.clone(),
        );
        self
    }

    /// Counts an SQL statement: in all, and for the request whose task this is, if any.
    pub fn sql_statement(&self) {
        self.sql_statements.inc();
        if let Some(here) = Statements::current() {
            here.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a token that was not accepted. `reason` is one of a few fixed words of the code.
    pub fn rejected_token(&self, reason: &'static str) {
        self.rejected_tokens
            .get_or_create(&ReasonLabel { reason })
            .inc();
    }

    /// Counts a request that was refused because its caller asks too often.
    pub fn rate_limited(&self) {
        self.rate_limited.inc();
    }

    /// Notes how many notices wait for delivery.
    pub fn waiting_notices(&self, notices: i64) {
        self.waiting_notices.set(notices);
    }

    /// Counts a finished request.
    pub fn request(
        &self,
        operation: Option<OperationType>,
        code: &str,
        duration: Duration,
        statements: &Statements,
    ) {
        self.count(operation_label(operation), code, duration, statements);
    }

    fn count(
        &self,
        operation: &'static str,
        code: &str,
        duration: Duration,
        statements: &Statements,
    ) {
        let code = CODES
            .into_iter()
            .find(|known| *known == code)
            .unwrap_or("OTHER");
        self.requests
            .get_or_create(&RequestLabels { operation, code })
            .inc();
        self.durations
            .get_or_create(&OperationLabel { operation })
            .observe(duration.as_secs_f64());
        self.sql_per_request.observe(f64::from(statements.count()));
    }

    /// Counts a file that was fetched or sent, or refused. `operation` is [`DOWNLOAD`] or [`UPLOAD`].
    pub fn file(
        &self,
        operation: &'static str,
        code: &str,
        duration: Duration,
        statements: &Statements,
    ) {
        self.count(operation, code, duration, statements);
    }

    /// All meters, as text.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

task_local! {
    static STATEMENTS: Statements;
}

/// The SQL statements of one request. Copies count together.
#[derive(Clone, Debug, Default)]
pub struct Statements(Arc<AtomicU32>);

impl Statements {
    /// The counter of the request whose task this is. A task that a request starts, such as a
    /// loader's, is not counted with it unless it takes this along into [`Statements::count_in`].
    #[must_use]
    pub fn current() -> Option<Self> {
        STATEMENTS.try_with(Clone::clone).ok()
    }

    /// The work, with its statements counted here.
    pub fn count_in<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        STATEMENTS.scope(self.clone(), work)
    }

    /// The statements so far.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The word for a file that is fetched, beside the kinds of GraphQL operations.
pub const DOWNLOAD: &str = "download";

/// The word for a document that is sent.
pub const UPLOAD: &str = "upload";

/// The kind of operation as a word for meters and logs.
#[must_use]
pub fn operation_label(operation: Option<OperationType>) -> &'static str {
    match operation {
        Some(OperationType::Query) => "query",
        Some(OperationType::Mutation) => "mutation",
        Some(OperationType::Subscription) => "subscription",
        None => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_the_table_lacks_is_counted_as_other() {
        let metrics = Metrics::default();

        for invented in ["X1", "X2", "X3"] {
            let statements = Statements::default();
            metrics.request(None, invented, Duration::from_millis(3), &statements);
        }

        let text = metrics.text().unwrap();
        let line = r#"samverkan_requests_total{operation="unknown",code="OTHER"} 3"#;
        assert!(text.contains(line), "expected `{line}` in:\n{text}");
    }

    #[tokio::test]
    async fn a_statement_counts_for_its_request_and_in_all() {
        let metrics = Metrics::default();
        let statements = Statements::default();

        metrics.sql_statement();
        statements
            .count_in(async {
                metrics.sql_statement();
                let loader = Statements::current().unwrap();
                loader.count_in(async { metrics.sql_statement() }).await;
            })
            .await;

        assert_eq!(statements.count(), 2);
        let text = metrics.text().unwrap();
        assert!(text.contains("samverkan_sql_statements_total 3"), "{text}");
    }
}
