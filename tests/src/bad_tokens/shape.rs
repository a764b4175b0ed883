//! Tokens whose form or header is bad.

use super::world::{SINGLE, Signer, encode, header, payload};
use super::{Table, changed};
use serde_json::{Value, json};

impl Table<'_> {
    pub(super) fn shapes(&mut self) {
        let [header, payload, signature] = self.parts();
        let whole = format!("{header}.{payload}.{signature}");
        self.add("not_three_parts", "a word that is no token", "hello".into());
        self.add(
            "not_three_parts",
            "a token without its signature",
            format!("{header}.{payload}"),
        );
        self.add(
            "not_three_parts",
            "a token with a fourth part",
            format!("{whole}.x"),
        );
        self.add(
            "encrypted",
            "an encrypted token of five parts",
            format!("{whole}.x.x"),
        );
        self.add(
            "header_not_object",
            "an empty header",
            format!(".{payload}.{signature}"),
        );
        self.add(
            "payload_encoding",
            "a padded payload",
            format!("{header}.{payload}==.{signature}"),
        );
        self.add(
            "signature_encoding",
            "a padded signature",
            format!("{whole}=="),
        );
        self.add(
            "header_encoding",
            "a header in plain JSON",
            format!("{{}}.{payload}.{signature}"),
        );
        self.add(
            "header_encoding",
            "a token in quotes",
            format!("\"{whole}\""),
        );
        self.add(
            "header_encoding",
            "two tokens with a comma between",
            format!("x, {whole}"),
        );
    }

    pub(super) fn headers(&mut self) {
        self.header(
            "algorithm_none",
            "a header that says alg none",
            &[("alg", "none".into())],
        );
        self.header(
            "algorithm_none",
            "a header that says alg nOnE",
            &[("alg", "nOnE".into())],
        );
        self.header(
            "algorithm_hmac",
            "a header that says HS256",
            &[("alg", "HS256".into())],
        );
        self.header(
            "algorithm_unknown",
            "an algorithm nobody knows",
            &[("alg", "XX1".into())],
        );
        self.header(
            "algorithm_unknown",
            "an algorithm in lower case",
            &[("alg", "es256".into())],
        );
        self.header("algorithm_missing", "no algorithm", &[("alg", Value::Null)]);
        self.header(
            "algorithm_missing",
            "a list of algorithms",
            &[("alg", json!(["ES256"]))],
        );
        self.header("type_missing", "no type", &[("typ", Value::Null)]);
        self.header(
            "type_missing",
            "a type that is a number",
            &[("typ", 1.into())],
        );
        self.header(
            "type_wrong",
            "a refresh token",
            &[("typ", "refresh+jwt".into())],
        );
        self.header(
            "type_wrong",
            "a plain JWT where only at+jwt is accepted",
            &[("typ", "JWT".into())],
        );
        self.header("key_id_missing", "no key id", &[("kid", Value::Null)]);
        self.header("key_id_missing", "an empty key id", &[("kid", "".into())]);
        self.header(
            "key_id_missing",
            "an endless key id",
            &[("kid", "k".repeat(257).into())],
        );
        self.header(
            "critical_extension",
            "a critical extension",
            &[("crit", json!(["exp"]))],
        );
        self.header(
            "critical_extension",
            "an empty list of critical extensions",
            &[("crit", json!([]))],
        );
        let payload = changed(payload(SINGLE, self.now), &[]);
        let mut raw = |reason, name, header: &str| {
            self.add(
                reason,
                name,
                self.world.token(header, &payload, Signer::Es256),
            );
        };
        raw("header_not_object", "a header that is a list", "[]");
        raw("header_not_object", "a header that is cut", "{\"alg\":");
        raw(
            "header_duplicate_member",
            "a header with two algorithms",
            r#"{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"es"}"#,
        );
    }

    pub(super) fn payloads(&mut self) {
        let header = changed(header(Signer::Es256), &[]);
        let mut raw = |reason, name, payload: &str| {
            self.add(
                reason,
                name,
                self.world.token(&header, payload, Signer::Es256),
            );
        };
        raw(
            "payload_not_object",
            "a payload that is a text",
            "\"hello\"",
        );
        raw(
            "payload_not_object",
            "a payload with something behind it",
            "{} {}",
        );
        raw(
            "payload_not_object",
            "a payload with an endless number",
            r#"{"exp":1e999}"#,
        );
        raw(
            "payload_not_object",
            "a payload nested too deep",
            &"[".repeat(10_000),
        );
        raw(
            "payload_duplicate_member",
            "a payload with two issuers, one of them trusted",
            &format!(r#"{{"iss":"https://evil.example","iss":"{SINGLE}"}}"#),
        );
        raw(
            "payload_duplicate_member",
            "a payload with a member twice, once escaped",
            r#"{"sub":"anna","\u0073ub":"eva"}"#,
        );
        let es = encode(&header);
        let latin = self
            .world
            .seal(&es, &encode(b"{\"sub\":\"\xe5\"}"), Signer::Es256);
        self.add("payload_not_object", "a payload that is not UTF-8", latin);
    }
}
