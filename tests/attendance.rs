//! Attendance and what follows from it: completions, requirements, mandatory trainings.

mod check_in;
mod completing;
mod importing;
mod mandatory;
mod recording;
mod requirements;
mod statements;
pub mod world;
