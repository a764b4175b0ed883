//! The demonstration's own token issuer. Its key never leaves the data folder, and a production
//! configuration refuses its address.

use crate::identity::{
    AcceptedType, Algorithm, Binding, Issuer, KeyPlace, KeySet, KeySetFault, ORG_NUMBER,
    Registration,
};
use crate::signing::{self, SigningKey, random_id};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The issuer's address. The name can never be registered, so nobody else can stand behind it.
pub const DEMO_ISSUER_URL: &str = "https://demo.samverkan.invalid";

/// The client whose tokens may read the schema: the demonstration's explorer.
pub const EXPLORER_CLIENT: &str = "demo-explorer";

/// The client that acts for an organisation, as its own system would.
pub const SERVICE_CLIENT: &str = "demo-service";

/// How long a token of the demonstration lasts.
pub const LIFETIME: TimeDelta = TimeDelta::hours(12);

const KEY_FILE: &str = "demo-issuer.key";

/// Why the demonstration's issuer could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DemoIssuerFault {
    /// The key file could not be read or written.
    #[error("the demonstration's key {path}: {fault}")]
    File {
        /// The key file.
        path: PathBuf,
        /// What the system says.
        fault: io::Error,
    },
    /// The file holds no key.
    #[error("{0} holds no key for the demonstration; remove it, and a new one is made")]
    NotAKey(PathBuf),
    /// The issuer's own public key was not accepted.
    #[error("the demonstration's public key is not accepted: {0}")]
    KeySet(#[from] KeySetFault),
}

/// Issues tokens for the people of the demonstration.
#[derive(Debug)]
pub struct DemoIssuer {
    key: SigningKey,
    audience: String,
    key_set: Arc<KeySet>,
}

impl DemoIssuer {
    /// Opens the issuer of a data folder; on the first start its key is made there, readable by its
    /// owner only.
    pub fn open(data_dir: &Path, audience: &str) -> Result<Self, DemoIssuerFault> {
        let path = data_dir.join(KEY_FILE);
        let at = |fault| DemoIssuerFault::File {
            path: path.clone(),
            fault,
        };
        let stored = signing::read_or_make(&path, SigningKey::generate).map_err(at)?;
        let key =
            SigningKey::from_pkcs8(&stored).map_err(|_| DemoIssuerFault::NotAKey(path.clone()))?;
        let jwk = key.public().jwk(&key.public().thumbprint);
        let (key_set, _) = KeySet::parse(json!({ "keys": [jwk] }).to_string().as_bytes())?;
        Ok(Self {
            key,
            audience: audience.to_owned(),
            key_set: Arc::new(key_set),
        })
    }

    /// The issuer's row: it may speak for these organisations (numbers, ten digits).
    pub fn registration(&self, organisations: impl IntoIterator<Item = String>) -> Registration {
        let issuer = Issuer {
            name: "demonstration".to_owned(),
            url: DEMO_ISSUER_URL.to_owned(),
            audience: self.audience.clone(),
            algorithms: [Algorithm::Es256].into(),
            accepted_type: AcceptedType::AccessToken,
            binding: Binding::ByClaim {
                claim: ORG_NUMBER.to_owned(),
                allowed: organisations.into_iter().collect(),
            },
            clients: std::iter::empty().collect(),
            service_clients: [SERVICE_CLIENT.to_owned()].into(),
            introspection_clients: [EXPLORER_CLIENT.to_owned()].into(),
            max_lifetime: LIFETIME,
        };
        Registration {
            issuer,
            keys: KeyPlace::InProcess(Arc::clone(&self.key_set)),
        }
    }

    /// Issues an RFC 9068 access token. A lifetime beyond [`LIFETIME`] makes a token that is refused.
    #[must_use]
    pub fn mint(
        &self,
        subject: &str,
        organisation_number: &str,
        client_id: &str,
        scopes: &[&str],
        lifetime: TimeDelta,
        now: DateTime<Utc>,
    ) -> String {
        let issued = now.timestamp();
        let header =
            json!({ "alg": "ES256", "typ": "at+jwt", "kid": self.key.public().thumbprint });
        let payload = json!({
            "iss": DEMO_ISSUER_URL,
            "sub": subject,
            "aud": self.audience,
            "client_id": client_id,
            "iat": issued,
            "exp": issued + lifetime.num_seconds(),
            "jti": random_id(),
            "scope": scopes.join(" "),
            ORG_NUMBER: organisation_number,
        });
        self.key.sign(&header, &payload)
    }
}

#[cfg(test)]
mod tests;
