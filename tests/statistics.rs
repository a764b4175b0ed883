//! Statistics of the joint catalogue: exact for one's own, and of all nothing from which a small number follows.

mod asking;
mod attack;
mod solving;
pub mod world;
