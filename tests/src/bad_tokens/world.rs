//! Three made-up issuers with keys of every kind, as a configuration can register them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// What the tokens are for.
pub const AUDIENCE: &str = "https://api.samverkan.example";
/// Speaks for one organisation; signs with four kinds of keys.
pub const SINGLE: &str = "https://login.goteborg.example";
/// Speaks by claim for two organisations; may mark its tokens `JWT`.
pub const BY_CLAIM: &str = "https://login.skane.example/realms/staff";
/// As [`SINGLE`], with a list of clients.
pub const LISTED: &str = "https://login.listed.example";
/// The organisation of [`SINGLE`] and [`LISTED`].
pub const GOTEBORG: &str = "2120001355";
/// One organisation of [`BY_CLAIM`].
pub const MALMO: &str = "2120001124";
/// The other organisation of [`BY_CLAIM`].
pub const SKANE: &str = "2321000255";
/// An organisation of no issuer.
pub const STOCKHOLM: &str = "2120000142";
/// OIDC Sweden's claims.
pub const ORG_NUMBER: &str = "https://id.oidc.se/claim/orgNumber";
/// OIDC Sweden's claims.
pub const ORG_AFFILIATION: &str = "https://id.oidc.se/claim/orgAffiliation";

/// The issuers' private keys.
pub struct World {
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
    by_claim: EcdsaKeyPair,
    listed: EcdsaKeyPair,
    attacker: EcdsaKeyPair,
}

/// What a token is signed with.
#[derive(Clone, Copy, Debug)]
pub enum Signer {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// The same key with SHA-512.
    Rs512,
    /// The same key with PSS.
    Ps256,
    /// The single issuer's P-256 key.
    Es256,
    /// The single issuer's P-384 key.
    Es384,
    /// The single issuer's Ed25519 key.
    EdDsa,
    /// The other issuer's only key.
    ByClaim,
    /// The only key of the issuer with a list of clients.
    Listed,
    /// A key that nobody registered.
    Attacker,
}

impl Default for World {
    fn default() -> Self {
        let p256 = || {
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .expect("a test key can be made")
        };
        Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a test key can be made"),
            p256: p256(),
            p384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING)
                .expect("a test key can be made"),
            ed25519: Ed25519KeyPair::generate().expect("a test key can be made"),
            by_claim: p256(),
            listed: p256(),
            attacker: p256(),
        }
    }
}

impl World {
    /// The three `[[issuer]]` tables, with key sets in files of these names.
    #[must_use]
    pub fn tables() -> String {
        format!(
            r#"
[[issuer]]
name = "single"
url = "{SINGLE}"
mode = "single"
organisations = ["{GOTEBORG}"]
keys_file = "single.json"
service_clients = ["training-system"]
introspection_clients = ["router"]

[[issuer]]
name = "by-claim"
url = "{BY_CLAIM}"
mode = "by_claim"
organisations = ["{MALMO}", "{SKANE}"]
keys_file = "by-claim.json"
accepted_type = "jwt"

[[issuer]]
name = "listed"
url = "{LISTED}"
mode = "single"
organisations = ["{GOTEBORG}"]
keys_file = "listed.json"
clients = ["staff-portal"]
service_clients = ["training-system"]
"#
        )
    }

    /// The key sets, by the name of their file.
    #[must_use]
    pub fn key_sets(&self) -> [(&'static str, String); 3] {
        let set = |keys: Value| json!({ "keys": keys }).to_string();
        let p256 = |kid: &str, key: &EcdsaKeyPair| elliptic(kid, "P-256", key);
        let rsa = |kid: &str| self.rsa_jwk(kid);
        let with = |mut jwk: Value, member: &str, value: &str| {
            jwk[member] = value.into();
            jwk
        };
        let single = json!([
            rsa("rs"),
            with(rsa("ps"), "alg", "PS256"),
            p256("es", &self.p256),
            elliptic("es384", "P-384", &self.p384),
            { "kid": "ed", "kty": "OKP", "crv": "Ed25519",
              "x": encode(self.ed25519.public_key().as_ref()) },
            with(rsa("encryption"), "use", "enc"),
            with(p256("other-alg", &self.p256), "alg", "ES384"),
            { "kid": "short", "kty": "RSA", "e": "AQAB", "n": encode([0xff; 128]) },
            { "kid": "one-bit-short", "kty": "RSA", "e": "AQAB", "n": encode([0x7f; 256]) },
            { "kid": "secret", "kty": "oct", "k": encode([7; 32]) },
            { "kid": "off-curve", "kty": "EC", "crv": "P-256",
              "x": encode([1; 32]), "y": encode([1; 32]) },
            { "kid": "cut", "kty": "EC", "crv": "P-256", "x": encode([1; 31]), "y": "AQ" },
        ]);
        [
            ("single.json", set(single)),
            ("by-claim.json", set(json!([p256("claim", &self.by_claim)]))),
            ("listed.json", set(json!([p256("listed", &self.listed)]))),
        ]
    }

    /// A token from its header, payload and signer, as text so that anything can be written.
    #[must_use]
    pub fn token(&self, header: &str, payload: &str, signer: Signer) -> String {
        self.seal(&encode(header), &encode(payload), signer)
    }

    /// As [`World::token`], with the two parts already encoded, well or badly.
    #[must_use]
    pub fn seal(&self, header: &str, payload: &str, with: Signer) -> String {
        let signed = format!("{header}.{payload}");
        let signature = encode(self.sign(signed.as_bytes(), with));
        format!("{signed}.{signature}")
    }

    /// The attacker's public key, to be put into a header.
    #[must_use]
    pub fn attacker_jwk(&self) -> Value {
        elliptic("attacker", "P-256", &self.attacker)
    }

    /// The RSA key as PEM-like bytes that an HMAC could be keyed with.
    #[must_use]
    pub fn rsa_public_bytes(&self) -> &[u8] {
        self.rsa.public_key().as_ref()
    }

    fn sign(&self, message: &[u8], with: Signer) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |encoding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa
                .sign(encoding, &random, message, &mut signature)
                .expect("a test key can sign");
            signature
        };
        let elliptic = |key: &EcdsaKeyPair| {
            key.sign(&random, message)
                .expect("a test key can sign")
                .as_ref()
                .to_vec()
        };
        match with {
            Signer::Rs256 => rsa(&RSA_PKCS1_SHA256),
            Signer::Rs512 => rsa(&RSA_PKCS1_SHA512),
            Signer::Ps256 => rsa(&RSA_PSS_SHA256),
            Signer::Es256 => elliptic(&self.p256),
            Signer::Es384 => elliptic(&self.p384),
            Signer::EdDsa => self.ed25519.sign(message).as_ref().to_vec(),
            Signer::ByClaim => elliptic(&self.by_claim),
            Signer::Listed => elliptic(&self.listed),
            Signer::Attacker => elliptic(&self.attacker),
        }
    }

    fn rsa_jwk(&self, kid: &str) -> Value {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public_key());
        json!({ "kid": kid, "kty": "RSA", "n": encode(&public.n), "e": encode(&public.e) })
    }
}

/// The header that belongs to a signer's key.
#[must_use]
pub fn header(signer: Signer) -> Map<String, Value> {
    let (alg, kid) = match signer {
        Signer::Rs256 => ("RS256", "rs"),
        Signer::Rs512 => ("RS512", "rs"),
        Signer::Ps256 => ("PS256", "ps"),
        Signer::Es256 => ("ES256", "es"),
        Signer::Es384 => ("ES384", "es384"),
        Signer::EdDsa => ("EdDSA", "ed"),
        Signer::ByClaim => ("ES256", "claim"),
        Signer::Listed => ("ES256", "listed"),
        Signer::Attacker => ("ES256", "attacker"),
    };
    let members = json!({ "alg": alg, "typ": "at+jwt", "kid": kid });
    members.as_object().cloned().unwrap_or_default()
}

/// The payload that an issuer would write at this second.
#[must_use]
pub fn payload(issuer: &str, now: i64) -> Map<String, Value> {
    let mut members = json!({
        "iss": issuer, "sub": "anna", "aud": AUDIENCE, "client_id": "staff-portal",
        "iat": now, "exp": now + 600, "jti": "1", "scope": "read write",
    });
    if issuer == BY_CLAIM {
        members[ORG_NUMBER] = MALMO.into();
    }
    members.as_object().cloned().unwrap_or_default()
}

/// Base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn elliptic(kid: &str, curve: &str, key: &EcdsaKeyPair) -> Value {
    let point = &key.public_key().as_ref()[1..];
    let (x, y) = point.split_at(point.len() / 2);
    json!({ "kid": kid, "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) })
}
