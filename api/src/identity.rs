//! Who sent a request: turns a bearer token into verified [`Claims`], and must never trust a claim
//! before its signature, or let an issuer speak for an organisation outside its row.
//!
//! The rules stand in [`verify`], one pure function. [`Verifier`] adds what needs I/O: the issuers'
//! key sets and their rotation. The client always gets the same answer; the [`Rejection`] behind it
//! goes to log and metric.

mod algorithm;
mod bearer;
mod claims;
mod issuer;
mod json;
mod key_set;
mod key_source;
mod metadata;
pub mod organisation;
mod rejection;
mod self_test;
mod statement;
mod token;
mod verifier;
mod verify;

pub use algorithm::Algorithm;
pub use bearer::{MAX_AUTHORIZATION_BYTES, bearer_token, token_of};
pub use claims::{Bearer, Claims};
pub use issuer::{AcceptedType, Binding, Issuer, Issuers, ORG_AFFILIATION, ORG_NUMBER};
pub use key_set::{KeySet, KeySetFault, MAX_KEYS, MAX_SET_BYTES};
pub use key_source::{KeyPlace, Pace};
pub use metadata::{ProtectedResource, WELL_KNOWN_PATH};
pub use rejection::{Refusal, Rejection};
pub use self_test::{SelfTestFault, self_test};
pub use statement::{Statement, statement};
pub use verifier::{Registration, StartFault, Verifier};
pub use verify::{LEEWAY_SECONDS, verify};

/// The table of bad tokens, which the suite also sends over HTTP.
#[cfg(test)]
#[path = "../../tests/src/bad_tokens.rs"]
mod bad_tokens;
