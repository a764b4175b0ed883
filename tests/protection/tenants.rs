//! Whoever signs in for one organisation gets nowhere as another.

use crate::harness::{Answer, Caller, Server, on_both_databases};
use api::demo::issuer::{EXPLORER_CLIENT, LIFETIME, SERVICE_CLIENT};
use serde_json::json;

const VAXJO: &str = "2120000662";
const ALVESTA: &str = "2120000639";
/// An organisation outside the issuer's row.
const GOTEBORG: &str = "2120001355";
/// The association whose agreement has ended.
const ENDED: &str = "8029990606";

async fn as_member_of(server: &Server, subject: &str, number: &str, client: &str) -> Answer {
    let token = server.issuer().mint(
        subject,
        number,
        client,
        &["samverkan:coordinate"],
        LIFETIME,
        server.clock.now(),
    );
    Caller::with_token(server, &token)
        .query("{ viewer { organisation { name } role } }")
        .await
}

on_both_databases! {
    async fn a_claim_of_another_organisation_is_refused(backend: Backend) {
        let server = Server::start(backend).await;

        for (subject, number, client) in [
            ("jonas-ekblad", ALVESTA, EXPLORER_CLIENT),
            ("margareta-sandelin", ALVESTA, EXPLORER_CLIENT),
            ("jonas-ekblad", GOTEBORG, EXPLORER_CLIENT),
            ("klas-hagelin", VAXJO, EXPLORER_CLIENT),
            ("klas-hagelin", ENDED, EXPLORER_CLIENT),
            (SERVICE_CLIENT, ENDED, SERVICE_CLIENT),
            (SERVICE_CLIENT, GOTEBORG, SERVICE_CLIENT),
            (SERVICE_CLIENT, VAXJO, EXPLORER_CLIENT),
        ] {
            let answer = as_member_of(&server, subject, number, client).await;

            assert_eq!((answer.status, answer.codes()), (403, vec!["FORBIDDEN".to_owned()]), "{subject} for {number}: {}", answer.text);
        }
        let own = as_member_of(&server, "jonas-ekblad", VAXJO, EXPLORER_CLIENT).await;
        assert_eq!(own.at("viewer/role"), "COORDINATOR", "a scope gives a person nothing");
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_belongs_to_two_organisations_acts_for_the_one_that_the_token_names(backend: Backend) {
        let server = Server::start(backend).await;

        for (persona, organisation) in [
            ("two-roles-employee", "Växjö kommun"),
            ("two-roles-volunteer", "Barnens Rätt i Kronoberg (demo)"),
        ] {
            let answer = server.by(persona).query("{ viewer { organisation { name } } }").await;

            assert_eq!(answer.at("viewer/organisation/name"), organisation);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn no_header_or_parameter_makes_another_organisation_of_the_caller(backend: Backend) {
        let server = Server::start(backend).await;
        let token = server.by("vaxjo-member").token().expect("a token");
        let query = "{ viewer { organisation { name } role } }";
        let body = json!({
            "query": query, "organisation": ALVESTA, "role": "ADMINISTRATOR",
            "extensions": { "organisation": ALVESTA, "role": "ADMINISTRATOR" },
            "variables": { "organisation": ALVESTA },
        });

        let mut request = server.http.post(server.url()).bearer_auth(token).json(&body);
        for header in ["x-organisation", "x-organisation-number", "x-tenant", "x-user", "x-role", "x-forwarded-user", "x-original-url"] {
            request = request.header(header, ALVESTA);
        }
        let answer = Answer::to(request.header("cookie", "role=ADMINISTRATOR")).await;

        assert_eq!(answer.at("viewer/organisation/name"), "Växjö kommun");
        assert_eq!(answer.at("viewer/role"), "MEMBER");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_cursor_cannot_be_written_by_hand_or_carried_elsewhere(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");
        let page = caller.query("{ organisations(first: 2) { pageInfo { endCursor } } }").await;
        let cursor = page.at("organisations/pageInfo/endCursor").as_str().expect("a cursor").to_owned();
        let after = "query($after: String) { organisations(first: 1, after: $after) { nodes { name } } }";
        let mut spoiled = cursor.clone().into_bytes();
        spoiled[3] = if spoiled[3] == b'A' { b'B' } else { b'A' };
        let spoiled = String::from_utf8(spoiled).expect("ASCII");

        assert!(caller.ask(after, json!({ "after": cursor })).await.at("organisations/nodes").is_array());
        for forged in [&spoiled, &cursor[1..], &format!("{cursor}A"), "bmFtZTox", ""] {
            let answer = caller.ask(after, json!({ "after": forged })).await;

            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{forged:?}: {}", answer.text);
        }
        let elsewhere = caller.ask("query($after: String) { trainings(first: 1, after: $after) { nodes { id } } }", json!({ "after": cursor })).await;
        assert_eq!(elsewhere.codes(), ["BAD_USER_INPUT"], "a cursor belongs to one list: {}", elsewhere.text);
        server.stop().await;
    }
}
