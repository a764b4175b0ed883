use super::*;
use crate::{
    certificate::{Certificates, Facts, Holder, KeyRing, Organiser},
    domain::certificate::{Code, LENGTH},
    signing::SigningKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use entity::id::{OrganisationId, TrainingId};
use serde_json::json;

const NAME: &str = "Anna Andersson";

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap()
}

struct Issued {
    certificates: Certificates,
    keys: KeySet,
}

impl Issued {
    fn new() -> Self {
        let ring = KeyRing::new(Some(key()), Vec::new());
        let certificates = Certificates::new("https://api.test", ring);
        let keys = certificates.published_keys().to_string();
        Self {
            certificates,
            keys: KeySet::parse(keys.as_bytes()).unwrap().0,
        }
    }

    fn sign(&self, valid_until: Option<DateTime<Utc>>, holder: Holder<'_>) -> String {
        let facts = Facts {
            code: &Code::from_random([5; LENGTH]),
            organiser: Organiser {
                id: OrganisationId::new(),
                name: "Region Kronoberg",
                website: Some("https://www.regionkronoberg.se"),
            },
            training: TrainingId::new(),
            title: "Barnets rättigheter i vardagen",
            description: "",
            criteria: "Närvaro",
            valid_from: at(0),
            valid_until,
            issued_at: at(5),
            holder,
        };
        self.certificates.sign(&facts).unwrap()
    }

    fn hashed(&self) -> String {
        let holder = Holder::Hashed {
            name: NAME,
            salt: "salt",
        };
        self.sign(Some(at(100)), holder)
    }
}

/// The certificate with something changed in its payload, signed anew by a key that is published.
fn forged(change: impl FnOnce(&mut Value)) -> (String, KeySet) {
    let issued = Issued::new();
    let key = key();
    let jwk = key.public().jwk("other");
    let keys = json!({ "keys": [jwk] }).to_string();
    let text = issued.hashed();
    let payload = text.split('.').nth(1).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap();
    let mut payload: Value = serde_json::from_slice(&bytes).unwrap();
    change(&mut payload);
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "other" });
    let keys = KeySet::parse(keys.as_bytes()).unwrap().0;
    (key.sign(&header, &payload), keys)
}

#[test]
fn what_was_signed_is_read_again() {
    let issued = Issued::new();

    let verified = verify(&issued.hashed(), &issued.keys, at(50)).unwrap();

    assert_eq!(verified.title, "Barnets rättigheter i vardagen");
    assert_eq!(verified.organiser, "Region Kronoberg");
    assert_eq!(
        verified.address,
        "https://api.test/certificates/5555-5555-5555-5555-5555-5555-5555"
    );
    assert_eq!(
        (verified.valid_from, verified.valid_until),
        (at(0), Some(at(100)))
    );
}

#[test]
fn a_line_break_at_the_end_of_the_file_does_no_harm() {
    let issued = Issued::new();

    let text = format!("{}\n", issued.hashed());

    assert!(verify(&text, &issued.keys, at(50)).is_ok());
}

#[test]
fn both_ends_of_the_validity_are_sharp() {
    let issued = Issued::new();
    let at_instant = |now| verify(&issued.hashed(), &issued.keys, now).map(drop);
    let moment = TimeDelta::microseconds(1);

    assert_eq!(at_instant(at(0) - moment), Err(Refused::NotYetValid(at(0))));
    assert_eq!(at_instant(at(0)), Ok(()));
    assert_eq!(at_instant(at(100) - moment), Ok(()));
    assert_eq!(at_instant(at(100)), Err(Refused::Expired(at(100))));
}

#[test]
fn a_certificate_without_an_end_does_not_expire() {
    let issued = Issued::new();
    let text = issued.sign(None, Holder::Unnamed);

    let verified = verify(&text, &issued.keys, at(1_000_000_000)).unwrap();

    assert_eq!(verified.valid_until, None);
}

#[test]
fn a_hashed_name_can_be_compared_and_not_read() {
    let issued = Issued::new();
    let text = issued.hashed();

    let verified = verify(&text, &issued.keys, at(50)).unwrap();

    assert_eq!(verified.holder, None);
    assert_eq!(verified.is_about(NAME), Some(true));
    assert_eq!(verified.is_about(" Anna Andersson "), Some(true));
    assert_eq!(verified.is_about("Anna Anderson"), Some(false));
    let payload = text.split('.').nth(1).unwrap();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert!(!payload.contains("Anna") && !payload.contains("Andersson"));
}

#[test]
fn a_name_stands_there_only_when_it_is_wanted() {
    let issued = Issued::new();

    let named = issued.sign(None, Holder::Named(NAME));
    let unnamed = issued.sign(None, Holder::Unnamed);

    let named = verify(&named, &issued.keys, at(0)).unwrap();
    assert_eq!(named.holder.as_deref(), Some(NAME));
    assert_eq!(named.is_about(NAME), Some(true));
    assert_eq!(named.is_about("Bo Ek"), Some(false));
    let unnamed = verify(&unnamed, &issued.keys, at(0)).unwrap();
    assert_eq!(
        (unnamed.holder.clone(), unnamed.is_about(NAME)),
        (None, None)
    );
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let issued = Issued::new();
    let text = issued.hashed();

    for place in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let flipped = String::from_utf8(bytes).unwrap();
            assert!(
                verify(&flipped, &issued.keys, at(50)).is_err(),
                "bit {bit} of byte {place}"
            );
        }
    }
}

#[test]
fn another_key_under_the_same_id_is_refused() {
    let issued = Issued::new();
    let id = issued.certificates.published_keys()["keys"][0]["kid"].clone();
    let other = key().public().jwk(id.as_str().unwrap());
    let keys = json!({ "keys": [other] }).to_string();
    let keys = KeySet::parse(keys.as_bytes()).unwrap().0;

    let refused = verify(&issued.hashed(), &keys, at(50)).unwrap_err();

    assert_eq!(refused, Refused::Signature(Rejection::SignatureWrong));
}

#[test]
fn a_key_that_is_not_published_any_more_is_refused() {
    let (issued, other) = (Issued::new(), Issued::new());

    let refused = verify(&issued.hashed(), &other.keys, at(50)).unwrap_err();

    assert_eq!(refused, Refused::Signature(Rejection::KeyUnknown));
}

#[test]
fn another_algorithm_is_refused_before_any_key_is_looked_at() {
    let issued = Issued::new();
    let text = issued.hashed();
    let (_, rest) = text.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let id = &issued.certificates.published_keys()["keys"][0]["kid"];

    for (algorithm, reason) in [
        ("none", Rejection::AlgorithmNone),
        ("NONE", Rejection::AlgorithmNone),
        ("HS256", Rejection::AlgorithmHmac),
        ("RS256", Rejection::AlgorithmNotAllowed),
        ("ES384", Rejection::AlgorithmNotAllowed),
        ("EdDSA", Rejection::AlgorithmNotAllowed),
        ("es256", Rejection::AlgorithmUnknown),
    ] {
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": id }).to_string();
        let header = URL_SAFE_NO_PAD.encode(header);
        for signature in [signature, ""] {
            let text = format!("{header}.{payload}.{signature}");
            let refused = verify(&text, &issued.keys, at(50)).unwrap_err();
            assert_eq!(refused, Refused::Signature(reason), "{algorithm}");
        }
    }
}

#[test]
fn an_access_token_is_no_certificate() {
    let issued = Issued::new();
    let header = json!({
        "alg": "ES256", "typ": "at+jwt", "kid": issued.certificates.published_keys()["keys"][0]["kid"],
    });
    let text = issued.hashed();
    let (_, rest) = text.split_once('.').unwrap();

    let text = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));

    assert_eq!(
        verify(&text, &issued.keys, at(50)).map(drop),
        Err(Refused::Signature(Rejection::TypeWrong))
    );
}

#[test]
fn a_signed_text_that_is_no_certificate_is_refused() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 10] = [
        ("another context", |it| {
            it["@context"][1] = json!("https://elsewhere.example");
        }),
        ("no context", |it| it["@context"] = Value::Null),
        ("another type", |it| {
            it["type"] = json!(["VerifiableCredential"]);
        }),
        ("another issuer in the token", |it| {
            it["iss"] = json!("https://elsewhere.example");
        }),
        ("no issuer at all", |it| {
            it["iss"] = Value::Null;
            it["issuer"]["id"] = Value::Null;
        }),
        ("another id in the token", |it| it["jti"] = json!("urn:x")),
        ("another subject in the token", |it| {
            it["sub"] = json!("urn:x");
        }),
        ("a longer life in the token", |it| {
            it["exp"] = json!(4_000_000_000_i64);
        }),
        ("no end in the token", |it| it["exp"] = Value::Null),
        ("an earlier beginning in the token", |it| {
            it["nbf"] = json!(1);
        }),
    ];

    for (what, change) in changes {
        let (text, keys) = forged(change);
        let refused = verify(&text, &keys, at(50)).unwrap_err();
        assert!(
            matches!(refused, Refused::NotACertificate(_)),
            "{what}: {refused}"
        );
    }
    let (unchanged, keys) = forged(|_| {});
    assert!(verify(&unchanged, &keys, at(50)).is_ok(), "the control");
}
