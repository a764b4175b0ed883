//! The running application: the schema behind boxed functions, so that nothing else compiles it again.
//!
//! STUB while the house is being built: `http` is written against these signatures.

#![expect(
    clippy::unused_async,
    clippy::must_use_candidate,
    reason = "a stub with the signatures of the real thing"
)]

use crate::{
    guard::{Guard, Limits, MayIntrospect},
    language::Language,
    masking::Masking,
};
use async_graphql::{
    EmptyMutation, EmptySubscription, Object, Request, Response, Schema,
    extensions::ExtensionFactory,
};
use axum::http::HeaderMap;

/// Who is asking (stub).
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// What a rate limit is kept by: the principal of the token; none for an anonymous viewer.
    pub principal: Option<String>,
    /// The acting organisation's id, for the log.
    pub organisation: Option<String>,
}

/// What every request carries.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Identifies the request in logs, answers and the audit log.
    pub request_id: String,
    /// From `Accept-Language`.
    pub language: Language,
}

/// Why a caller was not let in.
#[derive(Debug)]
pub enum Refused {
    /// The token is not accepted: 401.
    Unauthenticated,
    /// The token is good, but its bearer has no place here: 403.
    Forbidden,
    /// The database does not answer in time: 503.
    Unavailable,
}

struct Query;
#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "hello"
    }
}

/// The application.
pub struct App {
    schema: Schema<Query, EmptyMutation, EmptySubscription>,
}

impl App {
    /// A stub application with the given extensions in front of its schema.
    pub fn stub(extensions: Vec<Box<dyn FnOnce() -> Box<dyn ExtensionFactory>>>) -> Self {
        drop(extensions);
        Self {
            schema: Schema::build(Query, EmptyMutation, EmptySubscription)
                .disable_suggestions()
                .extension(Guard::new(Limits::default()))
                .extension(Masking::new(&Limits::default()))
                .finish(),
        }
    }

    /// Finds out who is asking.
    pub async fn viewer(&self, _headers: &HeaderMap) -> Result<Viewer, Refused> {
        Ok(Viewer::default())
    }

    /// Runs one request for a viewer.
    pub async fn execute(
        &self,
        viewer: Viewer,
        context: RequestContext,
        request: Request,
    ) -> Response {
        self.schema
            .execute(request.data(viewer).data(context).data(MayIntrospect(true)))
            .await
    }

    /// Whether the database answers and is migrated.
    pub async fn ready(&self) -> bool {
        true
    }
}
