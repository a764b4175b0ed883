//! Seats: who gets one, who waits, and that nobody can break it by asking at the same time.

mod choices;
mod crowd;
mod explaining;
mod foresight;
mod kinds;
mod ledger;
mod let_past;
mod mixture;
pub mod naive;
mod offers;
pub mod operations;
mod quotas;
mod refusals;
mod repeated;
mod replacing;
mod stepwise;
mod together;
mod waiting;
pub mod world;
