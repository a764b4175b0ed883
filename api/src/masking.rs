//! The last hand on every error: it leaves with a code, it stands where the GraphQL specification
//! puts it, and it never carries a text that was not written for the client.

use crate::guard::{Guard, Limits};
use async_graphql::{
    ErrorExtensionValues, PathSegment, QueryPathNode, QueryPathSegment, Request, Response,
    ServerError, ServerResult, ValidationResult, Value, Variables,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextParseQuery,
        NextPrepareRequest, NextRequest, NextResolve, NextValidation, ResolveInfo,
    },
    parser::types::ExecutableDocument,
};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// What a client reads in place of an error that was not meant for it.
pub const INTERNAL_ERROR: &str = "internal error";

/// The masking, with the guard in front: the schema's one extension, since each field passes through every one.
#[derive(Clone, Debug)]
pub struct Masking {
    errors: usize,
    guard: Guard,
}

impl Masking {
    /// A guard that keeps these limits, and a masking that lets as many errors out in one answer as they say.
    #[must_use]
    pub fn behind_guard(limits: &Limits) -> Self {
        Self {
            errors: limits.errors,
            guard: Guard::new(limits.clone()),
        }
    }
}

impl ExtensionFactory for Masking {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Mask {
            most: self.errors,
            guard: self.guard.clone(),
            parsed: AtomicBool::new(false),
            found: Mutex::default(),
        })
    }
}

/// The masking of one request.
struct Mask {
    most: usize,
    guard: Guard,
    parsed: AtomicBool,
    /// The errors of fields, as they were where they arose.
    found: Mutex<Vec<ServerError>>,
}

/// Travels upwards in place of an error that is already kept, so that lists on the way, which
/// rewrite the path, and the library's own handling of null find nothing to spoil.
struct Kept;

impl Mask {
    fn keep(&self, mut error: ServerError, at: &QueryPathNode<'_>) -> ServerError {
        if error.source::<Kept>().is_none() {
            error.path = path(at);
            self.found().push(error);
        }
        let mut kept = ServerError::new(INTERNAL_ERROR, None);
        kept.source = Some(Arc::new(Kept));
        kept
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Vec<ServerError>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Extension for Mask {
    /// What happened before execution: only the client's document can be at fault.
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        response.errors.truncate(self.most);
        let code = if self.parsed.load(Ordering::Relaxed) {
            "GRAPHQL_VALIDATION_FAILED"
        } else {
            "GRAPHQL_PARSE_FAILED"
        };
        for error in response.errors.iter_mut().filter(|error| !has_code(error)) {
            let is_value = error.message.starts_with("Invalid value for argument ");
            set_code(error, if is_value { "BAD_USER_INPUT" } else { code });
        }
        response
    }

    /// Nothing is parsed or validated before the guard has seen it.
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        self.guard.prepare_request(ctx, request, next).await
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        self.guard.validation(ctx, next).await
    }

    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        self.parsed.store(true, Ordering::Relaxed);
        Ok(document)
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = self.guard.execute(ctx, operation_name, next).await;
        response
            .errors
            .retain(|error| error.source::<Kept>().is_none());
        response.errors.append(&mut self.found());
        for error in &mut response.errors {
            mask(error);
        }
        response
    }

    /// An error nulls the nearest nullable place at or above its field, and nothing beside it.
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let nullable = !info.return_type.ends_with('!');
        let at = info.path_node;
        match next.run(ctx, info).await {
            Ok(value) => Ok(value),
            Err(error) => {
                let kept = self.keep(error, at);
                if nullable {
                    Ok(Some(Value::Null))
                } else {
                    Err(kept)
                }
            }
        }
    }
}

fn path(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut path: Vec<_> = std::iter::once(node)
        .chain(node.parents())
        .map(|node| match node.segment {
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
            QueryPathSegment::Index(index) => PathSegment::Index(index),
        })
        .collect();
    path.reverse();
    path
}

fn mask(error: &mut ServerError) {
    if has_code(error) {
        return;
    }
    if is_about_input(error) {
        set_code(error, "BAD_USER_INPUT");
        return;
    }
    tracing::error!(message = error.message, path = ?error.path, "unexpected error");
    INTERNAL_ERROR.clone_into(&mut error.message);
    error.extensions = None;
    set_code(error, "INTERNAL_SERVER_ERROR");
}

/// Whether the library wrote this error about a value that the client sent. All else without a
/// code is a surprise, such as a missing datum, whose text names our types.
fn is_about_input(error: &ServerError) -> bool {
    const ABOUT_INPUT: [&str; 4] = [
        "Failed to parse \"",
        "Expected input type \"",
        "Variable ",
        "Entity not found.",
    ];
    error.source.is_none()
        && ABOUT_INPUT
            .iter()
            .any(|beginning| error.message.starts_with(beginning))
}

fn has_code(error: &ServerError) -> bool {
    error
        .extensions
        .as_ref()
        .and_then(|values| values.get("code"))
        .is_some()
}

fn set_code(error: &mut ServerError, code: &str) {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("code", code);
}

#[cfg(test)]
mod tests;
