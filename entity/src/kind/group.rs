//! The words of groups and their seats.

use super::{DeriveActiveEnum, Deserialize, Enum, EnumIter, Serialize};

word_list! {
    /// What kind of group it is.
    pub enum GroupKind {
        /// Strategy group: decides which areas a county's joint plan develops (strategigrupp).
        StrategyGroup,
        /// Steering group (styrgrupp).
        SteeringGroup,
        /// Network (nätverk).
        Network,
        /// Council, such as a council for the Convention on the Rights of the Child (råd).
        Council,
        /// Forum or platform (forum).
        Forum,
        /// Working group (arbetsgrupp).
        WorkingGroup,
        /// Politically appointed committee or one of its groups (nämnd, utskott, kommitté).
        Committee,
        /// Executive board of a region or municipality (regionstyrelse, kommunstyrelse).
        ExecutiveBoard,
        /// Joint body of several authorities, such as a Barnahus (samverkansorgan).
        CollaborationBody,
        /// Informal group that people join and leave: no seats, no decisions (informell grupp).
        Informal,
    }
}

word_list! {
    /// For how large a part of the country a group works.
    pub enum GroupLevel {
        /// One unit.
        Unit,
        /// One organisation.
        Organisation,
        /// Some organisations of a county.
        Local,
        /// A county (länsövergripande).
        County,
        /// Several counties (regionalt, sjukvårdsregionalt).
        Regional,
        /// The nation (nationellt).
        National,
    }
}

word_list! {
    /// What a group is for.
    pub enum GroupPurpose {
        /// Support (stöd).
        Support,
        /// Coordination (samordning).
        Coordination,
        /// Development (utveckling).
        Development,
        /// Strategy and priorities (strategi).
        Strategy,
        /// Steering (styrning).
        Steering,
        /// Follow-up (uppföljning).
        FollowUp,
        /// Further training (fortbildning).
        FurtherTraining,
        /// Networking and exchange (nätverkande).
        Networking,
        /// Advice to those who decide (rådgivning).
        Advice,
        /// Children's own influence (barns delaktighet och inflytande).
        Participation,
    }
}

word_list! {
    /// What a line of a group's description is.
    pub enum GroupTaskKind {
        /// A task (uppgift).
        Task,
        /// A goal (mål).
        Goal,
        /// An activity (aktivitet).
        Activity,
    }
}

word_list! {
    /// How a substitute steps in when whoever holds a seat is absent.
    pub enum SubstitutionRule {
        /// Each ordinary seat has a substitute of its own (personlig ersättare).
        Personal,
        /// Any substitute of the seat's organisation, in the order of their seats (ersättare för organisationen).
        Organisation,
        /// The substitutes of the group, in the order of the list (ersättare enligt lista).
        List,
    }
}

word_list! {
    /// In what capacity a seat takes part.
    pub enum SeatCapacity {
        /// Ordinary seat: counts for quorum and coverage (ordinarie ledamot).
        Ordinary,
        /// Substitute: serves only in the place of an absent ordinary seat (ersättare, suppleant).
        Substitute,
        /// Co-opted: takes part and does not count (adjungerad).
        CoOpted,
        /// Observer: listens (observatör).
        Observer,
    }
}

word_list! {
    /// What the holder of a seat does in the group.
    pub enum GroupRole {
        /// Calls the group together (sammankallande).
        Convener,
        /// Chair (ordförande).
        Chair,
        /// Vice chair (vice ordförande).
        ViceChair,
        /// Secretary: keeps agenda and minutes (sekreterare).
        Secretary,
        /// Member without a further task (ledamot).
        Member,
    }
}

word_list! {
    /// By what somebody is in a group.
    pub enum MembershipSource {
        /// Holds a seat today (plats).
        Seat,
        /// Has joined an informal group (anslutit sig).
        Joined,
        /// Has a role whose holders are the members (genom sin roll).
        Role,
    }
}

impl GroupRole {
    /// The roles that keep a group's meetings, agendas and minutes.
    pub const OFFICERS: [Self; 4] = [
        Self::Convener,
        Self::Chair,
        Self::ViceChair,
        Self::Secretary,
    ];
}

impl GroupNoticeKind {
    /// What is told about issues raised to a council: to the person alone, and not to the coordinators beside.
    pub const OF_ISSUES: [Self; 3] = [Self::IssueRaised, Self::IssueTakenUp, Self::IssueAnswered];
}

word_list! {
    /// What has become of an issue that was raised to a council.
    pub enum CouncilIssueStatus {
        /// Raised: it waits in the council's queue (lyft).
        Raised,
        /// The council works with it (upptagen).
        TakenUp,
        /// The council has answered it (besvarad).
        Answered,
        /// The council will not take it up, and says why (avvisad).
        Declined,
        /// Whoever raised it has taken it back (återtagen).
        Withdrawn,
    }
}

word_list! {
    /// What a notice of a group tells.
    pub enum GroupNoticeKind {
        /// You hold a seat from a day on.
        SeatGiven,
        /// Your time on a seat ends.
        SeatEnded,
        /// A group that you are in has been closed.
        GroupClosed,
        /// The notice of a meeting is out (kallelse).
        MeetingNoticed,
        /// A meeting that you were told of is at another time or place.
        MeetingMoved,
        /// A meeting that you were told of is cancelled.
        MeetingCancelled,
        /// You are called in as a substitute.
        SubstituteCalled,
        /// You need not serve as a substitute after all.
        SubstituteReleased,
        /// An item that your organisation proposed was accepted or declined.
        ItemDecided,
        /// You are invited to an item of a meeting.
        ItemOpened,
        /// Minutes wait for you to verify them.
        VerificationAsked,
        /// Minutes have been verified.
        MinutesVerified,
        /// Your organisation is to take on an action.
        ActionAssigned,
        /// An organisation has taken on, declined or done an action of a group whose papers you keep (åtgärden är besvarad).
        ActionAnswered,
        /// An action of your organisation is due.
        ActionDue,
        /// An extract of minutes is for your organisation.
        ExtractSent,
        /// An issue has been raised to a council whose papers you keep (frågan är lyft).
        IssueRaised,
        /// The council has taken up an issue that you raised.
        IssueTakenUp,
        /// An issue that you raised has been answered, or declined.
        IssueAnswered,
    }
}
