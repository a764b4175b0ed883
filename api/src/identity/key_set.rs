//! One issuer's public keys, read from a JSON Web Key Set and never shared with another issuer.

use super::algorithm::Curve;
use super::json::{self, JsonFault};
use super::{Algorithm, Rejection};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The largest key set that is read.
pub const MAX_SET_BYTES: usize = 64 * 1024;

/// The most keys in a set.
pub const MAX_KEYS: usize = 20;

const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Members that only a private or secret key has.
const SECRET_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Why a whole set is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetFault {
    /// More than 64 KiB.
    #[error("the key set is larger than 64 KiB")]
    TooLarge,
    /// Not a JSON object with a list of objects in `keys`.
    #[error("the key set is not a JSON object with a list `keys`")]
    NotASet,
    /// A member stands twice in one object.
    #[error("a member stands twice in one object of the key set")]
    DuplicateMember,
    /// More than twenty keys.
    #[error("the key set has more than 20 keys")]
    TooManyKeys,
    /// Two keys share one `kid`: nobody can say which is meant.
    #[error("two keys of the set have the same `kid`")]
    DuplicateKeyId,
    /// Nothing in the set could verify a token.
    #[error("the key set has no key that can verify a signature")]
    NoUsableKey,
}

/// The keys of one issuer.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: BTreeMap<String, Entry>,
}

/// A key that can be used, or why a token that names it is refused.
type Entry = Result<Key, Rejection>;

#[derive(Clone, Debug)]
pub(super) struct Key {
    curve: Curve,
    only_for: Option<Algorithm>,
    pub(super) decoding: DecodingKey,
}

impl KeySet {
    /// Reads a key set. A key that cannot be used is left out or marked; what makes the set itself
    /// doubtful refuses it whole. Returns one line for the log for every key that is set aside.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Vec<String>), KeySetFault> {
        if bytes.len() > MAX_SET_BYTES {
            return Err(KeySetFault::TooLarge);
        }
        let members = json::object(bytes).map_err(|fault| match fault {
            JsonFault::NotObject => KeySetFault::NotASet,
            JsonFault::DuplicateMember => KeySetFault::DuplicateMember,
        })?;
        let Some(Value::Array(list)) = members.get("keys") else {
            return Err(KeySetFault::NotASet);
        };
        if list.len() > MAX_KEYS {
            return Err(KeySetFault::TooManyKeys);
        }
        let mut seen = BTreeSet::new();
        let mut set = Self::default();
        let mut remarks = Vec::new();
        for (place, item) in list.iter().enumerate() {
            let jwk = item.as_object().ok_or(KeySetFault::NotASet)?;
            let id = text(jwk, "kid").unwrap_or_default();
            if !id.is_empty() && !seen.insert(id) {
                return Err(KeySetFault::DuplicateKeyId);
            }
            set.add(place, id, jwk, &mut remarks);
        }
        if set.keys.values().all(Result::is_err) {
            return Err(KeySetFault::NoUsableKey);
        }
        Ok((set, remarks))
    }

    fn add(&mut self, place: usize, id: &str, jwk: &Map<String, Value>, log: &mut Vec<String>) {
        let number = place + 1;
        if id.is_empty() {
            log.push(format!("key {number} is ignored: it has no `kid`"));
            return;
        }
        if SECRET_MEMBERS
            .iter()
            .any(|member| jwk.contains_key(*member))
        {
            // What is published is no secret any more: whoever reads the set could sign with it.
            log.push(format!(
                "key {number} is ignored: it is a private or secret key, replace it"
            ));
            return;
        }
        match read_key(jwk) {
            Some(entry) => {
                if let Err(reason) = &entry {
                    log.push(format!("key {number} cannot be used: {reason}"));
                }
                self.keys.insert(id.to_owned(), entry);
            }
            None => log.push(format!(
                "key {number} is ignored: its type is not supported"
            )),
        }
    }

    /// The key of this id, if it is good for this algorithm.
    pub(super) fn key(&self, id: &str, algorithm: Algorithm) -> Result<&Key, Rejection> {
        let key = match self.keys.get(id) {
            None => return Err(Rejection::KeyUnknown),
            Some(Err(reason)) => return Err(*reason),
            Some(Ok(key)) => key,
        };
        if key.curve != algorithm.curve() || key.only_for.is_some_and(|only| only != algorithm) {
            return Err(Rejection::KeyForOtherAlgorithm);
        }
        Ok(key)
    }

    /// How many keys can verify a signature.
    #[must_use]
    pub fn usable(&self) -> usize {
        self.keys.values().filter(|entry| entry.is_ok()).count()
    }
}

/// Reads one key; none if its type is not supported.
fn read_key(jwk: &Map<String, Value>) -> Option<Entry> {
    let (curve, decoding) = match (text(jwk, "kty")?, text(jwk, "crv")) {
        ("RSA", _) => (Curve::Rsa, rsa(jwk)),
        ("EC", Some("P-256")) => (Curve::P256, elliptic(jwk, 32)),
        ("EC", Some("P-384")) => (Curve::P384, elliptic(jwk, 48)),
        ("OKP", Some("Ed25519")) => (Curve::Ed25519, edwards(jwk)),
        _ => return None,
    };
    Some(decoding.and_then(|decoding| {
        check_use(jwk)?;
        Ok(Key {
            curve,
            only_for: only_for(jwk, curve)?,
            decoding,
        })
    }))
}

fn check_use(jwk: &Map<String, Value>) -> Result<(), Rejection> {
    let for_signatures = jwk.get("use").is_none_or(|usage| usage == "sig");
    let may_verify = jwk.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    if for_signatures && may_verify {
        Ok(())
    } else {
        Err(Rejection::KeyNotForSignatures)
    }
}

fn only_for(jwk: &Map<String, Value>, curve: Curve) -> Result<Option<Algorithm>, Rejection> {
    let Some(name) = jwk.get("alg") else {
        return Ok(None);
    };
    name.as_str()
        .and_then(|name| name.parse::<Algorithm>().ok())
        .filter(|algorithm| algorithm.curve() == curve)
        .map(Some)
        .ok_or(Rejection::KeyForOtherAlgorithm)
}

fn rsa(jwk: &Map<String, Value>) -> Result<DecodingKey, Rejection> {
    let modulus = unsigned(jwk, "n")?;
    let exponent = unsigned(jwk, "e")?;
    let bits = modulus.first().map_or(0, |first| {
        modulus.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(8)
    });
    if !RSA_BITS.contains(&bits) {
        return Err(Rejection::KeySizeUnsafe);
    }
    // Small exponents (1, 3) have a history of forged signatures; 65537 is what everyone uses.
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    if !odd || !(3..=8).contains(&exponent.len()) {
        return Err(Rejection::KeyMalformed);
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn elliptic(jwk: &Map<String, Value>, size: usize) -> Result<DecodingKey, Rejection> {
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    if x.len() != size || y.len() != size {
        return Err(Rejection::KeyMalformed);
    }
    let uncompressed = [&[4], x.as_slice(), y.as_slice()].concat();
    Ok(DecodingKey::from_ec_der(&uncompressed))
}

fn edwards(jwk: &Map<String, Value>) -> Result<DecodingKey, Rejection> {
    let point = bytes(jwk, "x")?;
    if point.len() != 32 {
        return Err(Rejection::KeyMalformed);
    }
    Ok(DecodingKey::from_ed_der(&point))
}

/// A number without its leading zeros, so that they cannot make a short key look long.
fn unsigned(jwk: &Map<String, Value>, member: &str) -> Result<Vec<u8>, Rejection> {
    let padded = bytes(jwk, member)?;
    Ok(padded.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn bytes(jwk: &Map<String, Value>, member: &str) -> Result<Vec<u8>, Rejection> {
    text(jwk, member)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or(Rejection::KeyMalformed)
}

fn text<'a>(jwk: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    jwk.get(member).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
