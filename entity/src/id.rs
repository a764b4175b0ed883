//! Typed ids: UUIDs of version 7 inside, opaque strings such as `training_0192…` outside.
//!
//! A `TrainingId` is not an `OccasionId`: not in Rust, and not in the API, where an id of another type is
//! refused as bad input.

use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned,
    ServerResult, Value, parser::types::Field, registry::Registry,
};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use std::{borrow::Cow, fmt, str::FromStr};
use uuid::Uuid;

/// Why a string is not an id of the wanted type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError {
    wanted: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected an id of the form {}_<32 hexadecimal digits>, as the API gave it",
            self.wanted
        )
    }
}

impl std::error::Error for IdError {}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(Uuid);

        impl $name {
            /// What its global ids begin with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id, later in order than every id made before it in this process.
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "this is the one place that makes ids")]
            #[expect(clippy::new_without_default, reason = "a default would hide that each id is new")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id with these bits: for reference data whose ids must be the same everywhere.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bits inside.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|digits| digits.len() == 32)
                    .and_then(|digits| Uuid::try_parse(digits).ok())
                    .map(Self)
                    .ok_or(IdError { wanted: $prefix })
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl InputType for $name {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                <ID as InputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as InputType>::create_type_info(registry)
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                match value {
                    Some(Value::String(text)) => text.parse().map_err(InputValueError::custom),
                    _ => Err(InputValueError::custom(IdError { wanted: $prefix })),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.to_string())
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> {
                <ID as OutputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                _: &ContextSelectionSet<'_>,
                _: &Positioned<Field>,
            ) -> ServerResult<Value> {
                Ok(Value::String(self.to_string()))
            }
        }
    )+};
}

typed_ids! {
    /// Identifies a change of an attendance mark.
    AttendanceChangeId "attendance";
    /// Identifies an audit entry.
    AuditEntryId "audit";
    /// Identifies a certificate.
    CertificateId "certificate";
    /// Identifies a right to check in.
    CheckInRightId "checkin";
    /// Identifies a completion.
    CompletionId "completion";
    /// Identifies a contact point.
    ContactPointId "contact";
    /// Identifies an erasure.
    ErasureId "erasure";
    /// Identifies a training that an organisation has made mandatory.
    MandatoryTrainingId "mandatory";
    /// Identifies a membership.
    MembershipId "membership";
    /// Identifies a notice.
    NoticeId "notice";
    /// Identifies a change of when and where an occasion is held.
    OccasionMoveId "move";
    /// Identifies a training occasion.
    OccasionId "occasion";
    /// Identifies an organisation.
    OrganisationId "organisation";
    /// Identifies a method that an organisation works by.
    MethodPracticeId "practice";
    /// Identifies one of an organisation's names.
    OrganisationNameId "name";
    /// Identifies an answer about a page.
    PageFeedbackId "feedback";
    /// Identifies people who take seats together.
    PartyId "party";
    /// Identifies a person.
    PersonId "person";
    /// Identifies what an organisation reports of a programme.
    ProgrammeFollowUpId "followup";
    /// Identifies a training programme.
    ProgrammeId "programme";
    /// Identifies a reported completion.
    ReportedCompletionId "reported";
    /// Identifies what a run of the retention job did for one organisation.
    RetentionActionId "retained";
    /// Identifies a run of the retention job.
    RetentionRunId "retention";
    /// Identifies who approves sign-ups.
    SignUpApproverId "approver";
    /// Identifies a sign-up.
    SignUpId "signup";
    /// Identifies support that was given.
    SupportGivenId "supportgiven";
    /// Identifies a request to be signed up.
    SignUpRequestId "request";
    /// Identifies a support resource.
    SupportResourceId "support";
    /// Identifies a training.
    TrainingId "training";
    /// Identifies a unit of an organisation.
    UnitId "unit";
    /// Identifies a group.
    GroupId "group";
    /// Identifies a seat in a group.
    SeatId "seat";
    /// Identifies who holds a seat for a time.
    SeatHolderId "holder";
    /// Identifies that somebody has joined a group.
    GroupMemberId "joined";
    /// Identifies a notice of a group.
    GroupNoticeId "groupnotice";
    /// Identifies a series of meetings.
    MeetingSeriesId "series";
    /// Identifies a meeting.
    MeetingId "meeting";
    /// Identifies an item of an agenda.
    AgendaItemId "item";
    /// Identifies that an item is open to a guest.
    AgendaItemGuestId "guest";
    /// Identifies a registration number of a meeting.
    MeetingRegistrationId "registration";
    /// Identifies that somebody has announced not to come.
    MeetingAbsenceId "absence";
    /// Identifies that a substitute was called in.
    SubstitutionId "substitution";
    /// Identifies that somebody was at a meeting.
    MeetingAttendanceId "present";
    /// Identifies an edition of a meeting's minutes.
    MinutesId "minutes";
    /// Identifies a saved text of minutes.
    MinutesVersionId "text";
    /// Identifies that somebody verifies minutes.
    MinutesVerifierId "verifier";
    /// Identifies an issue that was raised to a council.
    CouncilIssueId "issue";
    /// Identifies a decision of a group.
    DecisionId "decision";
    /// Identifies an action that an organisation has been asked to take.
    ActionId "action";
    /// Identifies a report on an action.
    ActionReportId "report";
    /// Identifies an extract of minutes.
    ExtractId "extract";
    /// Identifies for whom an extract is.
    ExtractRecipientId "recipient";
    /// Identifies a document.
    DocumentId "document";
    /// Identifies a calendar feed.
    CalendarFeedId "calendar";
    /// Identifies an initiative.
    InitiativeId "initiative";
    /// Identifies a party of an initiative.
    InitiativePartyId "initiativeparty";
    /// Identifies an activity of an initiative.
    InitiativeActivityId "activity";
    /// Identifies a visit that was asked for.
    OutreachVisitId "visit";
    /// Identifies what coordinators are told of a visit.
    VisitNoticeId "visitnotice";
    /// Identifies a type of role.
    RoleTypeId "roletype";
    /// Identifies an appointment.
    AppointmentId "appointment";
    /// Identifies that there is a role, in an organisation or a county.
    RoleIntroductionId "introduction";
    /// Identifies that a role needs a training.
    RoleTrainingId "roletraining";
    /// Identifies a reported number of people with a role.
    RoleHeadcountId "headcount";
    /// Identifies who manages a unit.
    UnitManagerId "manager";
    /// Identifies an aim of coverage.
    CoverageAimId "aim";
}
