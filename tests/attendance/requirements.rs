//! Requirements between trainings: nobody signs up who lacks one, and the message says which.

use super::world::{PARTNER, file, import, person, record};
use crate::{
    harness::{Answer, Server, on_both_databases},
    seats::world::{
        ORGANISER, colleagues, day, draft, input, occasion_of, refusals, sign_up, training,
        try_sign_up,
    },
};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A training that requires these, and an occasion of it in sixty days.
async fn advanced(server: &Server, required: &[&str]) -> (String, String) {
    let changes = json!({ "title": "Fördjupning", "requirementIds": required });
    let advanced = training(server, &changes).await;
    let times = json!([crate::seats::world::block(day(60), 3)]);
    let occasion = occasion_of(server, &advanced, &json!({ "timeBlocks": times })).await;
    (advanced, occasion)
}

fn message(answer: &Answer, mutation: &str) -> String {
    let message = answer
        .at(&format!("{mutation}/userErrors/0/message"))
        .as_str();
    message.expect("a message").to_owned()
}

on_both_databases! {
    async fn whoever_lacks_a_requirement_is_told_which_and_whoever_has_it_is_signed_up(backend: Backend) {
        let server = Server::start(backend).await;
        let basics = training(&server, &json!({ "title": "Barnrätt, grunder" })).await;
        let (_, occasion) = advanced(&server, &[&basics]).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 2).await;

        let english = try_sign_up(&partner, &occasion, &people).await;
        let swedish = try_sign_up(&partner.clone().reading("sv"), &occasion, &people[..1]).await;
        import(&partner, &file(&server, &people[..1], &basics, "2026-02-27").await).await;
        let one_of_two = refusals(&partner, &occasion, &people).await;
        let signed_up = refusals(&partner, &occasion, &people[..1]).await;

        assert_eq!(english.user_errors("signUp"), ["REQUIREMENT_MISSING", "REQUIREMENT_MISSING"]);
        assert_eq!(english.at("signUp/userErrors/1/field"), &json!(["participants", "1", "personId"]));
        assert_eq!(
            message(&english, "signUp"),
            "The person must first have completed ”Barnrätt, grunder”, valid on the day of the occasion."
        );
        assert_eq!(
            message(&swedish, "signUp"),
            "Personen behöver först ha genomfört ”Barnrätt, grunder”, giltigt den dag tillfället ges."
        );
        assert_eq!(one_of_two, ["REQUIREMENT_MISSING"]);
        assert_eq!(signed_up, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_what_the_person_lacks_is_named_row_by_row(backend: Backend) {
        let server = Server::start(backend).await;
        let one = training(&server, &json!({ "title": "Första delen" })).await;
        let two = training(&server, &json!({ "title": "Andra delen" })).await;
        let (_, occasion) = advanced(&server, &[&one, &two]).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 3).await;
        import(&partner, &file(&server, &people[..2], &one, "2026-02-27").await).await;
        import(&partner, &file(&server, &people[..1], &two, "2026-02-27").await).await;

        let mut request = input(&occasion, &people);
        request["mode"] = json!("ROW_BY_ROW");
        let selection = "signUps { id } refused { index error { code message } }";
        let answer = partner.mutate("signUp", request, selection).await;

        assert_eq!(answer.at("signUp/signUps").as_array().map(Vec::len), Some(1));
        let refused = answer.at("signUp/refused").as_array().expect("a list");
        let told: Vec<_> = refused.iter().map(|row| (row["index"].as_i64(), row["error"]["message"].as_str().unwrap_or_default())).collect();
        assert_eq!(told, [
            (Some(1), "The person must first have completed ”Andra delen”, valid on the day of the occasion."),
            (Some(2), "The person must first have completed ”Andra delen”, ”Första delen”, valid on the day of the occasion."),
        ]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_completion_must_be_valid_on_the_day_of_the_occasion(backend: Backend) {
        let server = Server::start(backend).await;
        let basics = training(&server, &json!({ "validMonths": 1 })).await;
        let (_, occasion) = advanced(&server, &[&basics]).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 1).await;
        server.travel_to(day(40));

        // The occasion is on the first of May; what was completed on the last of March is valid until 30 April.
        import(&partner, &file(&server, &people, &basics, "2026-03-31").await).await;
        let day_before = refusals(&partner, &occasion, &people).await;
        import(&partner, &file(&server, &people, &basics, "2026-04-01").await).await;
        let on_the_day = refusals(&partner, &occasion, &people).await;

        assert_eq!(day_before, ["REQUIREMENT_MISSING"]);
        assert_eq!(on_the_day, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn attendance_meets_a_requirement_and_its_correction_takes_that_back(backend: Backend) {
        let server = Server::start(backend).await;
        let basics = training(&server, &json!({})).await;
        let first = occasion_of(&server, &basics, &json!({})).await;
        let (_, second) = advanced(&server, &[&basics]).await;
        let (organiser, partner, member) = (server.by(ORGANISER), server.by(PARTNER), server.by("vaxjo-member"));
        let me = person(&member).await;
        let place = sign_up(&member, &first, &[&me]).await.remove(0).id;
        server.travel_to(day(30));
        let reason = "query($id: ID!) { occasion(id: $id) { viewerCanSignUp viewerCannotSignUpReason } }";
        let asked = async || {
            let answer = member.ask(reason, json!({ "id": second })).await;
            answer.at("occasion/viewerCannotSignUpReason").clone()
        };

        assert_eq!(asked().await, "REQUIREMENT_MISSING");
        assert_eq!(refusals(&member, &second, &[&me]).await, ["REQUIREMENT_MISSING"]);
        record(&organiser, &first, day(30), &[(&place, "PRESENT")]).await;
        assert_eq!(asked().await, Value::Null);
        record(&organiser, &first, day(30), &[(&place, "ABSENT")]).await;
        assert_eq!(asked().await, "REQUIREMENT_MISSING");
        record(&organiser, &first, day(30), &[(&place, "PRESENT")]).await;
        assert_eq!(refusals(&member, &second, &[&me]).await, [""; 0]);
        // A coordinator could sign up some colleague who has what is required.
        let answer = partner.ask(reason, json!({ "id": second })).await;
        assert_eq!(answer.at("occasion/viewerCanSignUp"), true);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_takes_a_place_over_needs_it_too(backend: Backend) {
        let server = Server::start(backend).await;
        let basics = training(&server, &json!({ "title": "Grunder" })).await;
        let (_, occasion) = advanced(&server, &[&basics]).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 2).await;
        import(&partner, &file(&server, &people[..1], &basics, "2026-02-27").await).await;
        let place = sign_up(&partner, &occasion, &people[..1]).await.remove(0).id;
        let replacement = json!({ "signUpId": place, "personId": people[1] });

        let without = partner.mutate("replaceParticipant", replacement.clone(), "signUp { id }").await;
        import(&partner, &file(&server, &people[1..], &basics, "2026-02-27").await).await;
        let with = partner.mutate("replaceParticipant", replacement, "signUp { id }").await;

        assert_eq!(without.user_errors("replaceParticipant"), ["REQUIREMENT_MISSING"]);
        assert!(message(&without, "replaceParticipant").contains("”Grunder”"));
        assert_eq!(with.user_errors("replaceParticipant"), [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn requirements_are_published_seen_few_and_never_go_round(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let unpublished = draft(&server, &json!({})).await;
        let (a, b, c) = (
            training(&server, &json!({ "title": "A" })).await,
            training(&server, &json!({ "title": "B" })).await,
            training(&server, &json!({ "title": "C" })).await,
        );
        let hidden = server.by("region-blekinge-coordinator").mutate(
            "createTraining",
            json!({ "title": "Dold", "format": "HALF_DAY", "sharing": "ORGANISATION" }),
            "training { id }",
        ).await;
        let hidden = hidden.at("createTraining/training/id").as_str().expect("an id").to_owned();
        let require = async |training: &str, version: i32, required: &[&str]| {
            let input = json!({ "trainingId": training, "expectedVersion": version, "requirementIds": required });
            let selection = "training { requirements { title } }";
            organiser.mutate("updateTraining", input, selection).await
        };

        let published = async |id: &str| {
            let answer = organiser.ask("query($id: ID!) { training(id: $id) { version } }", json!({ "id": id })).await;
            i32::try_from(answer.at("training/version").as_i64().expect("a version")).expect("small")
        };
        let version = published(&a).await;
        for (required, code) in [
            (vec![unpublished.as_str()], "TRAINING_NOT_PUBLISHED"),
            (vec![hidden.as_str()], "NOT_FOUND"),
            (vec![a.as_str()], "REQUIREMENT_CYCLE"),
            (vec![b.as_str(); 11], "INVALID_VALUE"),
        ] {
            let answer = require(&a, version, &required).await;
            assert_eq!(answer.user_errors("updateTraining"), [code], "{}", answer.text);
        }
        let first = require(&a, version, &[&b, &b]).await;
        let second = require(&b, published(&b).await, &[&c]).await;
        let round = require(&c, published(&c).await, &[&a]).await;
        let removed = require(&a, published(&a).await, &[]).await;
        let possible = require(&c, published(&c).await, &[&a]).await;

        assert_eq!(first.at("updateTraining/training/requirements"), &json!([{ "title": "B" }]));
        assert_eq!(second.user_errors("updateTraining"), [""; 0]);
        assert_eq!(round.user_errors("updateTraining"), ["REQUIREMENT_CYCLE"]);
        assert_eq!(removed.at("updateTraining/training/requirements"), &json!([]));
        assert_eq!(possible.user_errors("updateTraining"), [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_completion_counts_for_whichever_organisation_the_person_works_now(backend: Backend) {
        let server = Server::start(backend).await;
        let basics = training(&server, &json!({})).await;
        let (_, occasion) = advanced(&server, &[&basics]).await;
        let people = colleagues(&server, PARTNER, 1).await;
        import(&server.by(PARTNER), &file(&server, &people, &basics, "2026-02-27").await).await;
        let alvesta = crate::seats::world::organisation(&server, "alvesta-coordinator").await;
        let (person, organisation) = (
            people[0].parse::<entity::id::PersonId>().expect("an id").uuid(),
            alvesta.uuid(),
        );
        let literal = |id: uuid::Uuid| match backend {
            crate::harness::Backend::Sqlite => format!("X'{}'", id.simple()),
            crate::harness::Backend::Postgresql => format!("'{id}'"),
        };
        server.sql(&format!(
            "UPDATE membership SET organisation_id = {} WHERE person_id = {}", literal(organisation), literal(person)
        )).await;
        server.travel(TimeDelta::days(1));
        let alvesta = server.by("alvesta-coordinator");

        let signed_up = refusals(&alvesta, &occasion, &people).await;
        let seen = alvesta.ask(
            "query($id: ID!) { node(id: $id) { ... on Person { completions { totalCount } } } }",
            json!({ "id": people[0] }),
        ).await;

        assert_eq!(signed_up, [""; 0]);
        assert_eq!(seen.at("node/completions/totalCount"), 0, "what was taken for another is not shown");
        server.stop().await;
    }
}
