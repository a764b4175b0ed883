//! The signed file, checked without us: by another library with the published key, by Node.js alone, and by the
//! operator's command.

use super::world::{HOLDER, TITLE, completed, issued, name_of, show_name, text};
use crate::{
    harness::{Backend, Server, new_folder, on_both_databases},
    http::process::{execute, text as printed},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A certificate and the published keys, as files.
struct Files {
    folder: PathBuf,
    certificate: String,
    keys: Value,
}

impl Files {
    async fn new(server: &Server) -> Self {
        let completion = completed(server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let keys = server.get("/.well-known/certificate-keys.json").await;
        let files = Self {
            folder: new_folder(),
            certificate: text(&certificate, "credential").to_owned(),
            keys: keys.body,
        };
        files.write("certificate.jwt", &files.certificate);
        files.write("keys.json", &files.keys.to_string());
        files
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("a file");
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Checks a file by the operator's command.
    fn verify(&self, file: &str, further: &[&str]) -> Output {
        let (file, keys) = (self.path(file), self.path("keys.json"));
        let arguments = ["certificate", "verify", &file, "--keys", &keys];
        execute(&[&arguments, further].concat(), &[])
    }

    /// Checks a file by the example of the documentation.
    fn node(&self, file: &str, keys: &str) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verify-certificate.mjs");
        let mut command = Command::new("node");
        command
            .arg(script)
            .arg(self.path(file))
            .arg(self.path(keys));
        command
            .arg("2026-03-02T08:00:00Z")
            .output()
            .expect("Node.js runs")
    }

    /// The file with another header, and perhaps another signature.
    fn with_header(&self, change: impl Fn(&mut Value), signature: Option<&str>) -> String {
        let parts: Vec<&str> = self.certificate.split('.').collect();
        let mut header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).expect("base64url"))
                .expect("JSON");
        change(&mut header);
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{}.{}", parts[1], signature.unwrap_or(parts[2]))
    }
}

/// What another library reads, which knows nothing of this project but RFC 7517 and RFC 7519.
fn independently(certificate: &str, keys: &Value) -> Result<Value, String> {
    let set: JwkSet = serde_json::from_value(keys.clone()).map_err(|error| error.to_string())?;
    let header = jsonwebtoken::decode_header(certificate).map_err(|error| error.to_string())?;
    let id = header.kid.ok_or("no kid")?;
    let jwk = set.find(&id).ok_or("no such key")?;
    let key = DecodingKey::from_jwk(jwk).map_err(|error| error.to_string())?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let read = jsonwebtoken::decode::<Value>(certificate, &key, &validation);
    read.map(|read| read.claims)
        .map_err(|error| error.to_string())
}

on_both_databases! {
    async fn another_library_verifies_the_file_with_the_published_key_and_finds_an_open_badge(backend: Backend) {
        let server = Server::start(backend).await;
        let files = Files::new(&server).await;

        let badge = independently(&files.certificate, &files.keys).expect("it verifies");

        assert_eq!(badge["@context"], json!([
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ]));
        assert_eq!(badge["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
        assert_eq!(badge["name"], TITLE);
        assert_eq!(badge["validFrom"], "2026-02-19T23:00:00Z");
        assert_eq!(badge["validUntil"], "2028-02-20T23:00:00Z");
        assert_eq!(badge["awardedDate"], "2026-03-02T08:00:00Z");
        assert_eq!((&badge["nbf"], &badge["exp"]), (&json!(1_771_542_000), &json!(1_834_700_400)));
        assert_eq!(badge["issuer"]["type"], json!(["Profile"]));
        assert_eq!(badge["issuer"]["name"], "Region Kronoberg");
        assert_eq!(badge["issuer"]["id"], badge["iss"]);
        let subject = &badge["credentialSubject"];
        assert_eq!(subject["type"], json!(["AchievementSubject"]));
        assert_eq!((&subject["id"], &badge["id"]), (&badge["sub"], &badge["jti"]));
        let achievement = &subject["achievement"];
        assert_eq!(achievement["type"], json!(["Achievement"]));
        assert_eq!(achievement["achievementType"], "CertificateOfCompletion");
        assert!(achievement["criteria"]["narrative"].is_string() && achievement["description"].is_string());
        assert_eq!(badge["credentialStatus"]["type"], "1EdTechRevocationList");
        let status = badge["credentialStatus"]["id"].as_str().expect("an address");
        let status = status.strip_prefix("https://api.test").expect("ours");
        assert_eq!(server.get(status).await.body["revokedCredential"], json!([]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_key_stands_where_the_header_says_and_the_header_says_no_more_than_the_specification(backend: Backend) {
        let server = Server::start(backend).await;
        let files = Files::new(&server).await;

        let header = files.certificate.split('.').next().expect("a header");
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("base64url")).expect("JSON");
        let id = header["kid"].as_str().expect("an address");
        let key = server.get(id.strip_prefix("https://api.test").expect("ours")).await;

        assert_eq!(header, json!({ "alg": "ES256", "typ": "JWT", "kid": id }));
        assert_eq!(key.body, files.keys["keys"][0]);
        assert_eq!((&key.body["kty"], &key.body["crv"], &key.body["d"]), (&json!("EC"), &json!("P-256"), &Value::Null));
        assert_eq!(key.header("access-control-allow-origin"), Some("*"));
        assert_eq!(server.get("/.well-known/certificate-keys/none").await.status, 404);
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_script_and_the_command_agree_with_the_other_library_on_what_is_forged() {
    let server = Server::start(Backend::Sqlite).await;
    let files = Files::new(&server).await;
    let other = Files::new(&Server::start(Backend::Sqlite).await).await;
    files.write("other.json", &other.keys.to_string());
    let middle = files.certificate.len() / 2;
    let letter = if files.certificate.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    let mut flipped = files.certificate.clone();
    flipped.replace_range(middle..=middle, letter);
    let forgeries = [
        ("a flipped bit", flipped),
        (
            "no algorithm",
            files.with_header(|it| it["alg"] = json!("none"), Some("")),
        ),
        (
            "another algorithm",
            files.with_header(|it| it["alg"] = json!("ES384"), None),
        ),
        (
            "a shared secret",
            files.with_header(|it| it["alg"] = json!("HS256"), None),
        ),
        (
            "a key of nobody's",
            files.with_header(|it| it["kid"] = json!("other"), None),
        ),
        ("no signature", files.with_header(|_| {}, Some(""))),
    ];

    let good = [
        files.verify("certificate.jwt", &["--at", "2026-03-02T08:00:00Z"]),
        files.node("certificate.jwt", "keys.json"),
    ];
    for output in good {
        assert!(
            output.status.success(),
            "{}{}",
            printed(&output.stdout),
            printed(&output.stderr)
        );
        assert!(
            printed(&output.stdout).contains(TITLE),
            "{}",
            printed(&output.stdout)
        );
    }
    for (what, forgery) in forgeries {
        files.write("forged.jwt", &forgery);
        assert!(independently(&forgery, &files.keys).is_err(), "{what}");
        assert_eq!(
            files.verify("forged.jwt", &[]).status.code(),
            Some(1),
            "{what}, the command"
        );
        assert_eq!(
            files.node("forged.jwt", "keys.json").status.code(),
            Some(1),
            "{what}, the script"
        );
    }
    assert!(
        independently(&files.certificate, &other.keys).is_err(),
        "a wrong key"
    );
    assert_eq!(
        files.node("certificate.jwt", "other.json").status.code(),
        Some(1),
        "a wrong key, the script"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_says_what_stands_there_when_it_holds_and_whose_it_is() {
    let server = Server::start(Backend::Sqlite).await;
    let files = Files::new(&server).await;
    let name = name_of(&server, HOLDER).await;
    let at = |instant: &'static str| ["--at", instant];

    let now = files.verify("certificate.jwt", &at("2026-03-02T08:00:00Z"));
    let first = files.verify("certificate.jwt", &at("2026-02-19T23:00:00Z"));
    let early = files.verify("certificate.jwt", &at("2026-02-19T22:59:59Z"));
    let last = files.verify("certificate.jwt", &at("2028-02-20T22:59:59Z"));
    let late = files.verify("certificate.jwt", &at("2028-02-20T23:00:00Z"));
    let right = files.verify(
        "certificate.jwt",
        &[at("2026-03-02T08:00:00Z").as_slice(), &["--name", &name]].concat(),
    );
    let wrong = files.verify(
        "certificate.jwt",
        &[
            at("2026-03-02T08:00:00Z").as_slice(),
            &["--name", "Någon Annan"],
        ]
        .concat(),
    );
    let missing = files.verify("missing.jwt", &[]);

    let said = printed(&now.stdout);
    assert!(
        said.contains("Region Kronoberg")
            && said.contains("whether it has been revoked: https://api.test/certificates/"),
        "{said}"
    );
    assert!(!said.contains(&name), "the file holds a hash: {said}");
    for (output, expected) in [
        (first, 0),
        (early, 1),
        (last, 0),
        (late, 1),
        (right, 0),
        (wrong, 1),
        (missing, 1),
    ] {
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{}{}",
            printed(&output.stdout),
            printed(&output.stderr)
        );
    }
    server.stop().await;
}

on_both_databases! {
    async fn a_file_with_the_name_in_it_is_about_that_name(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let holder = server.by(HOLDER);
        let certificate = issued(&holder, completion).await;
        show_name(&holder, &certificate, true).await.data();
        let keys = server.get("/.well-known/certificate-keys.json").await.body;

        let named = issued(&holder, completion).await;

        let badge = independently(text(&named, "credential"), &keys).expect("it verifies");
        let identity = &badge["credentialSubject"]["identifier"][0];
        assert_eq!(identity["identityHash"], name_of(&server, HOLDER).await);
        server.stop().await;
    }
}
