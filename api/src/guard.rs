//! What stands before every way in: no document reaches the library's own checks, let alone a
//! resolver, before it has been measured here. It never looks at who is asking.

mod document;
mod known;
mod limits;
mod progress;
mod refusal;
mod text;

use known::{Known, KnownDocuments, Passing};
pub use limits::{Limit, Limits, list_complexity};
pub use progress::{Budget, MayIntrospect, Progress, QueriesOnly, Stage};
pub use refusal::{Refusal, whole_seconds};

use crate::{language::Language, viewer::Viewer};
use async_graphql::{
    Request, Response, ServerError, ServerResult, ValidationResult,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextPrepareRequest,
        NextValidation,
    },
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType},
    },
};
use std::{
    any::{Any, TypeId},
    sync::Arc,
};

/// The guard, to be registered as the schema's first extension.
///
/// It reads these data of a request: [`Language`], [`MayIntrospect`], [`QueriesOnly`], [`Budget`]
/// and [`Progress`]. Without them it speaks Swedish, refuses
/// introspection, allows mutations, charges nobody and reports to nobody.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    limits: Arc<Limits>,
    documents: Arc<KnownDocuments>,
}

impl Guard {
    /// A guard that keeps these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits: Arc::new(limits),
            documents: Arc::default(),
        }
    }

    /// The document of the request, read at most once while it is known.
    fn read(&self, request: &Request) -> Result<Passing, ServerError> {
        let language = datum::<Language>(request).copied().unwrap_or_default();
        let found = self.documents.find(&request.query);
        let is_kept = found.is_some();
        let known = if let Some(known) = found {
            known
        } else {
            text::check(&request.query, &self.limits)
                .map_err(|refusal| refusal.into_error(language))?;
            let parsed = parse_query(&request.query).map_err(refusal::parse_failed)?;
            Arc::new(Known::new(parsed))
        };
        Ok(Passing {
            text: request.query.as_str().into(),
            case: known.case(request),
            known,
            is_kept,
        })
    }

    /// Refuses what goes beyond a limit; the answer tells whether the operation only reads.
    fn examine(&self, request: &Request, parsed: &ExecutableDocument) -> Result<bool, ServerError> {
        let language = datum::<Language>(request).copied().unwrap_or_default();
        let refuse = |refusal: Refusal| refusal.into_error(language);

        let size = document::measure(parsed, &request.variables, &self.limits).map_err(refuse)?;
        document::check(&size, &self.limits).map_err(refuse)?;
        if size.introspects && !datum::<MayIntrospect>(request).is_some_and(|may| may.0) {
            return Err(refuse(Refusal::Introspection));
        }

        if let Some(progress) = datum::<Progress>(request) {
            progress.asked_for(size.representations);
        }
        let chosen = document::chosen(parsed, request.operation_name.as_deref());
        if let (Some(progress), Some((name, operation))) = (datum::<Progress>(request), chosen) {
            progress.chose(operation, name);
        }
        if let Some((_, OperationType::Mutation | OperationType::Subscription)) = chosen
            && datum::<QueriesOnly>(request).is_some()
        {
            return Err(refuse(Refusal::QueriesOnly));
        }
        Ok(matches!(chosen, Some((_, OperationType::Query))))
    }
}

impl ExtensionFactory for Guard {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Extension for Guard {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        mut request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let passing = self.read(&request)?;
        let only_reads = self.examine(&request, &passing.known.document)?;
        if let Some(viewer) = datum::<Viewer>(&request) {
            if only_reads {
                viewer.reads_one_picture();
            } else {
                // It may wait for others, who need connections.
                viewer.end_picture().await;
            }
        }
        request.set_parsed_query(passing.known.document.clone());
        request.data.insert(passing);
        next.run(ctx, request).await
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let passing = ctx.data_opt::<Passing>();
        let known = passing.and_then(Passing::validated);
        let result = match known {
            Some(result) => result,
            None => next.run(ctx).await?,
        };
        let language = ctx.data_opt::<Language>().copied().unwrap_or_default();
        // The library counts `_entities` as one thing, whatever the number of representations.
        let progress = ctx.data_opt::<Progress>();
        let things = progress.map_or(1, Progress::representations).max(1);
        let complexity = list_complexity(things, result.complexity);
        if let Some(progress) = progress {
            progress.measured(complexity);
        }

        if complexity > self.limits.complexity {
            let refusal = Refusal::TooMuch(Limit::Complexity, self.limits.complexity);
            return Err(vec![refusal.into_error(language)]);
        }
        if let Some(budget) = ctx.data_opt::<Budget>() {
            budget
                .spend(complexity)
                .map_err(|wait| vec![Refusal::TooOften(wait).into_error(language)])?;
        }
        if let (Some(passing), None) = (passing, known) {
            self.documents.keep(passing, result);
        }
        Ok(result)
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if let Some(progress) = ctx.data_opt::<Progress>() {
            progress.began();
        }
        next.run(ctx, operation_name).await
    }
}

/// A datum of a request that the library has not yet opened to its extensions.
fn datum<T: Any + Send + Sync>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

#[cfg(test)]
mod tests;
