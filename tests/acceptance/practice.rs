//! What the documents count and follow up around trainings: a year's trainings, support, methods, effects.

use super::look_up::{organisation, texts};
use crate::{
    contract::sdl::Sdl,
    harness::{Caller, Server, on_both_databases},
    seats::world::{block, occasion_of, training},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const REGION: &str = "region-kronoberg-coordinator";
const REGION_KRONOBERG: &str = "232100-0065";
const REGION_JAMTLAND: &str = "232100-0214";
const ACCEPTED: [&str; 0] = [];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

async fn year(server: &Server) -> Value {
    let areas = "CHILD_RIGHTS, CHILDREN_AS_RELATIVES, CHILDREN_AT_RISK, DOMESTIC_VIOLENCE, KRONOBARN_COLLABORATION";
    let selection = format!(
        "trainingYear(year: 2027, format: HALF_DAY) {{ held planned cancelled missingSubjectAreas(wanted: [{areas}]) }}"
    );
    let region = organisation(&server.by(REGION), REGION_KRONOBERG, &selection).await;
    region["trainingYear"].clone()
}

async fn half_day(server: &Server, areas: &[&str], starts_at: &str) -> String {
    let training = training(server, &json!({ "subjectAreas": areas })).await;
    occasion_of(
        server,
        &training,
        &json!({ "timeBlocks": [block(at(starts_at), 3)] }),
    )
    .await
}

async fn cancel(server: &Server, occasion: &str) {
    let input = json!({ "occasionId": occasion, "reason": "Sjukdom" });
    let answer = server
        .by(REGION)
        .mutate("cancelOccasion", input, "occasion { status }")
        .await;
    assert_eq!(answer.user_errors("cancelOccasion"), ACCEPTED);
}

on_both_databases! {
    async fn kr_31_half_day_trainings_held_are_counted_and_cancelled_ones_are_not(backend: Backend) {
        let server = Server::start(backend).await;
        let counts = async || {
            let year = year(&server).await;
            ["held", "planned", "cancelled"].map(|name| year[name].as_i64())
        };
        assert_eq!(counts().await, [Some(0), Some(0), Some(0)]);

        half_day(&server, &["CHILD_RIGHTS"], "2026-12-31T23:00:00Z").await;
        let second = half_day(&server, &["CHILD_RIGHTS"], "2027-10-05T07:00:00Z").await;
        half_day(&server, &["CHILD_RIGHTS"], "2027-12-31T23:00:00Z").await;
        assert_eq!(counts().await, [Some(0), Some(2), Some(0)], "new year's midnight in Sweden divides");
        server.travel_to(at("2027-06-01T08:00:00Z"));
        assert_eq!(counts().await, [Some(1), Some(1), Some(0)], "one of two: partly done");
        cancel(&server, &second).await;
        server.travel_to(at("2027-11-01T08:00:00Z"));
        assert_eq!(counts().await, [Some(1), Some(0), Some(1)], "a cancelled one is not held");
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_33_an_area_that_the_years_trainings_leave_out_is_warned_of(backend: Backend) {
        let server = Server::start(backend).await;
        let missing = async || year(&server).await["missingSubjectAreas"].clone();
        assert_eq!(missing().await.as_array().map(Vec::len), Some(5));

        half_day(&server, &["CHILD_RIGHTS", "CHILDREN_AS_RELATIVES", "CHILDREN_AT_RISK"], "2027-03-02T08:00:00Z").await;
        assert_eq!(missing().await, json!(["DOMESTIC_VIOLENCE", "KRONOBARN_COLLABORATION"]));
        let second = half_day(&server, &["DOMESTIC_VIOLENCE", "KRONOBARN_COLLABORATION"], "2027-10-05T07:00:00Z").await;
        assert_eq!(missing().await, json!([]));

        cancel(&server, &second).await;
        assert_eq!(missing().await, json!(["DOMESTIC_VIOLENCE", "KRONOBARN_COLLABORATION"]));
        server.stop().await;
    }
}

async fn support(caller: &Caller<'_>, unit: &Value, area: &str, day: &str) -> Vec<String> {
    let input = json!({ "unitId": unit, "subjectArea": area, "givenOn": day });
    let answer = caller.mutate("recordSupport", input, "givenOn").await;
    answer.user_errors("recordSupport")
}

on_both_databases! {
    async fn kr_34_support_given_is_counted_by_area_and_unit(backend: Backend) {
        let server = Server::start(backend).await;
        let region = server.by(REGION);
        let units = organisation(&region, REGION_KRONOBERG, "units(first: 2) { nodes { id name } }").await;
        let [first, second] = [0, 1].map(|place| units["units"]["nodes"][place].clone());

        for (unit, area, day) in [
            (&first["id"], "CHILDREN_AS_RELATIVES", "2026-01-07"),
            (&first["id"], "CHILDREN_AS_RELATIVES", "2026-03-02"),
            (&first["id"], "CHILDREN_AT_RISK", "2026-02-11"),
            (&second["id"], "CHILDREN_AT_RISK", "2026-02-12"),
            (&second["id"], "CHILDREN_AT_RISK", "2025-12-31"),
            (&Value::Null, "CHILD_RIGHTS", "2026-02-13"),
        ] {
            assert_eq!(support(&region, unit, area, day).await, ACCEPTED, "{day}");
        }
        assert_eq!(support(&region, &first["id"], "CHILD_RIGHTS", "2026-03-03").await, ["INVALID_VALUE"], "tomorrow");
        assert_eq!(support(&server.by("vaxjo-coordinator"), &first["id"], "CHILD_RIGHTS", "2026-03-02").await, ["NOT_FOUND"]);

        let selection = "supportGiven(from: \"2026-01-01\", until: \"2026-12-31\") { unit { name } subjectArea times }";
        let counted = organisation(&region, REGION_KRONOBERG, selection).await;
        let mut counts: Vec<String> = counted["supportGiven"].as_array().expect("a list").iter().map(Value::to_string).collect();
        counts.sort();
        let mut expected = [
            json!({ "unit": { "name": first["name"] }, "subjectArea": "CHILDREN_AS_RELATIVES", "times": 2 }),
            json!({ "unit": { "name": first["name"] }, "subjectArea": "CHILDREN_AT_RISK", "times": 1 }),
            json!({ "unit": { "name": second["name"] }, "subjectArea": "CHILDREN_AT_RISK", "times": 1 }),
            json!({ "unit": null, "subjectArea": "CHILD_RIGHTS", "times": 1 }),
        ].map(|row| row.to_string());
        expected.sort();
        assert_eq!(counts, expected);
        let others = organisation(&server.by("vaxjo-coordinator"), REGION_KRONOBERG, selection).await;
        assert_eq!(others["supportGiven"], json!(null), "others do not see it");
        server.stop().await;
    }
}

#[test]
fn kr_34_there_is_no_field_that_could_hold_patient_data() {
    let sdl = Sdl::of_the_api();
    let input = sdl
        .types
        .iter()
        .find(|known| known.name == "RecordSupportInput");
    let fields = &input.expect("the input of recordSupport").fields;

    let texts: Vec<&str> = fields
        .iter()
        .filter(|field| field.base_type() == "String")
        .map(|field| field.name.as_str())
        .collect();

    assert_eq!(texts, ["idempotencyKey"]);
}

async fn bra(server: &Server) -> Value {
    let caller = server.by("region-jamtland-harjedalen-coordinator");
    let input = json!({
        "code": "BRA", "name": "BRA-samtal, Barns rätt som anhöriga", "since": "2020", "ownTrainers": 2,
        "note": "två egna utbildare i samtalsmetoden BRA-samtal",
    });
    let answer = caller
        .mutate("setMethodPractice", input, "methodPractice { code }")
        .await;
    assert_eq!(answer.user_errors("setMethodPractice"), ACCEPTED);
    let selection = "methods { code name since ownTrainers }";
    organisation(&server.anonymous(), REGION_JAMTLAND, selection).await["methods"].clone()
}

on_both_databases! {
    async fn jh_24_the_region_has_worked_by_bra_samtal_since_2020(backend: Backend) {
        let server = Server::start(backend).await;

        let methods = bra(&server).await;

        assert_eq!(methods[0]["code"], "BRA");
        assert_eq!(methods[0]["since"], "2020", "as precise as the source, and no more");
        assert_eq!(bra(&server).await.as_array().map(Vec::len), Some(1), "said again it is said once");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_25_two_people_of_the_region_can_train_others_in_the_method(backend: Backend) {
        let server = Server::start(backend).await;

        assert_eq!(bra(&server).await[0]["ownTrainers"], 2);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jh_26_the_first_training_had_six_participants_in_the_autumn_of_2021(backend: Backend) {
        let server = Server::start(backend).await;
        let region = server.by("region-jamtland-harjedalen-coordinator");
        let input = json!({ "title": "BRA-samtal, den första utbildningen", "format": "PROGRAMME", "sharing": "PARTNERS" });
        let training = region.mutate("createTraining", input, "training { id }").await;
        let training = training.at("createTraining/training/id").clone();

        let input = json!({ "trainingId": training, "period": "HT 2021", "capacity": 6 });
        let occasion = region.mutate("createOccasion", input, "occasion { id period capacity startsAt timeBlocks { startsAt } }").await;
        let count = json!({ "trainingId": training, "count": 6, "asOf": "HT 2021" });
        let reported = region.mutate("reportCompletions", count, "training { reportedCompletions { count asOf } }").await;

        assert_eq!(occasion.user_errors("createOccasion"), ACCEPTED);
        let occasion = occasion.at("createOccasion/occasion");
        assert_eq!(occasion["period"], "HT 2021");
        assert_eq!(occasion["capacity"], 6);
        assert_eq!(occasion["startsAt"], json!(null), "no day is invented");
        assert_eq!(occasion["timeBlocks"], json!([]));
        let reported = reported.at("reportCompletions/training/reportedCompletions/0");
        assert_eq!(reported, &json!({ "count": 6, "asOf": "HT 2021" }));
        let both = json!({ "trainingId": training, "period": "HT 2021", "capacity": 6, "timeBlocks": [block(at("2021-09-01T08:00:00Z"), 3)] });
        let refused = region.mutate("createOccasion", both, "occasion { id }").await;
        assert_eq!(refused.user_errors("createOccasion"), ["INVALID_TIMES"]);
        server.stop().await;
    }
}

async fn programme(server: &Server) -> Value {
    let region = server.by("region-jonkoping-coordinator");
    let input =
        json!({ "title": "Utbildningssatsning om barnets rättigheter", "sharing": "PARTNERS" });
    let made = region
        .mutate("createTrainingProgramme", input, "programme { id }")
        .await;
    made.at("createTrainingProgramme/programme/id").clone()
}

on_both_databases! {
    async fn jk_25_what_a_programme_has_led_to_is_told(backend: Backend) {
        let server = Server::start(backend).await;
        let programme = programme(&server).await;
        let effects = "Fler aktiviteter inbegriper barnets rättigheter.";
        let tell = json!({ "programmeId": programme, "effects": effects });

        let stranger = server.by("vaxjo-coordinator").mutate("setProgrammeEffects", tell.clone(), "programme { id }").await;
        let told = server.by("region-jonkoping-coordinator").mutate("setProgrammeEffects", tell, "programme { effects }").await;

        assert_eq!(stranger.codes(), ["FORBIDDEN"]);
        assert_eq!(told.at("setProgrammeEffects/programme/effects"), effects);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_26_each_municipality_tells_whether_the_work_goes_on(backend: Backend) {
        let server = Server::start(backend).await;
        let programme = programme(&server).await;
        for (persona, status) in [("vaxjo-coordinator", "ENDED"), ("alvesta-coordinator", "ENDED"), ("vaxjo-coordinator", "ONGOING")] {
            let input = json!({ "programmeId": programme, "status": status, "asOf": "2013" });
            let answer = server.by(persona).mutate("reportProgrammeFollowUp", input, "programme { id }").await;
            assert_eq!(answer.user_errors("reportProgrammeFollowUp"), ACCEPTED);
        }
        let member = json!({ "programmeId": programme, "status": "ENDED" });
        let member = server.by("alvesta-member").mutate("reportProgrammeFollowUp", member, "programme { id }").await;

        let query = "query($id: ID!) { node(id: $id) { ... on TrainingProgramme {
            all: followUps { totalCount }
            followUps(statuses: [ONGOING]) { nodes { organisation { name kind } status asOf } }
        } } }";
        let found = server.by("region-jonkoping-coordinator").ask(query, json!({ "id": programme })).await;

        assert_eq!(member.codes(), ["FORBIDDEN"]);
        assert_eq!(found.at("node/all/totalCount"), 2, "what is reported again replaces what was before");
        let ongoing = found.at("node/followUps/nodes");
        assert_eq!(ongoing, &json!([{ "organisation": { "name": "Växjö kommun", "kind": "MUNICIPALITY" }, "status": "ONGOING", "asOf": "2013" }]));
        assert_eq!(texts(ongoing, "status"), ["ONGOING"]);
        server.stop().await;
    }
}
