//! Minutes: written by several, verified by two, sealed, and corrected without a trace being lost.

mod verifying;
pub mod world;
mod writing;
