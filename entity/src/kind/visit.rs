//! The words of visits.

use super::{DeriveActiveEnum, Deserialize, Enum, EnumIter, Serialize};

word_list! {
    /// What an organisation visits another for.
    pub enum VisitPurpose {
        /// To tell (informera).
        Inform,
        /// To encourage (inspirera).
        Inspire,
        /// To question what is taken for granted (utmana).
        Challenge,
    }
}

word_list! {
    /// What has become of a visit.
    pub enum VisitStatus {
        /// Asked for: it waits for an answer (begärt).
        Requested,
        /// Day and place are agreed (överenskommet).
        Accepted,
        /// The organisation will not come, and says why (avböjt).
        Declined,
        /// Whoever asked for it has taken that back (återtaget).
        Withdrawn,
        /// It has been made (genomfört).
        Held,
        /// It was agreed, and will not be made after all (inställt).
        Cancelled,
    }
}

word_list! {
    /// What coordinators are told of a visit: what the other of the two organisations has done.
    pub enum VisitNoticeKind {
        /// A visit of yours is asked for (begäran).
        VisitRequested,
        /// A request to you has been taken back (återtagen).
        VisitWithdrawn,
        /// Day and place of a visit to you are agreed (överenskommet).
        VisitAccepted,
        /// A visit to you has been declined, with a reason (avböjt).
        VisitDeclined,
        /// An agreed visit will not be made, with a reason (inställt).
        VisitCancelled,
    }
}
