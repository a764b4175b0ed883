//! Actions: asked for, taken on or declined, reported, reminded of, and back on the next agenda until they are done.

use super::world::{action, assign, assigned, group_of_meeting};
use crate::{
    harness::{Server, on_both_databases},
    meetings::world::{
        CONVENER, MEMBER, MEMBERS_COORDINATOR, SECRETARY, agenda, item, meeting_on, notice, told,
    },
    minutes::world::held,
    seats::operations::housekeeping,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Of an organisation that is not in the group.
const ASKED: &str = "barnens-ratt-kronoberg-coordinator";

async fn answer(
    caller: &crate::harness::Caller<'_>,
    id: &str,
    accept: bool,
    reason: Value,
) -> crate::harness::Answer {
    let input = json!({ "actionId": id, "accept": accept, "reason": reason });
    caller
        .mutate("answerAction", input, "action { status reason version }")
        .await
}

on_both_databases! {
    async fn the_organisation_takes_on_or_declines_and_reports_and_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, member, asked) = (server.by(SECRETARY), server.by(MEMBER), server.by(ASKED));
        let group = group_of_meeting(&secretary, &world.meeting).await;

        let one = assigned(&secretary, &server, &group, ASKED).await;
        assert!(told(&asked).await.contains(&"ACTION_ASSIGNED".to_owned()));
        assert_eq!(action(&asked, &one).await["viewerCanAnswer"], true);
        assert_eq!(action(&member, &one).await["viewerCanAnswer"], false, "a member reads it");
        for stranger in [MEMBERS_COORDINATOR, "alvesta-member", "region-skane-coordinator"] {
            assert_eq!(action(&server.by(stranger), &one).await, Value::Null, "{stranger}");
            assert_eq!(answer(&server.by(stranger), &one, true, Value::Null).await.user_errors("answerAction"), ["NOT_FOUND"]);
        }
        for reader in [MEMBER, SECRETARY] {
            assert_eq!(answer(&server.by(reader), &one, true, Value::Null).await.codes(), ["FORBIDDEN"], "{reader}");
        }
        assert_eq!(answer(&asked, &one, false, Value::Null).await.user_errors("answerAction"), ["INVALID_VALUE"], "why not?");
        assert_eq!(answer(&asked, &one, true, json!("Gärna")).await.user_errors("answerAction"), ["INVALID_VALUE"]);
        let taken = answer(&asked, &one, true, Value::Null).await;
        assert_eq!(taken.at("answerAction/action/status"), "ACCEPTED", "{}", taken.text);
        assert_eq!(answer(&asked, &one, true, Value::Null).await.at("answerAction/action/version"), taken.at("answerAction/action/version"));

        let report = |text: &str, done: bool, key: &str| json!({ "actionId": one, "text": text, "done": done, "idempotencyKey": key });
        asked.mutate("reportAction", report("Halvvägs", false, "a"), "action { status }").await;
        asked.mutate("reportAction", report("Halvvägs", false, "a"), "action { status }").await;
        assert_eq!(secretary.mutate("reportAction", report("Nej", true, "b"), "action { status }").await.codes(), ["FORBIDDEN"]);
        let done = asked.mutate("reportAction", report("Klart", true, "c"), "action { status }").await;
        assert_eq!(done.at("reportAction/action/status"), "DONE", "{}", done.text);
        let seen = action(&member, &one).await;
        assert_eq!(seen["reports"]["nodes"], json!([{ "text": "Klart" }, { "text": "Halvvägs" }]));
        let late = asked.mutate("reportAction", report("Mer", false, "d"), "action { status }").await;
        assert_eq!(late.user_errors("reportAction"), ["ACTION_ENDED"]);
        assert_eq!(answer(&asked, &one, false, json!("Nej")).await.user_errors("answerAction"), ["ACTION_ENDED"]);

        // Whoever sits for the organisation in the group answers for it, too.
        let two = assigned(&secretary, &server, &group, MEMBER).await;
        assert_eq!(answer(&member, &two, false, json!("Hinner inte")).await.at("answerAction/action/status"), "DECLINED");
        assert_eq!(action(&secretary, &two).await["reason"], "Hinner inte");
        // Taken on, done, declined: each is told to whoever gave it out, and to nobody else.
        let answers = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "ACTION_ANSWERED").count();
        assert_eq!(answers(told(&secretary).await), 3);
        assert_eq!((answers(told(&asked).await), answers(told(&member).await)), (0, 0));
        server.stop().await;
    }
}

on_both_databases! {
    async fn those_who_keep_the_papers_give_out_hand_over_and_call_off(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let group = group_of_meeting(&secretary, &world.meeting).await;
        for who in [MEMBER, CONVENER] {
            assert_eq!(assign(&server.by(who), &server, &group, ASKED, json!({})).await.codes(), ["FORBIDDEN"], "{who}");
        }
        for (otherwise, code) in [
            (json!({ "title": " " }), "INVALID_VALUE"),
            (json!({ "description": "Om 19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "organisationId": "organisation_00000000000000000000000000000001" }), "NOT_FOUND"),
            (json!({ "meetingId": "meeting_00000000000000000000000000000001" }), "NOT_FOUND"),
            (json!({ "decisionId": "decision_00000000000000000000000000000001" }), "NOT_FOUND"),
        ] {
            let answer = assign(&secretary, &server, &group, ASKED, otherwise).await;
            assert_eq!(answer.user_errors("assignAction"), [code], "{}", answer.text);
        }
        let one = assigned(&secretary, &server, &group, ASKED).await;
        let other = crate::seats::world::organisation(&server, "alvesta-coordinator").await.to_string();
        let hand_over = |version: i32| json!({ "actionId": one, "expectedVersion": version, "organisationId": other });
        assert_eq!(server.by(ASKED).mutate("updateAction", hand_over(1), "action { id }").await.codes(), ["FORBIDDEN"]);
        answer(&server.by(ASKED), &one, false, json!("Inte vår sak")).await;
        let update = json!({ "actionId": one, "expectedVersion": 2, "title": "Annat" });
        assert_eq!(secretary.mutate("updateAction", update, "action { id }").await.user_errors("updateAction"), ["ACTION_ENDED"]);
        assert_eq!(secretary.mutate("updateAction", hand_over(1), "action { id }").await.user_errors("updateAction"), ["CONFLICT"]);
        let handed = secretary.mutate("updateAction", hand_over(2), "action { status reason endedAt }").await;
        assert_eq!(handed.at("updateAction/action"), &json!({ "status": "ASSIGNED", "reason": null, "endedAt": null }), "{}", handed.text);
        assert_eq!(action(&server.by(ASKED), &one).await, Value::Null, "it is another's now");
        assert!(told(&server.by("alvesta-coordinator")).await.contains(&"ACTION_ASSIGNED".to_owned()));

        let off = json!({ "actionId": one, "reason": "Behövs inte" });
        let cancelled = secretary.mutate("cancelAction", off.clone(), "action { status reason }").await;
        assert_eq!(cancelled.at("cancelAction/action"), &json!({ "status": "CANCELLED", "reason": "Behövs inte" }), "{}", cancelled.text);
        assert_eq!(secretary.mutate("cancelAction", off, "action { id }").await.user_errors("cancelAction"), ["ACTION_ENDED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_one_organisation_has_reported_does_not_go_along_to_the_next(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, asked) = (server.by(SECRETARY), server.by(ASKED));
        let (first, outside) = ("ljungby-coordinator", ASKED);
        let group = group_of_meeting(&secretary, &world.meeting).await;
        let one = assigned(&secretary, &server, &group, first).await;
        let report = json!({ "actionId": one, "text": "Internt arbetsmaterial" });
        server.by(first).mutate("reportAction", report, "action { id }").await.data();
        let reports = async |who: &str| {
            let query = "query($id: ID!) { node(id: $id) { ... on Action { reports { totalCount nodes { text } } } } }";
            let answer = server.by(who).ask(query, json!({ "id": one })).await;
            answer.at("node/reports/totalCount").as_u64()
        };
        assert_eq!([reports(first).await, reports(SECRETARY).await], [Some(1), Some(1)]);
        let version = secretary.ask("query($id: ID!) { node(id: $id) { ... on Action { version } } }", json!({ "id": one })).await;
        let organisation = crate::seats::world::organisation(&server, outside).await.to_string();
        let hand_over = json!({ "actionId": one, "expectedVersion": version.at("node/version"), "organisationId": organisation });

        secretary.mutate("updateAction", hand_over, "action { id }").await.data();

        assert_eq!([reports(outside).await, reports(SECRETARY).await], [Some(0), Some(1)], "members read all of it");
        let own = json!({ "actionId": one, "text": "Vi har börjat" });
        asked.mutate("reportAction", own, "action { id }").await.data();
        assert_eq!([reports(outside).await, reports(SECRETARY).await], [Some(1), Some(2)]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn open_actions_are_on_the_next_agenda_until_they_are_done(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, convener) = (server.by(SECRETARY), server.by(CONVENER));
        let group = group_of_meeting(&secretary, &world.meeting).await;
        let next = meeting_on(&convener, &group, 20).await;
        let after = meeting_on(&convener, &group, 27).await;
        assert_eq!(notice(&convener, &next).await.user_errors("sendMeetingNotice"), [""; 0]);
        assert_eq!(agenda(&secretary, &next).await["agenda"], json!([]), "nothing is open");
        let one = assigned(&secretary, &server, &group, ASKED).await;
        let open = async |who: &str, meeting: &str| {
            let query = "query($id: ID!) { meeting(id: $id) { openActions { nodes { id organisation { name } } } } }";
            let answer = server.by(who).ask(query, json!({ "id": meeting })).await;
            answer.at("meeting/openActions/nodes").as_array().map(Vec::len)
        };

        for meeting in [&next, &after, &next] {
            assert_eq!(notice(&convener, meeting).await.user_errors("sendMeetingNotice"), [""; 0]);
            let follow_up = json!([{ "number": "1", "title": "Uppföljning av åtgärder", "children": [] }]);
            assert_eq!(agenda(&secretary, meeting).await["agenda"], follow_up, "once");
        }
        assert_eq!([open(MEMBER, &world.meeting).await, open(MEMBER, &next).await, open(MEMBER, &after).await], [Some(0), Some(1), Some(1)]);
        assert_eq!(open(CONVENER, &next).await, Some(0), "who calls meetings does not read papers by it");

        server.travel_to("2026-03-21T08:00:00Z".parse().expect("an instant"));
        let done = json!({ "actionId": one, "text": "Klart", "done": true });
        server.by(ASKED).mutate("reportAction", done, "action { status }").await;
        assert_eq!([open(MEMBER, &next).await, open(MEMBER, &after).await], [Some(1), Some(0)], "it was open at the one, and is not at the other");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_follow_up_that_came_by_itself_stays_with_a_cancelled_meeting(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, convener) = (server.by(SECRETARY), server.by(CONVENER));
        let group = group_of_meeting(&secretary, &world.meeting).await;
        let next = meeting_on(&convener, &group, 20).await;
        assigned(&secretary, &server, &group, ASKED).await;
        notice(&convener, &next).await;
        let own = item(&secretary, &group, "Vad blev av flytten", json!({ "meetingId": next, "kind": "FOLLOW_UP" })).await;
        let titles = |answer: Value| answer.as_array().expect("a list").iter().map(|item| item["title"].clone()).collect::<Vec<_>>();
        let before = titles(agenda(&secretary, &next).await["agenda"].clone());
        assert_eq!(before, ["Uppföljning av åtgärder", "Vad blev av flytten"]);

        let cancel = json!({ "meetingId": next, "reason": "Sjukdom" });
        let cancelled = convener.mutate("cancelMeeting", cancel, "meeting { status }").await;
        assert_eq!(cancelled.at("cancelMeeting/meeting/status"), "CANCELLED", "{}", cancelled.text);
        let backlog = "query($id: ID!) { group(id: $id) { agendaItems(inBacklog: true) { nodes { id } } } }";
        let waits = secretary.ask(backlog, json!({ "id": group })).await;
        assert_eq!(waits.at("group/agendaItems/nodes"), &json!([{ "id": own }]), "what somebody put there waits");
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_organisation_is_reminded_a_week_before_and_every_other_week_from_then_on(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, asked) = (server.by(SECRETARY), server.by(ASKED));
        let group = group_of_meeting(&secretary, &world.meeting).await;
        let today = server.clock.now().date_naive();
        housekeeping(&server).await;
        let due = |days: i64| json!({ "dueOn": (today + TimeDelta::days(days)).to_string() });
        let made = assign(&secretary, &server, &group, ASKED, due(8)).await;
        let one = made.at("assignAction/action/id").as_str().expect("an id").to_owned();
        let reminders = async || {
            let kinds = told(&asked).await;
            kinds.iter().filter(|kind| *kind == "ACTION_DUE").count()
        };

        assert_eq!(housekeeping(&server).await.actions_reminded, 0, "eight days before");
        for (days, expected) in [(1, 1), (0, 1), (13, 1), (1, 2), (13, 2), (1, 3)] {
            server.travel(TimeDelta::days(days));
            housekeeping(&server).await;
            assert_eq!(reminders().await, expected, "{days} days later");
        }
        let done = json!({ "actionId": one, "text": "Klart", "done": true });
        asked.mutate("reportAction", done, "action { status }").await;
        server.travel(TimeDelta::days(15));
        housekeeping(&server).await;
        assert_eq!(reminders().await, 3, "what is done is left alone");
        server.stop().await;
    }
}
