//! Completions: what follows from attendance by the training's rule, and who sees it.

use super::world::{Course, PARTNER, completion_of, course, person, record};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, day, instant, occasion_of, sign_up, training},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both_databases! {
    async fn a_completion_follows_from_attendance_and_goes_with_it(backend: Backend) {
        let server = Server::start(backend).await;
        let rule = json!({ "completionShare": 60, "partlyCounts": "HALF", "validMonths": 12 });
        let Course { occasion, blocks, places, .. } = course(&server, &rule, 3, 1).await;
        let organiser = server.by(ORGANISER);
        let place = places[0].as_str();
        let done_on = |date: &str, until: &str| Some((date.to_owned(), Some(until.to_owned())));
        server.travel_to(blocks[2]);

        for (block, grade, wanted) in [
            (0, "PRESENT", None),
            (1, "ABSENT", None),
            // One and a half of three is half of it, two are two thirds.
            (1, "PARTLY", None),
            (2, "PARTLY", done_on("2026-04-03", "2027-04-03")),
            (1, "PRESENT", done_on("2026-04-02", "2027-04-02")),
            (2, "ABSENT", done_on("2026-04-02", "2027-04-02")),
            (0, "ABSENT_WITH_NOTICE", None),
            (0, "PRESENT", done_on("2026-04-02", "2027-04-02")),
        ] {
            record(&organiser, &occasion, blocks[block], &[(place, grade)]).await;

            assert_eq!(completion_of(&organiser, place).await, wanted, "after {grade} in block {block}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_was_taken_back_stays_as_a_row(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, people, places, .. } = course(&server, &json!({}), 1, 1).await;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0]);
        for grade in ["PRESENT", "ABSENT", "PRESENT"] {
            record(&organiser, &occasion, blocks[0], &[(&places[0], grade)]).await;
            server.travel(TimeDelta::minutes(1));
        }

        let query = "query($id: ID!) { node(id: $id) { ... on Person {
            completions { nodes { id withdrawnAt isValid source occasion { id } training { title } } }
            valid: completions(valid: true) { totalCount }
        } } }";
        let seen = server.by(PARTNER).ask(query, json!({ "id": people[0] })).await;

        let rows = seen.at("node/completions/nodes").as_array().expect("a list");
        assert_eq!(rows.len(), 2, "a certificate of the first can be told from one of the second");
        let withdrawn: Vec<_> = rows.iter().filter(|row| row["withdrawnAt"].is_string()).collect();
        assert!(withdrawn.len() == 1 && withdrawn[0]["isValid"] == false);
        assert!(rows.iter().all(|row| row["source"] == "ATTENDANCE" && row["occasion"]["id"] == json!(occasion)));
        assert_eq!(seen.at("node/valid/totalCount"), 1);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_training_without_a_rule_is_completed_by_no_attendance(backend: Backend) {
        let server = Server::start(backend).await;
        let rule = json!({ "completionShare": null });
        let Course { occasion, blocks, places, .. } = course(&server, &rule, 1, 1).await;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0]);

        record(&organiser, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;

        assert_eq!(completion_of(&organiser, &places[0]).await, None);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_completion_is_for_the_person_the_own_coordinators_and_the_accountable_organiser(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let occasion = occasion_of(&server, &training, &json!({})).await;
        let member = server.by("vaxjo-member");
        let me = person(&member).await;
        let place = sign_up(&member, &occasion, &[&me]).await.remove(0).id;
        server.travel_to(day(30));
        record(&server.by(ORGANISER), &occasion, day(30), &[(&place, "PRESENT")]).await;
        let list = server.by(PARTNER).ask(
            "query($id: ID!) { node(id: $id) { ... on Person { completions { nodes { id } } } } }",
            json!({ "id": me }),
        ).await;
        let id = list.at("node/completions/nodes/0/id").clone();

        for (who, sees) in [
            ("vaxjo-member", true),
            (PARTNER, true),
            (ORGANISER, true),
            ("region-kronoberg-administrator", true),
            ("region-kronoberg-member", false),
            ("vaxjo-elected", false),
            ("alvesta-coordinator", false),
            ("lansstyrelsen-kronoberg-coordinator", false),
            ("region-blekinge-coordinator", false),
        ] {
            let answer = server.by(who).ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(answer.at("node").is_object(), sees, "{who}");
        }
        let anonymous = server.anonymous().ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(anonymous.at("node"), &Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn moved_blocks_leave_their_marks_behind(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({ "completionShare": 50 }), 2, 1).await;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0] - TimeDelta::minutes(10));
        record(&organiser, &occasion, blocks[0], &[(&places[0], "ABSENT")]).await;
        let version = organiser.ask("query($id: ID!) { occasion(id: $id) { version } }", json!({ "id": occasion })).await;
        let later = blocks[0] + TimeDelta::hours(1);
        let input = json!({
            "occasionId": occasion,
            "expectedVersion": version.at("occasion/version"),
            "timeBlocks": [
                { "startsAt": instant(later), "endsAt": instant(later + TimeDelta::hours(2)) },
                { "startsAt": instant(blocks[1]), "endsAt": instant(blocks[1] + TimeDelta::hours(3)) },
            ],
        });

        let moved = organiser.mutate("updateOccasion", input, "occasion { id }").await;
        server.travel_to(later);
        record(&organiser, &occasion, later, &[(&places[0], "PRESENT")]).await;

        assert_eq!(moved.user_errors("updateOccasion"), [""; 0]);
        assert_eq!(completion_of(&organiser, &places[0]).await, Some(("2026-04-01".to_owned(), None)));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_rule_that_cannot_be_is_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let attempt = |share: Value, months: Value| {
            let organiser = &organiser;
            async move {
                let input = json!({
                    "title": "Regeln", "format": "HALF_DAY", "sharing": "PARTNERS",
                    "completionShare": share, "validMonths": months,
                });
                let selection = "training { completionShare partlyCounts validMonths }";
                organiser.mutate("createTraining", input, selection).await
            }
        };

        for (share, months) in [(1, 1), (100, 240)] {
            let answer = attempt(json!(share), json!(months)).await;
            assert_eq!(answer.user_errors("createTraining"), [""; 0]);
            let made = answer.at("createTraining/training");
            assert_eq!(made, &json!({ "completionShare": share, "partlyCounts": "NOTHING", "validMonths": months }));
        }
        for (share, months, field) in [
            (json!(0), Value::Null, "completionShare"),
            (json!(101), Value::Null, "completionShare"),
            (json!(-1), Value::Null, "completionShare"),
            (json!(100), json!(0), "validMonths"),
            (json!(100), json!(241), "validMonths"),
        ] {
            let answer = attempt(share, months).await;
            assert_eq!(answer.user_errors("createTraining"), ["INVALID_VALUE"]);
            assert_eq!(answer.at("createTraining/userErrors/0/field"), &json!([field]));
        }
        let usual = organiser.mutate(
            "createTraining",
            json!({ "title": "Utan", "format": "HALF_DAY", "sharing": "PARTNERS" }),
            "training { id completionShare validMonths }",
        ).await;
        assert_eq!(usual.at("createTraining/training/completionShare"), 100);
        let change = json!({
            "trainingId": usual.at("createTraining/training/id"), "expectedVersion": 1,
            "completionShare": null, "partlyCounts": "WHOLE", "validMonths": 24,
        });
        let changed = organiser.mutate("updateTraining", change, "training { completionShare partlyCounts validMonths }").await;
        assert_eq!(
            changed.at("updateTraining/training"),
            &json!({ "completionShare": null, "partlyCounts": "WHOLE", "validMonths": 24 })
        );
        server.stop().await;
    }
}
