//! The rules of issues, on both sides of each boundary.

use crate::{
    access::behind::execute,
    groups::world::{group_of, seat_for, seat_given},
    harness::{Answer, Caller, Server, on_both_databases},
    meetings::world::{meeting_on, told},
    seats::world::id,
};
use serde_json::{Value, json};

const CONVENER: &str = "region-blekinge-coordinator";
const REPRESENTATIVE: &str = "region-blekinge-member";
/// Appointed in another region.
const ELSEWHERE: &str = "region-kronoberg-member";

/// A council of Region Blekinge's whose chair is its coordinator; its member is a representative and has no seat.
async fn council(server: &Server, otherwise: Value) -> String {
    let convener = server.by(CONVENER);
    let group = group_of(&convener, otherwise).await;
    let chair = seat_for(&convener, &group, &convener, json!({ "role": "CHAIR" })).await;
    seat_given(&convener, &chair, &convener).await;
    group
}

async fn try_to_raise(caller: &Caller<'_>, group: &str, otherwise: Value) -> Answer {
    let mut input =
        json!({ "groupId": group, "title": "Kösystemet", "description": "Barn förstår det inte." });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let selection = "issue { id status title description unit { name } raisedBy { name } viewerCanWithdraw viewerCanDecide }";
    caller.mutate("raiseIssue", input, selection).await
}

async fn raised(caller: &Caller<'_>, group: &str) -> String {
    let answer = try_to_raise(caller, group, json!({})).await;
    id(&answer, "raiseIssue/issue/id")
}

async fn act(caller: &Caller<'_>, mutation: &str, issue: &str, otherwise: Value) -> Answer {
    let mut input = json!({ "issueId": issue });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let selection = "issue { status answer declineReason agendaItem { id title status meeting { id } } closedAt takenUpAt }";
    caller.mutate(mutation, input, selection).await
}

/// What becomes of the issue, as somebody sees it; null if they do not see it.
async fn status(caller: &Caller<'_>, issue: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on CouncilIssue { status } } }";
    let answer = caller.ask(query, json!({ "id": issue })).await;
    answer.at("node")["status"].clone()
}

on_both_databases! {
    async fn whoever_has_a_role_today_where_the_council_is_convened_raises_issues(backend: Backend) {
        let server = Server::start(backend).await;
        let group = council(&server, json!({ "sharing": "PUBLIC" })).await;
        let representative = server.by(REPRESENTATIVE);

        let answer = try_to_raise(&representative, &group, json!({})).await;
        let issue = answer.at("raiseIssue/issue");
        assert_eq!((&issue["status"], &issue["viewerCanWithdraw"], &issue["viewerCanDecide"]),
            (&json!("RAISED"), &json!(true), &json!(false)), "{}", answer.text);
        assert_eq!(issue["raisedBy"]["name"], "Helena Lyckebo");

        // No role in the organisation; a role in another one; no person; no token.
        assert_eq!(try_to_raise(&server.by(CONVENER), &group, json!({})).await.codes(), ["FORBIDDEN"]);
        assert_eq!(try_to_raise(&server.by(ELSEWHERE), &group, json!({})).await.codes(), ["FORBIDDEN"]);
        assert_eq!(try_to_raise(&server.service("2321000081", &["samverkan:coordinate"]), &group, json!({})).await.codes(), ["FORBIDDEN"]);
        assert_eq!(try_to_raise(&server.anonymous(), &group, json!({})).await.codes(), ["UNAUTHENTICATED"]);

        let change = async |sets: &str| {
            execute(&server, &format!("UPDATE appointment SET {sets} WHERE person_id = (SELECT id FROM person WHERE name = 'Helena Lyckebo')")).await;
            try_to_raise(&representative, &group, json!({})).await.codes()
        };
        // It is the second of March: an appointment that ends on a day does not count on it.
        assert_eq!(change("until_day = '2026-03-02'").await, ["FORBIDDEN"]);
        assert_eq!(change("until_day = '2026-03-03'").await, [""; 0]);
        assert_eq!(change("from_day = '2026-03-03', until_day = NULL").await, ["FORBIDDEN"]);
        assert_eq!(change("from_day = '2026-03-02'").await, [""; 0]);
        assert_eq!(change("status = 'PROPOSED'").await, ["FORBIDDEN"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_issue_is_checked_before_it_is_raised(backend: Backend) {
        let server = Server::start(backend).await;
        let (convener, representative) = (server.by(CONVENER), server.by(REPRESENTATIVE));
        let group = council(&server, json!({})).await;
        let refused = async |group: &str, otherwise: Value| try_to_raise(&representative, group, otherwise).await.user_errors("raiseIssue");

        assert_eq!(refused(&group, json!({ "title": " " })).await, ["INVALID_VALUE"]);
        assert_eq!(refused(&group, json!({ "title": "å".repeat(201) })).await, ["INVALID_VALUE"]);
        assert_eq!(refused(&group, json!({ "description": "Pelle 19121212-1212" })).await, ["PERSONAL_ID_NOT_ALLOWED"]);
        let other = server.anonymous().query("{ organisation(organisationNumber: \"2321000065\") { units(first: 1) { nodes { id } } } }").await;
        let other = other.at("organisation/units/nodes/0/id").clone();
        assert_eq!(refused(&group, json!({ "unitId": other })).await, ["NOT_FOUND"], "another organisation's unit");
        let own = representative.query("{ viewer { organisation { units(first: 1) { nodes { id name } } } } }").await;
        let own = own.at("viewer/organisation/units/nodes/0").clone();
        let kept = try_to_raise(&representative, &group, json!({ "unitId": own["id"], "idempotencyKey": "en" })).await;
        assert_eq!(kept.at("raiseIssue/issue/unit/name"), &own["name"]);
        let again = try_to_raise(&representative, &group, json!({ "unitId": own["id"], "idempotencyKey": "en" })).await;
        assert_eq!(again.at("raiseIssue"), kept.at("raiseIssue"), "once");

        let network = council(&server, json!({ "kind": "NETWORK" })).await;
        assert_eq!(refused(&network, json!({})).await, ["NOT_A_COUNCIL"]);
        let closed = council(&server, json!({})).await;
        let close = json!({ "groupId": closed, "expectedVersion": 1, "reason": "Klart" });
        convener.mutate("closeGroup", close, "group { closedAt }").await.data();
        assert_eq!(refused(&closed, json!({})).await, ["GROUP_CLOSED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_issue_is_read_by_the_person_and_the_council_and_by_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        let (convener, representative) = (server.by(CONVENER), server.by(REPRESENTATIVE));
        let group = council(&server, json!({ "sharing": "PUBLIC" })).await;
        let issue = raised(&representative, &group).await;
        let stranger = server.by("region-skane-coordinator");

        assert_eq!(status(&representative, &issue).await, "RAISED");
        assert_eq!(status(&convener, &issue).await, "RAISED");
        assert_eq!(status(&stranger, &issue).await, Value::Null);
        assert_eq!(told(&convener).await, ["ISSUE_RAISED"]);
        let own = representative.query("{ viewer { issues { totalCount nodes { title group { name } } } } }").await;
        assert_eq!(own.at("viewer/issues/nodes/0"), &json!({ "title": "Kösystemet", "group": { "name": "Barnrättsrådet" } }));

        // Without a seat the person's coordinator reads nothing, and is not told that there was an answer.
        act(&convener, "answerIssue", &issue, json!({ "answer": "Ja" })).await.data();
        execute(&server, "UPDATE seat_holder SET until_day = from_day").await;
        assert_eq!(status(&convener, &issue).await, Value::Null, "a coordinator of the same organisation");
        assert_eq!(status(&representative, &issue).await, "ANSWERED");
        let beside = convener.query("{ viewer { organisation { groupNotices(first: 50) { nodes { kind } } } } }").await;
        let kinds = beside.at("viewer/organisation/groupNotices/nodes").to_string();
        assert!(!kinds.contains("ISSUE_ANSWERED"), "{kinds}");
        assert_eq!(told(&representative).await, ["ISSUE_ANSWERED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_is_taken_back_is_seen_by_the_person_alone(backend: Backend) {
        let server = Server::start(backend).await;
        let (convener, representative) = (server.by(CONVENER), server.by(REPRESENTATIVE));
        let group = council(&server, json!({ "sharing": "PUBLIC" })).await;
        let (first, second) = (raised(&representative, &group).await, raised(&representative, &group).await);

        assert_eq!(act(&convener, "withdrawIssue", &first, json!({})).await.codes(), ["FORBIDDEN"]);
        assert_eq!(act(&server.by("region-skane-coordinator"), "withdrawIssue", &first, json!({})).await.user_errors("withdrawIssue"), ["NOT_FOUND"]);
        let done = act(&representative, "withdrawIssue", &first, json!({})).await;
        assert_eq!(done.at("withdrawIssue/issue/status"), "WITHDRAWN", "{}", done.text);

        assert_eq!(status(&convener, &first).await, Value::Null);
        assert_eq!(status(&representative, &first).await, "WITHDRAWN");
        let again = act(&representative, "withdrawIssue", &first, json!({})).await;
        assert_eq!(again.at("withdrawIssue"), done.at("withdrawIssue"), "twice is once");
        act(&convener, "takeUpIssue", &second, json!({})).await.data();
        let late = act(&representative, "withdrawIssue", &second, json!({})).await;
        assert_eq!(late.user_errors("withdrawIssue"), ["ISSUE_ANSWERED"], "it is the council's now");
        server.stop().await;
    }
}

on_both_databases! {
    async fn those_who_keep_the_papers_take_up_answer_and_decline(backend: Backend) {
        let server = Server::start(backend).await;
        let (convener, representative) = (server.by(CONVENER), server.by(REPRESENTATIVE));
        let group = council(&server, json!({})).await;
        let meeting = meeting_on(&convener, &group, 12).await;
        let (first, second, third) = (raised(&representative, &group).await, raised(&representative, &group).await, raised(&representative, &group).await);
        let refused = async |mutation: &str, issue: &str, otherwise: Value| act(&convener, mutation, issue, otherwise).await.user_errors(mutation);

        assert_eq!(refused("takeUpIssue", &first, json!({ "meetingId": meeting })).await, ["INVALID_VALUE"], "an item of which kind?");
        let taken = act(&convener, "takeUpIssue", &first, json!({ "itemKind": "DECISION", "meetingId": meeting })).await;
        let taken = taken.at("takeUpIssue/issue");
        assert_eq!((&taken["status"], &taken["agendaItem"]["title"], &taken["agendaItem"]["status"], &taken["agendaItem"]["meeting"]["id"]),
            (&json!("TAKEN_UP"), &json!("Kösystemet"), &json!("ACCEPTED"), &json!(meeting)), "{taken}");
        let waiting = act(&convener, "takeUpIssue", &second, json!({ "itemKind": "DISCUSSION" })).await;
        assert_eq!(waiting.at("takeUpIssue/issue/agendaItem/meeting"), &Value::Null, "in the backlog");
        let own = representative.query("{ viewer { issues(statuses: [TAKEN_UP]) { nodes { status agendaItem { id } } } } }").await;
        assert_eq!(own.at("viewer/issues/nodes/0"), &json!({ "status": "TAKEN_UP", "agendaItem": null }), "the agenda is for members");

        assert_eq!(refused("takeUpIssue", &first, json!({})).await, ["ISSUE_ANSWERED"]);
        assert_eq!(refused("declineIssue", &first, json!({ "reason": "Nej" })).await, ["ISSUE_ANSWERED"], "what was taken up is answered");
        for (text, code) in [(" ", "INVALID_VALUE"), ("19121212-1212", "PERSONAL_ID_NOT_ALLOWED")] {
            assert_eq!(refused("answerIssue", &first, json!({ "answer": text })).await, [code]);
            assert_eq!(refused("declineIssue", &third, json!({ "reason": text })).await, [code]);
        }
        let answered = act(&convener, "answerIssue", &first, json!({ "answer": "Vi byter system." })).await;
        assert_eq!(answered.at("answerIssue/issue/answer"), "Vi byter system.");
        assert_eq!(refused("answerIssue", &first, json!({ "answer": "Nej" })).await, ["ISSUE_ANSWERED"]);
        let declined = act(&convener, "declineIssue", &third, json!({ "reason": "Hör hemma i kommunen" })).await;
        assert_eq!(declined.at("declineIssue/issue/declineReason"), "Hör hemma i kommunen");
        for mutation in ["takeUpIssue", "answerIssue", "declineIssue"] {
            let input = match mutation {
                "answerIssue" => json!({ "answer": "Ja" }),
                "declineIssue" => json!({ "reason": "Nej" }),
                _ => json!({}),
            };
            assert_eq!(act(&representative, mutation, &second, input).await.codes(), ["FORBIDDEN"], "{mutation}: the person is no officer");
        }
        let mut kinds = told(&representative).await;
        kinds.sort();
        assert_eq!(kinds, ["ISSUE_ANSWERED", "ISSUE_ANSWERED", "ISSUE_TAKEN_UP", "ISSUE_TAKEN_UP"]);
        server.stop().await;
    }
}
