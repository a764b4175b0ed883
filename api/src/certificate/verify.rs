//! Checking a certificate offline: with the file, the published keys and a clock. Whether it has been taken back
//! cannot be known so; its code tells.

use super::credential::{CONTEXTS, TYPES, identity_hash};
use crate::identity::{Algorithm, KeySet, Rejection, statement};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use std::fmt;

/// Why a certificate is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not signed, or not by one of the keys.
    Signature(Rejection),
    /// It is signed, and is no certificate.
    NotACertificate(&'static str),
    /// It is for later.
    NotYetValid(DateTime<Utc>),
    /// Its time is up.
    Expired(DateTime<Utc>),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        match self {
            Self::Signature(reason) => write!(
                f,
                "the signature is not by one of these keys ({})",
                reason.as_str()
            ),
            Self::NotACertificate(what) => write!(f, "it is signed, and is no certificate: {what}"),
            Self::NotYetValid(from) => write!(f, "it does not hold yet: it begins at {}", at(from)),
            Self::Expired(until) => write!(f, "it holds no longer: it ended at {}", at(until)),
        }
    }
}

impl std::error::Error for Refused {}

/// What a certificate says that has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Where it can be checked whether it has been taken back.
    pub address: String,
    /// The training's title.
    pub title: String,
    /// The name of the organisation that stands behind it.
    pub organiser: String,
    /// The organisation's id as an issuer.
    pub issuer: String,
    /// From when it holds.
    pub valid_from: DateTime<Utc>,
    /// Until when.
    pub valid_until: Option<DateTime<Utc>>,
    /// The holder's name, where the certificate gives it.
    pub holder: Option<String>,
    identity: Option<Identity>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    hashed: bool,
    value: String,
    salt: String,
}

impl Verified {
    /// Whether it is about somebody of that name; none where it says nothing of a name.
    #[must_use]
    pub fn is_about(&self, name: &str) -> Option<bool> {
        let Identity {
            hashed,
            value,
            salt,
        } = self.identity.as_ref()?;
        let name = name.trim();
        Some(if *hashed {
            identity_hash(name, salt).eq_ignore_ascii_case(value)
        } else {
            value == name
        })
    }
}

/// Checks a certificate at an instant: signature, kind, that the claims of the token repeat what the credential
/// says, then the times. ES256 only, by a key that the set has under the id that the certificate names.
pub fn verify(text: &str, keys: &KeySet, now: DateTime<Utc>) -> Result<Verified, Refused> {
    let signed = statement(text.trim(), keys, Algorithm::Es256).map_err(Refused::Signature)?;
    let verified = read(&signed.payload).map_err(Refused::NotACertificate)?;
    if now < verified.valid_from {
        return Err(Refused::NotYetValid(verified.valid_from));
    }
    match verified.valid_until {
        Some(until) if until <= now => Err(Refused::Expired(until)),
        _ => Ok(verified),
    }
}

type Members = Map<String, Value>;

fn read(payload: &Members) -> Result<Verified, &'static str> {
    let starts_with = |member, wanted: [&str; 2]| {
        let list = payload.get(member).and_then(Value::as_array);
        list.is_some_and(|list| list.starts_with(&wanted.map(Value::from)))
    };
    if !starts_with("@context", CONTEXTS) || !starts_with("type", TYPES) {
        return Err("it is not an OpenBadgeCredential of version 3.0");
    }
    let credential = Value::Object(payload.clone());
    let subject = &credential["credentialSubject"];
    for (claim, member) in [
        (&credential["iss"], &credential["issuer"]["id"]),
        (&credential["jti"], &credential["id"]),
        (&credential["sub"], &subject["id"]),
    ] {
        if !claim.is_string() || claim != member {
            return Err("a claim of the token differs from what the credential says");
        }
    }
    let valid_from = instant(&credential["validFrom"]).ok_or("validFrom is no instant")?;
    let valid_until = match &credential["validUntil"] {
        Value::Null => None,
        value => Some(instant(value).ok_or("validUntil is no instant")?),
    };
    let agrees = |claim: &Value, at: Option<DateTime<Utc>>| claim.as_i64() == at.map(seconds);
    if !agrees(&credential["nbf"], Some(valid_from)) || !agrees(&credential["exp"], valid_until) {
        return Err("the token's times differ from what the credential says");
    }
    let identity = identity(&subject["identifier"])?;
    Ok(Verified {
        address: text(&credential["id"])?,
        title: text(&subject["achievement"]["name"])?,
        organiser: text(&credential["issuer"]["name"])?,
        issuer: text(&credential["iss"])?,
        valid_from,
        valid_until,
        holder: identity
            .as_ref()
            .filter(|identity| !identity.hashed)
            .map(|identity| identity.value.clone()),
        identity,
    })
}

fn identity(list: &Value) -> Result<Option<Identity>, &'static str> {
    let Some(first) = list.get(0) else {
        return Ok(None);
    };
    let hashed = first["hashed"]
        .as_bool()
        .ok_or("an identifier is not whole")?;
    Ok(Some(Identity {
        hashed,
        value: text(&first["identityHash"])?,
        salt: first["salt"].as_str().unwrap_or_default().to_owned(),
    }))
}

fn text(value: &Value) -> Result<String, &'static str> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or("a member that must be there is missing")
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str()?.parse().ok()
}

fn seconds(at: DateTime<Utc>) -> i64 {
    at.timestamp()
}

#[cfg(test)]
mod tests;
