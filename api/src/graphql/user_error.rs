//! What the user can mend: a code for the program, a text for the person, the field that it is about.

use crate::{domain::seats::QuotaError, language::Text};
use async_graphql::{Context, Enum, Object};

use super::context::viewer;

/// Why a mutation was not carried out, where the user can do something about it. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum UserErrorCode {
    /// There is no such thing, or you may not see it.
    NotFound,
    /// Somebody else changed it since you read it: read it again, then repeat your change.
    Conflict,
    /// A value is missing, too long, or not possible.
    InvalidValue,
    /// The text holds a personal identity number, which must not be stored here.
    PersonalIdNotAllowed,
    /// The end comes before the beginning, or time blocks overlap.
    InvalidTimes,
    /// The training is not published, so nobody can sign up yet.
    TrainingNotPublished,
    /// The training has been published or archived already, or its state does not allow this.
    InvalidStatus,
    /// A joint training is published when every organiser has confirmed; somebody has not.
    OrganisersNotConfirmed,
    /// The organisation does not take part: it has no agreement, or it has ended.
    NotAPartner,
    /// An organisation keeps at least one administrator.
    LastAdministrator,
    /// The participant is not among those that the training is meant for.
    TargetAudienceMismatch,
    /// Sign-up has not opened yet.
    SignUpNotOpen,
    /// Sign-up has closed.
    SignUpClosed,
    /// The occasion has been cancelled.
    OccasionCancelled,
    /// The occasion has begun or is over.
    OccasionPast,
    /// The person has a place at this occasion already, confirmed or waiting.
    AlreadySignedUp,
    /// The same person stands twice in the request.
    DuplicateParticipant,
    /// The person has a confirmed place at another occasion at the same time.
    OverlappingOccasion,
    /// The person has not completed, validly on the day of the occasion, what the training requires: the message
    /// names it.
    RequirementMissing,
    /// Attendance is recorded from an hour before the time block begins.
    AttendanceTooEarly,
    /// The participant has been checked in: correct the attendance first.
    AttendanceRecorded,
    /// The training would require itself, perhaps through others.
    RequirementCycle,
    /// The sign-up has ended already.
    SignUpEnded,
    /// Somebody of your organisation must approve before you are signed up.
    ApprovalRequired,
    /// Nobody needs to approve: you can sign up yourself.
    ApprovalNotRequired,
    /// Those who approve for you have left your organisation: an administrator must name others.
    ApproverMissing,
    /// The person's membership of the organisation that signed it up has ended.
    MembershipEnded,
    /// You have asked for a place here already, and the request waits for a decision.
    AlreadyRequested,
    /// The request has been approved, declined or withdrawn, or has run out.
    RequestDecided,
    /// No seat is offered, or the time to answer has run out.
    NoOffer,
    /// The occasion would have fewer seats than are taken or guaranteed.
    CapacityTooSmall,
    /// The guaranteed seats are more than the occasion has, or than are left.
    GuaranteesExceedCapacity,
    /// An organisation's maximum would be less than its guarantee or than what it has taken.
    MaximumTooSmall,
    /// You are not signed in as a person who could be signed up.
    NotSignedIn,
    /// The key was used for another request within 24 hours.
    IdempotencyKeyReused,
    /// The completion cannot be certified: it was withdrawn, does not follow from attendance, is of somebody whose data
    /// has been erased, or the organiser has taken a certificate for it back as issued in error.
    NotCertifiable,
    /// No certificates are issued here: the operator has named no key to sign with.
    CertificatesOff,
    /// The person has protected identity, and is named nowhere outside the own organisation.
    ProtectedIdentity,
    /// Another organisation has the person as a member too: neither changes the name or the address, or lifts the
    /// protection of the identity.
    BelongsElsewhere,
    /// The certificate was taken back already.
    CertificateRevoked,
    /// The person is proposed or appointed there already; or the organisation has a holder of a role that one has at a
    /// time.
    AlreadyAppointed,
    /// The appointment has been confirmed or declined.
    AppointmentAnswered,
    /// The unit does not exist on that day.
    UnitNotValid,
    /// The group has been closed.
    GroupClosed,
    /// The group has not been closed.
    GroupOpen,
    /// The group would stand above itself, perhaps through others.
    GroupCycle,
    /// The group has no seats: people join it, or are in it by their role.
    GroupWithoutSeats,
    /// The group is not one that people join: organisations have seats in it, or roles do.
    GroupNotInformal,
    /// The person is in the group already.
    AlreadyMember,
    /// The unit has an ordinary seat already, and the group gives each unit one.
    UnitHasSeat,
    /// Somebody holds the seat on one of those days.
    SeatTaken,
    /// There is the seat no more on that day.
    SeatEnded,
    /// The meeting has been cancelled.
    MeetingCancelled,
    /// The meeting has been held.
    MeetingHeld,
    /// The meeting is over.
    MeetingPast,
    /// The meeting has not begun.
    MeetingNotBegun,
    /// The substitute is called in, or serves, for another seat at the meeting, or will not come.
    SubstituteBusy,
    /// The call was declined, or whoever was called has been released.
    CallAnswered,
    /// The item has been answered, or dealt with.
    ItemAnswered,
    /// The item has items below it, or would stand below itself.
    ItemNested,
    /// The organisation, or the person, is invited to the item already.
    AlreadyInvited,
    /// The minutes have been verified and never change again.
    MinutesVerified,
    /// Whoever verifies minutes was at the meeting; this person was not.
    VerifierNotPresent,
    /// Nobody verifies what they have written themselves.
    VerifierWrote,
    /// Issues are raised to councils, and the group is none.
    NotACouncil,
    /// The issue has been taken up, answered, declined or withdrawn.
    IssueAnswered,
    /// An informal group decides nothing.
    NoDecisions,
    /// Too few seats were used at the meeting for a decision.
    NotQuorate,
    /// The action has been done, declined or called off.
    ActionEnded,
    /// The passage, or the decision, does not stand in the minutes.
    NotInMinutes,
    /// The meeting, or the item, has 100 documents already.
    TooManyDocuments,
    /// The organisation keeps another initiative of that code.
    CodeTaken,
    /// The organisation makes no visits now, or not for that.
    VisitNotOffered,
    /// The visit has been answered, taken back, made or cancelled, or it is not agreed yet.
    VisitAnswered,
}

/// Something that the user can mend. Nothing was changed by the mutation that returns one.
#[derive(Clone, Debug, PartialEq)]
pub struct UserError {
    field: Vec<String>,
    code: UserErrorCode,
    text: Text,
}

impl UserError {
    /// With the code's usual text.
    #[must_use]
    pub fn new(code: UserErrorCode, field: &[&str]) -> Self {
        Self::with_text(code, field, usual_text(code))
    }

    /// With a text that says more than the code's usual one.
    #[must_use]
    pub fn with_text(code: UserErrorCode, field: &[&str], text: Text) -> Self {
        Self {
            field: field.iter().map(ToString::to_string).collect(),
            code,
            text,
        }
    }

    /// The code.
    #[must_use]
    pub const fn code_of(&self) -> UserErrorCode {
        self.code
    }

    /// Whether it says that there is no such thing that the user may see.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.code == UserErrorCode::NotFound
    }

    /// The path in the input that it is about.
    #[must_use]
    pub fn field_of(&self) -> &[String] {
        &self.field
    }

    /// What the person reads.
    #[must_use]
    pub const fn text_of(&self) -> &Text {
        &self.text
    }

    /// Which item of a list it is about, if it is about one.
    #[must_use]
    pub fn item(&self) -> Option<usize> {
        self.field.get(1)?.parse().ok()
    }

    /// The same with a text that says more.
    #[must_use]
    pub fn saying(self, text: Text) -> Self {
        Self { text, ..self }
    }

    /// For one item of a list in the input.
    #[must_use]
    pub fn at(code: UserErrorCode, list: &str, index: usize, field: &str) -> Self {
        Self::new(code, &[list, &index.to_string(), field])
    }
}

/// Something that the user can mend. Nothing was changed by the mutation that returns one.
#[Object]
impl UserError {
    /// The path in `input` that it is about, such as `["participants", "1", "personId"]`; empty when it is
    /// about the whole.
    async fn field(&self) -> &[String] {
        &self.field
    }

    /// What is wrong, for programs.
    async fn code(&self) -> UserErrorCode {
        self.code
    }

    /// What happened, why and what to do, for persons: in Swedish, or in English if `Accept-Language` asks
    /// for it.
    async fn message(&self, ctx: &Context<'_>) -> &str {
        self.text.in_language(viewer(ctx).language())
    }
}

impl From<QuotaError> for UserError {
    fn from(error: QuotaError) -> Self {
        match error {
            QuotaError::OrganisationTwice { .. } => Self::with_text(
                UserErrorCode::InvalidValue,
                &["quotas"],
                Text::fixed(
                    "En organisation står två gånger. Slå ihop dess rader.",
                    "An organisation stands twice. Put its rows together.",
                ),
            ),
            QuotaError::GuaranteeAboveMaximum { guaranteed, maximum, .. } => Self::with_text(
                UserErrorCode::MaximumTooSmall,
                &["quotas"],
                Text::filled(
                    format!("{guaranteed} platser garanteras men högst {maximum} tillåts. Höj maximum eller sänk garantin."),
                    format!("{guaranteed} seats are guaranteed but at most {maximum} allowed. Raise the maximum or lower the guarantee."),
                ),
            ),
            QuotaError::TakenAboveMaximum { taken, maximum, .. } => Self::with_text(
                UserErrorCode::MaximumTooSmall,
                &["quotas"],
                Text::filled(
                    format!("{taken} platser är redan tagna, så högst {maximum} går inte. Ange minst {taken}."),
                    format!("{taken} seats are taken already, so at most {maximum} will not do. Give at least {taken}."),
                ),
            ),
            QuotaError::KindTwice { .. } => Self::with_text(
                UserErrorCode::InvalidValue,
                &["kindQuotas"],
                Text::fixed(
                    "En sorts organisation står två gånger. Slå ihop raderna.",
                    "A kind of organisation stands twice. Put its rows together.",
                ),
            ),
            QuotaError::KindMaximumTooSmall { needed, maximum, .. } => Self::with_text(
                UserErrorCode::MaximumTooSmall,
                &["kindQuotas"],
                Text::filled(
                    format!("{needed} platser är tagna eller garanterade för den sortens organisationer, så högst {maximum} går inte. Ange minst {needed}."),
                    format!("{needed} seats are taken or guaranteed for organisations of that kind, so at most {maximum} will not do. Give at least {needed}."),
                ),
            ),
            QuotaError::CapacityTooSmall { capacity, taken, kept, least } => Self::with_text(
                UserErrorCode::CapacityTooSmall,
                &["capacity"],
                Text::filled(
                    format!("{capacity} platser räcker inte: {taken} är tagna och {kept} lediga är garanterade. Ange minst {least}, sänk garantierna eller be någon avstå."),
                    format!("{capacity} seats will not do: {taken} are taken and {kept} free ones guaranteed. Give at least {least}, lower the guarantees or ask somebody to withdraw."),
                ),
            ),
            other => Self::with_text(
                UserErrorCode::GuaranteesExceedCapacity,
                &["quotas"],
                Text::filled(
                    "Platserna räcker inte till det som är taget och garanterat. Höj antalet platser eller sänk garantierna.".to_owned(),
                    format!("There are not enough seats for what is taken and guaranteed ({other}). Raise the capacity or lower the guarantees."),
                ),
            ),
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table: one text a code")]
const fn usual_text(code: UserErrorCode) -> Text {
    use UserErrorCode as C;
    let (swedish, english) = match code {
        C::NotFound => (
            "Det finns inte, eller så får du inte se det. Kontrollera id:t.",
            "It does not exist, or you may not see it. Check the id.",
        ),
        C::Conflict => (
            "Någon annan har ändrat detta sedan du läste det. Läs om och gör din ändring igen.",
            "Somebody else has changed this since you read it. Read it again and repeat your change.",
        ),
        C::InvalidValue => (
            "Värdet saknas, är för långt eller omöjligt. Rätta det och försök igen.",
            "The value is missing, too long or impossible. Correct it and try again.",
        ),
        C::PersonalIdNotAllowed => (
            "Texten innehåller ett personnummer. Ta bort det: här lagras inga personnummer.",
            "The text holds a personal identity number. Take it out: none are stored here.",
        ),
        C::InvalidTimes => (
            "Tiderna går inte ihop: varje pass ska sluta efter att det börjat, och passen får inte överlappa.",
            "The times do not fit: each block must end after it begins, and blocks must not overlap.",
        ),
        C::TrainingNotPublished => (
            "Utbildningen är inte publicerad, så ingen kan anmälas än.",
            "The training is not published, so nobody can be signed up yet.",
        ),
        C::InvalidStatus => (
            "Utbildningens status tillåter inte detta. Läs om den och se vad som går att göra.",
            "The training's status does not allow this. Read it again and see what can be done.",
        ),
        C::OrganisersNotConfirmed => (
            "Alla arrangörer har inte bekräftat. Be dem bekräfta med confirmOrganising, publicera sedan.",
            "Not every organiser has confirmed. Ask them to, with confirmOrganising, then publish.",
        ),
        C::NotAPartner => (
            "Organisationen deltar inte: den har inget gällande avtal. Välj en partner.",
            "The organisation does not take part: it has no agreement in force. Choose a partner.",
        ),
        C::LastAdministrator => (
            "Organisationen måste ha kvar minst en administratör. Registrera en annan först.",
            "The organisation must keep at least one administrator. Register another first.",
        ),
        C::TargetAudienceMismatch => (
            "Personen hör inte till utbildningens målgrupp. Kontrollera personens kategori, eller fråga arrangören.",
            "The person is not in the training's target audience. Check the person's category, or ask the organiser.",
        ),
        C::SignUpNotOpen => (
            "Anmälan har inte öppnat än. Se signUpOpensAt.",
            "Sign-up has not opened yet. See signUpOpensAt.",
        ),
        C::SignUpClosed => (
            "Anmälan har stängt. Kontakta arrangören om det är angeläget.",
            "Sign-up has closed. Write to the organiser if it matters.",
        ),
        C::OccasionCancelled => (
            "Tillfället är inställt. Välj ett annat.",
            "The occasion is cancelled. Choose another.",
        ),
        C::OccasionPast => (
            "Tillfället har redan börjat eller är över. Välj ett annat.",
            "The occasion has begun or is over. Choose another.",
        ),
        C::AlreadySignedUp => (
            "Personen har redan en plats här, bekräftad eller på reservlistan.",
            "The person has a place here already, confirmed or waiting.",
        ),
        C::DuplicateParticipant => (
            "Samma person står två gånger. Ta bort den ena raden.",
            "The same person stands twice. Take one row out.",
        ),
        C::OverlappingOccasion => (
            "Personen har en bekräftad plats på ett annat tillfälle samma tid. Avanmäl den först.",
            "The person has a confirmed place at another occasion at the same time. Withdraw that one first.",
        ),
        C::RequirementMissing => (
            "Personen saknar en utbildning som krävs, giltig den dag tillfället ges. Se requirements.",
            "The person lacks a training that is required, valid on the day of the occasion. See requirements.",
        ),
        C::AttendanceTooEarly => (
            "Närvaro kan registreras från en timme innan passet börjar.",
            "Attendance can be recorded from an hour before the block begins.",
        ),
        C::AttendanceRecorded => (
            "Deltagaren är redan incheckad. Rätta närvaron först.",
            "The participant has been checked in. Correct the attendance first.",
        ),
        C::RequirementCycle => (
            "Utbildningen skulle kräva sig själv, kanske via andra. Ta bort det kravet.",
            "The training would require itself, perhaps through others. Take that requirement out.",
        ),
        C::SignUpEnded => (
            "Anmälan är redan avslutad.",
            "The sign-up has ended already.",
        ),
        C::NoOffer => (
            "Här finns inget erbjudande att svara på: det har besvarats eller löpt ut. Läs om anmälan.",
            "There is no offer to answer here: it has been answered or has run out. Read the sign-up again.",
        ),
        C::CapacityTooSmall => (
            "Så få platser går inte: fler är tagna eller garanterade. Sänk garantierna eller ange fler platser.",
            "So few seats will not do: more are taken or guaranteed. Lower the guarantees or give more seats.",
        ),
        C::GuaranteesExceedCapacity => (
            "Platserna räcker inte till garantierna. Höj antalet platser eller sänk garantierna.",
            "There are not enough seats for the guarantees. Raise the capacity or lower the guarantees.",
        ),
        C::MaximumTooSmall => (
            "Maximum är mindre än garantin eller än det som är taget. Höj maximum.",
            "The maximum is less than the guarantee or than what is taken. Raise the maximum.",
        ),
        C::NotSignedIn => (
            "Logga in som en person som kan anmälas.",
            "Sign in as a person who can be signed up.",
        ),
        C::ApprovalRequired => (
            "Din organisation vill att någon godkänner anmälan. Begär en plats med requestSignUp.",
            "Your organisation wants somebody to approve the sign-up. Ask for a place with requestSignUp.",
        ),
        C::ApprovalNotRequired => (
            "Ingen behöver godkänna. Anmäl direkt med signUp.",
            "Nobody needs to approve. Sign up at once with signUp.",
        ),
        C::ApproverMissing => (
            "De som godkänner anmälningar hos er finns inte kvar. Be en administratör utse andra med setSignUpApprovers.",
            "Those who approve sign-ups in your organisation have left. Ask an administrator to name others with setSignUpApprovers.",
        ),
        C::MembershipEnded => (
            "Personen är inte kvar hos er. Ge platsen till en kollega med replaceParticipant, eller tacka nej.",
            "The person has left your organisation. Give the place to a colleague with replaceParticipant, or decline.",
        ),
        C::AlreadyRequested => (
            "Du har redan begärt en plats här. Vänta på beslut, eller ta tillbaka begäran.",
            "You have asked for a place here already. Wait for the decision, or withdraw the request.",
        ),
        C::RequestDecided => (
            "Begäran är redan avgjord. Läs om den.",
            "The request has been decided already. Read it again.",
        ),
        C::IdempotencyKeyReused => (
            "Nyckeln har använts för en annan begäran. Använd en ny idempotencyKey.",
            "The key was used for another request. Use a new idempotencyKey.",
        ),
        C::NotCertifiable => (
            "Intyg ges bara för utbildning som fullgjorts genom närvaro hos arrangören och inte har tagits tillbaka, och inte för den vars uppgifter har raderats.",
            "Certificates are for trainings completed by attendance with the organiser and not withdrawn since, and not for somebody whose data has been erased.",
        ),
        C::CertificatesOff => (
            "Här utfärdas inga intyg. Fråga den som driver tjänsten.",
            "No certificates are issued here. Ask whoever runs the service.",
        ),
        C::ProtectedIdentity => (
            "Den som har skyddad identitet namnges inte utanför sin egen organisation. Intyget gäller ändå.",
            "A person with protected identity is not named outside the own organisation. The certificate holds anyhow.",
        ),
        C::BelongsElsewhere => (
            "Personen hör också till en annan organisation. Namn, adress och hävt skydd kan ändras först när bara en har kvar personen.",
            "The person belongs to another organisation too. Name, address and a lifted protection can be changed once only one has the person.",
        ),
        C::CertificateRevoked => (
            "Intyget är redan återkallat.",
            "The certificate has been revoked already.",
        ),
        C::AlreadyAppointed => (
            "Det finns redan ett uppdrag som överlappar. Avsluta det först.",
            "There is an appointment already that overlaps. End it first.",
        ),
        C::AppointmentAnswered => (
            "Uppdraget är redan bekräftat eller avböjt. Läs om det.",
            "The appointment has been confirmed or declined already. Read it again.",
        ),
        C::UnitNotValid => (
            "Enheten finns inte den dagen. Välj den enhet som tog över, eller en annan dag.",
            "The unit does not exist on that day. Choose the unit that took over, or another day.",
        ),
        C::GroupClosed => (
            "Gruppen är avslutad. Öppna den igen med reopenGroup, eller välj en annan.",
            "The group is closed. Take it up again with reopenGroup, or choose another.",
        ),
        C::GroupOpen => (
            "Gruppen är inte avslutad. Läs om den.",
            "The group is not closed. Read it again.",
        ),
        C::GroupCycle => (
            "Gruppen skulle ligga under sig själv, kanske via andra. Välj en annan överordnad grupp.",
            "The group would stand below itself, perhaps through others. Choose another group above it.",
        ),
        C::GroupWithoutSeats => (
            "Gruppen har inga platser: man ansluter sig, eller är med genom sin roll.",
            "The group has no seats: people join it, or are in it by their role.",
        ),
        C::GroupNotInformal => (
            "Man kan inte själv ansluta sig till gruppen. Be din organisation om en plats, eller den som är sammankallande.",
            "This is no group that people join. Ask your organisation for a seat, or whoever convenes the group.",
        ),
        C::AlreadyMember => (
            "Personen är redan med i gruppen.",
            "The person is in the group already.",
        ),
        C::UnitHasSeat => (
            "Verksamheten har redan en ordinarie plats. Välj en annan verksamhet, eller tillåt flera med severalSeatsAUnit.",
            "The unit has an ordinary seat already. Choose another unit, or allow several with severalSeatsAUnit.",
        ),
        C::SeatTaken => (
            "Platsen är upptagen någon av de dagarna. Byt med replaceSeatHolder, avsluta först, eller välj andra dagar.",
            "Somebody holds the seat on one of those days. Change with replaceSeatHolder, end that first, or choose other days.",
        ),
        C::SeatEnded => (
            "Platsen finns inte längre den dagen. Läs om gruppens platser.",
            "There is the seat no more on that day. Read the group's seats again.",
        ),
        C::MeetingCancelled => (
            "Mötet är inställt. Skapa ett nytt möte i stället.",
            "The meeting has been cancelled. Make a new one instead.",
        ),
        C::MeetingHeld => (
            "Mötet har hållits och kan inte ändras. Det som återstår kan tas upp på nästa möte.",
            "The meeting has been held and cannot be changed. What is left can be taken up at the next one.",
        ),
        C::MeetingPast => (
            "Mötet är över. Välj ett möte som kommer.",
            "The meeting is over. Choose one that is to come.",
        ),
        C::MeetingNotBegun => (
            "Mötet har inte börjat. Vänta till det har börjat.",
            "The meeting has not begun. Wait until it has.",
        ),
        C::SubstituteBusy => (
            "Ersättaren är redan kallad eller tjänstgör på mötet, eller har anmält förhinder. Välj en annan.",
            "The substitute is called or serves at the meeting already, or will not come. Choose another one.",
        ),
        C::CallAnswered => (
            "Kallelsen som ersättare gäller inte längre. Läs om mötet.",
            "The call to serve as a substitute no longer stands. Read the meeting again.",
        ),
        C::ItemAnswered => (
            "Punkten är redan besvarad eller behandlad. Läs om den.",
            "The item has been answered or dealt with already. Read it again.",
        ),
        C::ItemNested => (
            "En punkt kan inte ligga under sig själv, och en med underpunkter flyttas som helhet. Ange alla punkter, var och en efter den som den hör till.",
            "An item cannot stand below itself, and one with items below it is moved as a whole. Name all items, each after the one it belongs to.",
        ),
        C::AlreadyInvited => (
            "Organisationen är redan inbjuden till punkten. Ta bort inbjudan först om den ska gälla någon annan.",
            "The organisation is invited to the item already. Take the invitation back first if it is to be for somebody else.",
        ),
        C::MinutesVerified => (
            "Protokollet är justerat och ändras aldrig. Rätta det med correctMinutes: det blir en ny utgåva som justeras för sig.",
            "The minutes have been verified and never change. Correct them with correctMinutes: that is a new edition with a verification of its own.",
        ),
        C::VerifierNotPresent => (
            "Den som justerar ska ha varit med på mötet. Välj någon annan, eller rätta närvaron först.",
            "Whoever verifies must have been at the meeting. Choose somebody else, or correct the attendance first.",
        ),
        C::VerifierWrote => (
            "Ingen justerar det som hen själv har skrivit. Välj någon annan som justerar.",
            "Nobody verifies what they have written themselves. Choose somebody else to verify.",
        ),
        C::NotACouncil => (
            "Frågor lyfts till råd, och gruppen är inget råd. Välj ett råd.",
            "Issues are raised to councils, and the group is none. Choose a council.",
        ),
        C::IssueAnswered => (
            "Frågan är redan upptagen, besvarad, avvisad eller återtagen. Läs om den.",
            "The issue has been taken up, answered, declined or withdrawn already. Read it again.",
        ),
        C::NoDecisions => (
            "En informell grupp fattar inga beslut. Ta upp frågan i en grupp som gör det.",
            "An informal group decides nothing. Take the matter up in a group that does.",
        ),
        C::NotQuorate => (
            "Mötet var inte beslutsfört: för få platser användes. Rätta närvaron om den är fel; annars beslutar ett annat möte.",
            "The meeting could not decide: too few seats were used. Correct the attendance if it is wrong; otherwise another meeting decides.",
        ),
        C::ActionEnded => (
            "Åtgärden är klar, avböjd eller avförd. Ge en ny om något mer ska göras.",
            "The action has been done, declined or called off. Give a new one out if more is to be done.",
        ),
        C::NotInMinutes => (
            "Det står inte så i protokollet. Ett utdrag återger protokollet ordagrant: kopiera stycket därifrån, eller välj ett beslut som står där.",
            "The minutes do not say so. An extract gives the minutes word for word: copy the passage from there, or choose a decision that stands in them.",
        ),
        C::TooManyDocuments => (
            "Mötet eller punkten har redan 100 dokument. Ta bort något, eller lägg dokumentet hos gruppen.",
            "The meeting or the item has 100 documents already. Remove one, or put the document with the group.",
        ),
        C::CodeTaken => (
            "Organisationen har redan ett annat initiativ med den koden. Välj en annan kod.",
            "The organisation keeps another initiative of that code already. Choose another code.",
        ),
        C::VisitNotOffered => (
            "Organisationen tar inte emot sådana förfrågningar om besök nu. Se vad den erbjuder.",
            "The organisation does not take such requests for visits now. See what it offers.",
        ),
        C::VisitAnswered => (
            "Besöket är inte i det läget: det är redan besvarat, återtaget, genomfört eller inställt, eller inte överenskommet än. Läs om det.",
            "The visit is not in that state: it has been answered, taken back, made or cancelled, or is not agreed yet. Read it again.",
        ),
    };
    Text::fixed(swedish, english)
}
