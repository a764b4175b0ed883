//! What the keeper and the parties do in an initiative.

use super::world::{
    COLLEAGUE, KEEPER, NEIGHBOUR, PARTY, PARTYS_MEMBER, STRANGER, act, initiative, leave, seen,
};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::id,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn each_enters_and_changes_the_activities_of_the_own_organisation(backend: Backend) {
        let server = Server::start(backend).await;
        let (keeper, party) = (server.by(KEEPER), server.by(PARTY));
        let initiative = initiative(&server, json!({ "sharing": "COUNTY", "county": "07" })).await;

        let made = act(&party, &initiative, json!({ "begins": "HT 2026" })).await;
        let activity = id(&made, "setInitiativeActivity/activity/id");
        assert_eq!(made.at("setInitiativeActivity/activity/organisation/name"), "Alvesta kommun", "{}", made.text);
        assert_eq!(act(&keeper, &initiative, json!({})).await.user_errors("setInitiativeActivity"), [""; 0]);
        for who in [PARTYS_MEMBER, COLLEAGUE, NEIGHBOUR] {
            assert_eq!(act(&server.by(who), &initiative, json!({})).await.codes(), ["FORBIDDEN"], "{who}");
        }
        assert_eq!(act(&server.by(STRANGER), &initiative, json!({})).await.user_errors("setInitiativeActivity"), ["NOT_FOUND"]);

        let later = |version: i32| json!({ "activityId": activity, "expectedVersion": version, "status": "DONE" });
        assert_eq!(act(&keeper, &initiative, later(1)).await.codes(), ["FORBIDDEN"], "another organisation's activity");
        assert_eq!(act(&party, &initiative, later(9)).await.user_errors("setInitiativeActivity"), ["CONFLICT"]);
        let done = act(&party, &initiative, later(1)).await;
        let done = done.at("setInitiativeActivity/activity");
        assert_eq!((&done["status"], &done["version"], &done["begins"]), (&json!("DONE"), &json!(2), &Value::Null));

        // Seen by whoever sees the initiative, those without a time last; each may change the own.
        let activities = "activities { nodes { status viewerCanEdit } }";
        let neighbours = seen(&server.by(NEIGHBOUR), &initiative, activities).await;
        assert_eq!(neighbours["activities"]["nodes"].as_array().expect("a list").len(), 2);
        let partys = seen(&party, &initiative, activities).await;
        assert_eq!(partys["activities"]["nodes"], json!([
            { "status": "DONE", "viewerCanEdit": true }, { "status": "PLANNED", "viewerCanEdit": false },
        ]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_activity_is_checked_and_entered_once(backend: Backend) {
        let server = Server::start(backend).await;
        let party = server.by(PARTY);
        let first = initiative(&server, json!({})).await;
        let second = initiative(&server, json!({})).await;
        let refused = async |otherwise: Value| act(&party, &first, otherwise).await.user_errors("setInitiativeActivity");

        for (otherwise, code) in [
            (json!({ "title": "" }), "INVALID_VALUE"),
            (json!({ "title": "19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "description": "19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "begins": "2026", "ends": "2025" }), "INVALID_TIMES"),
            (json!({ "expectedVersion": 1 }), "INVALID_VALUE"),
        ] {
            assert_eq!(refused(otherwise.clone()).await, [code], "{otherwise}");
        }
        let made = act(&party, &first, json!({ "idempotencyKey": "en" })).await;
        let again = act(&party, &first, json!({ "idempotencyKey": "en" })).await;
        assert_eq!(made.at("setInitiativeActivity"), again.at("setInitiativeActivity"));
        let activity = id(&made, "setInitiativeActivity/activity/id");
        let elsewhere = act(&party, &second, json!({ "activityId": activity, "expectedVersion": 1 })).await;
        assert_eq!(elsewhere.user_errors("setInitiativeActivity"), ["NOT_FOUND"], "of another initiative");
        server.stop().await;
    }
}

on_both_databases! {
    async fn activities_are_taken_out_by_their_own_and_stay_when_a_party_leaves(backend: Backend) {
        let server = Server::start(backend).await;
        let (keeper, party) = (server.by(KEEPER), server.by(PARTY));
        let initiative = initiative(&server, json!({ "sharing": "PARTNERS" })).await;
        let own = async || id(&act(&party, &initiative, json!({})).await, "setInitiativeActivity/activity/id");
        let (first, second) = (own().await, own().await);
        let remove = async |who: &str, activity: &str| {
            let input = json!({ "activityId": activity });
            server.by(who).mutate("removeInitiativeActivity", input, "activity { id }").await
        };
        let count = async || seen(&keeper, &initiative, "activities { totalCount }").await["activities"]["totalCount"].clone();

        assert_eq!(remove(KEEPER, &first).await.codes(), ["FORBIDDEN"]);
        assert_eq!(count().await, 2);
        assert_eq!(remove(PARTY, &first).await.user_errors("removeInitiativeActivity"), [""; 0]);
        assert_eq!(remove(PARTY, &first).await.user_errors("removeInitiativeActivity"), ["NOT_FOUND"]);
        leave(&party, &initiative).await.data();
        assert_eq!(count().await, 1);
        assert_eq!(remove(PARTY, &second).await.codes(), ["FORBIDDEN"], "a party no more");
        assert_eq!(act(&party, &initiative, json!({})).await.codes(), ["FORBIDDEN"]);
        server.stop().await;
    }
}
