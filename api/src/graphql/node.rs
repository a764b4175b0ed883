//! Any object by its global id.

use super::{
    action::{Action, ActionById},
    agenda::{AgendaItem, AgendaItemById},
    appointment::{Appointment, AppointmentById},
    attendance::{CheckInRight, CheckInRightById},
    calendar::{CalendarFeed, CalendarFeedById},
    certificate::{Certificate, CertificateById},
    completion::{Completion, CompletionById, MandatoryTraining, MandatoryTrainingById},
    context::loaders,
    decision::{Decision, DecisionById},
    document::{Document, DocumentById},
    extract::{ExtractById, MinutesExtract},
    group::{Group, GroupById, GroupNotice, GroupNoticeById},
    initiative::{ActivityById, Initiative, InitiativeActivity, InitiativeById},
    issue::{CouncilIssue, IssueById},
    meeting::{Meeting, MeetingById, MeetingSeries, SeriesById, Substitution, SubstitutionById},
    minutes::{Minutes, MinutesById},
    notice::{Notice, NoticeById},
    occasion::{OccasionById, TrainingOccasion},
    organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById},
    person::{Membership, MembershipById, Person, PersonById},
    programme::{ProgrammeById, TrainingProgramme},
    role_type::{RoleType, RoleTypeById},
    seat::{Seat, SeatById, SeatHolder, SeatHolderById},
    sign_up::{RequestById, SignUp, SignUpById, SignUpRequest},
    training::{Training, TrainingById},
    visit::{OutreachVisit, VisitById, VisitNotice, VisitNoticeById},
};
use crate::{
    error::{Error, Result},
    language::Text,
};
use async_graphql::{Context, ID, Interface, Object};
use entity::id::{
    ActionId, AgendaItemId, AppointmentId, CalendarFeedId, CertificateId, CheckInRightId,
    CompletionId, CouncilIssueId, DecisionId, DocumentId, ExtractId, GroupId, GroupNoticeId,
    InitiativeActivityId, InitiativeId, MandatoryTrainingId, MeetingId, MeetingSeriesId,
    MembershipId, MinutesId, NoticeId, OccasionId, OrganisationId, OutreachVisitId, PersonId,
    ProgrammeId, RoleTypeId, SeatHolderId, SeatId, SignUpId, SignUpRequestId, SubstitutionId,
    TrainingId, UnitId, VisitNoticeId,
};

/// Anything with a global id: a text to keep and send back as it is. Each kind of object has ids of its own, and
/// one of another kind is `BAD_USER_INPUT`.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its global id."))]
pub enum Node {
    /// An action.
    Action(Action),
    /// An item of an agenda.
    AgendaItem(AgendaItem),
    /// An appointment to a role.
    Appointment(Appointment),
    /// A calendar feed.
    CalendarFeed(CalendarFeed),
    /// A certificate.
    Certificate(Certificate),
    /// A right to check in.
    CheckInRight(CheckInRight),
    /// A completion.
    Completion(Completion),
    /// An issue that was raised to a council.
    CouncilIssue(CouncilIssue),
    /// A decision.
    Decision(Decision),
    /// A document.
    Document(Document),
    /// A group.
    Group(Group),
    /// A notice of a group.
    GroupNotice(GroupNotice),
    /// An initiative.
    Initiative(Initiative),
    /// An activity of an initiative.
    InitiativeActivity(InitiativeActivity),
    /// A mandatory training.
    MandatoryTraining(MandatoryTraining),
    /// A meeting of a group.
    Meeting(Meeting),
    /// A series of meetings.
    MeetingSeries(MeetingSeries),
    /// A membership.
    Membership(Membership),
    /// An edition of a meeting's minutes.
    Minutes(Minutes),
    /// An extract of minutes.
    MinutesExtract(MinutesExtract),
    /// A notice.
    Notice(Notice),
    /// An organisation.
    Organisation(Organisation),
    /// A unit of an organisation.
    OrganisationUnit(OrganisationUnit),
    /// A visit that was asked for.
    OutreachVisit(OutreachVisit),
    /// A person.
    Person(Person),
    /// A type of role.
    RoleType(RoleType),
    /// A seat in a group.
    Seat(Seat),
    /// That somebody holds a seat for a time.
    SeatHolder(SeatHolder),
    /// A sign-up.
    SignUp(SignUp),
    /// A request to be signed up.
    SignUpRequest(SignUpRequest),
    /// A call to serve as a substitute.
    Substitution(Substitution),
    /// A training.
    Training(Training),
    /// A training occasion.
    TrainingOccasion(TrainingOccasion),
    /// A training programme.
    TrainingProgramme(TrainingProgramme),
    /// What coordinators are told of a visit.
    VisitNotice(VisitNotice),
}

/// Where to begin with an id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any object by its global id, under the same rules as everywhere else. Null if there is none that you may
    /// see; `BAD_USER_INPUT` for what is not an id of a node.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id, as the API gave it.")] id: ID,
    ) -> Result<Option<Node>> {
        /// Answers with the object of this kind, if the id is of this kind.
        macro_rules! try_kind {
            ($id:ident, $loader:ident, $node:ident) => {
                try_kind!($id, $loader, $node, $node)
            };
            ($id:ident, $loader:ident, $node:ident, $of_row:expr) => {
                if let Ok(id) = id.parse::<$id>() {
                    let row = loaders(ctx).load_one($loader(id)).await?;
                    return Ok(row.map(|row| Node::$node($of_row(row))));
                }
            };
        }
        try_kind!(AgendaItemId, AgendaItemById, AgendaItem, AgendaItem::alone);
        try_kind!(SeatHolderId, SeatHolderById, SeatHolder, SeatHolder::alone);
        try_kind!(MeetingId, MeetingById, Meeting);
        try_kind!(CouncilIssueId, IssueById, CouncilIssue);
        try_kind!(InitiativeId, InitiativeById, Initiative);
        try_kind!(InitiativeActivityId, ActivityById, InitiativeActivity);
        try_kind!(OutreachVisitId, VisitById, OutreachVisit);
        try_kind!(VisitNoticeId, VisitNoticeById, VisitNotice);
        try_kind!(MinutesId, MinutesById, Minutes);
        try_kind!(DecisionId, DecisionById, Decision);
        try_kind!(ExtractId, ExtractById, MinutesExtract);
        try_kind!(ActionId, ActionById, Action, Action::alone);
        try_kind!(DocumentId, DocumentById, Document);
        try_kind!(MeetingSeriesId, SeriesById, MeetingSeries);
        try_kind!(SubstitutionId, SubstitutionById, Substitution);
        try_kind!(AppointmentId, AppointmentById, Appointment);
        try_kind!(RoleTypeId, RoleTypeById, RoleType);
        try_kind!(CalendarFeedId, CalendarFeedById, CalendarFeed);
        try_kind!(CertificateId, CertificateById, Certificate);
        try_kind!(CheckInRightId, CheckInRightById, CheckInRight);
        try_kind!(CompletionId, CompletionById, Completion);
        try_kind!(GroupId, GroupById, Group);
        try_kind!(GroupNoticeId, GroupNoticeById, GroupNotice);
        try_kind!(SeatId, SeatById, Seat, Seat::alone);
        try_kind!(
            MandatoryTrainingId,
            MandatoryTrainingById,
            MandatoryTraining
        );
        try_kind!(MembershipId, MembershipById, Membership);
        try_kind!(NoticeId, NoticeById, Notice);
        try_kind!(OccasionId, OccasionById, TrainingOccasion);
        try_kind!(OrganisationId, OrganisationById, Organisation);
        try_kind!(PersonId, PersonById, Person);
        try_kind!(ProgrammeId, ProgrammeById, TrainingProgramme);
        try_kind!(SignUpRequestId, RequestById, SignUpRequest);
        try_kind!(SignUpId, SignUpById, SignUp);
        try_kind!(TrainingId, TrainingById, Training);
        try_kind!(UnitId, UnitById, OrganisationUnit);
        Err(Error::BadInput(Text::fixed(
            "Detta är inte ett id från API:et. Använd id-fältet som det är.",
            "This is not an id of the API. Use the id field as it is.",
        )))
    }
}
