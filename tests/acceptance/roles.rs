//! Roles, appointments and coverage, as the documents of the five counties name them.

use super::look_up::{organisation, text, texts};
use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

const BLEKINGE: &str = "2321000081";
const JONKOPING: &str = "2321000057";
const SKANE: &str = "2321000255";

/// A coverage of an organisation, with a selection of its fields.
async fn coverage(caller: &Caller<'_>, number: &str, what: &str, selection: &str) -> Value {
    let id = text(&organisation(caller, number, "id").await["id"]);
    let query = format!("{{ coverage(organisationId: \"{id}\", {what}) {{ {selection} }} }}");
    caller.query(&query).await.at("coverage").clone()
}

/// The one unit of an organisation with this name.
async fn unit(caller: &Caller<'_>, number: &str, name: &str) -> String {
    let found = organisation(caller, number, "units(first: 100) { nodes { id name } }").await;
    let nodes = found["units"]["nodes"].as_array().expect("units").clone();
    let row = nodes.iter().find(|row| row["name"] == name);
    text(&row.unwrap_or_else(|| panic!("no unit {name}"))["id"])
}

on_both_databases! {
    async fn kr_07_the_region_has_one_strategist_at_a_time_with_its_days(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("region-kronoberg-coordinator");
        let role = coordinator.query("{ roleType(code: \"HR_AND_CHILD_RIGHTS_STRATEGIST\") { nameSv oneAtATime } }").await;
        assert_eq!(role.at("roleType"), &json!({ "nameSv": "människorätts- och barnrättsstrateg", "oneAtATime": true }));
        let query = "{ appointments(filter: { roleTypes: [\"HR_AND_CHILD_RIGHTS_STRATEGIST\"] }) { nodes {
            id from until state person { name } organisation { name } } } }";

        let holders = coordinator.query(query).await;

        let expected = json!([{ "id": holders.at("appointments/nodes/0/id"), "from": "2023-02-01", "until": null,
            "state": "ACTIVE", "person": { "name": "Maria Ekendahl" }, "organisation": { "name": "Region Kronoberg" } }]);
        assert_eq!(holders.at("appointments/nodes"), &expected);
        let input = json!({ "roleType": "HR_AND_CHILD_RIGHTS_STRATEGIST", "from": "2026-03-02" });
        let second = coordinator.mutate("proposeAppointment", input, "appointment { id }").await;
        let input = json!({ "appointmentId": second.at("proposeAppointment/appointment/id") });
        let administrator = server.by("region-kronoberg-administrator");
        let confirmed = administrator.mutate("confirmAppointment", input, "appointment { id }").await;
        assert_eq!(confirmed.user_errors("confirmAppointment"), ["ALREADY_APPOINTED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_29_family_representatives_are_active_until_their_appointment_ends(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("region-kronoberg-coordinator");
        let active = "query($day: NaiveDate!) { appointments(filter: { roleTypes: [\"FAMILY_REPRESENTATIVE\"], activeOn: $day }) {
            nodes { id unit { name } } } }";
        let on = async |day: &str| {
            let answer = coordinator.ask(active, json!({ "day": day })).await;
            answer.at("appointments/nodes").clone()
        };
        let before = on("2026-03-02").await;
        let units: Vec<String> = texts(&before, "id");
        assert_eq!(units.len(), 4);

        let input = json!({ "appointmentId": units[0], "until": "2026-03-02" });
        let ended = coordinator.mutate("endAppointment", input, "appointment { state }").await;

        assert_eq!(ended.at("endAppointment/appointment/state"), "ENDED");
        assert_eq!(texts(&on("2026-03-02").await, "id").len(), 3);
        assert_eq!(texts(&on("2026-03-01").await, "id").len(), 4, "what was, was");
        assert_eq!(server.disagreements().await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_08_the_coordination_function_exists_since_2012_on_no_invented_day(backend: Backend) {
        let server = Server::start(backend).await;

        let found = organisation(&server.anonymous(), BLEKINGE, "units(kinds: [COORDINATION_FUNCTION]) { nodes { validFrom } }").await;

        assert_eq!(found["units"]["nodes"], json!([{ "validFrom": "2012" }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_12_representatives_work_in_three_kinds_of_units_and_in_some_service_areas(backend: Backend) {
        let server = Server::start(backend).await;
        let what = "roleType: \"CHILD_RIGHTS_REPRESENTATIVE\", by: UNIT";

        let found = coverage(&server.by("region-blekinge-member"), BLEKINGE, what, "byKind { kind total covered }").await;

        let expected = json!([
            { "kind": "HEALTH_CARE", "total": 3, "covered": 2 },
            { "kind": "DENTAL", "total": 1, "covered": 1 },
            { "kind": "SERVICE_AREA", "total": 2, "covered": 1 },
        ]);
        assert_eq!(found["byKind"], expected, "'vissa': not every service area");
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_13_units_without_a_representative_today_are_named(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("region-blekinge-member");
        let what = "roleType: \"CHILD_RIGHTS_REPRESENTATIVE\", by: UNIT";
        let selection = "total covered percent aim { target statement } gaps { totalCount nodes { name } }";

        let found = coverage(&member, BLEKINGE, what, selection).await;

        let expected = json!({
            "total": 6, "covered": 4, "percent": 66,
            "aim": { "target": null, "statement": "Målet är att alla verksamheter ska ha ett barnrättsombud." },
            "gaps": { "totalCount": 2, "nodes": [{ "name": "Kirurgkliniken" }, { "name": "Måltidsservice" }] },
        });
        assert_eq!(found, expected);
        let earlier = format!("{what}, asOf: \"2024-02-29\"");
        let earlier = coverage(&member, BLEKINGE, &earlier, "covered percent").await;
        assert_eq!(earlier, json!({ "covered": 0, "percent": 0 }), "they began on the first of March");
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_14_the_units_manager_confirms_and_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        let (coordinator, member) = (server.by("region-blekinge-coordinator"), server.by("region-blekinge-member"));
        // The persona becomes the manager of a unit: administrators have none in the demonstration.
        server.sql("UPDATE unit_manager SET person_id = (SELECT id FROM person WHERE email = 'helena.lyckebo@blekinge.example')
            WHERE unit_id = (SELECT id FROM organisation_unit WHERE name = 'Primärvården' AND kind = 'HEALTH_CARE')").await;
        let (named, open) = (unit(&coordinator, BLEKINGE, "Primärvården").await, unit(&coordinator, BLEKINGE, "Kirurgkliniken").await);
        let covered = async || {
            let what = "roleType: \"CHILD_RIGHTS_OFFICER\", by: UNIT, unitKinds: [HEALTH_CARE]";
            coverage(&member, BLEKINGE, what, "covered").await["covered"].clone()
        };
        let propose = async |unit: &str| {
            let input = json!({ "roleType": "CHILD_RIGHTS_OFFICER", "unitId": unit, "from": "2026-03-01" });
            let made = coordinator.mutate("proposeAppointment", input, "appointment { id status }").await;
            assert_eq!(made.at("proposeAppointment/appointment/status"), "PROPOSED");
            text(made.at("proposeAppointment/appointment/id"))
        };
        let proposed = propose(&named).await;
        let elsewhere = propose(&open).await;
        assert_eq!(covered().await, 0, "what is not confirmed does not count");

        let confirm = async |caller: &Caller<'_>, id: &str| {
            let selection = "appointment { status viewerCanAnswer }";
            caller.mutate("confirmAppointment", json!({ "appointmentId": id }), selection).await
        };

        assert_eq!(confirm(&coordinator, &proposed).await.codes(), ["FORBIDDEN"], "who proposes does not confirm");
        assert_eq!(confirm(&coordinator, &elsewhere).await.codes(), ["FORBIDDEN"], "no manager: an administrator does");
        let done = confirm(&member, &proposed).await;
        assert_eq!(done.at("confirmAppointment/appointment/status"), "CONFIRMED", "{}", done.text);
        assert_eq!(covered().await, 1);
        assert_eq!(confirm(&member, &proposed).await.user_errors("confirmAppointment"), ["APPOINTMENT_ANSWERED"]);
        assert_eq!(confirm(&member, &elsewhere).await.codes(), ["FORBIDDEN"], "another unit's manager");
        assert_eq!(server.disagreements().await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_16_there_are_childrens_representatives_since_1997(backend: Backend) {
        let server = Server::start(backend).await;

        let query = "{ roleType(code: \"CHILD_REPRESENTATIVE\") { nameSv introductions { since organisation { name } } } }";
        let role = server.anonymous().query(query).await;

        let expected = json!({ "nameSv": "barnombud",
            "introductions": [{ "since": "1997", "organisation": { "name": "Region Jönköpings län" } }] });
        assert_eq!(role.at("roleType"), &expected);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_17_500_workplaces_are_aimed_at_and_those_that_there_are_are_shown_beside(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("region-jonkoping-coordinator");
        let what = "roleType: \"CHILD_REPRESENTATIVE\", by: WORKPLACE";
        let selection = "total covered percent percentOfTarget aim { target } aims { target from until }";
        let now = coverage(&coordinator, JONKOPING, what, selection).await;
        assert_eq!(now, json!({ "total": 20, "covered": 17, "percent": 85, "percentOfTarget": 3,
            "aim": { "target": 500 }, "aims": [{ "target": 500, "from": null, "until": null }] }));

        let input = json!({ "roleType": "CHILD_REPRESENTATIVE", "by": "WORKPLACE", "target": 480, "from": "2026-03-02" });
        let set = coordinator.mutate("setCoverageAim", input, "aim { target }").await;
        assert_eq!(set.user_errors("setCoverageAim"), [""; 0]);

        let history = coverage(&coordinator, JONKOPING, what, "aim { target } aims { target from until }").await;
        assert_eq!(history, json!({ "aim": { "target": 480 }, "aims": [
            { "target": 500, "from": null, "until": "2026-03-02" }, { "target": 480, "from": "2026-03-02", "until": null }] }));
        let before = format!("{what}, asOf: \"2026-03-01\"");
        let before = coverage(&coordinator, JONKOPING, &before, "aim { target }").await;
        assert_eq!(before["aim"]["target"], 500, "what was aimed at then");
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_11_how_many_strategists_the_region_has_is_not_known_and_never_guessed(backend: Backend) {
        let server = Server::start(backend).await;

        let selection = "roleHeadcounts { value note roleType { code } }";
        let found = organisation(&server.anonymous(), SKANE, selection).await;

        let expected = json!([{ "value": null, "note": "ett antal", "roleType": { "code": "CHILD_RIGHTS_STRATEGIST" } }]);
        assert_eq!(found["roleHeadcounts"], expected);
        server.stop().await;
    }
}
