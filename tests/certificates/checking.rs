//! What anybody learns with a code: by the API, on the page, and as a program asks.

use super::world::{
    HOLDER, ORGANISER, TITLE, change, check, completed, issued, protect, revoke, text,
};
use crate::harness::{Answer, START, Server, Setup, on_both_databases};
use api::http::Rate;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// A code that is well formed and nobody's.
const NOBODYS: &str = "7777-7777-7777-7777-7777-7777-7777";

async fn page(server: &Server, code: &str, language: &str) -> Answer {
    let request = server.http.get(server.at(&format!("/certificates/{code}")));
    Answer::to(request.header("accept-language", language)).await
}

on_both_databases! {
    async fn anybody_with_the_code_learns_what_stands_on_it_and_the_initials(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");
        let plain = code.replace('-', "").to_lowercase();

        let told = check(&server.anonymous(), code).await;

        assert_eq!(told["status"], "VALID");
        assert_eq!(told["title"], TITLE);
        assert_eq!(told["issuerName"], "Region Kronoberg");
        assert_eq!(told["completedOn"], "2026-02-20");
        assert_eq!(told["validUntil"], "2028-02-20");
        let initials = told["holder"].as_str().expect("initials");
        assert_eq!(initials.len(), 5, "two letters with their points: {initials}");
        assert_eq!(check(&server.anonymous(), &plain).await, told, "as somebody might type it");
        assert_eq!(check(&server.by("region-blekinge-member"), code).await, told);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_page_says_it_in_swedish_and_in_english_and_loads_nothing_from_elsewhere(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");

        let swedish = page(&server, code, "sv").await;
        let english = page(&server, code, "en-GB,en;q=0.9").await;
        let chosen = server.get(&format!("/certificates/{code}?lang=en")).await;

        assert_eq!((swedish.status, english.status), (200, 200));
        assert!(swedish.text.contains("<html lang=\"sv\">"), "{}", swedish.text);
        assert!(swedish.text.contains("Intyget är äkta och gäller"));
        assert!(swedish.text.contains("20 februari 2026") && swedish.text.contains(TITLE));
        assert!(english.text.contains("<html lang=\"en\">"));
        assert!(english.text.contains("The certificate is genuine and holds"));
        assert!(english.text.contains("20 February 2026"));
        assert_eq!(chosen.text, english.text);
        assert!(!swedish.text.contains("<script") && !swedish.text.contains("http"), "{}", swedish.text);
        assert_eq!(swedish.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(swedish.header("cache-control"), Some("no-store"));
        assert_eq!(swedish.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(swedish.header("x-robots-tag"), Some("noindex, nofollow"));
        let policy = swedish.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert_eq!(server.get("/certificates/page.css").await.status, 200);
        server.stop().await;
    }
}

on_both_databases! {
    async fn every_wrong_code_gets_the_same_answer(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        // One letter beside a real code.
        let code = text(&certificate, "code");
        let last = if code.ends_with('0') { "1" } else { "0" };
        let beside = format!("{}{last}", &code[..code.len() - 1]);
        let nobodys = page(&server, NOBODYS, "en").await;

        for wrong in [beside.as_str(), "x", "%3Cscript%3E", "..%2F..", "0000"] {
            let answer = page(&server, wrong, "en").await;
            assert_eq!((answer.status, &answer.text), (404, &nobodys.text), "{wrong}");
        }

        assert!(nobodys.text.contains("No certificate with that code"));
        for wrong in [beside.as_str(), NOBODYS, "", "x", "<script>"] {
            assert_eq!(check(&server.anonymous(), wrong).await, Value::Null, "{wrong}");
        }
        for wrong in [beside.as_str(), NOBODYS, "x"] {
            let status = server.get(&format!("/certificates/{wrong}/status")).await;
            assert_eq!((status.status, status.text.as_str()), (404, ""));
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn it_holds_from_the_day_of_completion_through_the_last_day_in_swedish_time(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");
        let at = |text: &str| -> DateTime<Utc> { text.parse().expect("an instant") };
        let (begins, ends) = (at("2026-02-20T00:00:00+01:00"), at("2028-02-21T00:00:00+01:00"));
        let moment = TimeDelta::microseconds(1);

        for (now, expected) in [
            (begins - moment, "NOT_YET_VALID"),
            (begins, "VALID"),
            (ends - moment, "VALID"),
            (ends, "EXPIRED"),
        ] {
            server.travel_to(now);
            assert_eq!(check(&server.anonymous(), code).await["status"], expected, "{now}");
        }
        assert!(page(&server, code, "sv").await.text.contains("gäller inte längre"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn nothing_of_a_protected_person_is_shown_whatever_was_chosen_before(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");
        server.sql("UPDATE certificate SET shows_name = true").await;
        let named = check(&server.anonymous(), code).await;

        protect(&server, HOLDER, true).await;

        assert!(named["holder"].is_string(), "the control: {named}");
        assert_eq!(check(&server.anonymous(), code).await["holder"], Value::Null);
        assert!(!page(&server, code, "sv").await.text.contains("Innehavare<"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_program_that_follows_the_credential_learns_whether_it_was_revoked(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let path = format!("/certificates/{}/status", text(&certificate, "code"));

        let before = server.get(&path).await;
        revoke(&server.by(ORGANISER), &certificate, "ISSUED_IN_ERROR").await.data();
        let after = server.get(&path).await;

        assert_eq!(before.body["revokedCredential"], json!([]));
        assert_eq!(before.body["id"], format!("{}/status", text(&certificate, "url")));
        let entry = json!([{ "id": certificate["url"], "revoked": true }]);
        assert_eq!(after.body["revokedCredential"], entry, "and no reason");
        let issuer = before.body["issuer"].as_str().expect("an issuer");
        let profile = server.get(issuer.strip_prefix("https://api.test").expect("ours")).await;
        assert_eq!(profile.body["type"], json!(["Profile"]));
        assert_eq!((&profile.body["id"], &profile.body["name"]), (&json!(issuer), &json!("Region Kronoberg")));
        assert_eq!(server.get("/issuers/nobody").await.status, 404);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_tries_codes_has_to_wait_on_the_page_as_in_the_api(backend: Backend) {
        let setup = Setup {
            rate: Rate { burst: 20, per_second: 1, per_request: 5, ..Rate::default() },
            ..Setup::default()
        };
        let server = Server::start_with(backend, setup).await;

        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(page(&server, NOBODYS, "en").await.status);
        }
        let limited = page(&server, NOBODYS, "en").await;
        let limited = if limited.status == 404 { page(&server, NOBODYS, "en").await } else { limited };
        let status = server.get(&format!("/certificates/{NOBODYS}/status")).await;
        let api = server.anonymous().query("{ __typename }").await;

        assert_eq!(statuses, [404, 404, 404]);
        assert_eq!(limited.status, 429);
        assert!(limited.header("retry-after").is_some());
        assert!(limited.text.contains("Too many questions"));
        assert_eq!((status.status, api.status), (429, 429), "one bucket for all");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_withdrawn_completion_revokes_the_certificate(backend: Backend) {
        let server = Server::start(backend).await;
        let completion = completed(&server, HOLDER).await;
        let certificate = issued(&server.by(HOLDER), completion).await;
        let code = text(&certificate, "code");

        change(&server, completion, "withdrawn_at = '2026-03-01T00:00:00Z'").await;

        let told = check(&server.anonymous(), code).await;
        assert_eq!((&told["status"], &told["holder"]), (&json!("REVOKED"), &Value::Null));
        assert!(page(&server, code, "sv").await.text.contains("återkallat"));
        let own = "{ viewer { certificates { nodes { status credential } } } }";
        let own = server.by(HOLDER).query(own).await;
        let revoked = json!({ "status": "REVOKED", "credential": null });
        assert_eq!(own.at("viewer/certificates/nodes/0"), &revoked);
        server.stop().await;
    }
}

#[test]
fn the_world_begins_within_the_validity() {
    assert_eq!(START.date_naive().to_string(), "2026-03-02");
}
