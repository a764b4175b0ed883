//! Which key signs now, and which public keys are published: today's, and those of before, since a certificate
//! outlives the key that signed it.

use super::key_address;
use crate::{
    config,
    identity::{KeySet, KeySetFault},
    signing::{KeyFault, SigningKey},
};
use serde_json::{Value, json};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file cannot be read.
    #[error("{path} cannot be read: {fault}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        fault: io::Error,
    },
    /// The file of the signing key holds none.
    #[error(
        "{path} holds no key to sign with: {fault}. Make one with `samverkan certificate new-key`"
    )]
    SigningKey {
        /// The file.
        path: PathBuf,
        /// What it holds instead.
        fault: KeyFault,
    },
    /// The file of previous keys is no key set.
    #[error(
        "{path}: {fault}. Save what /.well-known/certificate-keys.json answers before the key is changed"
    )]
    PreviousKeys {
        /// The file.
        path: PathBuf,
        /// What it holds instead.
        fault: KeySetFault,
    },
    /// A key in the file of previous keys cannot be published.
    #[error("{path}: {remark}")]
    PreviousKey {
        /// The file.
        path: PathBuf,
        /// Which key, and why.
        remark: String,
    },
}

/// The key that signs, if there is one, and the public keys of before.
#[derive(Debug, Default)]
pub struct KeyRing {
    signing: Option<SigningKey>,
    previous: Vec<Value>,
}

impl KeyRing {
    /// Of this key and these.
    #[must_use]
    pub fn new(signing: Option<SigningKey>, previous: Vec<Value>) -> Self {
        Self { signing, previous }
    }

    /// Reads the keys that the operator has named.
    pub fn open(config: &config::Certificates) -> Result<Self, Fault> {
        let signing = config.key_file.as_deref().map(signing_key).transpose()?;
        let previous = match &config.previous_keys_file {
            None => Vec::new(),
            Some(path) => previous_keys(path)?,
        };
        Ok(Self::new(signing, previous))
    }

    /// The key that signs.
    #[must_use]
    pub fn signing(&self) -> Option<&SigningKey> {
        self.signing.as_ref()
    }

    /// All public keys as a JSON Web Key Set, today's first.
    #[must_use]
    pub fn published(&self, public_url: &str) -> Value {
        let today = self.signing.as_ref().map(|key| {
            let public = key.public();
            public.jwk(&key_address(public_url, &public.thumbprint))
        });
        let mut keys: Vec<Value> = today.into_iter().collect();
        for key in &self.previous {
            // The set that was saved before a change may be read again without one.
            if keys.iter().all(|known| known["kid"] != key["kid"]) {
                keys.push(key.clone());
            }
        }
        json!({ "keys": keys })
    }
}

fn signing_key(path: &Path) -> Result<SigningKey, Fault> {
    SigningKey::from_pem(&read(path)?).map_err(|fault| Fault::SigningKey {
        path: path.to_owned(),
        fault,
    })
}

fn previous_keys(path: &Path) -> Result<Vec<Value>, Fault> {
    let text = read(path)?;
    let (_, remarks) = KeySet::parse(text.as_bytes()).map_err(|fault| Fault::PreviousKeys {
        path: path.to_owned(),
        fault,
    })?;
    // A key that is left out would make certificates fail that are good; a private one must not be published.
    if let Some(remark) = remarks.into_iter().next() {
        return Err(Fault::PreviousKey {
            path: path.to_owned(),
            remark,
        });
    }
    let mut set: Value = serde_json::from_str(&text).unwrap_or_default();
    match set["keys"].take() {
        Value::Array(keys) => Ok(keys),
        _ => Ok(Vec::new()),
    }
}

fn read(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|fault| Fault::File {
        path: path.to_owned(),
        fault,
    })
}

#[cfg(test)]
mod tests;
