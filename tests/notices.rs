//! Notices: whoever a thing happens to is told, in the same transaction; nobody else is.

mod outbox;
mod world;
