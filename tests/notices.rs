//! Notices: whoever a thing happens to is told, in the same transaction; nobody else is.

mod moving;
mod outbox;
mod statements;
mod transfer;
pub mod world;
