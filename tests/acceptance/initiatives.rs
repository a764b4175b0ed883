//! Initiatives as the documents of Kronoberg and Jönköping name them.

use super::look_up::texts;
use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

/// The initiatives that a filter finds, with a selection of their fields.
async fn found(caller: &Caller<'_>, filter: Value, selection: &str) -> Vec<Value> {
    let query = format!(
        "query($filter: InitiativeFilter) {{ initiatives(filter: $filter, first: 5) {{ nodes {{ {selection} }} }} }}"
    );
    let answer = caller.ask(&query, json!({ "filter": filter })).await;
    let nodes = answer.at("initiatives/nodes").as_array().expect("a list");
    nodes.clone()
}

/// How many parties are organisations of a kind.
fn of_kind(parties: &Value, kind: &str) -> usize {
    let parties = parties.as_array().expect("parties").iter();
    parties
        .filter(|party| party["organisation"]["kind"] == kind)
        .count()
}

on_both_databases! {
    async fn kr_19_regional_and_national_development_work_is_listed_under_the_contact_persons_assignments(backend: Backend) {
        let server = Server::start(backend).await;
        let strategist = server.by("region-kronoberg-coordinator");

        let rows = found(&strategist, json!({ "levels": ["REGIONAL", "NATIONAL"] }), "name level kind contact { person { name } }").await;
        let mine = strategist.query("{ viewer { initiatives { nodes { name level } } person { initiatives { nodes { name } } } } }").await;

        let mut levels = texts(&json!(rows), "level");
        levels.sort();
        assert_eq!(levels, ["NATIONAL", "REGIONAL"]);
        let own = texts(mine.at("viewer/initiatives/nodes"), "name");
        assert_eq!(own, texts(mine.at("viewer/person/initiatives/nodes"), "name"));
        for row in &rows {
            assert_eq!((&row["kind"], &row["contact"]["person"]["name"]), (&json!("DEVELOPMENT_WORK"), &json!("Maria Ekendahl")));
            assert!(own.iter().any(|name| row["name"] == *name), "{row} is not among {own:?}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_41_the_countys_working_model_has_its_parties_activities_and_status_and_no_child(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("alvesta-member");
        let selection = "name kind status parties { name number note organisation { name kind } } activities { nodes { title status } }";

        let rows = found(&member, json!({ "code": "KRONOBARNSMODELLEN" }), selection).await;

        let [model] = rows.as_slice() else { panic!("one model, not {rows:?}") };
        assert_eq!((&model["kind"], &model["status"]), (&json!("WORKING_MODEL"), &json!("ONGOING")));
        let parties = &model["parties"];
        assert_eq!((of_kind(parties, "REGION"), of_kind(parties, "MUNICIPALITY"), of_kind(parties, "STATE_AUTHORITY")), (1, 8, 1));
        let words: Vec<Value> = parties.as_array().expect("parties").iter().filter(|party| party["organisation"].is_null()).cloned().collect();
        assert_eq!(words, [
            json!({ "name": "Idéburna organisationer", "number": null, "note": "ett antal", "organisation": null }),
            json!({ "name": "Universitet", "number": null, "note": null, "organisation": null }),
        ], "how many is not told, and not guessed");
        assert!(texts(&model["activities"]["nodes"], "title").contains(&"Stödja utvecklandet och etablerandet av modellen".to_owned()));
        // No record of a child finds its way in.
        let initiative = found(&member, json!({ "code": "KRONOBARNSMODELLEN" }), "id").await;
        let input = json!({ "initiativeId": initiative[0]["id"], "title": "Insats för 19121212-1212", "status": "PLANNED" });
        let refused = server.by("alvesta-coordinator").mutate("setInitiativeActivity", input, "activity { id }").await;
        assert_eq!(refused.user_errors("setInitiativeActivity"), ["PERSONAL_ID_NOT_ALLOWED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_05_the_model_has_three_base_elements_a_forum_a_role_and_a_steering_group(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "parts { kind name group { name kind } roleType { code } trainingProgramme { title } }";

        let rows = found(&server.by("region-jonkoping-member"), json!({ "code": "JONKOPINGSMODELLEN" }), selection).await;

        let parts = rows[0]["parts"].as_array().expect("parts");
        let told: Vec<_> = parts.iter().map(|part| (&part["kind"], &part["group"]["kind"], &part["roleType"]["code"])).collect();
        let null = &Value::Null;
        assert_eq!(told, [
            (&json!("GROUP"), &json!("FORUM"), null),
            (&json!("ROLE_TYPE"), null, &json!("CHILD_REPRESENTATIVE")),
            (&json!("GROUP"), &json!("STEERING_GROUP"), null),
        ]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_27_the_agreement_has_its_parties_and_its_year_and_no_invented_day(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "validFrom parties { since organisation { name kind } } parts { name roleType { code } }";

        let rows = found(&server.by("lansstyrelsen-jonkoping-coordinator"), json!({ "kinds": ["COLLABORATION_AGREEMENT"] }), selection).await;

        let [agreement] = rows.as_slice() else { panic!("one agreement, not {rows:?}") };
        assert_eq!(agreement["validFrom"], "2016");
        let parties = &agreement["parties"];
        assert_eq!((of_kind(parties, "REGION"), of_kind(parties, "MUNICIPALITY"), of_kind(parties, "COUNTY_ADMINISTRATIVE_BOARD")), (1, 13, 1));
        assert!(parties.as_array().expect("parties").iter().all(|party| party["since"] == "2016"));
        assert_eq!(agreement["parts"][0]["roleType"]["code"], "CHILD_RIGHTS_OFFICER");
        server.stop().await;
    }
}
