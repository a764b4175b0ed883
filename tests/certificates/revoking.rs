//! Who takes a certificate back, and what is left of it.

use super::world::{
    CERTIFICATE, HOLDER, ORGANISER, STRANGERS, ask, check, completed, issued, revoke, text,
};
use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

on_both_databases! {
    async fn the_organiser_takes_a_certificate_back_and_the_reason_stays_between_it_and_the_holder(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");

        let revoked = revoke(&server.by(ORGANISER), &certificate, "ISSUED_IN_ERROR").await;

        let row = revoked.at("revokeCertificate/certificate");
        assert_eq!((&row["status"], &row["credential"]), (&json!("REVOKED"), &Value::Null));
        assert_eq!(row["revocationReason"], "ISSUED_IN_ERROR");
        let told = check(&server.anonymous(), code).await;
        assert_eq!((&told["status"], &told["holder"]), (&json!("REVOKED"), &Value::Null));
        let page = server.get(&format!("/certificates/{code}?lang=en")).await;
        assert!(page.text.contains("has been revoked"));
        assert!(!page.text.contains("Fel person") && !page.text.contains("ERROR"));
        let own = "{ viewer { certificates { nodes { revocationReason revocationNote } } } }";
        let own = server.by(HOLDER).query(own).await;
        let reason = json!({ "revocationReason": "ISSUED_IN_ERROR", "revocationNote": "Fel person stod på listan" });
        assert_eq!(own.at("viewer/certificates/nodes/0"), &reason);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_wants_a_new_code_revokes_the_own_and_gets_another(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let holder = server.by(HOLDER);
        let first = issued(&holder, completion).await;

        revoke(&holder, &first, "HOLDER_REQUEST").await.data();
        let second = issued(&holder, completion).await;

        assert_ne!(first["code"], second["code"]);
        let anonymous = server.anonymous();
        assert_eq!(check(&anonymous, text(&first, "code")).await["status"], "REVOKED");
        assert_eq!(check(&anonymous, text(&second, "code")).await["status"], "VALID");
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_else_takes_it_back_and_nobody_twice(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;

        for stranger in STRANGERS.into_iter().chain(["alvesta-coordinator", "region-kronoberg-member"]) {
            let answer = revoke(&server.by(stranger), &certificate, "MISUSED").await;
            assert_eq!(answer.user_errors("revokeCertificate"), ["NOT_FOUND"], "{stranger}");
        }
        let nobody = revoke(&server.anonymous(), &certificate, "MISUSED").await;
        assert_eq!(nobody.codes(), ["UNAUTHENTICATED"]);
        let told = check(&server.anonymous(), text(&certificate, "code")).await;
        assert_eq!(told["status"], "VALID");

        let organiser = server.by(ORGANISER);
        revoke(&organiser, &certificate, "MISUSED").await.data();
        let again = revoke(&organiser, &certificate, "REPLACED").await;
        assert_eq!(again.user_errors("revokeCertificate"), ["CERTIFICATE_REVOKED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_note_holds_no_personal_identity_number(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let input = json!({
            "certificateId": certificate["id"], "reason": "MISUSED", "note": "Gäller 19811218-9876",
        });

        let refused = server.by(ORGANISER).mutate("revokeCertificate", input, CERTIFICATE).await;

        assert_eq!(refused.user_errors("revokeCertificate"), ["PERSONAL_ID_NOT_ALLOWED"]);
        let told = check(&server.anonymous(), text(&certificate, "code")).await;
        assert_eq!(told["status"], "VALID");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_was_issued_in_error_is_the_organisers_to_issue_again(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let (holder, organiser) = (server.by(HOLDER), server.by(ORGANISER));
        let first = issued(&holder, completion).await;

        revoke(&organiser, &first, "ISSUED_IN_ERROR").await.data();

        assert_eq!(ask(&holder, completion).await.user_errors("issueCertificate"), ["NOT_CERTIFIABLE"]);
        let second = issued(&organiser, completion).await;
        revoke(&organiser, &second, "REPLACED").await.data();
        assert_eq!(ask(&holder, completion).await.user_errors("issueCertificate"), ["NOT_CERTIFIABLE"], "for good");
        server.stop().await;
    }
}
