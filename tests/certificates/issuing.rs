//! Who gets a certificate, of what.

use super::world::{
    CERTIFICATE, HOLDER, ORGANISER, STRANGERS, TITLE, ask, certified_before, change, check,
    completed, issued, person, revoke, text,
};
use crate::harness::{Caller, Server, Setup, on_both_databases};
use entity::id::CompletionId;
use serde_json::{Value, json};

on_both_databases! {
    async fn the_holder_gets_a_certificate_of_what_was_completed(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;

        let certificate = issued(&server.by(HOLDER), completion).await;

        assert_eq!(certificate["status"], "VALID");
        assert_eq!(certificate["title"], TITLE);
        assert_eq!(certificate["issuer"]["name"], "Region Kronoberg");
        assert_eq!(certificate["completedOn"], "2026-02-20");
        assert_eq!(certificate["validUntil"], "2028-02-20");
        assert_eq!(certificate["showsName"], false, "naming is the holder's choice");
        let url = format!("https://api.test/certificates/{}", text(&certificate, "code"));
        assert_eq!(certificate["url"], url);
        server.stop().await;
    }
}

on_both_databases! {
    async fn asked_again_by_whomever_there_is_still_one_certificate(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let (holder, organiser) = (server.by(HOLDER), server.by(ORGANISER));

        let answers = tokio::join!(
            ask(&holder, completion),
            ask(&organiser, completion),
            ask(&holder, completion),
            ask(&organiser, completion),
        );
        let again = issued(&holder, completion).await;

        for answer in [answers.0, answers.1, answers.2, answers.3] {
            assert_eq!(answer.at("issueCertificate/certificate/id"), &again["id"]);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_else_gets_one_and_strangers_do_not_learn_of_the_completion(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;

        let coordinator = ask(&server.by("alvesta-coordinator"), completion).await;
        let system = ask(&server.service("2120000639", &["samverkan:coordinate"]), completion).await;
        let nobody = ask(&server.anonymous(), completion).await;

        assert_eq!(coordinator.codes(), ["FORBIDDEN"], "the certificate is the holder's");
        assert_eq!(system.codes(), ["FORBIDDEN"]);
        assert_eq!(nobody.codes(), ["UNAUTHENTICATED"]);
        for stranger in STRANGERS.into_iter().chain(["lansstyrelsen-kronoberg-coordinator"]) {
            let answer = ask(&server.by(stranger), completion).await;
            assert_eq!(answer.user_errors("issueCertificate"), ["NOT_FOUND"], "{stranger}");
        }
        assert_eq!(listed(&server, ORGANISER).await, 0, "none was issued");
        server.stop().await;
    }
}

async fn of_completion(caller: &Caller<'_>, completion: CompletionId) -> Value {
    let document =
        "query($id: ID!) { node(id: $id) { ... on Completion { id certificate { id code } } } }";
    let answer = caller
        .ask(document, json!({ "id": completion.to_string() }))
        .await;
    answer.at("node").clone()
}

on_both_databases! {
    async fn a_completion_leads_its_holder_and_its_issuer_to_the_certificate(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let (holder, organiser) = (server.by(HOLDER), server.by(ORGANISER));
        let before = of_completion(&holder, completion).await;
        let certificate = issued(&holder, completion).await;

        let seen = [of_completion(&holder, completion).await, of_completion(&organiser, completion).await];
        let colleague = of_completion(&server.by("alvesta-coordinator"), completion).await;
        let stranger = of_completion(&server.by(STRANGERS[0]), completion).await;
        revoke(&organiser, &certificate, "ISSUED_IN_ERROR").await;
        let revoked = of_completion(&holder, completion).await;

        assert_eq!(before["certificate"], Value::Null);
        for one in seen {
            assert_eq!(one["certificate"]["code"], certificate["code"]);
        }
        assert!(colleague["id"].is_string(), "the own organisation sees the completion");
        assert_eq!(colleague["certificate"], Value::Null, "and the certificate is the holder's");
        assert_eq!(stranger, Value::Null);
        assert_eq!(revoked["certificate"], Value::Null);
        server.stop().await;
    }
}

async fn listed(server: &Server, organiser: &str) -> usize {
    let answer = server
        .by(organiser)
        .query("{ issuedCertificates { nodes { id } } }")
        .await;
    answer
        .at("issuedCertificates/nodes")
        .as_array()
        .expect("a list")
        .len()
}

on_both_databases! {
    async fn what_the_organiser_has_not_seen_or_was_withdrawn_is_not_certified(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;

        change(&server, completion, "withdrawn_at = '2026-03-01T00:00:00Z'").await;
        let withdrawn = ask(&server.by(HOLDER), completion).await;
        let entered = "withdrawn_at = NULL, source = 'IMPORT', sign_up_id = NULL, occasion_id = NULL";
        change(&server, completion, entered).await;
        let imported = ask(&server.by(HOLDER), completion).await;

        assert_eq!(withdrawn.user_errors("issueCertificate"), ["NOT_CERTIFIABLE"]);
        assert_eq!(imported.user_errors("issueCertificate"), ["NOT_CERTIFIABLE"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_holder_lists_the_own_and_the_organiser_those_that_it_has_issued(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let own = "{ viewer { certificates { totalCount nodes { id } } } }";
        let list = "{ issuedCertificates { totalCount nodes { id holder { name } } } }";

        let holder = server.by(HOLDER).query(own).await;
        let colleague = server.by("alvesta-coordinator").query(own).await;
        let organiser = server.by(ORGANISER).query(list).await;
        let other = server.by(STRANGERS[0]).query(list).await;
        let member = server.by(HOLDER).query(list).await;

        let nodes = "viewer/certificates/nodes";
        assert_eq!(holder.at(nodes), &json!([{ "id": certificate["id"] }]));
        assert_eq!(colleague.at(nodes), &json!([]));
        assert_eq!(organiser.at("issuedCertificates/totalCount"), &json!(1));
        assert_eq!(organiser.at("issuedCertificates/nodes/0/id"), &certificate["id"]);
        assert_eq!(other.at("issuedCertificates/totalCount"), &json!(0));
        assert_eq!(member.codes(), ["FORBIDDEN"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_certificate_does_not_change_with_the_catalogue(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;

        server.sql("UPDATE training SET title = 'Något annat', accountable_organisation_id = \
                    (SELECT id FROM organisation WHERE organisation_number = '2120000662')").await;

        let query = format!("{{ node(id: \"{}\") {{ ... on Certificate {{ title issuer {{ name }} }} }} }}",
            text(&certificate, "id"));
        let node = server.by(ORGANISER).query(&query).await;
        assert_eq!(node.at("node"), &json!({ "title": TITLE, "issuer": { "name": "Region Kronoberg" } }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn both_organisations_logs_tell_that_it_was_issued_and_by_whom_to_the_own(backend: Backend) {
        let server = Server::start(backend).await;
        // Of Växjö, whose log an administrator of the demonstration can read.
        let completion = completed(&server, "vaxjo-member").await;
        let certificate = issued(&server.by(ORGANISER), completion).await;
        let (holder, _) = person(&server, "vaxjo-member").await;
        let query = "{ auditLog(actions: [ISSUE_CERTIFICATE]) { nodes { personId subjectId actorId } } }";

        let acting = server.by("region-kronoberg-administrator").query(query).await;
        let concerned = server.by("vaxjo-administrator").query(query).await;

        for (answer, names_the_actor) in [(acting, true), (concerned, false)] {
            let entries = answer.at("auditLog/nodes").as_array().expect("a list").clone();
            assert_eq!(entries.len(), 1, "{}", answer.text);
            assert_eq!(entries[0]["personId"], holder.to_string());
            assert_eq!(entries[0]["subjectId"], certificate["id"]);
            assert_eq!(entries[0]["actorId"] != Value::Null, names_the_actor);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn without_a_key_nothing_is_issued_and_what_was_issued_can_still_be_checked(backend: Backend) {
        let setup = Setup {
            settings: vec![("SAMVERKAN_CERTIFICATES_KEY_FILE", String::new())],
            ..Setup::default()
        };
        let server = Server::start_with(backend, setup).await;
        let completion = completed(&server, HOLDER).await;

        let refused = ask(&server.by(HOLDER), completion).await;
        let keys = server.get("/.well-known/certificate-keys.json").await;
        let code = certified_before(&server, completion).await;
        let told = check(&server.anonymous(), code).await;
        let own = "{ viewer { certificates { nodes { status credential } } } }";
        let own = server.by(HOLDER).query(own).await;

        assert_eq!(refused.user_errors("issueCertificate"), ["CERTIFICATES_OFF"]);
        assert_eq!(keys.body, json!({ "keys": [] }));
        assert_eq!(told["status"], "VALID");
        let without_a_file = json!({ "status": "VALID", "credential": null });
        assert_eq!(own.at("viewer/certificates/nodes/0"), &without_a_file);
        server.stop().await;
    }
}

#[test]
fn what_is_asked_of_a_certificate_holds_every_field_that_a_holder_passes_on() {
    for field in ["code", "url", "credential"] {
        assert!(CERTIFICATE.contains(field));
    }
}

on_both_databases! {
    async fn a_list_takes_as_many_statements_for_many_certificates_as_for_one(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let list = "{ issuedCertificates { nodes { code url status credential viewerCanRevoke viewerCanShowName
            issuer { name } holder { name } } } }";
        issued(&organiser, completed(&server, HOLDER).await).await;
        let (few, _) = server.statements(organiser.query(list)).await;
        for holder in ["vaxjo-member", "vaxjo-elected", "region-kronoberg-member", "ljungby-coordinator"] {
            issued(&organiser, completed(&server, holder).await).await;
        }

        let (many, answer) = server.statements(organiser.query(list)).await;

        assert_eq!(answer.at("issuedCertificates/nodes").as_array().map(Vec::len), Some(5));
        assert!((few - many).abs() < 0.5, "{few} statements for one, {many} for five");
        let own = "{ viewer { certificates { nodes { status credential viewerCanRevoke viewerCanShowName } } } }";
        let (own, _) = server.statements(server.by(HOLDER).query(own)).await;
        assert!(own <= 4.0, "{own} statements for one's own");
        assert!(many <= 7.0, "{many} statements: load each level at once");
        server.stop().await;
    }
}
