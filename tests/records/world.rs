//! What the tests of records do and read.

use crate::{
    harness::{Answer, Caller, Server},
    meetings::world::{MEMBER, SECRETARY},
    minutes::world::{SECOND, save, submit, verify},
    seats::world::{id, organisation},
};
use serde_json::{Value, json};

/// Enters a decision, with some things said otherwise.
pub async fn decide(caller: &Caller<'_>, meeting: &str, title: &str, otherwise: Value) -> Answer {
    let mut input = json!({ "meetingId": meeting, "title": title, "text": "Så blir det." });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let selection = "decision { id year number reference version verifiedAt }";
    caller.mutate("recordDecision", input, selection).await
}

/// The same, and it worked.
pub async fn decided(caller: &Caller<'_>, meeting: &str, title: &str) -> String {
    let answer = decide(caller, meeting, title, json!({})).await;
    id(&answer, "recordDecision/decision/id")
}

/// Lets minutes be written, put up and verified by two members.
pub async fn minuted(server: &Server, meeting: &str, text: &str) -> String {
    let secretary = server.by(SECRETARY);
    let saved = save(&secretary, meeting, 0, text).await;
    assert_eq!(saved.user_errors("saveMinutes"), [""; 0], "{}", saved.text);
    let minutes = id(
        &submit(server, &secretary, meeting, 1, &[MEMBER, SECOND]).await,
        "submitMinutes/minutes/id",
    );
    verify(&server.by(MEMBER), &minutes, 1).await;
    let sealed = verify(&server.by(SECOND), &minutes, 1).await;
    assert_eq!(
        sealed.at("verifyMinutes/minutes/status"),
        "VERIFIED",
        "{}",
        sealed.text
    );
    minutes
}

/// The group of a meeting.
pub async fn group_of_meeting(caller: &Caller<'_>, meeting: &str) -> String {
    let query = "query($id: ID!) { meeting(id: $id) { group { id } } }";
    id(
        &caller.ask(query, json!({ "id": meeting })).await,
        "meeting/group/id",
    )
}

/// Asks an organisation, by somebody of it, to do something, with some things said otherwise.
pub async fn assign(
    caller: &Caller<'_>,
    server: &Server,
    group: &str,
    whose: &str,
    otherwise: Value,
) -> Answer {
    let organisation = organisation(server, whose).await.to_string();
    let mut input =
        json!({ "groupId": group, "organisationId": organisation, "title": "Boka lokal" });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let selection = "action { id status version organisation { name } }";
    caller.mutate("assignAction", input, selection).await
}

/// The same, and it worked.
pub async fn assigned(caller: &Caller<'_>, server: &Server, group: &str, whose: &str) -> String {
    let answer = assign(caller, server, group, whose, json!({})).await;
    id(&answer, "assignAction/action/id")
}

/// An action as somebody sees it; null if they do not.
pub async fn action(caller: &Caller<'_>, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Action { status reason version endedAt answeredAt viewerCanAnswer viewerCanEdit
        organisation { name } reports(first: 10) { nodes { text } } } } }";
    caller
        .ask(query, json!({ "id": id }))
        .await
        .at("node")
        .clone()
}
