//! The closed lists of words that the tables and the API share. No rules: those are in `api`.
//!
//! Each value is stored under the name that the API shows.

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

macro_rules! word_list {
    ($(#[$about_list:meta])* pub enum $list:ident { $($(#[$about_word:meta])* $word:ident,)+ }) => {
        $(#[$about_list])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $list {
            $($(#[$about_word])* $word,)+
        }
    };
}

mod appointment;
mod group;
mod initiative;
mod meeting;
mod visit;

pub use appointment::*;
pub use group::*;
pub use initiative::*;
pub use meeting::*;
pub use visit::*;

word_list! {
    /// What sort of organisation a partner is.
    #[derive(PartialOrd, Ord)]
    pub enum OrganisationKind {
        /// Region: regional self-government with health care and regional development (region,
        /// before 2019 often landsting).
        Region,
        /// Municipality (kommun).
        Municipality,
        /// County administrative board: the state's authority in a county (länsstyrelse).
        CountyAdministrativeBoard,
        /// Association of the municipalities of a county (kommunförbund).
        MunicipalAssociation,
        /// Association, foundation or faith community of civil society (idéburen organisation).
        Ngo,
        /// Network of organisations of civil society (nätverk inom idéburen sektor).
        NgoNetwork,
        /// National authority, such as the Ombudsman for Children (statlig myndighet).
        StateAuthority,
        /// Employer and interest organisation of all municipalities and regions (SKR, before 2019
        /// SKL).
        NationalAssociation,
        /// Joint body that is no legal person of its own, such as a Barnahus (samverkansorgan).
        CollaborationBody,
    }
}

word_list! {
    /// What sort of unit this is within its organisation.
    pub enum UnitKind {
        /// Administration under a political committee (förvaltning).
        Administration,
        /// Staff office that serves the leadership (stab, regionstab).
        Staff,
        /// Department (avdelning).
        Department,
        /// Unit (enhet).
        Unit,
        /// Operation with services of its own (verksamhet).
        Operation,
        /// Operation of health care, dental care apart (hälso- och sjukvård).
        HealthCare,
        /// Workplace (arbetsplats).
        Workplace,
        /// Dental care (tandvård).
        Dental,
        /// Service area (serviceområde).
        ServiceArea,
        /// Function that coordinates across units (samordningsfunktion).
        CoordinationFunction,
    }
}

word_list! {
    /// What a person may do in an organisation. Each role includes those before it.
    #[derive(PartialOrd, Ord)]
    pub enum Role {
        /// Member: reads what the organisation may read, and signs oneself up (medarbetare).
        Member,
        /// Coordinator: publishes trainings, signs colleagues up, keeps appointments and plans
        /// (samordnare).
        Coordinator,
        /// Administrator: also members, roles, identity provider and audit log (administratör).
        Administrator,
    }
}

word_list! {
    /// What a person is in the organisation, as target audiences see it. Everyone has exactly one.
    pub enum StaffCategory {
        /// Employee in none of the groups below (anställd).
        Employee,
        /// Manager; counts as an employee (chef).
        Manager,
        /// Health care staff, dental care included; counts as an employee (hälso- och
        /// sjukvårdspersonal).
        HealthCareStaff,
        /// Social services staff; counts as an employee (socialtjänstens personal).
        SocialServicesStaff,
        /// School and preschool staff; counts as an employee (skolans och förskolans personal).
        SchoolStaff,
        /// Elected representative with a political assignment; not an employee (förtroendevald).
        ElectedRepresentative,
        /// Unpaid member or volunteer; not an employee (ideellt engagerad).
        Volunteer,
    }
}

word_list! {
    /// For whom a training is meant (målgrupp). A training may name several; naming none leaves it
    /// open to everybody who may see it.
    pub enum TargetAudience {
        /// Every employee of a region or a municipality (all personal inom kommunerna och
        /// regionen).
        AllStaff,
        /// Every employee of a public organisation: any partner that is not civil society
        /// (anställda).
        Employees,
        /// Managers in public organisations (chefer).
        Managers,
        /// Elected representatives in public organisations (förtroendevalda).
        ElectedRepresentatives,
        /// Health care staff in public organisations (hälso- och sjukvårdspersonal).
        HealthCareStaff,
        /// Social services staff in public organisations (socialtjänstens personal).
        SocialServicesStaff,
        /// School and preschool staff in public organisations (skolans och förskolans personal).
        SchoolStaff,
        /// Anyone from civil society: NGOs and their networks, paid or unpaid (idéburen sektor).
        CivilSociety,
        /// Anyone from an organisation in the training's county that is neither a region nor a
        /// municipality (andra relevanta aktörer i länet).
        OtherActorsInCounty,
    }
}

word_list! {
    /// What a training or a plan is about.
    pub enum SubjectArea {
        /// The rights of the child (barnets rättigheter, barnrätt).
        ChildRights,
        /// Human rights (mänskliga rättigheter).
        HumanRights,
        /// Children as relatives of someone who is ill, addicted or has died (barn som närstående,
        /// barn som anhöriga).
        ChildrenAsRelatives,
        /// Children at risk of abuse or neglect (barn som far illa).
        ChildrenAtRisk,
        /// Domestic and intimate-partner violence (våld i nära relation).
        DomesticViolence,
        /// Collaboration by the Kronobarn model: promote and prevent, act early, work together
        /// (Kronobarnsmodellen).
        KronobarnCollaboration,
        /// Gender equality (jämställdhet).
        GenderEquality,
        /// Equality (jämlikhet).
        Equality,
        /// National minorities (nationella minoriteter).
        NationalMinorities,
    }
}

word_list! {
    /// The form in which a training is held.
    pub enum TrainingFormat {
        /// E-learning, taken at one's own pace (e-utbildning).
        ELearning,
        /// Half a day (halvdagsutbildning).
        HalfDay,
        /// A full day (heldagsutbildning).
        FullDay,
        /// Several parts over a longer time (utbildningsprogram).
        Programme,
        /// Conference (konferens).
        Conference,
    }
}

word_list! {
    /// Where a training is in its life.
    pub enum TrainingStatus {
        /// Being prepared; seen by the coordinators of its organisers only (utkast).
        Draft,
        /// Published as far as it is shared (publicerad).
        Published,
        /// No longer offered, kept for the record (arkiverad).
        Archived,
    }
}

word_list! {
    /// How far a thing is shared, from the narrowest to the widest.
    #[derive(PartialOrd, Ord)]
    pub enum SharingLevel {
        /// With its own organisation only (den egna organisationen).
        Organisation,
        /// With its own organisation and those that are named (utvalda organisationer).
        Selected,
        /// With every partner in the county (länets samverkansparter).
        County,
        /// With every partner that is signed in (alla samverkansparter).
        Partners,
        /// With everybody, signed in or not (offentlig).
        Public,
    }
}

word_list! {
    /// How a seat that comes free reaches the first in line.
    pub enum PromotionMode {
        /// The first in line has it at once (direkt uppflyttning).
        Direct,
        /// It is offered, and passes on if nobody answers in time (erbjudande med svarstid).
        Offer,
    }
}

word_list! {
    /// What has become of a programme's work in an organisation that took part.
    pub enum FollowUpStatus {
        /// The work goes on (arbetet fortsätter).
        Ongoing,
        /// It rests and is to be taken up again (vilande).
        Paused,
        /// It has ended (avslutat).
        Ended,
    }
}

word_list! {
    /// Whether an occasion takes place. That it is over shows from its times.
    pub enum OccasionStatus {
        /// It takes place as planned (planerat).
        Scheduled,
        /// It does not take place (inställt).
        Cancelled,
    }
}

word_list! {
    /// What has become of a sign-up.
    pub enum SignUpStatus {
        /// Has a seat (bekräftad plats).
        Confirmed,
        /// Waits in line for a seat (på reservlista).
        Waitlisted,
        /// Withdrawn by the participant or the participant's organisation (avanmäld).
        Withdrawn,
        /// Ended by the organiser: the occasion was cancelled or the participant removed
        /// (inställd).
        Cancelled,
        /// Is offered a seat until `offerExpiresAt`; the seat is kept meanwhile (erbjuden plats).
        Offered,
        /// Ended because the offer of a seat was not answered in time (erbjudandet löpte ut).
        Expired,
    }
}

word_list! {
    /// Why seats or places in the waiting list changed hands.
    pub enum MovementCause {
        /// Somebody was signed up (anmälan).
        SignUp,
        /// The participant or the participant's organisation withdrew (avanmälan).
        Withdrawal,
        /// The organiser removed a participant (borttagning).
        Removal,
        /// A seat came free for the first in line (uppflyttning från reservlistan).
        Promotion,
        /// The occasion was cancelled (inställt tillfälle).
        Cancellation,
        /// The occasion was cancelled, and the place moved to another one (överflyttad till annat tillfälle).
        MovedAway,
        /// Another occasion was cancelled, and a place moved here (överflyttad hit).
        MovedHere,
        /// The occasion was cancelled, and the place could not move to the other one (inte överflyttad).
        Released,
        /// A colleague took the place over, or a held seat got a name (byte av deltagare).
        Replacement,
        /// A held seat had no name when sign-up closed (namnlös plats släppt).
        HoldExpired,
        /// Somebody further down got a seat that this one's organisation may not use (förbigången).
        PassedOver,
        /// A seat came free, but the person is taken up elsewhere at that time and stays in line (kvar i kön).
        KeptInLine,
        /// A seat that came free was offered to the first in line (erbjudande om plats).
        Offer,
        /// The offer was accepted (antaget erbjudande).
        OfferAccepted,
        /// The offer was declined (avböjt erbjudande).
        OfferDeclined,
        /// The offer was not answered in time, and passes on (erbjudandet löpte ut).
        OfferExpired,
    }
}

word_list! {
    /// Why a sign-up has no seat yet.
    pub enum SeatReason {
        /// All seats are taken (fullbokat).
        OccasionFull,
        /// The organisation has taken as many seats as it may have (organisationens kvot är full).
        QuotaOfOrganisationFull,
        /// The organisations of that kind have together taken as many seats as they may have (kvoten för den
        /// sortens organisationer är full).
        QuotaOfOrganisationKindFull,
        /// The seats that are left are kept for other organisations until their release date
        /// (platserna är garanterade andra fram till släppdatum).
        SeatsGuaranteedToOthers,
        /// The person has a confirmed place elsewhere at the same time, and keeps the place in line (upptagen på
        /// annat håll).
        BusyElsewhere,
        /// The person has left the organisation that signed it up, which can give the place to somebody else (har
        /// slutat).
        MembershipEnded,
    }
}

impl SeatReason {
    /// Why the person cannot take a seat, whatever seats there are: it keeps the place in line.
    #[must_use]
    pub const fn of_the_person(self) -> bool {
        matches!(self, Self::BusyElsewhere | Self::MembershipEnded)
    }
}

word_list! {
    /// What a notice tells.
    pub enum NoticeKind {
        /// You moved up from the waiting list and have a seat (uppflyttad från reservlistan).
        Promoted,
        /// You are offered a seat until the sign-up's `offerExpiresAt` (erbjuden plats).
        Offered,
        /// You did not answer the offer of a seat in time, and it passed on (erbjudandet löpte ut).
        OfferExpired,
        /// The organiser took you out (borttagen av arrangören).
        Removed,
        /// The seat that your organisation held had no name when sign-up closed, and was released (namnlös plats
        /// släppt).
        HoldExpired,
        /// The occasion is cancelled (inställt tillfälle).
        Cancelled,
        /// The occasion is held at another time or place; your place there stands (flyttat tillfälle).
        Moved,
        /// The occasion is cancelled, and your place moved to another one (överflyttad till annat tillfälle).
        MovedTo,
        /// The occasion is cancelled, and your place could not move to the other one (inte överflyttad).
        Released,
        /// Somebody asks to be signed up, and you may approve it (begäran om anmälan).
        SignUpRequested,
        /// Your request was approved: see the sign-up for a seat or a place in line (beviljad begäran).
        RequestApproved,
        /// Your request was declined: see its reason (avslagen begäran).
        RequestDeclined,
        /// Nobody decided your request in time, or nobody needs to any more (begäran löpte ut).
        RequestExpired,
    }
}

word_list! {
    /// What has become of a request to be signed up.
    pub enum SignUpRequestStatus {
        /// Waits for a decision (begärd).
        Requested,
        /// Approved: the person is signed up (beviljad).
        Approved,
        /// Declined, with a reason (avslagen).
        Declined,
        /// Taken back by the person (återtagen).
        Withdrawn,
        /// Nobody decided before sign-up closed, or nobody needs to any more (utlöpt).
        Expired,
    }
}

word_list! {
    /// Why a place at a cancelled occasion could not move to the other one.
    pub enum ReleaseReason {
        /// The person had a place there already (redan anmäld dit).
        AlreadySignedUp,
        /// The person has a confirmed place elsewhere at that time (upptagen på annat håll).
        OverlappingOccasion,
    }
}

word_list! {
    /// What was done with a person's data.
    pub enum AuditAction {
        /// Read: the name or what goes with it was shown (läst).
        Read,
        /// Signed up for an occasion (anmäld).
        SignUp,
        /// Withdrawn or removed from an occasion (avanmäld).
        Withdraw,
        /// Put in a colleague's place, or on a held seat (insatt i en plats).
        Replace,
        /// Moved up from the waiting list by what the actor did (uppflyttad).
        Promote,
        /// Asked to be signed up (begärt anmälan).
        RequestSignUp,
        /// Took the request to be signed up back (återtagit begäran).
        WithdrawRequest,
        /// The request to be signed up was approved (beviljad begäran).
        Approve,
        /// The request to be signed up was declined (avslagen begäran).
        Decline,
        /// Made an approver of sign-ups, or a deputy (utsedd att godkänna).
        AppointApprover,
        /// Proposed for a role (föreslagen till uppdrag).
        ProposeAppointment,
        /// The appointment to a role was confirmed (bekräftat uppdrag).
        ConfirmAppointment,
        /// The appointment to a role was declined (avböjt uppdrag).
        DeclineAppointment,
        /// The appointment to a role was ended (avslutat uppdrag).
        EndAppointment,
        /// Made the manager of a unit (utsedd till chef).
        SetUnitManager,
        /// Entered as a member of an organisation (registrerad).
        AddMember,
        /// A membership was changed or ended (medlemskap ändrat).
        ChangeMember,
        /// The attendance was recorded or corrected, and with it what was completed (närvaro registrerad).
        RecordAttendance,
        /// The right to check in at an occasion was given (incheckningsrätt given).
        GrantCheckIn,
        /// The right to check in at an occasion was taken back (incheckningsrätt återtagen).
        RevokeCheckIn,
        /// A completion from elsewhere was entered (genomförd utbildning införd).
        ImportCompletion,
        /// A completion that had been entered was taken back (genomförd utbildning återtagen).
        WithdrawCompletion,
        /// A certificate was issued (intyg utfärdat).
        IssueCertificate,
        /// A certificate was taken back (intyg återkallat).
        RevokeCertificate,
        /// The name and the identity were replaced by a pseudonym (avidentifierad).
        Erase,
        /// Given a seat in a group (utsedd till plats).
        AppointToSeat,
        /// The time on a seat in a group was ended, or a day set for its end (lämnat plats).
        EndSeatHolder,
        /// Joined an informal group (anslutit sig till grupp).
        JoinGroup,
        /// Left an informal group, or was taken out of it (lämnat grupp).
        LeaveGroup,
    }
}

word_list! {
    /// Whether a participant was there for a time block.
    pub enum AttendanceGrade {
        /// Was there (närvarande).
        Present,
        /// Was there for a part (delvis närvarande).
        Partly,
        /// Was not there, and had said so (anmäld frånvaro).
        AbsentWithNotice,
        /// Was not there (frånvarande).
        Absent,
    }
}

word_list! {
    /// What an organisation keeps about people, as its retention rules count it.
    pub enum RetentionKind {
        /// Who took part, or asked to: counted from the occasion's end. Then the sign-up, or the request, stays for the
        /// counts and loses the person. A completion that follows from it and still names the person refers to it (deltagande).
        Participation,
        /// Who completed what: counted from the last day on which it is valid, or from the day of completion if it
        /// is valid for good. Then the completion stays for the counts and loses the person (genomförande).
        Completion,
        /// Who belonged to the organisation, or was put on a seat by its name only: counted from the end of the membership
        /// or of the last such seat. Then the person is erased, as `erasePerson` does it (medlemskap).
        Membership,
        /// The entries of the organisation's audit log: counted from the entry. Then they are removed (logg).
        AuditLog,
    }
}

word_list! {
    /// What a time block counts for that somebody attended partly, when it is worked out whether the training is
    /// completed.
    pub enum PartlyCounts {
        /// For nothing (räknas inte).
        Nothing,
        /// For half a block (räknas till hälften).
        Half,
        /// For a whole block (räknas helt).
        Whole,
    }
}

word_list! {
    /// How it is known that somebody has completed a training.
    pub enum CompletionSource {
        /// It follows from the attendance at an occasion (genom närvaro).
        Attendance,
        /// It follows from having been at a meeting that counts as the training (genom ett möte).
        Meeting,
        /// The person's organisation has entered it from elsewhere, such as a platform for e-trainings (genom
        /// import).
        Import,
    }
}

word_list! {
    /// Why a certificate was taken back.
    pub enum RevocationReason {
        /// It should not have been issued (utfärdat av misstag).
        IssuedInError,
        /// What it says was wrong, and another takes its place (ersatt av ett nytt).
        Replaced,
        /// Somebody else used it as their own (missbrukat).
        Misused,
        /// Its holder wants it no more, such as when its code has gone astray (på innehavarens begäran).
        HolderRequest,
    }
}

word_list! {
    /// On whose decision somebody was erased.
    pub enum ErasureCause {
        /// An administrator of the organisation (administratör).
        Administrator,
        /// A retention rule of the organisation (gallringsregel).
        RetentionRule,
    }
}

impl SignUpStatus {
    /// The states of a sign-up that holds a seat or a place in line.
    pub const STANDING: [Self; 3] = [Self::Confirmed, Self::Waitlisted, Self::Offered];

    /// The states in which a seat is taken, for good or until an offer runs out.
    pub const SEATED: [Self; 2] = [Self::Confirmed, Self::Offered];
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::resolver_utils::EnumType;
    use sea_orm::{ActiveEnum, Iterable};

    fn assert_one_name_everywhere<E>()
    where
        E: ActiveEnum<Value = String> + EnumType + Iterable + Serialize,
    {
        let stored: Vec<String> = E::iter().map(|value| value.to_value()).collect();
        let shown: Vec<String> = E::items().iter().map(|item| item.name.to_owned()).collect();
        let written: Vec<String> = E::iter()
            .map(|value| async_graphql::to_value(value).unwrap())
            .map(|value| value.to_string().trim_matches('"').to_owned())
            .collect();

        assert_eq!(stored, shown, "the database and the API must use one name");
        assert_eq!(stored, written, "JSON must use the name of the API");
    }

    #[test]
    fn every_value_has_one_name_in_the_database_the_api_and_json() {
        assert_one_name_everywhere::<OrganisationKind>();
        assert_one_name_everywhere::<UnitKind>();
        assert_one_name_everywhere::<Role>();
        assert_one_name_everywhere::<StaffCategory>();
        assert_one_name_everywhere::<TargetAudience>();
        assert_one_name_everywhere::<SubjectArea>();
        assert_one_name_everywhere::<TrainingFormat>();
        assert_one_name_everywhere::<TrainingStatus>();
        assert_one_name_everywhere::<SharingLevel>();
        assert_one_name_everywhere::<OccasionStatus>();
        assert_one_name_everywhere::<SignUpStatus>();
        assert_one_name_everywhere::<MovementCause>();
        assert_one_name_everywhere::<SeatReason>();
        assert_one_name_everywhere::<FollowUpStatus>();
        assert_one_name_everywhere::<PromotionMode>();
        assert_one_name_everywhere::<AuditAction>();
        assert_one_name_everywhere::<RevocationReason>();
        assert_one_name_everywhere::<AttendanceGrade>();
        assert_one_name_everywhere::<PartlyCounts>();
        assert_one_name_everywhere::<CompletionSource>();
        assert_one_name_everywhere::<NoticeKind>();
        assert_one_name_everywhere::<SignUpRequestStatus>();
        assert_one_name_everywhere::<ReleaseReason>();
        assert_one_name_everywhere::<RetentionKind>();
        assert_one_name_everywhere::<ErasureCause>();
        assert_one_name_everywhere::<AppointmentStatus>();
        assert_one_name_everywhere::<CoverageBy>();
        assert_one_name_everywhere::<Grain>();
        assert_one_name_everywhere::<GroupKind>();
        assert_one_name_everywhere::<GroupLevel>();
        assert_one_name_everywhere::<GroupPurpose>();
        assert_one_name_everywhere::<GroupTaskKind>();
        assert_one_name_everywhere::<SubstitutionRule>();
        assert_one_name_everywhere::<SeatCapacity>();
        assert_one_name_everywhere::<GroupRole>();
        assert_one_name_everywhere::<GroupNoticeKind>();
        assert_one_name_everywhere::<CouncilIssueStatus>();
        assert_one_name_everywhere::<MembershipSource>();
        assert_one_name_everywhere::<SeriesFrequency>();
        assert_one_name_everywhere::<MeetingStatus>();
        assert_one_name_everywhere::<MeetingPurpose>();
        assert_one_name_everywhere::<AgendaItemKind>();
        assert_one_name_everywhere::<AgendaItemStatus>();
        assert_one_name_everywhere::<SubstitutionStatus>();
        assert_one_name_everywhere::<MeetingAttendanceStatus>();
        assert_one_name_everywhere::<VisitPurpose>();
        assert_one_name_everywhere::<VisitStatus>();
        assert_one_name_everywhere::<VisitNoticeKind>();
    }

    #[test]
    fn names_of_several_words_are_split_as_partners_know_them() {
        assert_eq!(TrainingFormat::ELearning.to_value(), "E_LEARNING");
        assert_eq!(OrganisationKind::NgoNetwork.to_value(), "NGO_NETWORK");
        assert_eq!(
            TargetAudience::OtherActorsInCounty.to_value(),
            "OTHER_ACTORS_IN_COUNTY"
        );
    }

    #[test]
    fn roles_and_sharing_levels_grow() {
        assert!(Role::Member < Role::Coordinator && Role::Coordinator < Role::Administrator);
        let mut levels: Vec<SharingLevel> = SharingLevel::iter().collect();
        levels.sort();
        assert_eq!(levels, SharingLevel::iter().collect::<Vec<_>>());
        assert!(SharingLevel::Organisation < SharingLevel::Public);
    }
}
