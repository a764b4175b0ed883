//! A good token lets in who belongs here now; the others learn that they have no place, and no more.

use super::bad_tokens::{
    good_token,
    world::{BY_CLAIM, MALMO, ORG_NUMBER, SINGLE, SKANE, Signer},
};
use super::issuers::{Registered, fingerprint, with_token};
use crate::harness::{Caller, Server, on_both_databases};
use api::demo::issuer::{EXPLORER_CLIENT, LIFETIME};
use chrono::TimeDelta;
use serde_json::json;
use std::collections::BTreeMap;

const WHO: &str = "{ viewer { organisation { name } role } }";

fn minted(server: &Server, subject: &str, number: &str) -> String {
    server.issuer().mint(
        subject,
        number,
        EXPLORER_CLIENT,
        &[],
        LIFETIME,
        server.clock.now(),
    )
}

on_both_databases! {
    async fn whoever_has_no_place_here_gets_the_same_answer(backend: Backend) {
        let registered = Registered::start(backend).await;
        let server = &registered.server;
        let of = |issuer, signer, number: &str| {
            let claim = (ORG_NUMBER, json!(number));
            good_token(&registered.world, issuer, signer, registered.now(), &[claim])
        };
        let nobody = [
            ("an organisation whose agreement has ended", minted(server, "klas-hagelin", "8029990606")),
            ("an unknown person", minted(server, "nobody", "2120000662")),
            ("a person of another organisation", minted(server, "petra-soderlind", "2120000662")),
            ("a person whom another issuer knows", of(BY_CLAIM, Signer::ByClaim, SKANE)),
            ("an organisation without a number here", of(BY_CLAIM, Signer::ByClaim, MALMO)),
            ("an unknown organisation", good_token(&registered.world, SINGLE, Signer::Es256, registered.now(), &[])),
            ("two organisations at once", good_token(&registered.world, BY_CLAIM, Signer::ByClaim, registered.now(), &[(ORG_NUMBER, json!([MALMO, SKANE]))])),
        ];

        let mut seen = BTreeMap::new();
        for (who, token) in &nobody {
            let answer = with_token(server, token).await;

            assert_eq!((answer.status, answer.codes()), (403, vec!["FORBIDDEN".to_owned()]), "{who}: {}", answer.text);
            assert!(answer.header("www-authenticate").is_none(), "{who}: another token will not help");
            seen.insert(fingerprint(&answer), who);
        }

        assert_eq!(seen.len(), 1, "these can be told apart: {seen:#?}");
        registered.stop().await;
    }
}

on_both_databases! {
    async fn a_membership_that_ends_ends_at_the_next_request(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("vaxjo-member");
        let token = member.token().expect("a token");
        let old = Caller::with_token(&server, &token);
        assert_eq!(old.query(WHO).await.at("viewer/role"), "MEMBER");
        let administrator = server.by("vaxjo-administrator");
        let found = administrator.query(r#"{ viewer { organisation { members(text: "Oskar Lindgård") { nodes { id } } } } }"#).await;
        let id = found.at("viewer/organisation/members/nodes/0/id").clone();

        let ended = administrator.mutate("endMembership", json!({ "membershipId": id }), "membership { activeUntil }").await;

        assert_eq!(ended.user_errors("endMembership"), Vec::<String>::new());
        let answer = old.query(WHO).await;
        assert_eq!((answer.status, answer.codes()), (403, vec!["FORBIDDEN".to_owned()]), "{}", answer.text);
        assert_eq!(member.query(WHO).await.status, 403, "a new token does not help");
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_agreement_that_ends_ends_for_everybody_at_the_next_request(backend: Backend) {
        let server = Server::start(backend).await;
        let callers = [server.by("alvesta-coordinator"), server.by("alvesta-member"), server.service("2120000639", &[])];
        for caller in &callers {
            assert_eq!(caller.query("{ __typename }").await.status, 200);
        }

        let now = server.clock.now().format("%Y-%m-%d %H:%M:%S+00:00");
        server.sql(&format!("UPDATE organisation SET partner_until = '{now}' WHERE organisation_number = '2120000639'")).await;

        for caller in &callers {
            let answer = caller.query("{ __typename }").await;
            assert_eq!((answer.status, answer.codes()), (403, vec!["FORBIDDEN".to_owned()]), "{}", answer.text);
        }
        assert_eq!(server.by("vaxjo-member").query("{ __typename }").await.status, 200, "others go on");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_role_that_changes_changes_at_the_next_request(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("ljungby-coordinator");
        let create = json!({ "title": "Before and after", "format": "HALF_DAY", "sharing": "ORGANISATION" });
        let before = coordinator.mutate("createTraining", create.clone(), "training { id }").await;
        assert!(before.at("createTraining/training/id").is_string());

        server.sql("UPDATE membership SET role = 'MEMBER' WHERE subject = 'marcus-vinterlund'").await;

        let after = coordinator.mutate("createTraining", create, "training { id }").await;
        assert_eq!(after.codes(), ["FORBIDDEN"], "{}", after.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_token_ends_by_the_servers_clock(backend: Backend) {
        let server = Server::start(backend).await;
        let token = minted(&server, "jonas-ekblad", "2120000662");
        let caller = Caller::with_token(&server, &token);

        server.travel(LIFETIME);
        let at_its_end = caller.query(WHO).await;
        server.travel(TimeDelta::seconds(31));
        let beyond_leeway = caller.query(WHO).await;

        assert_eq!(at_its_end.status, 200, "clocks may differ by half a minute: {}", at_its_end.text);
        assert_eq!(beyond_leeway.status, 401);
        server.stop().await;
    }
}

on_both_databases! {
    async fn without_a_token_one_is_anonymous_which_is_no_error(backend: Backend) {
        let server = Server::start(backend).await;

        let answer = server.anonymous().query(r#"{ viewer { role } county(code: "07") { name } trainings { nodes { sharing } } }"#).await;

        assert!(answer.at("viewer").is_null());
        assert_eq!(answer.at("county/name"), "Kronobergs län");
        let trainings = answer.at("trainings/nodes").as_array().expect("a list");
        assert!(trainings.iter().all(|training| training["sharing"] == "PUBLIC"), "{trainings:?}");
        assert!(!trainings.is_empty());
        server.stop().await;
    }
}
