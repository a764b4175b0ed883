//! Who may not decide, and who need not ask.

use super::world::{
    ADMINISTRATOR, APPROVER, DEPUTY, MEMBER, act, approve, ask, asked, request, require,
};
use crate::{
    harness::{Caller, Server, on_both_databases},
    notices::world::{myself, outbox, own},
    seats::world::{ORGANISER, occasion, seats, sign_up},
};
use serde_json::json;

on_both_databases! {
    async fn nobody_decides_who_is_not_asked_and_nobody_about_oneself(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 5).await;
        let (member, approver) = (server.by(MEMBER), server.by(APPROVER));
        let theirs = asked(&member, &key).await;
        let own_request = asked(&approver, &key).await;
        let told_before = own(&approver).await.len();

        for (caller, request) in [
            (&member, &theirs),
            (&approver, &own_request),
            // An administrator sets who approves, and sees the request; the decision is not the administrator's.
            (&server.by(ADMINISTRATOR), &theirs),
        ] {
            assert_eq!(approve(caller, request).await.codes(), ["FORBIDDEN"]);
            assert_eq!(act(caller, "declineSignUpRequest", request).await.codes(), ["FORBIDDEN"]);
        }
        assert_eq!(approve(&member, &own_request).await.user_errors("approveSignUpRequest"), ["NOT_FOUND"]);
        assert_eq!(act(&approver, "withdrawSignUpRequest", &theirs).await.codes(), ["FORBIDDEN"]);

        assert_eq!(seats(&member, &key).await[1..3], [Some(0), Some(0)]);
        assert_eq!(told_before, 1, "the approver is asked about the member, not about oneself");
        let answer = approve(&server.by(DEPUTY), &own_request).await;
        assert_eq!(answer.at("approveSignUpRequest/outcome"), "CONFIRMED", "the deputy decides about the approver");
        server.stop().await;
    }
}

on_both_databases! {
    async fn coordinators_and_organisations_without_approvers_sign_up_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 9).await;
        let before = outbox(&server).await;

        for persona in [DEPUTY, ADMINISTRATOR, "alvesta-member", ORGANISER] {
            let caller = server.by(persona);
            let answer = ask(&caller, &key).await;
            assert_eq!(answer.user_errors("requestSignUp"), ["APPROVAL_NOT_REQUIRED"], "{persona}");
            sign_up(&caller, &key, &[myself(&caller).await]).await;
        }
        let service = server.service("2120000662", &[]);
        assert_eq!(ask(&service, &key).await.codes(), ["FORBIDDEN"]);
        assert_eq!(ask(&server.anonymous(), &key).await.codes(), ["UNAUTHENTICATED"]);

        assert_eq!(outbox(&server).await, before);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_takes_a_request_back_has_none(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 9).await;
        let member = server.by(MEMBER);
        let id = asked(&member, &key).await;

        let answer = act(&member, "withdrawSignUpRequest", &id).await;

        assert_eq!(answer.at("withdrawSignUpRequest/request/status"), "WITHDRAWN");
        assert_eq!(act(&member, "withdrawSignUpRequest", &id).await.user_errors("withdrawSignUpRequest"), ["REQUEST_DECIDED"]);
        assert_eq!(approve(&server.by(APPROVER), &id).await.user_errors("approveSignUpRequest"), ["REQUEST_DECIDED"]);
        assert_eq!(request(&member, &id).await["status"], "WITHDRAWN");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_same_key_from_a_colleague_is_another_request(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 5).await;
        let (member, approver) = (server.by(MEMBER), server.by(APPROVER));
        let keyed = async |caller: &Caller<'_>| {
            let input = json!({ "occasionId": key, "idempotencyKey": "platsen" });
            caller.mutate("requestSignUp", input, "request { id }").await
        };

        let first = keyed(&member).await;
        let again = keyed(&member).await;
        let other = keyed(&approver).await;

        assert_eq!(first.at("requestSignUp"), again.at("requestSignUp"));
        assert!(first.at("requestSignUp/request/id").is_string(), "{}", first.text);
        assert_eq!(other.user_errors("requestSignUp"), ["IDEMPOTENCY_KEY_REUSED"], "nobody takes it for the own request");
        server.stop().await;
    }
}

/// Ends the membership of somebody in Växjö.
async fn leave(server: &Server, persona: &str) {
    let person = myself(&server.by(persona)).await;
    let id = crate::access::behind::literal(server, crate::personal_data::world::uuid(&person));
    let now = server.clock.now().format("%Y-%m-%d %H:%M:%S+00:00");
    let statement = format!("UPDATE membership SET active_until = '{now}' WHERE person_id = {id}");
    server.sql(&statement).await;
}

on_both_databases! {
    async fn nothing_is_asked_of_somebody_who_has_left(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let [one, other] = [occasion(&server, 5).await, occasion(&server, 5).await];
        let member = server.by(MEMBER);
        leave(&server, DEPUTY).await;
        let before = outbox(&server).await;
        asked(&member, &one).await;
        assert_eq!(outbox(&server).await - before, 1, "the approver alone is told");

        leave(&server, APPROVER).await;

        assert_eq!(ask(&member, &other).await.user_errors("requestSignUp"), ["APPROVER_MISSING"]);
        assert_eq!(outbox(&server).await - before, 1);
        server.stop().await;
    }
}
