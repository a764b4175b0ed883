//! Tokens whose issuer, key or signature is bad.

use super::world::{SINGLE, Signer, encode, header, payload};
use super::{Change, Table, changed};
use serde_json::{Value, json};

impl Table<'_> {
    pub(super) fn issuers_and_keys(&mut self) {
        self.payload("issuer_missing", "no issuer", &[("iss", Value::Null)]);
        self.payload(
            "issuer_missing",
            "an issuer that is a number",
            &[("iss", 7.into())],
        );
        let list = json!(["https://evil.example", SINGLE]);
        self.payload(
            "issuer_missing",
            "a list of issuers, one of them trusted",
            &[("iss", list)],
        );
        self.payload(
            "issuer_unknown",
            "an unknown issuer",
            &[("iss", "https://evil.example".into())],
        );
        let slash = format!("{SINGLE}/");
        self.payload(
            "issuer_unknown",
            "a trusted issuer with a slash behind it",
            &[("iss", slash.into())],
        );
        let upper = SINGLE.to_uppercase();
        self.payload(
            "issuer_unknown",
            "a trusted issuer in upper case",
            &[("iss", upper.into())],
        );
        let demo = "https://demo.samverkan.invalid";
        self.payload(
            "issuer_unknown",
            "the demonstration's issuer",
            &[("iss", demo.into())],
        );
        let mut key = |reason, name, kid: &str| self.header(reason, name, &[("kid", kid.into())]);
        key(
            "key_unknown",
            "a key id that the issuer does not have",
            "nobody",
        );
        key("key_unknown", "the key id of another issuer", "claim");
        key(
            "key_unknown",
            "the key id of a shared secret in the set",
            "secret",
        );
        key("key_size_unsafe", "an RSA key of 1024 bits", "short");
        key(
            "key_size_unsafe",
            "an RSA key of 2047 bits",
            "one-bit-short",
        );
        key(
            "key_not_for_signatures",
            "a key for encryption",
            "encryption",
        );
        key(
            "key_for_other_algorithm",
            "a key whose own alg contradicts its curve",
            "other-alg",
        );
        key(
            "key_for_other_algorithm",
            "an RSA key for an ECDSA signature",
            "rs",
        );
        key("key_malformed", "a key with a cut coordinate", "cut");
        key(
            "signature_wrong",
            "a key that is no point of its curve",
            "off-curve",
        );
        let ps = [("alg", "RS256".into()), ("kid", "ps".into())];
        self.header(
            "key_for_other_algorithm",
            "RS256 with a key for PS256 only",
            &ps,
        );
        let payload = changed(payload(SINGLE, self.now), &[]);
        let es384 = changed(header(Signer::Es384), &[]);
        self.add(
            "algorithm_not_allowed",
            "an algorithm that the row does not list",
            self.world.token(&es384, &payload, Signer::Es384),
        );
    }

    pub(super) fn signatures(&mut self) {
        let [header_part, payload_part, signature] = self.parts();
        let unsigned = format!("{header_part}.{payload_part}.");
        self.add("signature_wrong", "an empty signature", unsigned);
        let other = encode(changed(payload(SINGLE, self.now), &[("sub", "eva".into())]));
        let swapped = format!("{header_part}.{other}.{signature}");
        self.add(
            "signature_wrong",
            "a payload changed after signing",
            swapped,
        );
        let head = encode(changed(header(Signer::Es256), &[("x", 1.into())]));
        self.add(
            "signature_wrong",
            "a header changed after signing",
            format!("{head}.{payload_part}.{signature}"),
        );
        let zero = format!("{header_part}.{payload_part}.{}", encode([0; 64]));
        self.add("signature_wrong", "an ECDSA signature of zeros", zero);
        let cut = format!("{header_part}.{payload_part}.{}", encode([1; 63]));
        self.add("signature_wrong", "a signature that is a byte short", cut);
        let good = payload(SINGLE, self.now);
        let good = changed(good, &[]);
        let jwk = self.world.attacker_jwk();
        let mut forged = |name, changes: &[Change<'_>], signer| {
            let header = changed(header(Signer::Es256), changes);
            self.add(
                "signature_wrong",
                name,
                self.world.token(&header, &good, signer),
            );
        };
        forged(
            "an Ed25519 signature where the header says ES256",
            &[],
            Signer::EdDsa,
        );
        forged(
            "a token signed with a stranger's key",
            &[],
            Signer::Attacker,
        );
        forged(
            "a stranger's key embedded in the header",
            &[("jwk", jwk)],
            Signer::Attacker,
        );
        let away = "https://evil.example/keys";
        forged(
            "a key set address in the header",
            &[("jku", away.into())],
            Signer::Attacker,
        );
        forged(
            "a certificate address in the header",
            &[("x5u", away.into())],
            Signer::Attacker,
        );
        forged(
            "another issuer's key under our key id",
            &[],
            Signer::ByClaim,
        );
        let rs = [("alg", "RS256".into()), ("kid", "rs".into())];
        forged("SHA-512 where the header says RS256", &rs, Signer::Rs512);
        forged("PSS where the header says RS256", &rs, Signer::Ps256);
        self.key_confusion();
    }

    /// The classic: the public RSA key taken for a shared secret.
    fn key_confusion(&mut self) {
        let header = encode(changed(header(Signer::Rs256), &[("alg", "HS256".into())]));
        let signed = format!(
            "{header}.{}",
            encode(changed(payload(SINGLE, self.now), &[]))
        );
        let key =
            aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, self.world.rsa_public_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
        self.add(
            "algorithm_hmac",
            "an HMAC keyed with the public RSA key",
            format!("{signed}.{}", encode(tag)),
        );
    }
}
