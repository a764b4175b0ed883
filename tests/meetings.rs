//! Meetings: called, prepared, attended; who serves for whom; what a guest and a stranger learn.

mod agenda;
mod bodies;
mod credit;
mod series;
mod substitutes;
pub mod world;
