//! What the model description of Jönköping names: old names, workplaces, trainings of the past.

use super::look_up::{
    found_by_name, make_administrator, organisation, text, texts, training, trainings,
};
use crate::harness::{Answer, Server, on_both_databases};
use serde_json::{Value, json};

const REGION: &str = "232100-0057";

on_both_databases! {
    async fn jk_04_the_county_council_is_found_by_its_old_name(backend: Backend) {
        let server = Server::start(backend).await;

        for written in ["Landstinget i Jönköpings län", "landstinget i jonkopings lan"] {
            let found = found_by_name(&server, written, "name names { name validFrom validTo }").await;

            assert_eq!(found["name"], "Region Jönköpings län", "{written}");
            assert_eq!(
                found["names"],
                json!([
                    { "name": "Landstinget i Jönköpings län", "validFrom": null, "validTo": "2014-12-31" },
                    { "name": "Region Jönköpings län", "validFrom": "2015-01-01", "validTo": null },
                ]),
                "the history shows the old name first"
            );
        }
        server.stop().await;
    }
}

async fn add_units(server: &Server, units: Vec<Value>) -> Answer {
    let input = json!({ "units": units });
    server
        .by("region-jonkoping-coordinator")
        .mutate("addUnits", input, "added")
        .await
}

async fn count_of_workplaces(server: &Server) -> u64 {
    let selection = "units(kinds: [WORKPLACE], first: 1) { totalCount }";
    let region = organisation(&server.anonymous(), REGION, selection).await;
    region["units"]["totalCount"].as_u64().expect("a number")
}

on_both_databases! {
    async fn jk_18_five_hundred_workplaces_are_made_in_one_request(backend: Backend) {
        let server = Server::start(backend).await;
        let workplaces = |count: i32| -> Vec<Value> {
            (1..=count).map(|n| json!({ "name": format!("Arbetsplats {n}"), "kind": "WORKPLACE" })).collect()
        };
        let before = count_of_workplaces(&server).await;
        let forbidden = add_units(&server, workplaces(1)).await;
        make_administrator(&server, "fredrik-granvik").await;

        let mut with_a_mistake = workplaces(499);
        with_a_mistake.push(json!({ "name": " ", "kind": "WORKPLACE" }));
        let mistaken = add_units(&server, with_a_mistake).await;
        let too_many = add_units(&server, workplaces(501)).await;
        let after_refusals = count_of_workplaces(&server).await;
        let made = add_units(&server, workplaces(500)).await;

        assert_eq!(forbidden.codes(), ["FORBIDDEN"], "units are the administrators' work");
        assert_eq!(mistaken.user_errors("addUnits"), ["INVALID_VALUE"]);
        assert_eq!(mistaken.at("addUnits/userErrors/0/field"), &json!(["units", "499", "name"]));
        assert_eq!(too_many.user_errors("addUnits"), ["INVALID_VALUE"]);
        assert_eq!(after_refusals, before, "all of them are made, or none");
        assert_eq!(made.at("addUnits/added"), 500);
        assert_eq!(count_of_workplaces(&server).await, before + 500);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_22_six_took_part_in_the_national_training_of_2012(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "format period organisers { id name names { name } }
          reportedCompletions { organisation { name } count asOf cumulative }
          occasions(first: 5) { nodes { period startsAt endsAt timeBlocks { startsAt } } }";

        let found = training(&server.anonymous(), "SKL:s nationella utbildning 2012", selection).await;

        let completion = json!({
            "organisation": { "name": "Region Jönköpings län" }, "count": 6, "asOf": "2012", "cumulative": false,
        });
        assert_eq!(found["reportedCompletions"], json!([completion]));
        let occasion = json!({ "period": "2012", "startsAt": null, "endsAt": null, "timeBlocks": [] });
        assert_eq!(found["occasions"]["nodes"], json!([occasion]), "a year, and no invented day");
        let names = texts(&found["organisers"][0]["names"], "name");
        assert!(names.iter().any(|name| name == "SKL"), "SKL is a former name of SKR: {names:?}");
        let skl = found_by_name(&server, "SKL", "id name").await;
        assert_eq!(skl["id"], found["organisers"][0]["id"]);
        assert_eq!(skl["name"], "Sveriges Kommuner och Regioner");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_23_two_regional_trainings_followed_the_national_one(backend: Backend) {
        let server = Server::start(backend).await;
        let query = r#"{
          trainings(
            filter: { county: "06", statuses: [ARCHIVED], text: "utbildning" }
            orderBy: { field: PUBLISHED_AT }
          ) { nodes { title period organisers { name } reportedCompletions { count note } } }
        }"#;

        let answer = server.anonymous().query(query).await;

        let nodes = answer.at("trainings/nodes");
        assert_eq!(
            texts(nodes, "title"),
            [
                "SKL:s nationella utbildning 2012",
                "Regional utbildning om barnets rättigheter i Jönköpings län, den första",
                "Regional utbildning om barnets rättigheter i Jönköpings län, den andra",
            ]
        );
        for regional in &nodes.as_array().expect("a list")[1..] {
            assert_eq!(regional["period"], Value::Null, "the source gives no time");
            assert_eq!(regional["reportedCompletions"][0]["count"], Value::Null, "and no number");
            assert!(text(&regional["reportedCompletions"][0]["note"]).contains("inte angivet"));
        }
        let joint = trainings(&server.anonymous(), &json!({ "county": "06", "joint": true }), "title").await;
        let regional = joint.iter().filter(|row| text(&row["title"]).starts_with("Regional utbildning"));
        assert_eq!(regional.count(), 2);
        server.stop().await;
    }
}
