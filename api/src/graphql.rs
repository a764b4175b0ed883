//! The GraphQL schema: one file a noun, with its type, queries, mutations, inputs, payloads and loaders.

mod audit;
mod connection;
mod context;
mod idempotency;
pub mod loader;
mod node;
mod occasion;
mod organisation;
mod person;
mod place;
mod programme;
mod sign_up;
mod support;
mod text;
mod training;
mod user_error;
mod viewer;

use crate::{
    guard::{Guard, Limits},
    masking::Masking,
};
use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema};

/// Where every question begins.
#[derive(MergedObject, Default)]
pub struct Query(
    viewer::ViewerQuery,
    node::NodeQuery,
    organisation::OrganisationQuery,
    place::PlaceQuery,
    training::TrainingQuery,
    programme::ProgrammeQuery,
    occasion::OccasionQuery,
    sign_up::SignUpQuery,
    support::SupportQuery,
    audit::AuditQuery,
);

/// What can be changed. Each takes one `input` and answers with what it changed, or with `userErrors` and then
/// nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    training::TrainingMutation,
    training::LifecycleMutation,
    training::ReportingMutation,
    programme::ProgrammeMutation,
    occasion::OccasionMutation,
    occasion::QuotaMutation,
    sign_up::SignUpMutation,
    sign_up::WithdrawMutation,
    sign_up::ReplaceMutation,
    organisation::UnitMutation,
    person::MemberMutation,
    support::SupportMutation,
);

/// The schema. It is named here and in `app` only: whoever else calls it compiles all of it again.
pub(crate) type ApiSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema with the guard in front.
pub(crate) fn schema(limits: &Limits) -> ApiSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_suggestions()
        // The guard first: nothing is parsed or validated before it.
        .extension(Guard::new(limits.clone()))
        .extension(Masking::new(limits))
        .finish()
}

/// The federation SDL: what `schema.graphql` must equal.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new().federation().compose_directive();
    let mut sdl = schema(&Limits::default()).sdl_with_options(options);
    if !sdl.ends_with('\n') {
        sdl.push('\n');
    }
    sdl
}
