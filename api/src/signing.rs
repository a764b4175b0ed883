//! Keys of our own that sign: elliptic curve P-256, each kept in a file and nowhere else.
//!
//! A key is never in the database: whoever can read a backup, or write a row, could otherwise sign.

use aws_lc_rs::{
    digest, rand,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The text is not a private key in PEM.
    #[error("it is not a private key in PEM (`BEGIN PRIVATE KEY`, PKCS#8, not encrypted)")]
    NotPem,
    /// The key is none for P-256.
    #[error("it is not a key for the elliptic curve P-256 in PKCS#8")]
    NotAKey,
    /// The system could not make a key.
    #[error("the system cannot make a key")]
    NoKeyMade,
}

/// A key that signs with ES256.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// What everybody may know of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    x: String,
    y: String,
    /// The key's name (RFC 7638): a new key never has an old one's, which would spoil every cache.
    pub thumbprint: String,
}

impl PublicKey {
    fn of(pair: &EcdsaKeyPair) -> Self {
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let digest = digest::digest(&digest::SHA256, canonical.as_bytes());
        Self {
            x,
            y,
            thumbprint: URL_SAFE_NO_PAD.encode(digest),
        }
    }

    /// The key as a JSON Web Key that bears this id.
    #[must_use]
    pub fn jwk(&self, key_id: &str) -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "kid": key_id, "x": self.x, "y": self.y,
        })
    }
}

impl SigningKey {
    /// Makes a new key, as PKCS#8.
    pub fn generate() -> Result<Vec<u8>, KeyFault> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .and_then(|pair| pair.to_pkcs8v1())
            .map(|document| document.as_ref().to_vec())
            .map_err(|_| KeyFault::NoKeyMade)
    }

    /// Reads a key from PKCS#8.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, KeyFault> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes)
            .map_err(|_| KeyFault::NotAKey)?;
        let public = PublicKey::of(&pair);
        Ok(Self { pair, public })
    }

    /// Reads a key from PEM.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let (_, rest) = text.split_once(PEM_BEGIN).ok_or(KeyFault::NotPem)?;
        let (body, _) = rest.split_once(PEM_END).ok_or(KeyFault::NotPem)?;
        let body: String = body.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(body).map_err(|_| KeyFault::NotPem)?;
        Self::from_pkcs8(&bytes)
    }

    /// What everybody may know of it.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// A signed text in the compact form of RFC 7515. The header must name `ES256`.
    #[must_use]
    pub fn sign(&self, header: &Value, payload: &Value) -> String {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .expect("a P-256 key that was read can sign");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// A private key as a PEM file has it.
#[must_use]
pub fn pem(pkcs8: &[u8]) -> String {
    let body = STANDARD.encode(pkcs8);
    let lines: Vec<&str> = (0..body.len())
        .step_by(64)
        .map(|start| &body[start..body.len().min(start + 64)])
        .collect();
    format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", lines.join("\n"))
}

/// Sixteen random bytes, in base64url.
#[must_use]
pub fn random_id() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Writes a key that its owner alone may read, so that it appears whole or not at all; `AlreadyExists` where
/// there is a file already.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
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
    written
}

/// Reads a key file; if there is none it is made first. Of two first starts at once, one wins and both read the
/// winner's.
pub fn read_or_make(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, KeyFault>,
) -> io::Result<Vec<u8>> {
    if !path.try_exists()? {
        let bytes = make().map_err(io::Error::other)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        match write_new(path, &bytes) {
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
    }
    close_to_others(path)?;
    fs::read(path)
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
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_through_pem_and_stays_the_same() {
        let made = SigningKey::generate().unwrap();

        let text = pem(&made);
        let again = SigningKey::from_pem(&text).unwrap();

        assert_eq!(
            again.public(),
            SigningKey::from_pkcs8(&made).unwrap().public()
        );
        assert!(text.lines().all(|line| line.len() <= 64), "{text}");
    }

    #[test]
    fn a_key_as_openssl_writes_it_is_read() {
        // openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256
        let text = "Bag Attributes\r\n-----BEGIN PRIVATE KEY-----\r\n\
                    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPFnTGQ//ApqMlk5x\r\n\
                    6Omo8Xuq1iCDJLMpXHqdX+oLVS2hRANCAARYadx3ZIOkAfGSySYBsgF9DOzyMH6B\r\n\
                    dzDJP9JPT/GKLaAJopoxTVo+cDcr3YeyKLhOVO2jPdoep6L92+RO0yiQ\r\n-----END PRIVATE KEY-----\r\n";

        assert!(SigningKey::from_pem(text).is_ok());
    }

    #[test]
    fn what_is_no_key_of_ours_is_refused_with_words() {
        let sec1 = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ==\n-----END EC PRIVATE KEY-----\n";
        let garbage = pem(b"no key");

        assert_eq!(SigningKey::from_pem(sec1).map(drop), Err(KeyFault::NotPem));
        assert_eq!(
            SigningKey::from_pem(&garbage).map(drop),
            Err(KeyFault::NotAKey)
        );
        assert_eq!(SigningKey::from_pem("").map(drop), Err(KeyFault::NotPem));
    }

    #[test]
    fn the_private_part_is_not_shown() {
        let made = SigningKey::generate().unwrap();

        let shown = format!("{:?}", SigningKey::from_pkcs8(&made).unwrap());

        assert!(!shown.contains(&STANDARD.encode(&made)), "{shown}");
        assert!(
            shown.starts_with("SigningKey { public: PublicKey"),
            "{shown}"
        );
    }

    #[test]
    fn a_key_file_is_never_written_over() {
        let path = std::env::temp_dir().join(format!("samverkan-key-{}", random_id()));
        write_new(&path, b"first").unwrap();

        let again = write_new(&path, b"second").unwrap_err();

        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        fs::remove_file(path).unwrap();
    }
}
