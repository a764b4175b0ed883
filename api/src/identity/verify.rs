//! The rules by which a token is accepted: one pure function, no clock, no network.

mod organisation;
mod times;

use super::key_set::Key;
use super::token::{Header, Members, Parts};
use super::{Bearer, Claims, Issuer, Issuers, KeySet, Rejection};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use times::LEEWAY_SECONDS;

/// The longest `sub`, `client_id` or `azp`: what `OpenID` Connect allows a subject to be.
const MAX_NAME: usize = 255;

/// Claims that an access token never has: these belong to identity and logout tokens, which some
/// providers sign with the same keys and the same `typ`.
const OTHER_TOKENS_CLAIMS: [&str; 4] = ["nonce", "at_hash", "c_hash", "events"];

/// Verifies a token at an instant, in an order that believes nothing too early: header, issuer, key,
/// signature, times, audience, client, organisation, person or service.
///
/// `keys` is asked for the registered issuer's own set, and only when the issuer is registered.
pub fn verify(
    token: &str,
    issuers: &Issuers,
    keys: impl FnOnce(&Issuer) -> Arc<KeySet>,
    now: DateTime<Utc>,
) -> Result<Claims, Rejection> {
    let parts = Parts::split(token)?;
    let header = Header::read(parts.header)?;
    let payload = parts.payload()?;
    let issuer = registered(&payload, issuers)?;
    header.suits(issuer)?;

    let key_set = keys(issuer);
    let key = key_set.key(&header.key_id, header.algorithm)?;
    check_signature(&parts, key, &header)?;

    let expires_at = times::check(&payload, issuer, now)?;
    check_purpose(&payload)?;
    check_audience(&payload, issuer)?;
    let client_id = client(&payload, issuer)?;
    let organisation = organisation::acting(&payload, &issuer.binding)?;
    let subject = subject(&payload)?;
    let scopes = scopes(&payload)?;
    let listed = |list: &BTreeSet<String>| client_id.as_ref().is_some_and(|id| list.contains(id));
    let bearer = if listed(&issuer.service_clients) {
        Bearer::Service
    } else {
        Bearer::Person
    };
    Ok(Claims {
        issuer: issuer.url.clone(),
        subject,
        organisation,
        may_introspect: listed(&issuer.introspection_clients),
        client_id,
        scopes,
        bearer,
        expires_at,
    })
}

fn registered<'a>(payload: &Members, issuers: &'a Issuers) -> Result<&'a Issuer, Rejection> {
    let url = payload
        .get("iss")
        .and_then(Value::as_str)
        .ok_or(Rejection::IssuerMissing)?;
    issuers.get(url).ok_or(Rejection::IssuerUnknown)
}

pub(super) fn check_signature(
    parts: &Parts<'_>,
    key: &Key,
    header: &Header,
) -> Result<(), Rejection> {
    if URL_SAFE_NO_PAD.decode(parts.signature).is_err() {
        return Err(Rejection::SignatureEncoding);
    }
    let fits = jsonwebtoken::crypto::verify(
        parts.signature,
        parts.signed.as_bytes(),
        &key.decoding,
        header.algorithm.backend(),
    );
    match fits {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Rejection::SignatureWrong),
    }
}

fn check_purpose(payload: &Members) -> Result<(), Rejection> {
    let is_other = OTHER_TOKENS_CLAIMS
        .iter()
        .any(|claim| payload.contains_key(*claim));
    if is_other {
        return Err(Rejection::NotAnAccessToken);
    }
    Ok(())
}

fn check_audience(payload: &Members, issuer: &Issuer) -> Result<(), Rejection> {
    let names = match payload.get("aud").ok_or(Rejection::AudienceMissing)? {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several
            .iter()
            .map(Value::as_str)
            .collect::<Option<Vec<_>>>()
            .ok_or(Rejection::AudienceMalformed)?,
        _ => return Err(Rejection::AudienceMalformed),
    };
    if names.contains(&issuer.audience.as_str()) {
        Ok(())
    } else {
        Err(Rejection::AudienceWrong)
    }
}

fn client(payload: &Members, issuer: &Issuer) -> Result<Option<String>, Rejection> {
    let read = |name| match payload.get(name) {
        None => Ok(None),
        Some(value) => usable_name(value)
            .ok_or(Rejection::ClientMalformed)
            .map(Some),
    };
    let client = match (read("client_id")?, read("azp")?) {
        (Some(client), Some(party)) if client != party => {
            return Err(Rejection::ClientAmbiguous);
        }
        (client, party) => client.or(party),
    };
    match &client {
        None if !issuer.clients.is_empty() => Err(Rejection::ClientMissing),
        Some(client) if !issuer.admits(client) => Err(Rejection::ClientNotAllowed),
        _ => Ok(client),
    }
}

fn subject(payload: &Members) -> Result<String, Rejection> {
    let value = payload.get("sub").ok_or(Rejection::SubjectMissing)?;
    usable_name(value).ok_or(Rejection::SubjectMalformed)
}

/// A name that can be stored and logged: neither empty, nor endless, nor with control characters.
fn usable_name(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|name| !name.trim().is_empty() && name.len() <= MAX_NAME)
        .filter(|name| !name.chars().any(char::is_control))
        .map(str::to_owned)
}

fn scopes(payload: &Members) -> Result<BTreeSet<String>, Rejection> {
    match payload.get("scope") {
        None => Ok(BTreeSet::new()),
        Some(Value::String(scopes)) => Ok(scopes
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect()),
        Some(_) => Err(Rejection::ScopeMalformed),
    }
}

#[cfg(test)]
mod tests;
