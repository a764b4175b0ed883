//! What groups have on record: decisions with numbers, actions that organisations take on, extracts of minutes.

mod actions;
mod decisions;
mod extracts;
pub mod world;
