//! Who approves is set by administrators, for the own organisation.

use super::world::{
    ADMINISTRATOR, APPROVER, DEPUTY, MEMBER, approve, ask, asked, request, require, set, whole,
};
use crate::{
    harness::{Server, on_both_databases},
    notices::world::{myself, own},
    seats::world::{colleagues, id, occasion, sign_up},
};
use serde_json::json;

on_both_databases! {
    async fn administrators_set_who_approves_and_only_people_who_can(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by(ADMINISTRATOR);
        let whole = whole(&server).await;
        let somebody = colleagues(&server, DEPUTY, 1).await.remove(0);
        let stranger = myself(&server.by("alvesta-member")).await;
        let with = |field: &str, value: &str| {
            let mut row = whole.clone();
            row[field] = json!(value);
            row
        };
        let approver = whole["approverId"].as_str().expect("an id").to_owned();

        for persona in [MEMBER, DEPUTY] {
            assert_eq!(set(&server.by(persona), json!([whole])).await.codes(), ["FORBIDDEN"]);
        }
        for (rows, code) in [
            (json!([with("deputyId", &approver)]), "INVALID_VALUE"),
            (json!([with("deputyId", &somebody)]), "INVALID_VALUE"),
            (json!([with("deputyId", &stranger)]), "NOT_FOUND"),
            (json!([whole, whole]), "INVALID_VALUE"),
        ] {
            let answer = set(&administrator, rows).await;
            assert_eq!(answer.user_errors("setSignUpApproval"), [code]);
        }
        let key = occasion(&server, 9).await;
        let member = server.by(MEMBER);
        assert_eq!(ask(&member, &key).await.user_errors("requestSignUp"), ["APPROVAL_NOT_REQUIRED"], "nothing was set");
        require(&server).await;
        asked(&member, &key).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_units_approver_is_asked_before_the_organisations(backend: Backend) {
        let server = Server::start(backend).await;
        let units = server.by(MEMBER).query("{ viewer { membership { unit { id } } } }").await;
        let unit = id(&units, "viewer/membership/unit/id");
        let (administrator, deputy) = (myself(&server.by(ADMINISTRATOR)).await, myself(&server.by(DEPUTY)).await);
        let of_unit = json!({ "unitId": unit, "approverId": administrator, "deputyId": deputy });
        let rows = json!([whole(&server).await, of_unit]);
        let answer = set(&server.by(ADMINISTRATOR), rows).await;
        assert_eq!(answer.user_errors("setSignUpApproval"), [""; 0], "{}", answer.text);
        let key = occasion(&server, 9).await;

        let request_id = asked(&server.by(MEMBER), &key).await;

        assert_eq!(own(&server.by(APPROVER)).await, [], "the organisation's approver is not asked");
        assert_eq!(approve(&server.by(APPROVER), &request_id).await.user_errors("approveSignUpRequest"), ["NOT_FOUND"]);
        assert_eq!(own(&server.by(ADMINISTRATOR)).await.len(), 1);
        // When the unit has no approver of its own any more, what waits goes to the organisation's.
        require(&server).await;
        let answer = approve(&server.by(APPROVER), &request_id).await;
        assert_eq!(answer.at("approveSignUpRequest/outcome"), "CONFIRMED");
        server.stop().await;
    }
}

on_both_databases! {
    async fn when_nobody_needs_to_approve_any_more_what_waits_runs_out_and_members_sign_up(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let key = occasion(&server, 9).await;
        let member = server.by(MEMBER);
        let id = asked(&member, &key).await;

        let answer = set(&server.by(ADMINISTRATOR), json!([])).await;

        assert_eq!(answer.user_errors("setSignUpApproval"), [""; 0], "{}", answer.text);
        assert_eq!(request(&member, &id).await["status"], "EXPIRED");
        sign_up(&member, &key, &[myself(&member).await]).await;
        server.stop().await;
    }
}
