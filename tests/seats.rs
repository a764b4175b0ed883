//! Seats: who gets one, who waits, and that nobody can break it by asking at the same time.

mod crowd;
mod foresight;
mod ledger;
mod let_past;
mod mixture;
mod naive;
pub mod operations;
mod quotas;
mod refusals;
mod repeated;
mod replacing;
mod together;
mod waiting;
pub mod world;
