//! What a hostile reader of the code tried: each hole that was found stays closed.

use crate::harness::{Answer, Caller, Server, on_both_databases};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The joint half-day in Kronoberg with a full first occasion, and who stands there, as the region sees it.
async fn main_occasion(server: &Server) -> Value {
    let answer = server
        .by("region-kronoberg-coordinator")
        .query(
            r#"{ trainings(first: 1, filter: {text: "rättigheter i vardagen"}) { nodes { id
            occasions(first: 1) { nodes { id version
                signUps(first: 50) { nodes { id status need participant { id } organisation { name } } } } } } } }"#,
        )
        .await;
    answer.at("trainings/nodes/0/occasions/nodes/0").clone()
}

fn sign_up_of<'v>(occasion: &'v Value, organisation: &str, status: &str) -> &'v Value {
    occasion["signUps"]["nodes"]
        .as_array()
        .expect("a list of sign-ups")
        .iter()
        .find(|row| row["organisation"]["name"] == organisation && row["status"] == status)
        .unwrap_or_else(|| panic!("no {status} sign-up of {organisation} in {occasion}"))
}

async fn audited(administrator: &Caller<'_>) -> Answer {
    administrator
        .query("{ auditLog(first: 100, actions: [READ]) { nodes { requestId personId } } }")
        .await
}

fn has_request(log: &Answer, request: &Answer) -> bool {
    let id = request.headers["x-request-id"].to_str().expect("an id");
    log.at("auditLog/nodes")
        .as_array()
        .expect("a list")
        .iter()
        .any(|entry| entry["requestId"] == id)
}

on_both_databases! {
    async fn where_a_stranger_has_a_place_does_not_show_when_one_tries_to_sign_them_up(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let stranger = &sign_up_of(&occasion, "Region Kronoberg", "CONFIRMED")["participant"]["id"];
        let nobody = "person_0192aaaaaaaa7aaa8aaaaaaaaaaaaaaa";
        let ljungby = server.by("ljungby-coordinator");
        let input = |person: &Value| {
            json!({ "occasionId": occasion["id"], "participants": [{ "personId": person }] })
        };

        let known = ljungby.mutate("signUp", input(stranger), "signUps { id }").await;
        let unknown = ljungby.mutate("signUp", input(&json!(nobody)), "signUps { id }").await;

        assert_eq!(known.user_errors("signUp"), ["NOT_FOUND"], "{}", known.text);
        assert_eq!(known.text, unknown.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_cursor_does_not_hold_the_name_of_the_person_that_it_points_at(backend: Backend) {
        let server = Server::start(backend).await;

        let answer = server
            .by("vaxjo-coordinator")
            .query("{ viewer { organisation { members(first: 5) { edges { cursor } pageInfo { endCursor } } } } }")
            .await;

        let cursor = answer.at("viewer/organisation/members/edges/0/cursor").as_str().expect("a cursor");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("base64");
        let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
        assert!(
            digits * 3 < bytes.len(),
            "most of a cursor are digits, as in a sort key: hide what cursors hold: {}",
            String::from_utf8_lossy(&bytes)
        );
        let end = answer.at("viewer/organisation/members/pageInfo/endCursor").clone();
        let next = server
            .by("vaxjo-coordinator")
            .ask(
                "query($after: String) { viewer { organisation { members(first: 5, after: $after) { nodes { id } } } } }",
                json!({ "after": end }),
            )
            .await;
        assert_eq!(next.at("viewer/organisation/members/nodes").as_array().map(Vec::len), Some(5));
        server.stop().await;
    }
}

on_both_databases! {
    async fn finding_colleagues_by_name_or_reading_their_protection_is_audited(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("vaxjo-coordinator");

        let found = coordinator
            .query(r#"{ viewer { organisation { members(text: "warsame") { nodes { id } } } } }"#)
            .await;
        let protection = coordinator
            .query("{ viewer { organisation { members(first: 5) { nodes { person { protectedIdentity } } } } } }")
            .await;

        assert_eq!(found.at("viewer/organisation/members/nodes").as_array().map(Vec::len), Some(1));
        protection.data();
        let log = audited(&server.by("vaxjo-administrator")).await;
        assert!(has_request(&log, &found), "a search by name leaves no trace: {}", log.text);
        assert!(has_request(&log, &protection), "reading protectedIdentity leaves no trace: {}", log.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_filter_does_not_tell_which_trainings_belong_to_a_hidden_programme(backend: Backend) {
        let server = Server::start(backend).await;
        let region = server.by("region-kronoberg-coordinator");
        let programme = region
            .mutate(
                "createTrainingProgramme",
                json!({ "title": "Internt program", "sharing": "ORGANISATION" }),
                "programme { id }",
            )
            .await;
        let programme = programme.at("createTrainingProgramme/programme/id").clone();
        let training = region
            .mutate(
                "createTraining",
                json!({
                    "title": "Öppen för alla", "format": "HALF_DAY", "sharing": "PUBLIC", "programmeId": programme
                }),
                "training { id }",
            )
            .await;
        let id = training.at("createTraining/training/id").clone();
        region.mutate("publishTraining", json!({ "trainingId": id }), "training { id }").await.data();
        let query = "query($id: ID!) { trainings(filter: {programmeId: $id}) { totalCount nodes { programme { id } } } }";

        let own = region.ask(query, json!({ "id": programme })).await;
        let other = server.by("vaxjo-coordinator").ask(query, json!({ "id": programme })).await;

        assert_eq!(own.at("trainings/totalCount"), 1);
        assert_eq!(other.at("trainings/totalCount"), 0, "{}", other.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_character_that_cannot_be_stored_is_the_senders_mistake(backend: Backend) {
        let server = Server::start(backend).await;
        let anonymous = server.anonymous();
        let organisation = anonymous.query("{ organisations(first: 1) { nodes { id } } }").await;
        let organisation = organisation.at("organisations/nodes/0/id").clone();

        let feedback = anonymous
            .mutate(
                "sendPageFeedback",
                json!({ "organisationId": organisation, "page": "/a\u{0}b", "helpful": true }),
                "message",
            )
            .await;
        let search = anonymous
            .ask(
                "query($text: String) { organisations(filter: {text: $text}) { nodes { id } } }",
                json!({ "text": "a\u{0}b" }),
            )
            .await;

        assert_eq!(feedback.user_errors("sendPageFeedback"), ["INVALID_VALUE"]);
        assert!(
            search.codes().iter().all(|code| code == "BAD_USER_INPUT"),
            "{}",
            search.text
        );
        server.stop().await;
    }
}

on_both_databases! {
    async fn times_that_the_databases_cannot_keep_are_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let region = server.by("region-kronoberg-coordinator");
        let found = region
            .query(r#"{ trainings(first: 1, filter: {text: "rättigheter i vardagen"}) { nodes { id } } }"#)
            .await;
        let training = found.at("trainings/nodes/0/id").clone();

        for (starts, ends) in [
            ("2026-05-04T08:00:00.0000001Z", "2026-05-04T08:00:00.0000002Z"),
            ("2026-05-04T08:00:00Z", "+12026-05-04T08:00:00Z"),
            ("-0044-03-15T08:00:00Z", "2026-05-04T08:00:00Z"),
            ("0001-01-01T08:00:00Z", "0001-01-01T09:00:00Z"),
        ] {
            let answer = region
                .mutate(
                    "createOccasion",
                    json!({
                        "trainingId": training, "capacity": 1,
                        "timeBlocks": [{ "startsAt": starts, "endsAt": ends }]
                    }),
                    "occasion { id }",
                )
                .await;

            let refused = answer.codes() == ["BAD_USER_INPUT"]
                || (answer.codes().is_empty() && answer.user_errors("createOccasion") == ["INVALID_TIMES"]);
            assert!(refused, "{starts} to {ends}: {}", answer.text);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_moves_up_at_an_occasion_that_has_begun_and_its_end_stays(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let region = server.by("region-kronoberg-coordinator");
        let past = json!([{ "startsAt": "2026-01-01T08:00:00Z", "endsAt": "2026-01-01T09:00:00Z" }]);
        let earlier = region
            .mutate(
                "updateOccasion",
                json!({ "occasionId": occasion["id"], "expectedVersion": occasion["version"], "timeBlocks": past }),
                "occasion { id }",
            )
            .await;
        server.travel(TimeDelta::days(31));

        let more = region
            .mutate(
                "updateOccasion",
                json!({ "occasionId": occasion["id"], "expectedVersion": occasion["version"], "capacity": 40 }),
                "occasion { version seats { taken waiting } }",
            )
            .await;
        let later = region
            .mutate(
                "updateOccasion",
                json!({
                    "occasionId": occasion["id"], "expectedVersion": more.at("updateOccasion/occasion/version"),
                    "timeBlocks": [{ "startsAt": "2027-01-01T08:00:00Z", "endsAt": "2027-01-01T09:00:00Z" }]
                }),
                "occasion { id }",
            )
            .await;

        assert_eq!(earlier.user_errors("updateOccasion"), ["INVALID_TIMES"]);
        assert_ne!(more.at("updateOccasion/occasion/seats/waiting"), 0, "{}", more.text);
        assert_eq!(later.user_errors("updateOccasion"), ["OCCASION_PAST"]);
        assert!(server.disagreements().await.is_empty());
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_somebody_needed_is_forgotten_with_the_sign_up(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let region = server.by("region-kronoberg-coordinator");
        let rows = occasion["signUps"]["nodes"].as_array().expect("a list");
        let needy = rows.iter().find(|row| row["need"].is_string()).expect("somebody who needs something");

        let withdrawn = region
            .mutate("withdraw", json!({ "signUpId": needy["id"] }), "signUp { status need }")
            .await;

        assert_eq!(withdrawn.user_errors("withdraw"), Vec::<String>::new());
        assert_eq!(withdrawn.at("withdraw/signUp/need"), &Value::Null);
        assert!(server.disagreements().await.is_empty());
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_personal_number_is_refused_as_the_subject_of_a_member(backend: Backend) {
        let server = Server::start(backend).await;

        let answer = server
            .by("vaxjo-administrator")
            .mutate(
                "addMember",
                json!({ "name": "Kim Ny", "email": "kim.ny@vaxjo.example", "subject": "198112189876" }),
                "membership { id }",
            )
            .await;

        assert_eq!(answer.user_errors("addMember"), ["PERSONAL_ID_NOT_ALLOWED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn one_key_makes_one_training_however_many_send_it_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        let region = server.by("region-kronoberg-coordinator");
        let input = json!({
            "title": "En enda gång", "format": "HALF_DAY", "sharing": "PUBLIC", "idempotencyKey": "once"
        });

        let sent = (0..8).map(|_| region.mutate("createTraining", input.clone(), "training { id }"));
        let answers = futures_util::future::join_all(sent).await;

        let made: std::collections::BTreeSet<String> =
            answers.iter().map(|answer| answer.at("createTraining/training/id").to_string()).collect();
        assert_eq!(made.len(), 1, "each request made a training of its own");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_system_reads_no_need_of_its_organisations_people(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let rows = occasion["signUps"]["nodes"].as_array().expect("a list");
        let needed = |row: &&Value| row["need"].is_string() && row["organisation"]["name"] == "Alvesta kommun";
        assert!(rows.iter().any(|row| needed(&row)), "the test needs somebody of Alvesta who needs something");
        let query = "query($id: ID!) { occasion(id: $id) { signUps(first: 50) { nodes { id need } } } }";
        let system = |scopes: &'static [&'static str]| server.service("2120000639", scopes);

        let coordinating = system(&["samverkan:coordinate"]).ask(query, json!({ "id": occasion["id"] })).await;
        let plain = system(&[]).ask(query, json!({ "id": occasion["id"] })).await;

        let seen = coordinating.at("occasion/signUps/nodes").as_array().expect("a list").clone();
        assert!(!seen.is_empty() && seen.iter().all(|row| row["need"].is_null()), "{}", coordinating.text);
        assert_eq!(plain.at("occasion/signUps/nodes"), &json!([]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn cancelling_takes_no_statement_for_each_person(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let region = server.by("region-kronoberg-coordinator");
        let input = json!({ "occasionId": occasion["id"], "reason": "Sjukdom" });

        let cancel = region.mutate("cancelOccasion", input, "occasion { seats { taken waiting } }");
        let (statements, answer) = server.statements(cancel).await;

        assert_eq!(answer.at("cancelOccasion/occasion/seats/taken"), 0);
        assert!(statements <= 19.0, "{statements} statements: group the people that end alike");
        assert!(server.disagreements().await.is_empty());
        server.stop().await;
    }
}
