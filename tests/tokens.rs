//! Whose tokens are believed, over HTTP: the bad ones are all answered alike, the good ones let in exactly those
//! who belong here now.

#[path = "src/bad_tokens.rs"]
pub mod bad_tokens;
mod issuers;
mod metadata;
mod rotation;
mod service;
mod standing;
mod table;
