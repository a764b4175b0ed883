//! What a certificate says of its holder's name, and who decides that.

use super::world::{
    HOLDER, ORGANISER, ask, check, completed, issued, name_of, person, protect, revoke, show_name,
    text,
};
use crate::{
    harness::{Server, on_both_databases},
    personal_data::world::erase,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// What stands in the signed file.
fn payload(certificate: &Value) -> Value {
    let file = text(certificate, "credential");
    let payload = file.split('.').nth(1).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

on_both_databases! {
    async fn the_holder_has_the_whole_name_shown_and_takes_it_back(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let holder = server.by(HOLDER);
        let certificate = issued(&holder, completion).await;
        let (code, name) = (text(&certificate, "code"), name_of(&server, HOLDER).await);
        let before = check(&server.anonymous(), code).await;

        let shown = show_name(&holder, &certificate, true).await;
        let told = check(&server.anonymous(), code).await;
        let page = server.get(&format!("/certificates/{code}")).await;
        show_name(&holder, &certificate, false).await.data();

        assert_eq!(shown.at("showNameOnCertificate/certificate/showsName"), true);
        assert_eq!(told["holder"], name);
        assert!(page.text.contains(&name));
        assert_ne!(before["holder"], name);
        assert_eq!(check(&server.anonymous(), code).await, before);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_file_holds_a_hash_until_the_holder_wants_the_name_there(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let holder = server.by(HOLDER);
        let name = name_of(&server, HOLDER).await;

        let hashed = issued(&holder, completion).await;
        show_name(&holder, &hashed, true).await.data();
        let named = issued(&holder, completion).await;

        let identity = &payload(&hashed)["credentialSubject"]["identifier"][0];
        assert_eq!((&identity["type"], &identity["identityType"], &identity["hashed"]),
            (&json!("IdentityObject"), &json!("name"), &json!(true)));
        let salt = identity["salt"].as_str().expect("a salt");
        let hash = api::certificate::identity_hash(&name, salt);
        assert_eq!(identity["identityHash"], hash);
        let first_name = name.split(' ').next().expect("a first name");
        assert!(!payload(&hashed).to_string().contains(first_name));
        let identity = &payload(&named)["credentialSubject"]["identifier"][0];
        assert_eq!((&identity["hashed"], &identity["identityHash"]), (&json!(false), &json!(name)));
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_the_holder_decides_on_the_name(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");
        let before = check(&server.anonymous(), code).await;

        let organiser = show_name(&server.by(ORGANISER), &certificate, true).await;
        let coordinator = show_name(&server.by("alvesta-coordinator"), &certificate, true).await;
        let nobody = show_name(&server.anonymous(), &certificate, true).await;

        assert_eq!(organiser.codes(), ["FORBIDDEN"]);
        assert_eq!(coordinator.user_errors("showNameOnCertificate"), ["NOT_FOUND"]);
        assert_eq!(nobody.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(check(&server.anonymous(), code).await, before);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_protected_person_gets_a_certificate_that_names_nobody(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        protect(&server, HOLDER, true).await;
        let holder = server.by(HOLDER);

        let certificate = issued(&holder, completion).await;
        let refused = show_name(&holder, &certificate, true).await;
        protect(&server, HOLDER, false).await;
        let code = text(&certificate, "code");

        assert_eq!(certificate["viewerCanShowName"], false);
        assert_eq!(payload(&certificate)["credentialSubject"]["identifier"], Value::Null);
        assert_eq!(refused.user_errors("showNameOnCertificate"), ["PROTECTED_IDENTITY"]);
        assert_eq!(check(&server.anonymous(), code).await["holder"], Value::Null, "the name was never kept");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_the_api_says_may_be_done_is_what_can_be_done(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let holder = server.by(HOLDER);

        let own = issued(&holder, completion).await;
        let organisers = issued(&server.by(ORGANISER), completion).await;
        let named = show_name(&holder, &own, true).await;
        let revoked = revoke(&server.by(ORGANISER), &own, "REPLACED").await;
        let late = show_name(&holder, &own, false).await;

        assert_eq!((&own["viewerCanRevoke"], &own["viewerCanShowName"]), (&json!(true), &json!(true)));
        assert_eq!((&organisers["viewerCanRevoke"], &organisers["viewerCanShowName"]), (&json!(true), &json!(false)));
        assert!(named.user_errors("showNameOnCertificate").is_empty());
        let row = revoked.at("revokeCertificate/certificate");
        assert_eq!((&row["viewerCanRevoke"], &row["viewerCanShowName"]), (&json!(false), &json!(false)));
        assert_eq!(late.user_errors("showNameOnCertificate"), ["CERTIFICATE_REVOKED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_names_of_two_certificates_cannot_be_put_together_by_what_stands_in_them(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let holder = server.by(HOLDER);
        let first = issued(&holder, completion).await;
        revoke(&holder, &first, "HOLDER_REQUEST").await.data();
        let second = issued(&holder, completion).await;

        let (first, second) = (payload(&first), payload(&second));

        for member in ["id", "sub", "jti"] {
            assert_ne!(first[member], second[member], "{member}");
        }
        let identity = |payload: &Value| payload["credentialSubject"]["identifier"][0].clone();
        assert_ne!(identity(&first)["salt"], identity(&second)["salt"]);
        assert_ne!(identity(&first)["identityHash"], identity(&second)["identityHash"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn erasing_a_person_takes_the_name_out_of_every_certificate_and_leaves_it_valid(backend: Backend) {
        let server = Server::start(backend).await;
        server.sql("UPDATE membership SET role = 'ADMINISTRATOR' WHERE subject = 'petra-soderlind'").await;
        let (mine, others) = (completed(&server, HOLDER).await, completed(&server, "vaxjo-member").await);
        let certificate = issued(&server.by(HOLDER), mine).await;
        show_name(&server.by(HOLDER), &certificate, true).await.data();
        let other = issued(&server.by("vaxjo-member"), others).await;
        let (holder, _) = person(&server, HOLDER).await;
        let named = check(&server.anonymous(), text(&certificate, "code")).await;
        assert!(named["holder"].is_string(), "the control: it named its holder");

        for _ in 0..2 {
            let erased = erase(&server, "alvesta-coordinator", &holder.to_string()).await;
            assert_eq!(erased.user_errors("erasePerson"), [""; 0], "repeating it does no harm");
        }

        let told = check(&server.anonymous(), text(&certificate, "code")).await;
        assert_eq!((&told["status"], &told["holder"]), (&json!("VALID"), &Value::Null));
        let others = check(&server.anonymous(), text(&other, "code")).await;
        assert!(others["holder"].is_string(), "nobody else's: {others}");
        let another = ask(&server.by(ORGANISER), mine).await;
        assert_eq!(another.user_errors("issueCertificate"), ["NOT_CERTIFIABLE"], "of nobody");
        server.stop().await;
    }
}
