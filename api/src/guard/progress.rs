//! The data by which a way in and the guard speak with each other.

use async_graphql::parser::types::OperationType;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Whether the caller may read the schema: a datum of the request. Absent means no.
#[derive(Clone, Copy, Debug)]
pub struct MayIntrospect(pub bool);

/// A datum of a request that came by a way that must not change anything.
#[derive(Clone, Copy, Debug)]
pub struct QueriesOnly;

type Spend = dyn Fn(usize) -> Result<(), Duration> + Send + Sync;

/// What the caller has left to spend, in points of complexity: a datum of the request.
pub struct Budget(Box<Spend>);

impl Budget {
    /// A budget that asks `spend` for the points of each document; the error is how long to wait.
    pub fn new(spend: impl Fn(usize) -> Result<(), Duration> + Send + Sync + 'static) -> Self {
        Self(Box::new(spend))
    }

    /// Takes the points of one document.
    pub fn spend(&self, points: usize) -> Result<(), Duration> {
        (self.0)(points)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Budget")
    }
}

const LONGEST_NAME: usize = 64;

/// How far a request has come: a datum of the request that its way in keeps a copy of.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Stage>>);

/// What is known of a request so far.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The kind of the operation that runs; none until the document is read.
    pub operation: Option<OperationType>,
    /// The operation's name, cut to what a line of a log has room for.
    pub name: Option<String>,
    /// How many representations the document hands to `_entities`.
    pub representations: usize,
    /// The document's points of complexity; none until it is validated.
    pub complexity: Option<usize>,
    /// Whether resolvers have begun: from here on, an error stands beside `data`.
    pub executing: bool,
}

impl Progress {
    /// What is known now.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.with(|stage| stage.clone())
    }

    pub(super) fn chose(&self, operation: OperationType, name: Option<&str>) {
        self.with(|stage| {
            stage.operation = Some(operation);
            stage.name = name.map(|name| name.chars().take(LONGEST_NAME).collect());
        });
    }

    pub(super) fn asked_for(&self, representations: usize) {
        self.with(|stage| stage.representations = representations);
    }

    pub(super) fn representations(&self) -> usize {
        self.with(|stage| stage.representations)
    }

    pub(super) fn measured(&self, complexity: usize) {
        self.with(|stage| stage.complexity = Some(complexity));
    }

    pub(super) fn began(&self) {
        self.with(|stage| stage.executing = true);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Stage) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
