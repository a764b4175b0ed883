//! Certificates outside the database: the key that signs them, the credential that is signed (Open Badges 3.0), and
//! how anybody checks one without asking us.
//!
//! Nothing here knows who asks. What of a person a certificate holds is decided where the row is read.

mod credential;
mod keys;
mod verify;

pub use credential::{Facts, Holder, Organiser, identity_hash, profile};
pub use keys::{Fault, KeyRing};
pub use verify::{Refused, Verified, verify};

use crate::{
    domain::{calendar_secret::Secret, certificate::Code},
    error::{Error, Result},
    signing::SigningKey,
};
use entity::id::OrganisationId;
use serde_json::{Value, json};

/// Where the public keys are, beneath the public address.
pub const KEYS_PATH: &str = "/.well-known/certificate-keys.json";

/// Where each of them is by itself, followed by its name.
pub const KEY_PATH: &str = "/.well-known/certificate-keys/";

/// The certificates of this installation.
#[derive(Debug)]
pub struct Certificates {
    public_url: String,
    ring: KeyRing,
}

fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| Error::internal("the system gives no random bytes"))?;
    Ok(bytes)
}

impl Certificates {
    /// With these keys, for an installation at this address (without a slash at its end).
    #[must_use]
    pub fn new(public_url: &str, ring: KeyRing) -> Self {
        Self {
            public_url: public_url.to_owned(),
            ring,
        }
    }

    /// Whether there is a key to sign with.
    #[must_use]
    pub fn are_issued(&self) -> bool {
        self.ring.signing().is_some()
    }

    /// A new code.
    pub fn new_code() -> Result<Code> {
        Ok(Code::from_random(random_bytes()?))
    }

    /// A new secret for a calendar feed.
    pub fn new_calendar_secret() -> Result<Secret> {
        Ok(Secret::from_random(random_bytes()?))
    }

    /// Where a calendar program reads the feed that a secret opens.
    #[must_use]
    pub fn calendar_address(&self, secret: &Secret) -> String {
        format!("{}/calendar/{}.ics", self.public_url, secret.tell())
    }

    /// Where anybody can check the certificate: its id, and what its holder passes on.
    #[must_use]
    pub fn address(&self, code: &Code) -> String {
        format!("{}/certificates/{code}", self.public_url)
    }

    /// Where programs find out whether it has been taken back.
    #[must_use]
    pub fn status_address(&self, code: &Code) -> String {
        format!("{}/status", self.address(code))
    }

    /// The id of an organisation as an issuer of certificates, where its profile is.
    #[must_use]
    pub fn issuer_address(&self, organisation: OrganisationId) -> String {
        format!("{}/issuers/{organisation}", self.public_url)
    }

    /// The signed credential; none where there is no key to sign with.
    #[must_use]
    pub fn sign(&self, facts: &Facts<'_>) -> Option<String> {
        let key: &SigningKey = self.ring.signing()?;
        let header = json!({
            "alg": "ES256",
            "typ": "JWT",
            "kid": key_address(&self.public_url, &key.public().thumbprint),
        });
        Some(key.sign(&header, &credential::payload(self, facts)))
    }

    /// What says that a certificate was taken back, or that it was not: the "1EdTech Revocation List Status Method"
    /// with this one certificate in it, so that nobody learns of any other.
    #[must_use]
    pub fn status_list(&self, code: &Code, issuer: OrganisationId, revoked: bool) -> Value {
        let entry = json!({ "id": self.address(code), "revoked": true });
        json!({
            "id": self.status_address(code),
            "issuer": self.issuer_address(issuer),
            "revokedCredential": if revoked { vec![entry] } else { Vec::new() },
        })
    }

    /// The public keys: what offline checks need.
    #[must_use]
    pub fn published_keys(&self) -> Value {
        self.ring.published(&self.public_url)
    }

    /// One public key, by its name.
    #[must_use]
    pub fn published_key(&self, name: &str) -> Option<Value> {
        let wanted = key_address(&self.public_url, name);
        let Value::Array(keys) = self.published_keys()["keys"].take() else {
            return None;
        };
        keys.into_iter().find(|key| key["kid"] == wanted.as_str())
    }
}

/// The id of a key: the address that it has by itself, as Open Badges 3.0 wants it.
fn key_address(public_url: &str, thumbprint: &str) -> String {
    format!("{public_url}{KEY_PATH}{thumbprint}")
}
