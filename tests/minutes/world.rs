//! What the tests of minutes do and read.

use crate::{
    groups::world::{seat_for, seat_given},
    harness::{Answer, Caller, Server},
    meetings::world::{CONVENER, MEMBER, SECRETARY, meeting_on, network},
    notices::world::myself,
};
use serde_json::{Value, json};

/// A second one who keeps the group's papers: its chair.
pub const CHAIR: &str = "alvesta-coordinator";
/// A second ordinary member.
pub const SECOND: &str = "ljungby-coordinator";

/// A meeting that has been held, and who was there: the secretary, the chair, and two ordinary members.
pub struct Held {
    pub meeting: String,
}

/// Makes it: it is the twelfth of March then, a quarter past nine in Sweden.
pub async fn held(server: &Server) -> Held {
    let network = network(server, json!({})).await;
    let convener = server.by(CONVENER);
    let (chair, second) = (server.by(CHAIR), server.by(SECOND));
    let above = seat_for(
        &convener,
        &network.group,
        &chair,
        json!({ "role": "CHAIR" }),
    )
    .await;
    seat_given(&chair, &above, &chair).await;
    let beside = seat_for(&convener, &network.group, &second, json!({})).await;
    seat_given(&second, &beside, &second).await;
    let meeting = meeting_on(&convener, &network.group, 12).await;
    server.travel_to("2026-03-12T08:15:00Z".parse().expect("an instant"));
    let there = [
        (SECRETARY, &network.secretary),
        (CHAIR, &above),
        (MEMBER, &network.ordinary),
        (SECOND, &beside),
    ];
    attended(server, &server.by(SECRETARY), &meeting, &there).await;
    Held { meeting }
}

/// Records who was at a meeting, each on a seat.
pub async fn attended(
    server: &Server,
    keeper: &Caller<'_>,
    meeting: &str,
    there: &[(&str, &String)],
) {
    let mut entries = Vec::new();
    for (who, seat) in there {
        let person = myself(&server.by(who)).await;
        entries.push(json!({ "personId": person, "seatId": seat, "status": "PRESENT" }));
    }
    let record = json!({ "meetingId": meeting, "entries": entries });
    let answer = keeper
        .mutate("recordMeetingAttendance", record, "meeting { status }")
        .await;
    assert_eq!(
        answer.at("recordMeetingAttendance/meeting/status"),
        "HELD",
        "{}",
        answer.text
    );
}

/// Saves a text.
pub async fn save(caller: &Caller<'_>, meeting: &str, version: i32, text: &str) -> Answer {
    let input = json!({ "meetingId": meeting, "version": version, "text": text });
    let selection = "minutes { id status version text edition } conflict { saved { version text } submittedText }";
    caller.mutate("saveMinutes", input, selection).await
}

/// Puts a text up for verification by some.
pub async fn submit(
    server: &Server,
    caller: &Caller<'_>,
    meeting: &str,
    version: i32,
    by: &[&str],
) -> Answer {
    let mut people = Vec::new();
    for who in by {
        people.push(myself(&server.by(who)).await);
    }
    let input = json!({ "meetingId": meeting, "version": version, "verifierIds": people });
    let selection = "minutes { id status attendance verifiers { line verifiedAt } }";
    caller.mutate("submitMinutes", input, selection).await
}

/// Verifies minutes.
pub async fn verify(caller: &Caller<'_>, minutes: &str, version: i32) -> Answer {
    let input = json!({ "minutesId": minutes, "version": version });
    let selection = "minutes { status seal sealedForm sealHolds verifiers { verifiedAt } }";
    caller.mutate("verifyMinutes", input, selection).await
}

/// The editions of a meeting's minutes as somebody sees them; null if they do not see the meeting.
pub async fn editions(caller: &Caller<'_>, meeting: &str) -> Value {
    let query = "query($id: ID!) { meeting(id: $id) { minutes { id edition status version text versions { number text } } } }";
    let answer = caller.ask(query, json!({ "id": meeting })).await;
    answer.at("meeting").clone()
}
