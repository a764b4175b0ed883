//! Lists for the organiser: files beside GraphQL, for exactly those who see the participants.

mod access;
mod files;
mod needs;
mod sheet;
pub mod world;
