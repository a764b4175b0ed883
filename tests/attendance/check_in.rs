//! The right to check in: given by the organiser, to a colleague, for one occasion, and no more than that.

use super::world::{Course, PARTNER, course, grant, person, record, try_record};
use crate::{
    harness::{Answer, Caller, Server, on_both_databases},
    seats::world::{ORGANISER, moment, organisation},
};
use chrono::TimeDelta;
use entity::id::PersonId;
use serde_json::{Value, json};

/// Who gets the right: no coordinator.
const HELPER: &str = "region-kronoberg-member";

const EXPECTED: &str = "query($id: ID!) { occasion(id: $id) {
    viewerCanRecordAttendance
    expectedParticipants(first: 100) { totalCount nodes { signUpId name attendance { grade signUp { id } } } }
    signUps(first: 100) { totalCount }
} }";

async fn expected(caller: &Caller<'_>, occasion: &str) -> Answer {
    caller.ask(EXPECTED, json!({ "id": occasion })).await
}

/// The names that somebody sees at the door.
fn names(answer: &Answer) -> Vec<Value> {
    let nodes = answer.at("occasion/expectedParticipants/nodes").as_array();
    nodes
        .expect("a list")
        .iter()
        .map(|node| node["name"].clone())
        .collect()
}

async fn revoke(caller: &Caller<'_>, right: &str) -> Answer {
    let input = json!({ "checkInRightId": right });
    caller
        .mutate("revokeCheckIn", input, "checkInRight { revokedAt }")
        .await
}

on_both_databases! {
    async fn who_has_the_right_checks_in_and_sees_names_and_nothing_else(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, people, places, .. } = course(&server, &json!({}), 1, 3).await;
        let (organiser, helper) = (server.by(ORGANISER), server.by(HELPER));
        let me = person(&helper).await;
        server.travel_to(blocks[0]);
        let without = expected(&helper, &occasion).await;

        let granted = grant(&organiser, &occasion, &me).await;
        let with = expected(&helper, &occasion).await;
        record(&helper, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;
        let after = expected(&helper, &occasion).await;

        assert_eq!(granted.user_errors("grantCheckIn"), [""; 0]);
        assert_eq!(names(&without), [Value::Null; 0]);
        assert_eq!(names(&with), ["Kollega 0", "Kollega 1", "Kollega 2"]);
        assert_eq!(with.at("occasion/viewerCanRecordAttendance"), true);
        assert_eq!(with.at("occasion/signUps/totalCount"), 0, "no sign-up is seen");
        let first = after.at("occasion/expectedParticipants/nodes/0");
        assert_eq!(first["attendance"], json!([{ "grade": "PRESENT", "signUp": null }]));
        let node = "query($person: ID!, $place: ID!) { person: node(id: $person) { id } place: node(id: $place) { id } }";
        let nodes = helper.ask(node, json!({ "person": people[0], "place": places[0] })).await;
        assert_eq!((nodes.at("person"), nodes.at("place")), (&Value::Null, &Value::Null));
        let list = helper.query("{ viewer { checkInRights { nodes { occasion { id } person { id } } } } }").await;
        assert_eq!(list.at("viewer/checkInRights/nodes"), &json!([{ "occasion": { "id": occasion }, "person": { "id": me } }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn reading_the_list_at_the_door_is_written_down(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, people, .. } = course(&server, &json!({}), 1, 2).await;
        let (organiser, helper) = (server.by(ORGANISER), server.by(HELPER));
        let me = person(&helper).await;
        grant(&organiser, &occasion, &me).await;
        server.travel_to(blocks[0]);
        let read = |person: &str| json!({ "person": person });
        let query = "query($person: ID!) { auditLog(personId: $person, actions: [READ], first: 10) { nodes { actorId } } }";
        let administrator = server.by("region-kronoberg-administrator");
        let before = administrator.ask(query, read(&people[1])).await;

        expected(&helper, &occasion).await;

        let after = administrator.ask(query, read(&people[1])).await;
        assert_eq!(before.at("auditLog/nodes"), &json!([]));
        assert_eq!(after.at("auditLog/nodes"), &json!([{ "actorId": me }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn somebody_with_protected_identity_is_checked_in_without_a_name(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, people, places, .. } = course(&server, &json!({}), 1, 1).await;
        let id: PersonId = people[0].parse().expect("an id");
        let literal = match backend {
            crate::harness::Backend::Sqlite => format!("X'{}'", id.uuid().simple()),
            crate::harness::Backend::Postgresql => format!("'{}'", id.uuid()),
        };
        server.sql(&format!("UPDATE person SET protected_identity = true WHERE id = {literal}")).await;
        let (organiser, helper) = (server.by(ORGANISER), server.by(HELPER));
        let me = person(&helper).await;
        grant(&organiser, &occasion, &me).await;
        server.travel_to(blocks[0]);

        let (at_the_door, by_the_organiser) = (expected(&helper, &occasion).await, expected(&organiser, &occasion).await);
        record(&helper, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;

        assert_eq!(names(&at_the_door), [Value::Null]);
        assert_eq!(names(&by_the_organiser), [Value::Null]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_right_is_for_the_time_around_the_occasion(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 2, 1).await;
        let (organiser, helper) = (server.by(ORGANISER), server.by(HELPER));
        let me = person(&helper).await;
        grant(&organiser, &occasion, &me).await;
        let (from, until) = (blocks[0] - TimeDelta::hours(24), blocks[1] + TimeDelta::hours(27));

        for (at, seen) in [(from - moment(), 0), (from, 1), (until, 1), (until + moment(), 0)] {
            server.travel_to(at);
            let list = expected(&helper, &occasion).await;
            assert_eq!(names(&list).len(), seen, "{at}");
        }
        let late = try_record(&helper, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;
        assert_eq!(late.codes(), ["FORBIDDEN"]);
        record(&organiser, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_right_is_for_one_occasion_and_can_be_taken_back(backend: Backend) {
        let server = Server::start(backend).await;
        let one = course(&server, &json!({}), 1, 1).await;
        let other = course(&server, &json!({}), 1, 1).await;
        let (organiser, helper) = (server.by(ORGANISER), server.by(HELPER));
        let me = person(&helper).await;
        let granted = grant(&organiser, &one.occasion, &me).await;
        let again = grant(&organiser, &one.occasion, &me).await;
        let right = granted.at("grantCheckIn/checkInRight/id").as_str().expect("an id").to_owned();
        server.travel_to(one.blocks[0]);

        let elsewhere = try_record(&helper, &other.occasion, other.blocks[0], &[(&other.places[0], "PRESENT")]).await;
        let by_oneself = revoke(&helper, &right).await;
        let by_another = revoke(&server.by(PARTNER), &right).await;
        let revoked = revoke(&organiser, &right).await;
        let revoked_again = revoke(&organiser, &right).await;
        let too_late = try_record(&helper, &one.occasion, one.blocks[0], &[(&one.places[0], "PRESENT")]).await;

        assert_eq!(again.at("grantCheckIn/checkInRight/id"), &json!(right), "the same right twice is one");
        assert_eq!(elsewhere.codes(), ["FORBIDDEN"]);
        assert_eq!(by_oneself.codes(), ["FORBIDDEN"]);
        assert_eq!(by_another.user_errors("revokeCheckIn"), ["NOT_FOUND"]);
        for answer in [revoked, revoked_again] {
            assert_eq!(answer.user_errors("revokeCheckIn"), [""; 0]);
            assert!(answer.at("revokeCheckIn/checkInRight/revokedAt").is_string());
        }
        assert_eq!(too_late.codes(), ["FORBIDDEN"]);
        assert_eq!(names(&expected(&helper, &one.occasion).await), [Value::Null; 0]);
        let renewed = grant(&organiser, &one.occasion, &me).await;
        assert_ne!(renewed.at("grantCheckIn/checkInRight/id"), &json!(right), "given anew it is another");
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_a_coordinator_gives_the_right_and_only_to_a_colleague(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, people, .. } = course(&server, &json!({}), 1, 1).await;
        let (organiser, helper) = (server.by(ORGANISER), server.by(HELPER));
        let (me, other) = (person(&helper).await, person(&server.by(ORGANISER)).await);
        let stranger = person(&server.by("alvesta-member")).await;

        for person in [&people[0], &stranger] {
            let answer = grant(&organiser, &occasion, person).await;
            assert_eq!(answer.user_errors("grantCheckIn"), ["NOT_FOUND"]);
        }
        for who in [&helper, &server.by(PARTNER), &server.by("lansstyrelsen-kronoberg-coordinator")] {
            assert_eq!(grant(who, &occasion, &me).await.codes(), ["FORBIDDEN"]);
        }
        grant(&organiser, &occasion, &me).await;
        server.travel_to(blocks[0]);
        assert_eq!(grant(&helper, &occasion, &other).await.codes(), ["FORBIDDEN"], "the right is not passed on");
        assert_eq!(organisation(&server, HELPER).await, organisation(&server, ORGANISER).await);
        server.stop().await;
    }
}
