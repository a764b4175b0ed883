//! The demonstration's own token issuer. Its key never leaves the data folder, and a production
//! configuration refuses its address.

use crate::identity::{
    AcceptedType, Algorithm, Binding, Issuer, KeyPlace, KeySet, KeySetFault, ORG_NUMBER,
    Registration,
};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
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
    /// The system could not make a key.
    #[error("no key can be made for the demonstration")]
    NoKeyMade,
    /// The issuer's own public key was not accepted.
    #[error("the demonstration's public key is not accepted: {0}")]
    KeySet(#[from] KeySetFault),
}

/// Issues tokens for the people of the demonstration.
#[derive(Debug)]
pub struct DemoIssuer {
    key: EcdsaKeyPair,
    key_id: String,
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
        if !path.try_exists().map_err(at)? {
            let made = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|key| key.to_pkcs8v1())
                .map_err(|_| DemoIssuerFault::NoKeyMade)?;
            fs::create_dir_all(data_dir).map_err(at)?;
            write_new(&path, made.as_ref()).map_err(at)?;
        }
        close_to_others(&path).map_err(at)?;
        let stored = fs::read(&path).map_err(at)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &stored)
            .map_err(|_| DemoIssuerFault::NotAKey(path.clone()))?;
        let jwk = public_jwk(&key);
        let (key_set, _) = KeySet::parse(json!({ "keys": [jwk] }).to_string().as_bytes())?;
        Ok(Self {
            key_id: jwk["kid"].as_str().unwrap_or_default().to_owned(),
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
        let header = json!({ "alg": "ES256", "typ": "at+jwt", "kid": self.key_id });
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
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&payload));
        let signature = self
            .key
            .sign(&SystemRandom::new(), signed.as_bytes())
            .expect("a P-256 key that was just read can sign");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The public key, with its thumbprint (RFC 7638) as id: a new key never has an old one's id, which
/// would spoil every cache.
fn public_jwk(key: &EcdsaKeyPair) -> Value {
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, canonical.as_bytes());
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
        "kid": URL_SAFE_NO_PAD.encode(digest), "x": x, "y": y,
    })
}

fn random_id() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Writes the key so that it appears whole or not at all; of two first starts at once, one wins and
/// both read the winner's.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", random_id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match written {
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// A copied data folder may have lost its modes.
#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn close_to_others(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
