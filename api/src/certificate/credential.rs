//! The credential: a certificate as Open Badges 3.0 (1EdTech) on the Verifiable Credentials Data Model 2.0 (W3C)
//! writes it, secured as a JWT.
//!
//! The names of members and the addresses of the contexts are those of the specifications, letter by letter:
//! <https://www.imsglobal.org/spec/ob/v3p0/>, <https://www.w3.org/TR/vc-data-model-2.0/>.

use super::Certificates;
use crate::domain::{certificate::Code, hexadecimal::hexadecimal};
use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use entity::id::{OrganisationId, TrainingId};
use serde_json::{Value, json};

/// The contexts of a credential, in their order.
pub(super) const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// The types of a credential.
pub(super) const TYPES: [&str; 2] = ["VerifiableCredential", "OpenBadgeCredential"];

/// The organisation that stands behind a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Organiser<'a> {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: &'a str,
    /// Its address on the web.
    pub website: Option<&'a str>,
}

/// What the credential says of its holder's name.
#[derive(Clone, Copy)]
pub enum Holder<'a> {
    /// Nothing.
    Unnamed,
    /// A salted hash: who knows the name can see that it is the right one.
    Hashed {
        /// The name.
        name: &'a str,
        /// What it is hashed with.
        salt: &'a str,
    },
    /// The name, since the holder wants it there.
    Named(&'a str),
}

/// What a credential is made of.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The code.
    pub code: &'a Code,
    /// Who stands behind it.
    pub organiser: Organiser<'a>,
    /// The training.
    pub training: TrainingId,
    /// The training's title.
    pub title: &'a str,
    /// What the training is about.
    pub description: &'a str,
    /// What it took to complete it.
    pub criteria: &'a str,
    /// When it was completed: from then on the certificate holds. In whole seconds.
    pub valid_from: DateTime<Utc>,
    /// Until when it holds. In whole seconds.
    pub valid_until: Option<DateTime<Utc>>,
    /// When the certificate was issued.
    pub issued_at: DateTime<Utc>,
    /// What is said of the holder.
    pub holder: Holder<'a>,
}

/// The profile of an organisation as an issuer.
#[must_use]
pub fn profile(certificates: &Certificates, organiser: Organiser<'_>) -> Value {
    let mut profile = json!({
        "id": certificates.issuer_address(organiser.id),
        "type": ["Profile"],
        "name": organiser.name,
    });
    if let Some(website) = organiser.website {
        profile["url"] = website.into();
    }
    profile
}

/// The credential together with the claims that a JWT repeats from it.
pub(super) fn payload(certificates: &Certificates, facts: &Facts<'_>) -> Value {
    let address = certificates.address(facts.code);
    let issuer = profile(certificates, facts.organiser);
    // The holder's name within this certificate alone, so that two certificates of one person cannot be put
    // together by it.
    let subject = format!("{address}#holder");
    let mut payload = json!({
        "@context": CONTEXTS,
        "type": TYPES,
        "id": address,
        "name": facts.title,
        "validFrom": instant(facts.valid_from),
        "awardedDate": instant(facts.issued_at),
        "credentialStatus": {
            "id": certificates.status_address(facts.code),
            "type": "1EdTechRevocationList",
        },
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "achievement": achievement(facts),
        },
        "iss": issuer["id"],
        "jti": address,
        "sub": subject,
        "nbf": facts.valid_from.timestamp(),
    });
    payload["issuer"] = issuer;
    if let Some(until) = facts.valid_until {
        payload["validUntil"] = instant(until).into();
        payload["exp"] = until.timestamp().into();
    }
    if let Some(identity) = identity(facts.holder) {
        payload["credentialSubject"]["identifier"] = json!([identity]);
    }
    payload
}

fn achievement(facts: &Facts<'_>) -> Value {
    // Without a description there is at least the title: the specification wants one.
    let description = Some(facts.description.trim()).filter(|text| !text.is_empty());
    json!({
        "id": format!("urn:uuid:{}", facts.training.uuid()),
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": facts.title,
        "description": description.unwrap_or(facts.title),
        "criteria": { "narrative": facts.criteria },
        "inLanguage": "sv",
    })
}

fn identity(holder: Holder<'_>) -> Option<Value> {
    match holder {
        Holder::Unnamed => None,
        Holder::Named(name) => Some(json!({
            "type": "IdentityObject",
            "identityType": "name",
            "hashed": false,
            "identityHash": name,
        })),
        Holder::Hashed { name, salt } => Some(json!({
            "type": "IdentityObject",
            "identityType": "name",
            "hashed": true,
            "identityHash": identity_hash(name, salt),
            "salt": salt,
        })),
    }
}

/// The hash of an identity as Open Badges writes it: SHA-256 over the identity and the salt.
#[must_use]
pub fn identity_hash(identity: &str, salt: &str) -> String {
    let digest = digest::digest(&digest::SHA256, format!("{identity}{salt}").as_bytes());
    format!("sha256${}", hexadecimal(digest.as_ref()))
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_specifications_own_example() {
        // Open Badges 3.0, the definition of IdentityHash.
        assert_eq!(
            identity_hash("a@example.com", "Kosher"),
            "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
        );
    }

    #[test]
    fn instants_are_written_in_whole_seconds_of_utc() {
        let at = "2026-03-02T09:00:00.999+01:00".parse().unwrap();

        assert_eq!(instant(at), "2026-03-02T08:00:00Z");
    }
}
