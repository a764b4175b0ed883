//! The words of meetings and agendas.

use super::{DeriveActiveEnum, Deserialize, Enum, EnumIter, Serialize};

word_list! {
    /// How often the meetings of a series recur.
    pub enum SeriesFrequency {
        /// Every so many weeks, on the weekday of the first (veckovis).
        Weekly,
        /// Every so many months, on the same weekday of the month as the first, such as the second Tuesday
        /// (månadsvis).
        Monthly,
    }
}

word_list! {
    /// Where a meeting is in its life.
    pub enum MeetingStatus {
        /// Has a time; the notice is not out yet (planerat).
        Planned,
        /// The notice is out (kallat).
        Noticed,
        /// Has been held (hållet).
        Held,
        /// Is not held (inställt).
        Cancelled,
    }
}

word_list! {
    /// What a meeting is for.
    pub enum MeetingPurpose {
        /// The group's ordinary business (ordinarie möte).
        Business,
        /// Further training (fortbildning).
        FurtherTraining,
        /// Networking (nätverkande).
        Networking,
        /// Follow-up (uppföljning).
        FollowUp,
        /// Planning (planering).
        Planning,
    }
}

word_list! {
    /// What is to be done with an item.
    pub enum AgendaItemKind {
        /// For information (information).
        Information,
        /// For discussion (diskussion).
        Discussion,
        /// For decision (beslut).
        Decision,
        /// What has become of actions that are open (uppföljning av åtgärder).
        FollowUp,
    }
}

word_list! {
    /// Whether an item stands on the agenda.
    pub enum AgendaItemStatus {
        /// Proposed by a member organisation; the convener has not answered (föreslagen).
        Proposed,
        /// Stands on the agenda, or in the backlog (upptagen).
        Accepted,
        /// Not taken up (avvisad).
        Declined,
        /// Has been dealt with (behandlad).
        Done,
    }
}

word_list! {
    /// Where a call for a substitute is.
    pub enum SubstitutionStatus {
        /// Called, not answered (kallad).
        Called,
        /// Serves (tjänstgör).
        Serving,
        /// Said no (tackat nej).
        Declined,
        /// Is not needed any more, or was taken off (entledigad).
        Released,
    }
}

word_list! {
    /// Whether somebody was at a meeting.
    pub enum MeetingAttendanceStatus {
        /// Was there (närvarande).
        Present,
        /// Was there for a part (närvarande del av mötet).
        Partly,
        /// Was not there and had said so (anmält förhinder).
        AbsentWithNotice,
        /// Was not there (frånvarande).
        Absent,
    }
}

word_list! {
    /// Where an edition of a meeting's minutes is.
    pub enum MinutesStatus {
        /// Is being written (utkast).
        Draft,
        /// Two who were there are to verify it (för justering).
        UnderReview,
        /// Both have verified it: it is sealed and never changes again (justerat).
        Verified,
    }
}

word_list! {
    /// Where an action is.
    pub enum ActionStatus {
        /// The organisation has been asked and has not answered (tilldelad).
        Assigned,
        /// The organisation has taken it on (åtagen).
        Accepted,
        /// The organisation has said no (avböjd).
        Declined,
        /// Has been done (klar).
        Done,
        /// Called off by the group (avförd).
        Cancelled,
    }
}

impl ActionStatus {
    /// The states in which something is still to be done.
    pub const OPEN: [Self; 2] = [Self::Assigned, Self::Accepted];
}
