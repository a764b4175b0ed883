//! The contract that partners' front ends are written against: what the schema says, and that it is so.

mod answers;
mod asking;
mod entities;
mod filters;
mod pages;
mod powers;
mod refusals;
pub mod sdl;
mod shape;
mod shorter;
mod slow_filter;
mod updates;
