//! From the question to the seat.

use super::world::{APPROVER, DEPUTY, MEMBER, act, approve, ask, asked, request, require};
use crate::{
    harness::{Server, on_both_databases},
    notices::world::{myself, own, strangers},
    seats::{
        operations::housekeeping,
        world::{
            ORGANISER, assert_consistent, block, colleagues, day, instant, moment, occasion,
            occasion_of, seats, sign_up, training,
        },
    },
};
use entity::{audit_entry, kind::AuditAction, requested_need};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

const NOTHING: [&str; 0] = [];

fn kinds(told: Vec<crate::notices::world::Told>) -> Vec<String> {
    told.into_iter().map(|(kind, _)| kind).collect()
}

on_both_databases! {
    async fn a_member_asks_the_approver_approves_and_the_seat_is_taken_then_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 2).await;
        let (member, approver, deputy) = (server.by(MEMBER), server.by(APPROVER), server.by(DEPUTY));
        let me = myself(&member).await;
        let state = "query($id: ID!) { viewer { needsApproval } occasion(id: $id) {
            viewerCanSignUp viewerCannotSignUpReason viewerRequest { status } } }";
        let before = member.ask(state, json!({ "id": key })).await;
        assert_eq!(before.at("viewer/needsApproval"), true);
        assert_eq!(before.at("occasion/viewerCannotSignUpReason"), "APPROVAL_REQUIRED");
        let refused = crate::seats::world::refusals(&member, &key, &[&me]).await;
        assert_eq!(refused, ["APPROVAL_REQUIRED"]);

        let input = json!({ "occasionId": key, "need": "Ramp" });
        let made = member.mutate("requestSignUp", input, "request { id status viewerCanDecide }").await;
        assert_eq!(made.at("requestSignUp/request/status"), "REQUESTED");
        assert_eq!(made.at("requestSignUp/request/viewerCanDecide"), false);
        let id = made.at("requestSignUp/request/id").as_str().expect("an id").to_owned();
        assert_eq!(seats(&member, &key).await[1..3], [Some(0), Some(0)], "a request takes no seat");
        assert_eq!(member.ask(state, json!({ "id": key })).await.at("occasion/viewerRequest/status"), "REQUESTED");
        for one in [&approver, &deputy] {
            assert_eq!(kinds(own(one).await), ["SIGN_UP_REQUESTED"]);
            let list = one.query("{ viewer { requestsToDecide { nodes { id person { name } } } } }").await;
            let expected = json!([{ "id": id, "person": { "name": "Oskar Lindgård" } }]);
            assert_eq!(list.at("viewer/requestsToDecide/nodes"), &expected);
        }

        let answer = approve(&approver, &id).await;

        assert_eq!(answer.user_errors("approveSignUpRequest"), NOTHING, "{}", answer.text);
        assert_eq!(answer.at("approveSignUpRequest/outcome"), "CONFIRMED");
        assert_eq!(request(&member, &id).await["signUp"], json!({ "status": "CONFIRMED" }));
        assert_eq!(kinds(own(&member).await), ["REQUEST_APPROVED"]);
        assert_eq!(seats(&member, &key).await[1..3], [Some(1), Some(0)]);
        let list = approver.query("{ viewer { requestsToDecide { totalCount } } }").await;
        assert_eq!(list.at("viewer/requestsToDecide/totalCount"), 0);
        let needs = "query($id: ID!) { occasion(id: $id) { signUps { nodes { need } } } }";
        let organiser = server.by(ORGANISER).ask(needs, json!({ "id": key })).await;
        assert_eq!(organiser.at("occasion/signUps/nodes"), &json!([{ "need": "Ramp" }]), "the need follows");
        let kept = requested_need::Entity::find().count(&server.database).await;
        assert_eq!(kept.expect("needs can be counted"), 0);
        for action in [AuditAction::RequestSignUp, AuditAction::Approve, AuditAction::SignUp] {
            let entries = audit_entry::Entity::find()
                .filter(audit_entry::Column::Action.eq(action))
                .filter(audit_entry::Column::PersonId.eq(me.parse::<entity::id::PersonId>().expect("an id")))
                .filter(audit_entry::Column::At.eq(server.clock.now()))
                .count(&server.database)
                .await;
            assert_eq!(entries.expect("the audit log can be counted"), 1, "{action:?}");
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn approval_signs_up_by_what_holds_at_that_moment(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let training = training(&server, &json!({})).await;
        let full = occasion_of(&server, &training, &json!({ "capacity": 1 })).await;
        let busy = occasion_of(&server, &training, &json!({ "timeBlocks": [block(day(40), 3)] })).await;
        let other = occasion_of(&server, &training, &json!({ "timeBlocks": [block(day(40), 1)] })).await;
        let (member, deputy) = (server.by(MEMBER), server.by(DEPUTY));
        let (waits, collides) = (asked(&member, &full).await, asked(&member, &busy).await);
        sign_up(&server.by(ORGANISER), &full, &colleagues(&server, ORGANISER, 1).await).await;
        sign_up(&deputy, &other, &[myself(&member).await]).await;

        let waitlisted = approve(&deputy, &waits).await;
        let refused = approve(&deputy, &collides).await;

        assert_eq!(waitlisted.at("approveSignUpRequest/outcome"), "WAITLISTED");
        assert_eq!(waitlisted.at("approveSignUpRequest/request/status"), "APPROVED");
        assert_eq!(refused.user_errors("approveSignUpRequest"), ["OVERLAPPING_OCCASION"]);
        assert_eq!(request(&member, &collides).await["status"], "REQUESTED", "it stays open");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn approval_by_both_at_once_has_one_effect(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 5).await;
        let id = asked(&server.by(MEMBER), &key).await;
        let (approver, deputy) = (server.by(APPROVER), server.by(DEPUTY));

        let (one, other) = tokio::join!(approve(&approver, &id), approve(&deputy, &id));

        let mut errors = [one, other].map(|answer| answer.user_errors("approveSignUpRequest"));
        errors.sort();
        assert_eq!(errors, [vec![], vec!["REQUEST_DECIDED".to_owned()]]);
        assert_eq!(seats(&approver, &key).await[1..3], [Some(1), Some(0)]);
        assert_eq!(kinds(own(&server.by(MEMBER)).await), ["REQUEST_APPROVED"]);
        let late = act(&deputy, "declineSignUpRequest", &id).await;
        assert_eq!(late.user_errors("declineSignUpRequest"), ["REQUEST_DECIDED"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_request_that_is_declined_has_a_reason_and_one_may_ask_again(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 5).await;
        let member = server.by(MEMBER);
        let id = asked(&member, &key).await;
        assert_eq!(ask(&member, &key).await.user_errors("requestSignUp"), ["ALREADY_REQUESTED"]);

        let answer = act(&server.by(APPROVER), "declineSignUpRequest", &id).await;

        assert_eq!(answer.user_errors("declineSignUpRequest"), NOTHING);
        let seen = request(&member, &id).await;
        assert_eq!((&seen["status"], &seen["reason"]), (&json!("DECLINED"), &json!("Inte i år")));
        assert_eq!(kinds(own(&member).await), ["REQUEST_DECLINED"]);
        assert_eq!(seats(&member, &key).await[1..3], [Some(0), Some(0)]);
        asked(&member, &key).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_request_that_nobody_decides_runs_out_when_sign_up_closes_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let training = training(&server, &json!({})).await;
        let key = occasion_of(&server, &training, &json!({ "signUpClosesAt": instant(day(10)) })).await;
        let member = server.by(MEMBER);
        let id = asked(&member, &key).await;

        server.travel_to(day(10) - moment());
        assert_eq!(housekeeping(&server).await.requests_expired, 0);
        server.travel_to(day(10));
        let late = approve(&server.by(APPROVER), &id).await;
        assert_eq!(late.user_errors("approveSignUpRequest"), ["SIGN_UP_CLOSED"], "also before the job has run");
        assert_eq!(housekeeping(&server).await.requests_expired, 1);

        assert_eq!(request(&member, &id).await["status"], "EXPIRED");
        assert_eq!(kinds(own(&member).await), ["REQUEST_EXPIRED"]);
        assert_eq!(housekeeping(&server).await.requests_expired, 0);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_coordinator_who_signs_the_colleague_up_has_answered_the_request(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 5).await;
        let member = server.by(MEMBER);
        let id = asked(&member, &key).await;

        sign_up(&server.by(DEPUTY), &key, &[myself(&member).await]).await;

        let seen = request(&member, &id).await;
        assert_eq!((&seen["status"], &seen["signUp"]["status"]), (&json!("APPROVED"), &json!("CONFIRMED")));
        assert_eq!(kinds(own(&member).await), ["REQUEST_APPROVED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_colleagues_place_that_is_handed_over_answers_the_request(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 1).await;
        let (member, deputy) = (server.by(MEMBER), server.by(DEPUTY));
        let theirs = asked(&member, &key).await;
        let place = sign_up(&deputy, &key, &colleagues(&server, DEPUTY, 1).await).await;

        let input = json!({ "signUpId": place[0].id, "personId": myself(&member).await });
        let replaced = deputy.mutate("replaceParticipant", input, "signUp { status }").await;

        assert_eq!(replaced.at("replaceParticipant/signUp/status"), "CONFIRMED", "{}", replaced.text);
        let now = request(&member, &theirs).await;
        assert_eq!((&now["status"], &now["signUp"]["status"]), (&json!("APPROVED"), &json!("CONFIRMED")));
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_the_own_organisation_knows_of_a_request(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 5).await;
        let id = asked(&server.by(MEMBER), &key).await;
        let lists = "{ viewer { requestsToDecide { totalCount } signUpRequests { totalCount }
            organisation { signUpRequests { totalCount } signUpApprovers { approver { id } } } } }";

        for stranger in strangers(&server, &[MEMBER]) {
            assert_eq!(request(&stranger, &id).await, Value::Null);
            for mutation in ["approveSignUpRequest", "declineSignUpRequest", "withdrawSignUpRequest"] {
                let answer = act(&stranger, mutation, &id).await;
                assert_eq!(answer.user_errors(mutation), ["NOT_FOUND"]);
            }
            let answer = stranger.query(lists).await;
            assert_eq!(answer.at("viewer/requestsToDecide/totalCount"), 0);
            assert_eq!(answer.at("viewer/signUpRequests/totalCount"), 0);
            assert_eq!(answer.at("viewer/organisation/signUpApprovers"), &json!([]));
            assert!(own(&stranger).await.is_empty());
        }
        assert_eq!(request(&server.by(MEMBER), &id).await["status"], "REQUESTED");
        server.stop().await;
    }
}
