//! What organisations do around trainings: a year's trainings, support given, methods in use.

mod method;
mod support_given;
mod year;

pub(super) use method::methods_of;
pub use method::{MethodMutation, MethodPractice};
pub(super) use support_given::support_given_by;
pub use support_given::{SupportCount, SupportGivenMutation};
pub use year::TrainingYear;
pub(super) use year::training_year_of;
