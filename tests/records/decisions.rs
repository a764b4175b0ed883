//! Decisions: numbered without gaps whoever enters them at once, sealed with the minutes, found as far as they are shared.

use super::world::{decide, decided, group_of_meeting, minuted};
use crate::{
    groups::world::group_of,
    harness::{Server, on_both_databases},
    meetings::world::{CONVENER, MEMBER, SECRETARY, meeting_on},
    minutes::world::{CHAIR, SECOND, editions, held, save, submit, verify},
    seats::{naive, world::id},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const OUTSIDER: &str = "alvesta-member";
const ELSEWHERE: &str = "region-blekinge-coordinator";

on_both_databases! {
    async fn decisions_entered_at_once_at_several_meetings_are_numbered_without_gaps(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let group = group_of_meeting(&server.by(SECRETARY), &world.meeting).await;
        let mut meetings = vec![world.meeting.clone()];
        for day in [2, 3, 4] {
            meetings.push(meeting_on(&server.by(CONVENER), &group, day).await);
        }
        let keepers = [server.by(SECRETARY), server.by(CHAIR)];

        let entered = (0..24).map(|number: usize| {
            let (keeper, meeting) = (&keepers[number % 2], &meetings[number % 4]);
            async move { decide(keeper, meeting, &format!("Beslut {number}"), json!({})).await }
        });
        let answers = join_all(entered).await;

        let mut numbers: Vec<i64> = answers.iter()
            .map(|answer| answer.at("recordDecision/decision/number").as_i64().unwrap_or_else(|| panic!("{}", answer.text)))
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=24).collect::<Vec<_>>());
        naive::assert_fails(&server, 8, 1).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_decision_has_the_number_of_its_meetings_year_there(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let group = group_of_meeting(&server.by(SECRETARY), &world.meeting).await;
        let secretary = server.by(SECRETARY);
        // Half past eleven in the evening of the last of December in London: the new year has begun in Sweden.
        let input = |at: &str, ends: &str| json!({ "groupId": group, "title": "Nyår", "startsAt": at, "endsAt": ends });
        let convener = server.by(CONVENER);
        let old = convener.mutate("createMeeting", input("2026-12-31T22:30:00Z", "2026-12-31T22:45:00Z"), "meeting { id }").await;
        let new = convener.mutate("createMeeting", input("2026-12-31T23:30:00Z", "2026-12-31T23:45:00Z"), "meeting { id }").await;
        let (old, new) = (id(&old, "createMeeting/meeting/id"), id(&new, "createMeeting/meeting/id"));
        server.travel_to("2027-01-02T08:00:00Z".parse().expect("an instant"));

        let mut references = Vec::new();
        for meeting in [&world.meeting, &new, &old, &new] {
            let answer = decide(&secretary, meeting, "Beslut", json!({})).await;
            references.push(answer.at("recordDecision/decision/reference").as_str().expect("a reference").to_owned());
        }
        assert_eq!(references, ["2026:1", "2027:1", "2026:2", "2027:2"], "a late entry gets last year's next number");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_same_key_enters_one_decision_and_bad_ones_take_no_number(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let group = group_of_meeting(&secretary, &world.meeting).await;
        let later = meeting_on(&server.by(CONVENER), &group, 20).await;
        let gone = meeting_on(&server.by(CONVENER), &group, 21).await;
        let cancel = json!({ "meetingId": gone, "reason": "Ställs in" });
        server.by(CONVENER).mutate("cancelMeeting", cancel, "meeting { id }").await;

        for (meeting, otherwise, code) in [
            (&world.meeting, json!({ "title": "" }), "INVALID_VALUE"),
            (&world.meeting, json!({ "title": "å".repeat(201) }), "INVALID_VALUE"),
            (&world.meeting, json!({ "text": "Om 19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (&later, json!({}), "MEETING_NOT_BEGUN"),
            (&gone, json!({}), "MEETING_CANCELLED"),
        ] {
            let answer = decide(&secretary, meeting, "Beslut", otherwise).await;
            assert_eq!(answer.user_errors("recordDecision"), [code], "{}", answer.text);
        }
        let again = json!({ "idempotencyKey": "ett" });
        let first = decide(&secretary, &world.meeting, &"å".repeat(200), again.clone()).await;
        let same = decide(&secretary, &world.meeting, &"å".repeat(200), again).await;
        assert_eq!(first.at("recordDecision"), same.at("recordDecision"), "{}", same.text);
        assert_eq!(first.at("recordDecision/decision/number"), 1);
        for who in [MEMBER, SECOND, CONVENER] {
            let refused = decide(&server.by(who), &world.meeting, "Beslut", json!({})).await;
            assert_eq!(refused.codes(), ["FORBIDDEN"], "{who}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn decisions_stand_in_the_sealed_minutes_and_never_change_after_that(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, member, second) = (server.by(SECRETARY), server.by(MEMBER), server.by(SECOND));
        let decision = decided(&secretary, &world.meeting, "Utbildningsdag").await;
        save(&secretary, &world.meeting, 0, "§ 1").await;
        let submitted = id(&submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await, "submitMinutes/minutes/id");
        verify(&member, &submitted, 1).await;
        let change = |version: i32, title: &str| json!({ "decisionId": decision, "expectedVersion": version, "title": title });

        let changed = secretary.mutate("updateDecision", change(1, "Utbildningsdagar"), "decision { version number }").await;
        assert_eq!(changed.at("updateDecision/decision"), &json!({ "version": 2, "number": 1 }), "{}", changed.text);
        assert_eq!(editions(&secretary, &world.meeting).await["minutes"][0]["status"], "DRAFT", "verified was another decision");
        assert_eq!(verify(&second, &submitted, 1).await.user_errors("verifyMinutes"), ["NOT_FOUND"]);
        let stale = secretary.mutate("updateDecision", change(1, "Annat"), "decision { version }").await;
        assert_eq!(stale.user_errors("updateDecision"), ["CONFLICT"]);
        assert_eq!(member.mutate("updateDecision", change(2, "Annat"), "decision { version }").await.codes(), ["FORBIDDEN"]);

        submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
        verify(&member, &submitted, 1).await;
        let sealed = verify(&second, &submitted, 1).await;
        let form: Value = serde_json::from_str(sealed.at("verifyMinutes/minutes/sealedForm").as_str().expect("a form")).expect("JSON");
        assert_eq!(form["form"], "samverkan-minutes-2");
        assert_eq!(form["decisions"], json!([{ "number": "2026:1", "title": "Utbildningsdagar", "text": "Så blir det." }]));
        assert_eq!(sealed.at("verifyMinutes/minutes/sealHolds"), true);

        let late = secretary.mutate("updateDecision", change(2, "För sent"), "decision { version }").await;
        assert_eq!(late.user_errors("updateDecision"), ["MINUTES_VERIFIED"]);
        let more = decide(&secretary, &world.meeting, "Ett till", json!({})).await;
        assert_eq!(more.user_errors("recordDecision"), ["MINUTES_VERIFIED"]);
        // With a correction that is being written, what was forgotten can be entered, and the sealed edition stays.
        secretary.mutate("correctMinutes", json!({ "meetingId": world.meeting }), "minutes { id }").await;
        let more = decide(&secretary, &world.meeting, "Ett till", json!({})).await;
        assert_eq!(more.at("recordDecision/decision/reference"), "2026:2", "{}", more.text);
        let late = secretary.mutate("updateDecision", change(2, "För sent"), "decision { version }").await;
        assert_eq!(late.user_errors("updateDecision"), ["MINUTES_VERIFIED"], "what was sealed once stays");
        let query = "query($id: ID!) { node(id: $id) { ... on Minutes { sealHolds decisions { reference title } } } }";
        let old = member.ask(query, json!({ "id": submitted })).await;
        assert_eq!(old.at("node"), &json!({ "sealHolds": true, "decisions": [{ "reference": "2026:1", "title": "Utbildningsdagar" }] }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_meeting_without_a_quorum_decides_nothing(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let group = group_of_meeting(&secretary, &world.meeting).await;
        let version = secretary.ask("query($id: ID!) { group(id: $id) { version } }", json!({ "id": group })).await;
        // Four ordinary seats were used: four are enough, five are not.
        for (needed, version, code) in [(5, version.at("group/version").as_i64(), Some("NOT_QUORATE")), (4, None, None)] {
            let version = match version {
                Some(version) => version,
                None => secretary.ask("query($id: ID!) { group(id: $id) { version } }", json!({ "id": group })).await.at("group/version").as_i64().expect("a version"),
            };
            let rule = json!({ "groupId": group, "expectedVersion": version, "quorum": needed });
            let set = server.by(CONVENER).mutate("updateGroup", rule, "group { quorum }").await;
            assert_eq!(set.at("updateGroup/group/quorum"), needed, "{}", set.text);
            if code.is_some() {
                save(&secretary, &world.meeting, 0, "§ 1").await;
                let without = submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
                assert_eq!(without.user_errors("submitMinutes"), [""; 0], "who decides nothing needs no quorum");
                decided(&secretary, &world.meeting, "Beslut").await;
            }
            let answer = submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
            assert_eq!(answer.user_errors("submitMinutes"), code.into_iter().collect::<Vec<_>>(), "{needed}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn decisions_are_found_across_groups_as_far_as_each_shares_them(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let group = group_of_meeting(&secretary, &world.meeting).await;
        decided(&secretary, &world.meeting, "Gemensam färdplan").await;
        let query = "{ decisions(filter: { text: \"FARDPLAN\" }) { nodes { title group { name } } } }";
        let found = async |who: &str| server.by(who).query(query).await.at("decisions/nodes").as_array().map(Vec::len);
        let share = async |level: Value| {
            let version = secretary.ask("query($id: ID!) { group(id: $id) { version } }", json!({ "id": group })).await;
            let rule = json!({ "groupId": group, "expectedVersion": version.at("group/version"), "decisionsSharing": level });
            let answer = server.by(CONVENER).mutate("updateGroup", rule, "group { id }").await;
            assert_eq!(answer.user_errors("updateGroup"), [""; 0], "{}", answer.text);
        };

        share(json!("PARTNERS")).await;
        assert_eq!([found(MEMBER).await, found(OUTSIDER).await], [Some(1), Some(0)], "members at once; others when it stands");
        minuted(&server, &world.meeting, "§ 1").await;
        assert_eq!([found(OUTSIDER).await, found(ELSEWHERE).await], [Some(1), Some(1)]);
        let page = server.anonymous().query(query).await;
        assert_eq!(page.at("decisions/nodes"), &json!([]), "with partners, not with everybody");
        share(Value::Null).await;
        assert_eq!([found(MEMBER).await, found(OUTSIDER).await, found(ELSEWHERE).await], [Some(1), Some(0), Some(0)]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_informal_group_decides_nothing(backend: Backend) {
        let server = Server::start(backend).await;
        let convener = server.by(CONVENER);
        let group = group_of(&convener, json!({ "kind": "INFORMAL" })).await;
        let meeting = meeting_on(&convener, &group, 12).await;
        server.travel_to("2026-03-12T08:15:00Z".parse().expect("an instant"));

        let answer = decide(&convener, &meeting, "Beslut", json!({})).await;

        assert_eq!(answer.user_errors("recordDecision"), ["NO_DECISIONS"], "{}", answer.text);
        server.stop().await;
    }
}
