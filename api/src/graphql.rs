//! The GraphQL schema: one file a noun, with its type, queries, mutations, inputs, payloads and loaders.

mod action;
mod agenda;
mod appointment;
mod at_hand;
mod attendance;
mod audit;
mod calendar;
mod certificate;
mod colleague;
mod completion;
mod connection;
mod context;
mod coverage;
mod decision;
pub(crate) mod document;
mod extract;
mod group;
mod idempotency;
mod initiative;
mod issue;
pub mod loader;
mod meeting;
mod minutes;
mod node;
mod notice;
mod occasion;
mod organisation;
mod payload;
mod person;
mod personal_data;
mod place;
mod practice;
mod programme;
mod role_type;
mod seat;
mod sign_up;
mod statistics;
mod support;
mod table_file;
mod text;
mod training;
pub(crate) mod user_error;
mod viewer;
mod visit;

pub(crate) use sign_up::SignUps;

use crate::{guard::Limits, masking::Masking};
use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema, SchemaBuilder};
use chrono::{DateTime, NaiveDate, Utc};
use connection::Nodes;

/// Where every question begins. An error at the top of an answer says in `extensions.code` what it is:
/// `BAD_USER_INPUT` for a value that cannot be, `FORBIDDEN` for what your role may not do, `UNAUTHENTICATED` where
/// nobody is signed in, `RATE_LIMITED` and `UNAVAILABLE` for what may be tried again later (see `Retry-After`).
/// What does not exist and what you may not see are both null or absent.
#[derive(MergedObject, Default)]
pub struct Query(
    DirectoryQuery,
    CatalogueQuery,
    LearningQuery,
    AppointmentsQuery,
    CooperationQuery,
);

/// Who is asking, and who there is. In chapters, as what can be changed.
#[derive(MergedObject, Default)]
pub struct DirectoryQuery(
    viewer::ViewerQuery,
    node::NodeQuery,
    organisation::OrganisationQuery,
    place::PlaceQuery,
);

/// Trainings, occasions and who has signed up.
#[derive(MergedObject, Default)]
pub struct CatalogueQuery(
    training::TrainingQuery,
    programme::ProgrammeQuery,
    occasion::OccasionQuery,
    sign_up::SignUpQuery,
    statistics::StatisticsQuery,
);

/// Support, logs, certificates and completions.
#[derive(MergedObject, Default)]
pub struct LearningQuery(
    support::SupportQuery,
    audit::AuditQuery,
    certificate::CertificateQuery,
    completion::CompletionQuery,
    completion::MandatoryQuery,
    personal_data::PersonalDataQuery,
);

/// Roles, appointments and coverage.
#[derive(MergedObject, Default)]
pub struct AppointmentsQuery(
    role_type::RoleQuery,
    appointment::AppointmentQuery,
    coverage::CoverageQuery,
);

/// Groups, meetings, decisions and initiatives.
#[derive(MergedObject, Default)]
pub struct CooperationQuery(
    group::GroupQuery,
    meeting::MeetingQuery,
    decision::DecisionQuery,
    initiative::InitiativeQuery,
);

/// What can be changed. Each takes one `input` and answers with what it changed, or with `userErrors` and then
/// nothing was changed. `userErrors` are for the person at the form: show their `message` beside the `field`. What
/// the person's role may not do at all is an error at the top, `FORBIDDEN`.
#[derive(MergedObject, Default)]
pub struct Mutation(
    CatalogueMutation,
    OccasionsMutation,
    SigningUpMutation,
    LearningMutation,
    DirectoryMutation,
    AppointmentsMutation,
    GroupsMutation,
    MeetingsMutation,
    RecordsMutation,
    CooperationMutation,
);

/// Trainings, programmes and what is done in practice.
///
/// Chapters, since what merges objects lays the work of each of them on one frame of the stack: of more than some ten, a
/// program without optimisation overflows it.
#[derive(MergedObject, Default)]
pub struct CatalogueMutation(
    training::TrainingMutation,
    training::LifecycleMutation,
    training::ReportingMutation,
    programme::ProgrammeMutation,
    programme::FollowUpMutation,
    practice::MethodMutation,
    practice::SupportGivenMutation,
);

/// Occasions and their seats.
#[derive(MergedObject, Default)]
pub struct OccasionsMutation(
    occasion::OccasionMutation,
    occasion::CancelMutation,
    occasion::QuotaMutation,
    occasion::RulesMutation,
);

/// Signing up.
#[derive(MergedObject, Default)]
pub struct SigningUpMutation(
    sign_up::SignUpMutation,
    sign_up::WithdrawMutation,
    sign_up::ReplaceMutation,
    sign_up::RequestMutation,
    sign_up::DecisionMutation,
    sign_up::ApproverMutation,
    sign_up::OfferMutation,
);

/// Attendance, completions and certificates.
#[derive(MergedObject, Default)]
pub struct LearningMutation(
    attendance::AttendanceMutation,
    attendance::CheckInMutation,
    completion::ImportMutation,
    completion::WithdrawCompletionMutation,
    completion::MandatoryMutation,
    meeting::MeetingCreditMutation,
    certificate::IssueMutation,
    certificate::KeepingMutation,
);

/// Organisations and their people.
#[derive(MergedObject, Default)]
pub struct DirectoryMutation(
    organisation::UnitMutation,
    person::MemberMutation,
    calendar::CalendarMutation,
    personal_data::PersonalDataMutation,
    support::SupportMutation,
    organisation::ManagerMutation,
    organisation::ReorganisingMutation,
    organisation::UnitImportMutation,
);

/// Roles, appointments and coverage.
#[derive(MergedObject, Default)]
pub struct AppointmentsMutation(
    role_type::RoleTrainingMutation,
    appointment::ProposeMutation,
    appointment::AnswerMutation,
    appointment::EndMutation,
    appointment::AppointmentImportMutation,
    coverage::AimMutation,
);

/// Groups and their seats.
#[derive(MergedObject, Default)]
pub struct GroupsMutation(
    group::GroupMutation,
    group::GroupLifecycleMutation,
    group::GroupMemberMutation,
    seat::SeatMutation,
    seat::SeatHolderMutation,
);

/// Meetings and their agendas.
#[derive(MergedObject, Default)]
pub struct MeetingsMutation(
    meeting::MeetingMutation,
    meeting::MeetingNoticeMutation,
    meeting::SeriesMutation,
    meeting::AbsenceMutation,
    meeting::SubstitutionMutation,
    meeting::MeetingAttendanceMutation,
    agenda::ProposalMutation,
    agenda::AgendaMutation,
    agenda::GuestMutation,
);

/// Minutes, decisions, actions and extracts.
#[derive(MergedObject, Default)]
pub struct RecordsMutation(
    minutes::MinutesMutation,
    minutes::VerifyMutation,
    issue::CouncilIssueMutation,
    issue::IssueDecisionMutation,
    decision::RecordingMutation,
    action::ActionMutation,
    action::ActionTaskMutation,
    extract::ExtractMutation,
    document::DocumentMutation,
);

/// What organisations do together beside groups and trainings.
#[derive(MergedObject, Default)]
pub struct CooperationMutation(
    initiative::InitiativeMutation,
    initiative::InitiativeActivityMutation,
    visit::OutreachOfferMutation,
    visit::VisitRequestMutation,
    visit::VisitAnswerMutation,
);

/// The schema. It is named here and in `app` only: whoever else calls it compiles all of it again.
pub(crate) type ApiSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema with the guard in front.
pub(crate) fn schema(limits: &Limits) -> ApiSchema {
    described(Schema::build(
        Query::default(),
        Mutation::default(),
        EmptySubscription,
    ))
    .enable_federation()
    .disable_suggestions()
    .extension(Masking::behind_guard(limits))
    .finish()
}

/// The same for what groups have on record.
fn described_records(
    schema: SchemaBuilder<Query, Mutation, EmptySubscription>,
) -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    schema
        .override_output_type_description::<Nodes<at_hand::Quick<action::Action>>>(
            "A page of what organisations have been asked to do.",
        )
        .override_output_type_description::<Nodes<action::ActionReport>>(
            "A page of what has been said of how an action goes.",
        )
        .override_output_type_description::<Nodes<at_hand::Quick<decision::Decision>>>(
            "A page of decisions.",
        )
        .override_output_type_description::<Nodes<document::Document>>("A page of documents.")
        .override_output_type_description::<Nodes<extract::MinutesExtract>>(
            "A page of extracts of minutes.",
        )
}

/// The same for what organisations do together beside groups and trainings.
fn described_cooperation(
    schema: SchemaBuilder<Query, Mutation, EmptySubscription>,
) -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    schema
        .override_output_type_description::<Nodes<initiative::Initiative>>("A page of initiatives.")
        .override_output_type_description::<Nodes<initiative::InitiativeActivity>>(
            "A page of what is done in an initiative.",
        )
        .override_output_type_description::<Nodes<visit::OutreachVisit>>("A page of visits.")
        .override_output_type_description::<Nodes<visit::VisitNotice>>(
            "A page of what coordinators are told of visits.",
        )
}

/// Words for the types whose own words are the library's, or none.
fn described(
    schema: SchemaBuilder<Query, Mutation, EmptySubscription>,
) -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    described_cooperation(described_records(schema))
        .override_output_type_description::<DateTime<Utc>>(
            "An instant, as RFC 3339 writes it. Answers are in UTC: `2026-03-31T06:30:00+00:00`. Input may have \
             any offset: `2026-03-31T08:30:00+02:00`.",
        )
        .override_output_type_description::<NaiveDate>("A day: `2026-03-31`.")
        .override_output_type_description::<Nodes<attendance::AttendanceChange>>(
            "A page of the changes of a sign-up's attendance.",
        )
        .override_output_type_description::<Nodes<attendance::CheckInRight>>(
            "A page of rights to check in.",
        )
        .override_output_type_description::<Nodes<attendance::ExpectedParticipant>>(
            "A page of those who are expected at an occasion.",
        )
        .override_output_type_description::<Nodes<completion::Completion>>(
            "A page of completions.",
        )
        .override_output_type_description::<Nodes<completion::MandatoryTraining>>(
            "A page of what an organisation wants its staff to have completed.",
        )
        .override_output_type_description::<Nodes<appointment::Appointment>>(
            "A page of appointments.",
        )
        .override_output_type_description::<Nodes<audit::AuditEntry>>(
            "A page of the audit log.",
        )
        .override_output_type_description::<Nodes<certificate::Certificate>>(
            "A page of certificates.",
        )
        .override_output_type_description::<Nodes<personal_data::Erasure>>(
            "A page of the log of erasures.",
        )
        .override_output_type_description::<Nodes<personal_data::RetentionAction>>(
            "A page of what the retention job has done.",
        )
        .override_output_type_description::<async_graphql::Json<serde_json::Value>>(
            "Any JSON value, as it is.",
        )
        .override_output_type_description::<Nodes<person::Membership>>(
            "A page of an organisation's people.",
        )
        .override_output_type_description::<Nodes<notice::Notice>>(
            "A page of notices.",
        )
        .override_output_type_description::<Nodes<organisation::Organisation>>(
            "A page of the directory.",
        )
        .override_output_type_description::<Nodes<organisation::OrganisationUnit>>(
            "A page of an organisation's units.",
        )
        .override_output_type_description::<Nodes<programme::ProgrammeFollowUp>>(
            "A page of what organisations report of a programme.",
        )
        .override_output_type_description::<Nodes<sign_up::SignUp>>(
            "A page of an occasion's sign-ups that you may see.",
        )
        .override_output_type_description::<Nodes<sign_up::SignUpRequest>>(
            "A page of requests to be signed up.",
        )
        .override_output_type_description::<Nodes<at_hand::Laid<training::Training>>>(
            "A page of the catalogue.",
        )
        .override_output_type_description::<Nodes<at_hand::Quick<occasion::TrainingOccasion>>>(
            "A page of a training's occasions.",
        )
        .override_output_type_description::<Nodes<programme::TrainingProgramme>>(
            "A page of the programmes.",
        )
        .override_output_type_description::<Nodes<group::Group>>(
            "A page of groups.",
        )
        .override_output_type_description::<Nodes<group::GroupMembership>>(
            "A page of those who are in a group.",
        )
        .override_output_type_description::<Nodes<group::GroupNotice>>(
            "A page of what members of groups are told.",
        )
        .override_output_type_description::<Nodes<at_hand::Quick<meeting::Meeting>>>(
            "A page of meetings.",
        )
        .override_output_type_description::<Nodes<meeting::Substitution>>(
            "A page of calls to serve as a substitute.",
        )
        .override_output_type_description::<Nodes<issue::CouncilIssue>>(
            "A page of a list of issues that were raised to councils.",
        )
        .override_output_type_description::<Nodes<agenda::AgendaItem>>(
            "A page of items of agendas.",
        )
        .override_output_type_description::<Nodes<at_hand::Quick<seat::Seat>>>(
            "A page of seats in groups.",
        )
        .override_output_type_description::<Nodes<seat::SeatHolder>>(
            "A page of those who hold, held or will hold a seat.",
        )
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
