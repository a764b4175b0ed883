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
