//! What Region Kronoberg's document names.

use super::look_up::{
    next_occasion, organisation, sign_oneself_up, text, texts, training, trainings,
};
use crate::{
    contract::sdl::Sdl,
    harness::{Server, on_both_databases},
};
use entity::kind::StaffCategory;
use serde_json::json;

/// Enters participants of each of the four audiences and reads their numbers when the year is over: employees,
/// managers, elected representatives, other actors in the county.
async fn participants_by_audience(server: &Server) -> [u64; 4] {
    use crate::statistics::world::{attend, new_year, occasion, spring, training, year};
    let training = training(server, "region-kronoberg-coordinator", "COUNTY").await;
    let occasion = occasion(server, &training, spring()).await;
    let municipality = "vaxjo-coordinator";
    for (persona, category, number) in [
        (municipality, StaffCategory::Employee, 6),
        (municipality, StaffCategory::Manager, 7),
        (municipality, StaffCategory::ElectedRepresentative, 8),
        (
            "lansstyrelsen-kronoberg-coordinator",
            StaffCategory::Employee,
            9,
        ),
    ] {
        let after = 100 * i32::try_from(number).expect("a small number");
        attend(server, persona, occasion, category, number, after).await;
    }
    server.travel_to(new_year());
    let reader = server.by("barnens-ratt-kronoberg-coordinator");
    let seen = year(&reader, &["AUDIENCE"]).await;
    [
        "EMPLOYEES",
        "MANAGERS",
        "ELECTED_REPRESENTATIVES",
        "OTHER_ACTORS_IN_COUNTY",
    ]
    .map(|audience| {
        let mut rows = seen["rows"].as_array().expect("rows").iter();
        let row = rows.find(|row| row["audience"] == audience);
        let row = row.unwrap_or_else(|| panic!("no {audience} in {seen}"));
        row["confirmed"]["all"]
            .as_u64()
            .expect("a number that is told")
    })
}

const REGION_KRONOBERG: &str = "232100-0065";

on_both_databases! {
    async fn kr_02_region_kronoberg_is_found_by_its_number(backend: Backend) {
        let server = Server::start(backend).await;

        for number in ["232100-0065", "2321000065", "16232100-0065", "162321000065"] {
            let selection = "name kind organisationNumber county { code municipalities { code } }";
            let found = organisation(&server.anonymous(), number, selection).await;

            assert_eq!(found["name"], "Region Kronoberg", "{number}");
            assert_eq!(found["kind"], "REGION");
            assert_eq!(found["organisationNumber"], "2321000065");
            assert_eq!(found["county"]["code"], "07");
            assert_eq!(texts(&found["county"]["municipalities"], "code").len(), 8);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_04_kronoberg_has_eight_municipalities(backend: Backend) {
        let server = Server::start(backend).await;
        let query = r#"{
          county(code: "07") {
            name
            municipalities { code name organisation { kind } }
            organisations { name }
            ofMunicipalities: organisations(kind: MUNICIPALITY) { municipality { code } }
          }
        }"#;

        let county = server.anonymous().query(query).await.at("county").clone();

        assert_eq!(county["name"], "Kronobergs län");
        let mut codes = texts(&county["municipalities"], "code");
        codes.sort();
        assert_eq!(codes, ["0760", "0761", "0763", "0764", "0765", "0767", "0780", "0781"]);
        let organisations = texts(&county["organisations"], "name");
        for name in ["Region Kronoberg", "Länsstyrelsen i Kronobergs län", "Växjö kommun"] {
            assert!(organisations.iter().any(|known| known == name), "{name} should be there");
        }
        let as_organisations = county["ofMunicipalities"].as_array().expect("a list");
        assert_eq!(as_organisations.len(), 8, "each municipality is an organisation too");
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_17_the_operations_of_a_region_stand_in_a_tree(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "units(kinds: [OPERATION], first: 50) {
          nodes { name kind organisation { name } parent { name kind parent { name } } }
        }";

        let region = organisation(&server.anonymous(), REGION_KRONOBERG, selection).await;

        let units = region["units"]["nodes"].as_array().expect("a list");
        assert!(units.iter().any(|unit| unit["name"] == "Barnhälsovården"));
        for unit in units {
            assert_eq!(unit["kind"], "OPERATION");
            assert_eq!(unit["organisation"]["name"], "Region Kronoberg");
            assert_eq!(unit["parent"]["name"], "Hälso- och sjukvårdsförvaltningen");
            assert_eq!(unit["parent"]["kind"], "ADMINISTRATION");
            assert!(unit["parent"]["parent"].is_null(), "the administration is at the top");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_18_a_contact_point_names_a_function_and_no_person(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "contactPoints(subjectArea: CHILD_RIGHTS) { functionName subjectArea email phone }";

        let region = organisation(&server.anonymous(), REGION_KRONOBERG, selection).await;

        let points = region["contactPoints"].as_array().expect("a list");
        assert_eq!(points.len(), 1, "the other one answers for another subject");
        assert_eq!(points[0]["functionName"], "Människorätts- och barnrättsstrateg");
        assert_eq!(points[0]["email"], "barnratt@kronoberg.example");
        let sdl = Sdl::of_the_api();
        let fields = sdl.object("ContactPoint").fields.iter().map(|field| field.name.as_str());
        assert_eq!(
            fields.collect::<Vec<_>>(),
            ["functionName", "subjectArea", "email", "phone"],
            "a contact point leads to nobody's private data"
        );
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_30_the_networks_five_subjects_filter_the_catalogue(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");

        for subject in [
            "CHILD_RIGHTS",
            "CHILDREN_AS_RELATIVES",
            "CHILDREN_AT_RISK",
            "DOMESTIC_VIOLENCE",
            "KRONOBARN_COLLABORATION",
        ] {
            let filter = json!({ "county": "07", "subjectAreas": [subject] });
            let found = trainings(&caller, &filter, "title subjectAreas").await;

            assert!(!found.is_empty(), "something should be about {subject}");
            for row in found {
                let subjects = row["subjectAreas"].as_array().expect("a list");
                assert!(subjects.contains(&json!(subject)), "{} is not about {subject}", row["title"]);
            }
        }
        let half_day = training(&caller, "Familjeombudens halvdag", "subjectAreas").await;
        assert_eq!(half_day["subjectAreas"].as_array().map(Vec::len), Some(5), "all five in one");
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_32_only_health_care_staff_can_be_signed_up_where_it_is_for_them(backend: Backend) {
        let server = Server::start(backend).await;
        let title = "Barn som närstående – se, lyssna och stödja";
        let (teacher, nurse) = (server.by("vaxjo-member"), server.by("region-kronoberg-member"));
        let occasion = next_occasion(&teacher, title).await;

        let refused = sign_oneself_up(&teacher, &occasion).await;
        let accepted = sign_oneself_up(&nurse, &occasion).await;

        assert_eq!(refused.user_errors("signUp"), ["TARGET_AUDIENCE_MISMATCH"]);
        assert_eq!(
            refused.at("signUp/userErrors/0/field"),
            &json!(["participants", "0", "personId"]),
            "the form can show it beside the person"
        );
        assert_eq!(accepted.user_errors("signUp"), [""; 0]);
        assert_eq!(accepted.at("signUp/signUps/0/status"), "CONFIRMED");
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_35_trainings_in_human_rights_and_in_child_rights_are_listed(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");

        for (subject, title) in [
            ("HUMAN_RIGHTS", "Mänskliga rättigheter i praktiken"),
            ("HUMAN_RIGHTS", "Mänskliga rättigheter för förtroendevalda"),
            ("CHILD_RIGHTS", "Barnets rättigheter i vardagen"),
        ] {
            let filter = json!({ "county": "07", "subjectAreas": [subject], "statuses": ["PUBLISHED"] });
            let found = trainings(&caller, &filter, "title").await;
            assert!(found.iter().any(|row| row["title"] == title), "{subject} should list {title}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_36_each_of_the_four_audiences_can_be_chosen(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        let audiences = ["EMPLOYEES", "MANAGERS", "ELECTED_REPRESENTATIVES", "OTHER_ACTORS_IN_COUNTY"];

        for audience in audiences {
            let filter = json!({ "county": "07", "targetAudiences": [audience] });
            let found = trainings(&caller, &filter, "title targetAudiences").await;
            assert!(
                found.iter().any(|row| row["title"] == "Mänskliga rättigheter i praktiken"),
                "the e-training is for {audience}"
            );
            let input = json!({
                "title": format!("För {audience}"), "format": "HALF_DAY", "sharing": "COUNTY", "county": "07",
                "targetAudiences": [audience],
            });
            let made = caller.mutate("createTraining", input, "training { targetAudiences }").await;
            assert_eq!(made.at("createTraining/training/targetAudiences"), &json!([audience]));
        }
        let all = training(&caller, "Mänskliga rättigheter i praktiken", "targetAudiences county { code }").await;
        assert_eq!(all["targetAudiences"].as_array().map(Vec::len), Some(4));
        assert_eq!(text(&all["county"]["code"]), "07", "the other actors are those of this county");

        let split = participants_by_audience(&server).await;
        assert_eq!(split, [6, 7, 8, 9], "statistics are split on the four");
        server.stop().await;
    }
}
