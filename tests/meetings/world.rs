//! What the tests of meetings do and read.

use crate::{
    groups::world::{group_of, seat_for, seat_given},
    harness::{Answer, Caller, Server},
    seats::world::id,
};
use serde_json::{Value, json};

/// A network that the Region's coordinator convenes and whose secretary is the Region's member; Växjö has an ordinary
/// seat, which its member holds.
pub struct Network {
    pub group: String,
    /// The secretary's seat.
    pub secretary: String,
    /// Växjö's seat.
    pub ordinary: String,
}

pub const CONVENER: &str = "region-kronoberg-coordinator";
pub const SECRETARY: &str = "region-kronoberg-member";
pub const MEMBER: &str = "vaxjo-member";
pub const MEMBERS_COORDINATOR: &str = "vaxjo-coordinator";

pub async fn network(server: &Server, otherwise: Value) -> Network {
    let convener = server.by(CONVENER);
    let (secretary, member) = (server.by(SECRETARY), server.by(MEMBER));
    let group = group_of(&convener, otherwise).await;
    let kept = seat_for(
        &convener,
        &group,
        &secretary,
        json!({ "role": "SECRETARY" }),
    )
    .await;
    seat_given(&convener, &kept, &secretary).await;
    let ordinary = seat_for(&convener, &group, &member, json!({})).await;
    seat_given(&server.by(MEMBERS_COORDINATOR), &ordinary, &member).await;
    Network {
        group,
        secretary: kept,
        ordinary,
    }
}

/// A meeting of the group from nine to eleven in Sweden on a day of March 2026.
pub async fn meeting_on(caller: &Caller<'_>, group: &str, day: u32) -> String {
    let input = json!({ "groupId": group, "title": "Möte", "startsAt": format!("2026-03-{day:02}T08:00:00Z"),
        "endsAt": format!("2026-03-{day:02}T10:00:00Z"), "purposes": ["BUSINESS"],
        "venue": { "name": "Residenset", "url": "https://moten.example/1" } });
    let answer = caller
        .mutate("createMeeting", input, "meeting { id }")
        .await;
    id(&answer, "createMeeting/meeting/id")
}

/// Proposes an item, with some things said otherwise.
pub async fn propose(caller: &Caller<'_>, group: &str, title: &str, otherwise: Value) -> Answer {
    let mut input = json!({ "groupId": group, "kind": "DISCUSSION", "title": title });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    caller
        .mutate("proposeAgendaItem", input, "item { id status version }")
        .await
}

/// The same, and it worked.
pub async fn item(caller: &Caller<'_>, group: &str, title: &str, otherwise: Value) -> String {
    let answer = propose(caller, group, title, otherwise).await;
    id(&answer, "proposeAgendaItem/item/id")
}

/// The agenda as number and title of each item, as somebody reads it; null if they do not see the meeting.
pub async fn agenda(caller: &Caller<'_>, meeting: &str) -> Value {
    let query = "query($id: ID!) { meeting(id: $id) { agenda { number title children { number title } } } }";
    let answer = caller.ask(query, json!({ "id": meeting })).await;
    answer.at("meeting").clone()
}

/// The kinds of notices of groups that somebody has got, oneself or as one of an organisation's coordinators.
pub async fn told(caller: &Caller<'_>) -> Vec<String> {
    let query = "{ viewer { groupNotices(first: 50) { nodes { kind } }
        organisation { groupNotices(first: 50) { nodes { kind person { id } } } } } }";
    let answer = caller.query(query).await;
    let own = answer.at("viewer/groupNotices/nodes").as_array();
    let organisation = answer.at("viewer/organisation")["groupNotices"]["nodes"].as_array();
    let coordinators = organisation
        .into_iter()
        .flatten()
        .filter(|node| node["person"].is_null());
    let nodes = own.into_iter().flatten().chain(coordinators);
    nodes
        .map(|node| node["kind"].as_str().expect("a kind").to_owned())
        .collect()
}

/// Sends the notice of a meeting.
pub async fn notice(caller: &Caller<'_>, meeting: &str) -> Answer {
    let input = json!({ "meetingId": meeting, "text": "Välkomna" });
    caller
        .mutate(
            "sendMeetingNotice",
            input,
            "meeting { status noticeText version }",
        )
        .await
}
