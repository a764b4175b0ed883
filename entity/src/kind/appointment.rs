//! The words of appointments and of coverage.

use super::{DeriveActiveEnum, Deserialize, Enum, EnumIter, Serialize};

word_list! {
    /// Whether an appointment counts.
    pub enum AppointmentStatus {
        /// Proposed; the unit's manager has not answered (föreslagen).
        Proposed,
        /// Confirmed by the unit's manager (bekräftad).
        Confirmed,
        /// Declined by the unit's manager (avböjd).
        Declined,
    }
}

word_list! {
    /// What coverage counts.
    pub enum CoverageBy {
        /// Units, of all kinds or of those that the aim is about (verksamheter, enheter).
        Unit,
        /// Workplaces (arbetsplatser).
        Workplace,
        /// Municipalities (kommuner).
        Municipality,
    }
}

word_list! {
    /// For how long a maintained counter sums up.
    #[derive(PartialOrd, Ord)]
    pub enum Grain {
        /// A year.
        Year,
        /// A month.
        Month,
        /// A day.
        Day,
    }
}
