//! Updates: what is left out stays, null empties, a value replaces.

use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

const TRAINING: &str = "id version title description format sharing county { code }
  subjectAreas targetAudiences qualifiesFor url";
const OCCASION: &str = "id version timeZone capacity signUpOpensAt signUpClosesAt
  venue { name address url } timeBlocks { startsAt endsAt }";

/// Changes one thing, and gives the object as it is then.
async fn change(caller: &Caller<'_>, mutation: &str, before: &Value, changes: Value) -> Value {
    let (noun, selection) = noun_of(mutation);
    let answer = caller
        .mutate(
            mutation,
            input(noun, before, &changes),
            &format!("{noun} {{ {selection} }}"),
        )
        .await;
    assert_eq!(answer.user_errors(mutation), [""; 0], "{}", answer.text);
    answer.at(&format!("{mutation}/{noun}")).clone()
}

fn noun_of(mutation: &str) -> (&'static str, &'static str) {
    match mutation {
        "updateTraining" => ("training", TRAINING),
        _ => ("occasion", OCCASION),
    }
}

fn input(noun: &str, before: &Value, changes: &Value) -> Value {
    let mut input =
        json!({ format!("{noun}Id"): before["id"], "expectedVersion": before["version"] });
    for (name, value) in changes.as_object().expect("changes") {
        input[name] = value.clone();
    }
    input
}

/// What is different between two states, but for the version, which must be one more.
fn differences(before: &Value, after: &Value) -> Vec<(String, Value)> {
    let version = |state: &Value| state["version"].as_i64().expect("a number");
    assert_eq!(version(after), version(before) + 1, "each change counts");
    let fields = after.as_object().expect("an object").iter();
    fields
        .filter(|(name, value)| *name != "version" && before[name.as_str()] != **value)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

async fn training(caller: &Caller<'_>) -> Value {
    let input = json!({
        "title": "En utbildning", "description": "Om något", "format": "HALF_DAY", "sharing": "PARTNERS", "county": "07",
        "subjectAreas": ["CHILD_RIGHTS", "EQUALITY"], "targetAudiences": ["MANAGERS"],
        "qualifiesFor": "Ombud", "url": "https://a.example/1",
    });
    let made = caller
        .mutate(
            "createTraining",
            input,
            &format!("training {{ {TRAINING} }}"),
        )
        .await;
    made.at("createTraining/training").clone()
}

async fn occasion(caller: &Caller<'_>) -> Value {
    let training = training(caller).await;
    let input = json!({
        "trainingId": training["id"], "capacity": 7, "timeZone": "Europe/Helsinki",
        "timeBlocks": [{ "startsAt": "2026-05-05T07:00:00Z", "endsAt": "2026-05-05T09:00:00Z" }],
        "venue": { "name": "Salen", "address": "Gatan 1", "url": "https://a.example/2" },
        "signUpOpensAt": "2026-04-01T00:00:00Z", "signUpClosesAt": "2026-05-01T00:00:00Z",
    });
    let made = caller
        .mutate(
            "createOccasion",
            input,
            &format!("occasion {{ {OCCASION} }}"),
        )
        .await;
    made.at("createOccasion/occasion").clone()
}

on_both_databases! {
    async fn an_update_of_a_training_changes_what_is_named_and_nothing_else(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        let mut state = training(&caller).await;

        let unchanged = change(&caller, "updateTraining", &state, json!({})).await;
        assert_eq!(differences(&state, &unchanged), [], "what is left out stays");
        state = unchanged;
        for (field, value, becomes) in [
            ("title", json!("Ny rubrik"), json!("Ny rubrik")),
            ("description", json!("Nytt"), json!("Nytt")),
            ("description", Value::Null, json!("")),
            ("format", json!("CONFERENCE"), json!("CONFERENCE")),
            ("sharing", json!("PUBLIC"), json!("PUBLIC")),
            ("county", json!("10"), json!({ "code": "10" })),
            ("county", Value::Null, Value::Null),
            ("subjectAreas", json!(["EQUALITY"]), json!(["EQUALITY"])),
            ("subjectAreas", Value::Null, json!([])),
            ("targetAudiences", json!(["EMPLOYEES"]), json!(["EMPLOYEES"])),
            ("targetAudiences", json!([]), json!([])),
            ("qualifiesFor", json!("Annat"), json!("Annat")),
            ("qualifiesFor", Value::Null, Value::Null),
            ("url", json!("https://b.example"), json!("https://b.example")),
            ("url", Value::Null, Value::Null),
        ] {
            let after = change(&caller, "updateTraining", &state, json!({ field: value })).await;
            assert_eq!(differences(&state, &after), [(field.to_owned(), becomes)], "{field}: {value}");
            state = after;
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_update_of_an_occasion_changes_what_is_named_and_nothing_else(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        let mut state = occasion(&caller).await;
        let time = |day: &str| json!(format!("2026-04-{day}T10:00:00+00:00"));
        let blocks = json!([{ "startsAt": "2026-06-05T07:00:00+00:00", "endsAt": "2026-06-05T09:00:00+00:00" }]);
        let venue = json!({ "name": "Annan sal", "address": null, "url": null });

        let unchanged = change(&caller, "updateOccasion", &state, json!({})).await;
        assert_eq!(differences(&state, &unchanged), [], "what is left out stays");
        state = unchanged;
        for (field, value, becomes) in [
            ("timeBlocks", blocks.clone(), blocks),
            ("timeZone", json!("Europe/Stockholm"), json!("Europe/Stockholm")),
            ("venue", json!({ "name": "Annan sal" }), venue),
            ("venue", Value::Null, Value::Null),
            ("capacity", json!(9), json!(9)),
            ("signUpOpensAt", time("02"), time("02")),
            ("signUpOpensAt", Value::Null, Value::Null),
            ("signUpClosesAt", time("20"), time("20")),
            ("signUpClosesAt", Value::Null, Value::Null),
        ] {
            let after = change(&caller, "updateOccasion", &state, json!({ field: value })).await;
            assert_eq!(differences(&state, &after), [(field.to_owned(), becomes)], "{field}: {value}");
            state = after;
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_variable_that_is_not_sent_counts_as_left_out(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        let before = training(&caller).await;
        let query = format!("mutation($id: ID!, $version: Int!, $title: String, $url: String, $county: String) {{
          updateTraining(input: {{
            trainingId: $id, expectedVersion: $version, title: $title, url: $url, county: $county
          }}) {{ training {{ {TRAINING} }} userErrors {{ code field }} }}
        }}");

        let variables = json!({ "id": before["id"], "version": before["version"], "county": null });
        let answer = caller.ask(&query, variables).await;

        assert_eq!(answer.user_errors("updateTraining"), [""; 0], "title was not sent, so it is not null");
        let after = answer.at("updateTraining/training");
        assert_eq!(differences(&before, after), [("county".to_owned(), Value::Null)]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_there_must_be_cannot_be_emptied(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        let (training, occasion) = (training(&caller).await, occasion(&caller).await);

        for (mutation, state, field) in [
            ("updateTraining", &training, "title"),
            ("updateTraining", &training, "format"),
            ("updateTraining", &training, "sharing"),
            ("updateOccasion", &occasion, "timeBlocks"),
            ("updateOccasion", &occasion, "timeZone"),
            ("updateOccasion", &occasion, "capacity"),
        ] {
            let (noun, selection) = noun_of(mutation);
            let input = input(noun, state, &json!({ field: null }));
            let refused = caller.mutate(mutation, input, &format!("{noun} {{ {selection} }}")).await;

            assert_eq!(refused.user_errors(mutation), ["INVALID_VALUE"], "{field}");
            assert_eq!(refused.at(&format!("{mutation}/userErrors/0/field")), &json!([field]));
            assert!(refused.at(&format!("{mutation}/{noun}")).is_null(), "nothing was changed");
        }
        let (noun, empty) = ("training", json!({ "sharing": "COUNTY", "county": null }));
        let refused = caller.mutate("updateTraining", input(noun, &training, &empty), "training { id }").await;
        assert_eq!(refused.user_errors("updateTraining"), ["INVALID_VALUE"], "which county?");
        server.stop().await;
    }
}
