//! Approval by the own organisation: who must ask, who decides, and who may not.

mod deciding;
mod refusing;
mod setting;
pub mod world;
