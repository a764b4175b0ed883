//! Recording attendance: who may, from when, twice, corrected, in bulk, and what is written down.

use super::world::{Course, PARTNER, course, record, try_record};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{
        ORGANISER, colleagues, day, draft, moment, occasion, occasion_of, organisation, sign_up,
        withdraw,
    },
};
use chrono::TimeDelta;
use entity::{attendance, attendance_change, completion};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

/// How many marks, changes of marks and completions are stored.
async fn stored(server: &Server) -> [u64; 3] {
    let marks = attendance::Entity::find().count(&server.database).await;
    let changes = attendance_change::Entity::find()
        .count(&server.database)
        .await;
    let completions = completion::Entity::find().count(&server.database).await;
    [marks, changes, completions].map(|count| count.expect("rows can be counted"))
}

/// How many entries about attendance stand in the log of a persona's organisation.
async fn audited(server: &Server, administrator: &str) -> u64 {
    let query = "{ auditLog(actions: [RECORD_ATTENDANCE], first: 1) { totalCount } }";
    let answer = server.by(administrator).query(query).await;
    answer.at("auditLog/totalCount").as_u64().expect("a count")
}

on_both_databases! {
    async fn the_same_mark_twice_is_one_and_another_is_kept_with_its_history(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, 1).await;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0]);
        let before = stored(&server).await;
        let (own, theirs) = (
            audited(&server, "region-kronoberg-administrator").await,
            audited(&server, "vaxjo-administrator").await,
        );

        record(&organiser, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;
        server.travel(TimeDelta::minutes(5));
        record(&organiser, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;
        let twice = stored(&server).await;
        server.travel(TimeDelta::minutes(5));
        record(&organiser, &occasion, blocks[0], &[(&places[0], "ABSENT")]).await;

        assert_eq!(twice, [before[0] + 1, before[1] + 1, before[2] + 1], "the same scan twice is one");
        let query = "query($id: ID!) { node(id: $id) { ... on SignUp {
            attendance { grade recordedAt }
            attendanceChanges { nodes { previous grade at organisation { name } actor { id } } }
        } } }";
        let seen = organiser.ask(query, json!({ "id": places[0] })).await;
        assert_eq!(seen.at("node/attendance/0/grade"), "ABSENT");
        let changes = seen.at("node/attendanceChanges/nodes").as_array().expect("a list");
        let steps: Vec<_> = changes.iter().map(|one| (one["previous"].as_str(), one["grade"].as_str())).collect();
        assert_eq!(steps, [(None, Some("PRESENT")), (Some("PRESENT"), Some("ABSENT"))]);
        assert!(changes.iter().all(|one| one["organisation"]["name"] == "Region Kronoberg" && one["actor"]["id"].is_string()));
        // Two changes, one entry each in either log; the repeated scan left none.
        assert_eq!(audited(&server, "region-kronoberg-administrator").await, own + 2);
        assert_eq!(audited(&server, "vaxjo-administrator").await, theirs + 2);
        server.stop().await;
    }
}

on_both_databases! {
    async fn attendance_is_recorded_from_an_hour_before_the_block(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 2, 1).await;
        let organiser = server.by(ORGANISER);
        let marks = [(places[0].as_str(), "PRESENT")];

        server.travel_to(blocks[0] - TimeDelta::hours(1) - moment());
        let early = try_record(&organiser, &occasion, blocks[0], &marks).await;
        server.travel(moment());
        let in_time = try_record(&organiser, &occasion, blocks[0], &marks).await;
        let next_day = try_record(&organiser, &occasion, blocks[1], &marks).await;
        server.travel_to(blocks[1] + TimeDelta::days(300));
        let late = try_record(&organiser, &occasion, blocks[1], &marks).await;
        let no_block = try_record(&organiser, &occasion, blocks[0] + moment(), &marks).await;

        assert_eq!(early.user_errors("recordAttendance"), ["ATTENDANCE_TOO_EARLY"]);
        assert_eq!(in_time.user_errors("recordAttendance"), [""; 0]);
        assert_eq!(in_time.at("recordAttendance/attendance/0/signUpId"), &json!(places[0]));
        assert_eq!(next_day.user_errors("recordAttendance"), ["ATTENDANCE_TOO_EARLY"]);
        assert_eq!(late.user_errors("recordAttendance"), [""; 0]);
        assert_eq!(no_block.user_errors("recordAttendance"), ["NOT_FOUND"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn many_are_marked_at_once_all_or_none(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, 30).await;
        let elsewhere = self::occasion(&server, 5).await;
        let people = colleagues(&server, PARTNER, 1).await;
        let stranger = sign_up(&server.by(PARTNER), &elsewhere, &people).await.remove(0).id;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0]);
        let before = stored(&server).await;
        let all: Vec<_> = places.iter().map(|place| (place.as_str(), "PRESENT")).collect();

        let with_a_stranger = [&all[..5], &[(stranger.as_str(), "PRESENT")]].concat();
        let one_wrong = try_record(&organiser, &occasion, blocks[0], &with_a_stranger).await;
        let twice = try_record(&organiser, &occasion, blocks[0], &[all[0], all[1], all[0]]).await;
        let none = try_record(&organiser, &occasion, blocks[0], &[]).await;
        let unchanged = stored(&server).await;
        record(&organiser, &occasion, blocks[0], &all).await;

        assert_eq!(one_wrong.user_errors("recordAttendance"), ["NOT_FOUND"]);
        assert_eq!(
            one_wrong.at("recordAttendance/userErrors/0/field"),
            &json!(["marks", "5", "signUpId"])
        );
        assert_eq!(twice.user_errors("recordAttendance"), ["DUPLICATE_PARTICIPANT"]);
        assert_eq!(none.user_errors("recordAttendance"), ["INVALID_VALUE"]);
        assert_eq!(unchanged, before, "what is refused writes nothing");
        assert_eq!(stored(&server).await, before.map(|count| count + 30));
        server.stop().await;
    }
}

on_both_databases! {
    async fn two_hundred_marks_are_taken_and_one_more_is_not(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, 1).await;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0]);
        let places: Vec<String> = (0..200_u128)
            .map(|number| format!("signup_{number:032x}"))
            .chain(places)
            .collect();
        let marks: Vec<_> = places.iter().map(|place| (place.as_str(), "ABSENT")).collect();

        let most = try_record(&organiser, &occasion, blocks[0], &marks[1..]).await;
        let more = try_record(&organiser, &occasion, blocks[0], &marks).await;

        assert_eq!(most.user_errors("recordAttendance"), ["NOT_FOUND"; 199], "read, and each unknown one told");
        assert_eq!(more.user_errors("recordAttendance"), ["INVALID_VALUE"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_who_sees_the_participants_records(backend: Backend) {
        let server = Server::start(backend).await;
        let joint = json!({
            "coOrganiserIds": [organisation(&server, "lansstyrelsen-kronoberg-coordinator").await.to_string()],
        });
        let training = draft(&server, &joint).await;
        let input = json!({ "trainingId": training });
        server.by("lansstyrelsen-kronoberg-coordinator").mutate("confirmOrganising", input.clone(), "training { id }").await;
        server.by(ORGANISER).mutate("publishTraining", input, "training { id }").await;
        let occasion = occasion_of(&server, &training, &json!({})).await;
        let people = colleagues(&server, PARTNER, 1).await;
        let place = sign_up(&server.by(PARTNER), &occasion, &people).await.remove(0).id;
        let start = day(30);
        server.travel_to(start);
        let marks = [(place.as_str(), "PRESENT")];
        let before = stored(&server).await;
        let can = "query($id: ID!) { occasion(id: $id) { viewerCanRecordAttendance expectedParticipants { totalCount } } }";

        for (who, codes) in [
            (server.by(PARTNER), ["FORBIDDEN"]),
            (server.by("vaxjo-member"), ["FORBIDDEN"]),
            (server.by("region-kronoberg-member"), ["FORBIDDEN"]),
            // The organisers have not agreed that this one sees who takes part.
            (server.by("lansstyrelsen-kronoberg-coordinator"), ["FORBIDDEN"]),
            (server.service("2120000662", &["samverkan:coordinate"]), ["FORBIDDEN"]),
            (server.anonymous(), ["UNAUTHENTICATED"]),
        ] {
            let answer = try_record(&who, &occasion, start, &marks).await;
            let told = who.ask(can, json!({ "id": occasion })).await;

            assert_eq!(answer.codes(), codes);
            if let Some(occasion) = told.at("occasion").as_object() {
                assert_eq!(occasion["viewerCanRecordAttendance"], false);
                assert_eq!(occasion["expectedParticipants"]["totalCount"], 0);
            }
        }
        assert_eq!(stored(&server).await, before);
        for who in [server.by(ORGANISER), server.service("2321000065", &["samverkan:coordinate"])] {
            let told = who.ask(can, json!({ "id": occasion })).await;
            let answer = try_record(&who, &occasion, start, &marks).await;

            assert_eq!(told.at("occasion/viewerCanRecordAttendance"), true);
            assert_eq!(answer.user_errors("recordAttendance"), [""; 0]);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_waits_or_has_left_is_not_marked_and_who_was_checked_in_does_not_leave(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = self::occasion(&server, 2).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 4).await;
        let places = sign_up(&partner, &occasion, &people[..3]).await;
        let start = day(30);
        assert_eq!(withdraw(&partner, &places[0].id).await, [""; 0]);
        let (left, here, moved_up) = (&places[0].id, &places[1].id, &places[2].id);
        let waiting = sign_up(&partner, &occasion, &people[3..]).await.remove(0).id;
        let organiser = server.by(ORGANISER);
        server.travel_to(start - TimeDelta::minutes(30));

        for place in [left, &waiting] {
            let answer = try_record(&organiser, &occasion, start, &[(place, "PRESENT")]).await;
            assert_eq!(answer.user_errors("recordAttendance"), ["NOT_FOUND"]);
        }
        record(&organiser, &occasion, start, &[(here, "PRESENT"), (moved_up, "ABSENT_WITH_NOTICE")]).await;

        assert_eq!(withdraw(&partner, here).await, ["ATTENDANCE_RECORDED"]);
        let input = json!({ "signUpId": here, "personId": people[0] });
        let replaced = partner.mutate("replaceParticipant", input, "signUp { id }").await;
        assert_eq!(replaced.user_errors("replaceParticipant"), ["ATTENDANCE_RECORDED"]);
        assert_eq!(withdraw(&partner, moved_up).await, [""; 0], "who said that they would not come can leave");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_mark_belongs_to_the_person_and_not_to_the_place(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, 1).await;
        let partner = server.by(PARTNER);
        let organiser = server.by(ORGANISER);
        let colleague = colleagues(&server, PARTNER, 1).await.remove(0);
        server.travel_to(blocks[0] - TimeDelta::minutes(30));
        record(&organiser, &occasion, blocks[0], &[(&places[0], "ABSENT_WITH_NOTICE")]).await;

        let input = json!({ "signUpId": places[0], "personId": colleague });
        let replaced = partner.mutate("replaceParticipant", input, "signUp { attendance { grade } }").await;
        record(&organiser, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;

        assert_eq!(replaced.user_errors("replaceParticipant"), [""; 0]);
        assert_eq!(replaced.at("replaceParticipant/signUp/attendance"), &json!([]));
        let query = "query($id: ID!) { node(id: $id) { ... on SignUp {
            attendance { grade } attendanceChanges { nodes { previous grade } } completion { person { id } }
        } } }";
        let seen = organiser.ask(query, json!({ "id": places[0] })).await;
        assert_eq!(seen.at("node/attendance"), &json!([{ "grade": "PRESENT" }]));
        assert_eq!(seen.at("node/attendanceChanges/nodes/1/previous"), &Value::Null);
        assert_eq!(seen.at("node/completion/person/id"), &json!(colleague));
        server.stop().await;
    }
}

on_both_databases! {
    async fn marks_at_the_same_time_are_one_mark_with_one_history(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, 3).await;
        let organiser = server.by(ORGANISER);
        server.travel_to(blocks[0]);
        let before = stored(&server).await;
        let marks: Vec<_> = places.iter().map(|place| (place.as_str(), "PRESENT")).collect();

        let at_once = (0..20).map(|_| try_record(&organiser, &occasion, blocks[0], &marks));
        let answers = futures_util::future::join_all(at_once).await;

        for answer in answers {
            assert_eq!(answer.user_errors("recordAttendance"), [""; 0], "{}", answer.text);
        }
        assert_eq!(stored(&server).await, before.map(|count| count + 3));
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_is_marked_at_a_cancelled_occasion(backend: Backend) {
        let server = Server::start(backend).await;
        let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, 1).await;
        let organiser = server.by(ORGANISER);
        let input = json!({ "occasionId": occasion, "reason": "Sjukdom" });
        let cancelled = organiser.mutate("cancelOccasion", input, "occasion { viewerCanRecordAttendance }").await;
        server.travel_to(blocks[0]);

        let answer = try_record(&organiser, &occasion, blocks[0], &[(&places[0], "PRESENT")]).await;

        assert_eq!(cancelled.at("cancelOccasion/occasion/viewerCanRecordAttendance"), false);
        assert_eq!(answer.user_errors("recordAttendance"), ["OCCASION_CANCELLED"]);
        server.stop().await;
    }
}
