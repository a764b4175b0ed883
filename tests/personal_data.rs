//! Personal data: the export of all that is held about a person, erasure, retention, and that no table is
//! forgotten by any of them.

mod erasing;
mod exporting;
mod refusals;
mod retaining;
mod rules;
mod schema;
pub mod world;
