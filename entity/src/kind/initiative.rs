//! The words of initiatives.

use super::{DeriveActiveEnum, Deserialize, Enum, EnumIter, Serialize};

word_list! {
    /// What kind of standing work an initiative is.
    pub enum InitiativeKind {
        /// Development work (utvecklingsarbete).
        DevelopmentWork,
        /// A way of working that several organisations share (arbetsmodell).
        WorkingModel,
        /// Agreement between organisations to work together (samverkansöverenskommelse).
        CollaborationAgreement,
    }
}

word_list! {
    /// How far an initiative has come.
    pub enum InitiativeStatus {
        /// It is to begin (planerat).
        Planned,
        /// It is going on (pågående).
        Ongoing,
        /// It rests (vilande).
        Paused,
        /// It is over (avslutat).
        Ended,
    }
}

word_list! {
    /// What kind of part of an initiative something is.
    pub enum InitiativePartKind {
        /// A group, such as a forum or a steering group (grupp).
        Group,
        /// A type of role (roll).
        RoleType,
        /// A training programme (utbildningssatsning).
        TrainingProgramme,
        /// Something else (annat).
        Other,
    }
}

word_list! {
    /// How far an activity of an initiative has come.
    pub enum InitiativeActivityStatus {
        /// It is to begin (planerad).
        Planned,
        /// It is going on (pågående).
        Ongoing,
        /// It has been carried out (genomförd).
        Done,
        /// It will not be carried out (inställd).
        Cancelled,
    }
}
