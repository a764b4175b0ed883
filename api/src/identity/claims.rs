//! What a verified token says.

use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Whether a person or a system of an organisation holds the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person who signed in.
    Person,
    /// A client that acts for its organisation.
    Service,
}

/// The claims of a token that passed every check of [`super::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The issuer's address, exactly as registered. With `subject` it identifies a person.
    pub issuer: String,
    /// The issuer's id for the person or client; never an e-mail address to us.
    pub subject: String,
    /// The organisation number, ten digits, for which the bearer acts.
    pub organisation: String,
    /// The client that the token was issued to, where the issuer says.
    pub client_id: Option<String>,
    /// What the token was granted.
    pub scopes: BTreeSet<String>,
    /// Person or service.
    pub bearer: Bearer,
    /// Whether its client is a developer's tool or a router, which may read the schema.
    pub may_introspect: bool,
    /// When the token ends; a WebSocket closes then.
    pub expires_at: DateTime<Utc>,
}
