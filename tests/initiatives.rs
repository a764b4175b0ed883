//! Initiatives: who sees them, who changes them, and what a party does.

mod changing;
mod lists;
mod seeing;
mod working;
pub mod world;
