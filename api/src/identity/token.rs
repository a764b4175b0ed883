//! A token's three parts and its header, before anything in it is believed.

use super::json::{self, JsonFault};
use super::{AcceptedType, Algorithm, Issuer, Rejection};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// The members of a JSON object.
pub(super) type Members = Map<String, Value>;

const MAX_KEY_ID: usize = 256;

/// The parts of a token as they were sent.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    /// Header and payload with the dot between them: what the signature covers.
    pub(super) signed: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn split(token: &'a str) -> Result<Self, Rejection> {
        match token.bytes().filter(|byte| *byte == b'.').count() {
            2 => {}
            4 => return Err(Rejection::Encrypted),
            _ => return Err(Rejection::NotThreeParts),
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejection::NotThreeParts)?;
        let (header, payload) = signed.split_once('.').ok_or(Rejection::NotThreeParts)?;
        Ok(Self {
            header,
            payload,
            signed,
            signature,
        })
    }

    pub(super) fn payload(&self) -> Result<Members, Rejection> {
        let bytes = URL_SAFE_NO_PAD
            .decode(self.payload)
            .map_err(|_| Rejection::PayloadEncoding)?;
        json::object(&bytes).map_err(|fault| match fault {
            JsonFault::NotObject => Rejection::PayloadNotObject,
            JsonFault::DuplicateMember => Rejection::PayloadDuplicateMember,
        })
    }
}

/// What a header says that is of use. Keys that it carries or points to are never looked at.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
    pub(super) typ: String,
}

impl Header {
    pub(super) fn read(encoded: &str) -> Result<Self, Rejection> {
        let bytes = URL_SAFE_NO_PAD
            .decode(encoded)
            .map_err(|_| Rejection::HeaderEncoding)?;
        let members = json::object(&bytes).map_err(|fault| match fault {
            JsonFault::NotObject => Rejection::HeaderNotObject,
            JsonFault::DuplicateMember => Rejection::HeaderDuplicateMember,
        })?;
        let text = |name| members.get(name).and_then(Value::as_str);
        let algorithm = algorithm(text("alg").ok_or(Rejection::AlgorithmMissing)?)?;
        let typ = text("typ").ok_or(Rejection::TypeMissing)?;
        if members.contains_key("crit") {
            return Err(Rejection::CriticalExtension);
        }
        let key_id = text("kid")
            .filter(|id| (1..=MAX_KEY_ID).contains(&id.len()))
            .ok_or(Rejection::KeyIdMissing)?;
        Ok(Self {
            algorithm,
            key_id: key_id.to_owned(),
            typ: typ.to_ascii_lowercase(),
        })
    }

    /// The part of the header's check that depends on the issuer.
    pub(super) fn suits(&self, issuer: &Issuer) -> Result<(), Rejection> {
        if !issuer.algorithms.contains(&self.algorithm) {
            return Err(Rejection::AlgorithmNotAllowed);
        }
        match (self.typ.as_str(), issuer.accepted_type) {
            ("at+jwt" | "application/at+jwt", _) | ("jwt", AcceptedType::AlsoPlainJwt) => Ok(()),
            _ => Err(Rejection::TypeWrong),
        }
    }
}

fn algorithm(name: &str) -> Result<Algorithm, Rejection> {
    let upper = name.to_ascii_uppercase();
    if upper == "NONE" {
        return Err(Rejection::AlgorithmNone);
    }
    if upper.starts_with("HS") {
        return Err(Rejection::AlgorithmHmac);
    }
    name.parse().map_err(|_| Rejection::AlgorithmUnknown)
}
