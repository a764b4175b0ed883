//! Trainings for the members of groups: who may be signed up, who not, and from when to when.

use super::world::{CONVENER, MEMBER, MEMBERS_COORDINATOR, SECRETARY, network};
use crate::{
    groups::world::{appoint, group_of, seat_for},
    harness::{Caller, Server, on_both_databases},
    notices::world::myself,
    seats::world::{colleagues, occasion_of, refusals, sign_up, training},
};
use serde_json::{Value, json};

const ACCEPTED: [&str; 0] = [];
const REFUSED: [&str; 1] = ["TARGET_AUDIENCE_MISMATCH"];

/// Why somebody could not sign up, as the occasion tells them.
async fn reason(caller: &Caller<'_>, occasion: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on TrainingOccasion { viewerCannotSignUpReason } } }";
    let answer = caller.ask(query, json!({ "id": occasion })).await;
    answer.at("node/viewerCannotSignUpReason").clone()
}

/// For whom a training says that it is.
async fn target(caller: &Caller<'_>, training: &str) -> Value {
    let query =
        "query($id: ID!) { training(id: $id) { forGroups targetGroups { name } targetAudiences } }";
    let answer = caller.ask(query, json!({ "id": training })).await;
    answer.at("training").clone()
}

on_both_databases! {
    async fn a_training_for_a_group_takes_its_members_and_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        let network = network(&server, json!({})).await;
        let course = training(&server, &json!({ "targetGroupIds": [network.group, network.group] })).await;
        let occasion = occasion_of(&server, &course, &json!({})).await;
        let (coordinator, member) = (server.by(MEMBERS_COORDINATOR), server.by(MEMBER));
        let sits = [myself(&member).await];
        let others = colleagues(&server, MEMBERS_COORDINATOR, 1).await;

        assert_eq!(refusals(&coordinator, &occasion, &others).await, REFUSED, "a colleague without a seat");
        assert_eq!(reason(&coordinator, &occasion).await, Value::Null, "somebody of the organisation sits there");
        assert_eq!(reason(&member, &occasion).await, Value::Null);
        assert_eq!(reason(&server.by(SECRETARY), &occasion).await, Value::Null);
        for outside in ["alvesta-coordinator", "alvesta-member"] {
            assert_eq!(reason(&server.by(outside), &occasion).await, REFUSED[0], "{outside}");
        }
        assert_eq!(refusals(&coordinator, &occasion, &sits).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_seat_of_the_day_counts_ordinary_or_substitute(backend: Backend) {
        let server = Server::start(backend).await;
        let network = network(&server, json!({})).await;
        let coordinator = server.by(MEMBERS_COORDINATOR);
        let beside = json!({ "capacity": "SUBSTITUTE" });
        let substitute = seat_for(&server.by(CONVENER), &network.group, &coordinator, beside).await;
        let days = json!({ "fromDay": "2026-03-03", "untilDay": "2026-03-05" });
        let given = appoint(&coordinator, &substitute, &myself(&coordinator).await, days).await;
        assert_eq!(given.user_errors("appointToSeat"), ACCEPTED, "{}", given.text);
        let course = training(&server, &json!({ "targetGroupIds": [network.group] })).await;
        let person = [myself(&coordinator).await];

        // Midnight in Sweden is 23:00 UTC in March.
        for (at, expected) in [
            ("2026-03-02T22:59:59Z", &REFUSED[..]),
            ("2026-03-02T23:00:00Z", &ACCEPTED),
            ("2026-03-04T22:59:59Z", &ACCEPTED),
            ("2026-03-04T23:00:00Z", &REFUSED),
        ] {
            server.travel_to(at.parse().expect("an instant"));
            // Another occasion each time, at another hour: nobody signs up twice.
            let hour = json!([{ "startsAt": format!("2026-04-0{}T08:00:00Z", &at[9..10]),
                "endsAt": format!("2026-04-0{}T10:00:00Z", &at[9..10]) }]);
            let occasion = occasion_of(&server, &course, &json!({ "timeBlocks": hour })).await;
            assert_eq!(refusals(&coordinator, &occasion, &person).await, expected, "{at}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_group_and_an_audience_are_for_both(backend: Backend) {
        let server = Server::start(backend).await;
        let network = network(&server, json!({})).await;
        let said = json!({ "targetGroupIds": [network.group], "targetAudiences": ["ELECTED_REPRESENTATIVES"] });
        let course = training(&server, &said).await;
        let occasion = occasion_of(&server, &course, &json!({})).await;
        let coordinator = server.by(MEMBERS_COORDINATOR);
        let sits = [myself(&server.by(MEMBER)).await];
        let elected = [entity::kind::StaffCategory::ElectedRepresentative, entity::kind::StaffCategory::Employee];
        let people = crate::seats::world::colleagues_who_are(&server, MEMBERS_COORDINATOR, &elected).await;

        assert_eq!(refusals(&coordinator, &occasion, &people[1..]).await, REFUSED, "neither");
        assert_eq!(refusals(&coordinator, &occasion, &people[..1]).await, ACCEPTED, "elected");
        sign_up(&coordinator, &occasion, &sits).await;

        // Without the group it is for the audience alone; who has signed up stays.
        let query = "query($id: ID!) { training(id: $id) { version } }";
        let organiser = server.by(CONVENER);
        let version = organiser.ask(query, json!({ "id": course })).await.at("training/version").clone();
        let change = json!({ "trainingId": course, "expectedVersion": version, "targetGroupIds": null });
        let changed = organiser.mutate("updateTraining", change, "training { forGroups targetGroups { name } }").await;
        assert_eq!(changed.at("updateTraining/training"), &json!({ "forGroups": false, "targetGroups": [] }));
        assert_eq!(reason(&server.by(MEMBER), &occasion).await, REFUSED[0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_group_that_one_does_not_see_is_not_named(backend: Backend) {
        let server = Server::start(backend).await;
        let network = network(&server, json!({ "name": "Hemliga rådet" })).await;
        let course = training(&server, &json!({ "targetGroupIds": [network.group] })).await;

        let inside = json!({ "forGroups": true, "targetGroups": [{ "name": "Hemliga rådet" }], "targetAudiences": [] });
        assert_eq!(target(&server.by(MEMBER), &course).await, inside);
        let outside = json!({ "forGroups": true, "targetGroups": [], "targetAudiences": [] });
        assert_eq!(target(&server.by("alvesta-coordinator"), &course).await, outside);
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_groups_that_the_organiser_sees_and_that_are_open(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(CONVENER);
        let hidden = group_of(&server.by("alvesta-coordinator"), json!({})).await;
        let closed = group_of(&organiser, json!({})).await;
        let ending = json!({ "groupId": closed, "expectedVersion": 1, "reason": "Uppdraget är slut." });
        let ended = organiser.mutate("closeGroup", ending, "group { id }").await;
        assert_eq!(ended.user_errors("closeGroup"), ACCEPTED, "{}", ended.text);

        for (groups, expected) in [
            (vec![hidden.clone()], vec!["NOT_FOUND"]),
            (vec![closed], vec!["GROUP_CLOSED"]),
            (vec![hidden; 11], vec!["INVALID_VALUE"]),
        ] {
            let input = json!({ "title": "För gruppen", "format": "HALF_DAY", "sharing": "PARTNERS", "targetGroupIds": groups });
            let answer = organiser.mutate("createTraining", input, "training { id }").await;
            assert_eq!(answer.user_errors("createTraining"), expected);
        }
        server.stop().await;
    }
}
