//! The contract that partners' front ends are written against.

pub mod sdl;
