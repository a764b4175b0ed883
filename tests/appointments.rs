//! Who is appointed, who may know it, and what is covered: also when somebody leaves, units are divided, and files are
//! sent.

use crate::{
    acceptance::look_up::{organisation, text, texts},
    harness::{Caller, Server, on_both_databases},
};
use serde_json::{Value, json};
use std::fmt::Write;

const STRATEGISTS: &str =
    "roleType: \"CHILD_RIGHTS_STRATEGIST\", county: \"12\", by: MUNICIPALITY, trainedOnly: true";
const KRONOBERG: &str = "2321000065";

async fn coverage(caller: &Caller<'_>, what: &str, selection: &str) -> Value {
    let query = format!("{{ coverage({what}) {{ {selection} }} }}");
    caller.query(&query).await.at("coverage").clone()
}

/// Makes Perstorp a partner for which its strategist acts, with the token of an association's coordinator.
async fn let_perstorp_take_part(server: &Server) {
    for statement in [
        "UPDATE membership SET active_until = active_from WHERE subject = (SELECT subject FROM membership WHERE person_id =
            (SELECT id FROM person WHERE email = 'robin.sjobohem@barnens-rost-skane.example'))",
        "UPDATE organisation SET organisation_number = NULL WHERE organisation_number = '8029991208'",
        "UPDATE organisation SET organisation_number = '8029991208', partner_from =
            (SELECT partner_from FROM organisation WHERE municipality_code = '1280') WHERE municipality_code = '1275'",
        "UPDATE membership SET
            issuer = (SELECT issuer FROM membership WHERE person_id = (SELECT id FROM person WHERE email = 'robin.sjobohem@barnens-rost-skane.example')),
            subject = (SELECT subject FROM membership WHERE person_id = (SELECT id FROM person WHERE email = 'robin.sjobohem@barnens-rost-skane.example'))
            WHERE person_id = (SELECT id FROM person WHERE email = 'gunde.dalskog@perstorp.example')",
    ] {
        server.sql(statement).await;
    }
}

on_both_databases! {
    async fn thirty_three_of_thirty_three_becomes_thirty_two_when_perstorps_strategist_resigns(backend: Backend) {
        let server = Server::start(backend).await;
        let_perstorp_take_part(&server).await;
        let partner = server.by("kommunforbundet-skane-coordinator");
        let selection = "total covered percent municipalityGaps { name }";
        let before = coverage(&partner, STRATEGISTS, selection).await;
        assert_eq!(before, json!({ "total": 33, "covered": 33, "percent": 100, "municipalityGaps": [] }));
        let strategist = server.by("barnens-rost-skane-coordinator");
        let own = "{ viewer { organisation { name appointments { nodes { id viewerCanEnd } } } } }";
        let own = strategist.query(own).await;
        assert_eq!(own.at("viewer/organisation/name"), "Perstorps kommun");
        assert_eq!(own.at("viewer/organisation/appointments/nodes/0/viewerCanEnd"), true);

        let id = own.at("viewer/organisation/appointments/nodes/0/id");
        let input = json!({ "appointmentId": id, "until": "2026-03-02" });
        let ended = strategist.mutate("endAppointment", input, "appointment { state }").await;

        assert_eq!(ended.at("endAppointment/appointment/state"), "ENDED", "{}", ended.text);
        let after = coverage(&partner, STRATEGISTS, selection).await;
        let gap = json!([{ "name": "Perstorps kommun" }]);
        assert_eq!(after, json!({ "total": 33, "covered": 32, "percent": 96, "municipalityGaps": gap }));
        let yesterday = format!("{STRATEGISTS}, asOf: \"2026-03-01\"");
        assert_eq!(coverage(&partner, &yesterday, "covered").await["covered"], 33, "what was, was");
        assert_eq!(server.disagreements().await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_map_and_the_table_tell_the_same_of_each_municipality(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "municipalities { covered municipality { code name outline { path viewBox attribution } } }";

        let found = coverage(&server.by("region-skane-member"), STRATEGISTS, selection).await;

        let rows = found["municipalities"].as_array().expect("a list");
        assert_eq!(rows.len(), 33);
        for row in rows {
            assert_eq!(row["covered"], true);
            let outline = &row["municipality"]["outline"];
            assert!(text(&outline["path"]).starts_with('M') && text(&outline["attribution"]).contains("SCB"));
            assert_eq!(outline["viewBox"], "0 0 640 639", "one map for the county");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn other_counties_are_told_the_percentage_that_is_published_and_no_more(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "sight total covered percent gaps { totalCount } municipalities { covered } municipalityGaps { name }";

        for stranger in [server.anonymous(), server.by("region-blekinge-coordinator")] {
            let told = coverage(&stranger, STRATEGISTS, selection).await;
            let expected = json!({ "sight": "PERCENTAGE", "total": null, "covered": null, "percent": 100,
                "gaps": null, "municipalities": null, "municipalityGaps": null });
            assert_eq!(told, expected);
            // Municipality by municipality, or kind by kind, the percentage would name the gaps.
            let part = STRATEGISTS.replace("county: \"12\"", "municipality: \"1275\"");
            assert_ne!(part, STRATEGISTS);
            for part in [part, format!("{STRATEGISTS}, unitKinds: [ADMINISTRATION]")] {
                assert!(coverage(&stranger, &part, "percent").await.is_null(), "{part}");
            }
        }
        let own = "roleType: \"CHILD_REPRESENTATIVE\", county: \"06\", by: WORKPLACE";
        assert!(coverage(&server.by("region-blekinge-coordinator"), own, "percent").await.is_null(), "nothing is published");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_training_that_is_taken_back_ends_the_coverage_by_trained_people(backend: Backend) {
        let server = Server::start(backend).await;
        let partner = server.by("region-skane-coordinator");
        let trained = "roleType: \"CHILD_RIGHTS_STRATEGIST\", by: UNIT, trainedOnly: true";
        let id = text(&organisation(&partner, "2321000255", "id").await["id"]);
        let covered = async |what: &str| {
            let what = format!("organisationId: \"{id}\", {what}");
            coverage(&partner, &what, "covered").await["covered"].clone()
        };
        assert_eq!(covered(trained).await, 0, "appointed, and without the training that Skåne asks for");
        assert_eq!(covered("roleType: \"CHILD_RIGHTS_STRATEGIST\", by: UNIT").await, 1);
        let csv = "e-post;utbildning;genomförd\nnadja.ivanova@skane.example;Utbildning till barnrättsstrateg i Skåne, satsning 4;2014-05-28\n";
        let entered = partner.mutate("importCompletions", json!({ "csv": csv }), "rows { completion { id } }").await;
        assert_eq!(entered.user_errors("importCompletions"), [""; 0], "{}", entered.text);
        assert_eq!(covered(trained).await, 1);

        let input = json!({ "completionId": entered.at("importCompletions/rows/0/completion/id") });
        let withdrawn = partner.mutate("withdrawCompletion", input, "completion { id }").await;

        assert_eq!(withdrawn.user_errors("withdrawCompletion"), [""; 0]);
        assert_eq!(covered(trained).await, 0);
        assert_eq!(server.disagreements().await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_is_named_where_a_function_is_published_nor_with_protected_identity(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ appointments(first: 100, filter: { roleTypes: [\"CHILD_RIGHTS_STRATEGIST\"], county: \"12\" }) { totalCount nodes {
            namePublished functionAddress organisation { name } person { name } decision } } }";

        let seen = server.by("region-skane-member").query(query).await;

        let rows = seen.at("appointments/nodes").as_array().expect("a list").clone();
        let others: Vec<_> = rows.iter().filter(|row| row["organisation"]["name"] != "Region Skåne").collect();
        assert_eq!(others.len(), 33, "all are seen, and counted");
        for row in &others {
            let protected = row["organisation"]["name"] == "Trelleborgs kommun";
            let named = row["person"]["name"].is_string();
            assert_eq!(named, row["namePublished"] == true && !protected, "{row}");
            assert!(row["functionAddress"].is_string(), "a function can always be reached");
            assert!(row["decision"].is_null());
        }
        assert!(!seen.text.contains("Iris Brovall"), "a person with protected identity");
        let association = server.by("barnens-rost-skane-coordinator").query(query).await;
        assert_eq!(association.at("appointments/totalCount"), 34);
        let nodes = association.at("appointments/nodes").as_array().expect("a list");
        assert!(nodes.iter().all(|row| row["person"].is_null()), "associations are given functions");
        for stranger in [server.anonymous(), server.by("region-blekinge-coordinator")] {
            assert_eq!(stranger.query(query).await.at("appointments/totalCount"), 0, "shared with the county only");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_childrens_representative_is_neither_the_ombudsman_nor_a_child_rights_representative(backend: Backend) {
        let server = Server::start(backend).await;

        let roles = server.anonymous().query("{ roleTypes { code nameSv description } }").await;

        let rows = roles.at("roleTypes").as_array().expect("a list").clone();
        let named = |name: &str| rows.iter().find(|row| row["nameSv"] == name).expect("a role").clone();
        assert_eq!(named("barnombud")["code"], "CHILD_REPRESENTATIVE");
        assert_eq!(named("barnrättsombud")["code"], "CHILD_RIGHTS_REPRESENTATIVE");
        assert!(text(&named("barnombud")["description"]).contains("Barnombudsmannen"), "it says what it is not");
        let ombudsman = organisation(&server.anonymous(), "2021003690", "kind appointments { totalCount }").await;
        assert_eq!(ombudsman, json!({ "kind": "STATE_AUTHORITY", "appointments": { "totalCount": 0 } }));
        let coordinator = "{ roleType(code: \"CHILD_RIGHTS_COORDINATOR\") { sourceSpelling headcounts { value } } }";
        let coordinator = server.anonymous().query(coordinator).await;
        let expected = json!({ "sourceSpelling": "Barnrättskordinator", "headcounts": [{ "value": 6 }] });
        assert_eq!(coordinator.at("roleType"), &expected);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_unit_that_is_divided_counts_as_one_before_and_as_two_after(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by("region-kronoberg-administrator");
        let region = organisation(&administrator, KRONOBERG, "id units(first: 100) { nodes { id name } }").await;
        let id = text(&region["id"]);
        let unit = |name: &str| {
            let rows = region["units"]["nodes"].as_array().expect("units");
            text(&rows.iter().find(|row| row["name"] == name).expect("a unit")["id"])
        };
        let what = |day: &str| format!("organisationId: \"{id}\", roleType: \"FAMILY_REPRESENTATIVE\", by: UNIT, unitKinds: [OPERATION], asOf: \"{day}\"");
        let numbers = async |day: &str| coverage(&administrator, &what(day), "total covered").await;
        assert_eq!(numbers("2026-03-31").await, json!({ "total": 5, "covered": 3 }));

        let into = ["Mödrahälsovården", "Förlossningsvården"].map(|name| json!({ "name": name, "kind": "OPERATION" }));
        let input = json!({ "unitId": unit("Kvinnokliniken"), "on": "2026-04-01", "into": into });
        let split = administrator.mutate("splitUnit", input, "units { id validFrom predecessors { name until } }").await;

        assert_eq!(split.user_errors("splitUnit"), [""; 0], "{}", split.text);
        assert_eq!(split.at("splitUnit/units/0/validFrom"), "2026-04-01");
        let old = json!([{ "name": "Kvinnokliniken", "until": "2026-04-01" }]);
        assert_eq!(split.at("splitUnit/units/1/predecessors"), &old);
        assert_eq!(numbers("2026-03-31").await, json!({ "total": 5, "covered": 3 }), "the past is not rewritten");
        assert_eq!(numbers("2026-04-01").await, json!({ "total": 6, "covered": 2 }), "who goes on is proposed anew");
        assert_eq!(server.disagreements().await, [""; 0]);
        let input = json!({ "unitIds": texts(split.at("splitUnit/units"), "id"), "on": "2026-05-01",
            "into": { "name": "Kvinnosjukvården", "kind": "OPERATION" } });
        let merged = administrator.mutate("mergeUnits", input, "unit { name predecessors { name } }").await;
        assert_eq!(merged.user_errors("mergeUnits"), [""; 0], "{}", merged.text);
        assert_eq!(numbers("2026-05-01").await, json!({ "total": 5, "covered": 2 }));
        assert_eq!(server.disagreements().await, [""; 0]);
        let input = json!({ "unitId": unit("Kvinnokliniken"), "on": "2026-06-01", "into": into });
        let again = administrator.mutate("splitUnit", input, "units { id }").await;
        assert_eq!(again.user_errors("splitUnit"), ["UNIT_NOT_VALID"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn five_hundred_workplaces_and_their_representatives_come_from_files_or_not_at_all(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by("region-kronoberg-administrator");
        let mut units = "namn;sort;kommun\n".to_owned();
        let mut appointments = "roll;enhet;från\n".to_owned();
        for number in 1..=500 {
            writeln!(units, "Arbetsplats {number};arbetsplats;0780").expect("text takes more text");
            writeln!(appointments, "barnombud;Arbetsplats {number};2026-03-02").expect("text takes more text");
        }
        let wrong = format!("{}Sista;slott;\n", units.replace("Arbetsplats 500;arbetsplats;0780\n", ""));
        let refused = administrator.mutate("importUnits", json!({ "csv": wrong }), "entered").await;
        assert_eq!(refused.user_errors("importUnits"), ["INVALID_VALUE"], "one wrong row, and none is made");
        assert_eq!(refused.at("importUnits/userErrors/0/field"), &json!(["csv", "501", "kind"]));
        let preview = administrator.mutate("importUnits", json!({ "csv": units, "preview": true }), "entered").await;
        assert_eq!(preview.at("importUnits/entered"), 500);
        let made = administrator.mutate("importUnits", json!({ "csv": units }), "entered alreadyThere").await;
        assert_eq!(made.at("importUnits/entered"), 500, "{}", made.text);
        let again = administrator.mutate("importUnits", json!({ "csv": units }), "entered alreadyThere").await;
        assert_eq!(again.at("importUnits/alreadyThere"), 500);

        let input = json!({ "csv": appointments, "confirm": true });
        let appointed = administrator.mutate("importAppointments", input, "entered confirmed").await;

        assert_eq!(appointed.user_errors("importAppointments"), [""; 0]);
        assert_eq!(appointed.at("importAppointments/confirmed"), 500);
        let id = text(&organisation(&administrator, KRONOBERG, "id").await["id"]);
        let what = format!("organisationId: \"{id}\", roleType: \"CHILD_REPRESENTATIVE\", by: WORKPLACE");
        let all = json!({ "total": 500, "covered": 500, "percent": 100, "gaps": { "totalCount": 0 } });
        assert_eq!(coverage(&administrator, &what, "total covered percent gaps { totalCount }").await, all);
        let by_municipality = format!("organisationId: \"{id}\", roleType: \"CHILD_REPRESENTATIVE\", by: MUNICIPALITY");
        let places = coverage(&administrator, &by_municipality, "municipalities { covered municipality { code } }").await;
        assert_eq!(places["municipalities"], json!([{ "covered": true, "municipality": { "code": "0780" } }]));
        assert_eq!(server.disagreements().await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn counters_agree_with_what_they_count_after_every_change(backend: Backend) {
        let server = Server::start(backend).await;
        let (administrator, coordinator) = (server.by("region-kronoberg-administrator"), server.by("region-kronoberg-coordinator"));
        let region = organisation(&coordinator, KRONOBERG, "id units(first: 100) { nodes { id } }").await;
        let units = texts(&region["units"]["nodes"], "id");
        let id = text(&region["id"]);
        let days = ["2025-12-31", "2026-01-01", "2026-03-02", "2026-12-31", "2027-01-01"];
        for (index, unit) in units.iter().cycle().take(24).enumerate() {
            let until = days.get(index % 4 + 1).filter(|_| index % 3 != 0);
            let from = days[index % 4];
            let input = json!({ "roleType": "CHILD_RIGHTS_OFFICER", "unitId": unit, "from": from, "until": until });
            let made = coordinator.mutate("proposeAppointment", input, "appointment { id }").await;
            if made.at("proposeAppointment/appointment").is_null() {
                assert_eq!(made.user_errors("proposeAppointment"), ["ALREADY_APPOINTED"]);
                continue;
            }
            let appointment = made.at("proposeAppointment/appointment/id");
            let input = json!({ "appointmentId": appointment });
            administrator.mutate("confirmAppointment", input, "appointment { id }").await;
            if index % 5 == 0 {
                let input = json!({ "appointmentId": appointment, "until": days[index % 3 + 2] });
                coordinator.mutate("endAppointment", input, "appointment { id }").await;
            }
            assert_eq!(server.disagreements().await, [""; 0], "after change {index}");
        }

        for day in days {
            let active = "query($organisation: ID!, $day: NaiveDate!) { appointments(first: 100, filter: {
                organisationId: $organisation, roleTypes: [\"CHILD_RIGHTS_OFFICER\"], activeOn: $day }) { nodes { unit { id } } } }";
            let active = coordinator.ask(active, json!({ "organisation": id, "day": day })).await;
            let mut live: Vec<String> = active.at("appointments/nodes").as_array().expect("a list").iter()
                .map(|row| text(&row["unit"]["id"])).collect();
            live.sort();
            live.dedup();
            let what = format!("organisationId: \"{id}\", roleType: \"CHILD_RIGHTS_OFFICER\", by: UNIT, asOf: \"{day}\"");
            let counted = coverage(&coordinator, &what, "total covered gaps { totalCount }").await;
            assert_eq!(counted["covered"], live.len(), "on {day}");
            let gaps = counted["gaps"]["totalCount"].as_u64().expect("a number");
            assert_eq!(counted["total"].as_u64().map(|total| total - gaps), counted["covered"].as_u64(), "on {day}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn coverage_and_lists_take_as_many_statements_for_few_rows_as_for_many(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("region-jonkoping-member");
        let id = text(&organisation(&member, "2321000057", "id").await["id"]);
        let queries = [
            format!("query($first: Int!) {{ coverage(organisationId: \"{id}\", roleType: \"CHILD_REPRESENTATIVE\", by: UNIT) {{
                total covered gaps(first: $first) {{ nodes {{ name manager {{ name }} appointments {{ nodes {{ id }} }} }} }} }} }}"),
            "query($first: Int!) { appointments(first: $first, filter: { roleTypes: [\"CHILD_REPRESENTATIVE\"] }) { nodes {
                roleType { code } unit { name } organisation { name } person { name } manager { name } isTrained
                viewerCanAnswer viewerCanEnd } } }".to_owned(),
        ];
        for query in queries {
            // Among the first six there is a unit with a manager already, and an appointment with a person.
            let (few, _) = server.statements(member.ask(&query, json!({ "first": 6 }))).await;
            let (many, answer) = server.statements(member.ask(&query, json!({ "first": 20 }))).await;
            answer.data();
            // Whether `person` and `manager` load their people in one batch or in two depends on which is sooner.
            assert!(many <= few + 3.0, "{few} statements for few rows, {many} for many: load each level at once: {query}");
        }
        server.stop().await;
    }
}
