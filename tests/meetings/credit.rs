//! Meetings that count as a training: what whoever was there has completed, and when it is taken back.

use super::world::{
    CONVENER, MEMBER, MEMBERS_COORDINATOR, Network, SECRETARY, meeting_on, network,
};
use crate::{
    groups::world::{seat_for, seat_given},
    harness::{Answer, Caller, Server, on_both_databases},
    notices::world::myself,
    seats::world::training,
};
use serde_json::{Value, json};

const ACCEPTED: [&str; 0] = [];

/// A network whose secretary is also a coordinator of the organiser, a training, and a meeting that has begun.
struct World {
    network: Network,
    training: String,
    meeting: String,
}

/// Who keeps the papers and may speak for the training: the convening coordinator on a seat of its own.
async fn world(server: &Server, training_says: &Value) -> World {
    let network = network(server, json!({})).await;
    let keeper = server.by(CONVENER);
    let seat = seat_for(
        &keeper,
        &network.group,
        &keeper,
        json!({ "role": "SECRETARY" }),
    )
    .await;
    seat_given(&keeper, &seat, &keeper).await;
    let training = training(server, training_says).await;
    let meeting = meeting_on(&keeper, &network.group, 12).await;
    World {
        network,
        training,
        meeting,
    }
}

async fn credit(caller: &Caller<'_>, meeting: &str, training: Value) -> Answer {
    let input = json!({ "meetingId": meeting, "trainingId": training });
    caller
        .mutate("setMeetingCredit", input, "meeting { credit { title } }")
        .await
}

async fn record(server: &Server, world: &World, status: &str) {
    let person = myself(&server.by(MEMBER)).await;
    let entry = json!({ "personId": person, "seatId": world.network.ordinary, "status": status });
    let input = json!({ "meetingId": world.meeting, "entries": [entry] });
    let answer = server
        .by(SECRETARY)
        .mutate("recordMeetingAttendance", input, "meeting { status }")
        .await;
    assert_eq!(
        answer.user_errors("recordMeetingAttendance"),
        ACCEPTED,
        "{}",
        answer.text
    );
}

/// The completions of Växjö's member that stand, as somebody sees them.
async fn completed(caller: &Caller<'_>, person: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Person { completions(first: 20) { nodes {
        source completedOn validUntil withdrawnAt training { title } meeting { title } } } } } }";
    let answer = caller.ask(query, json!({ "id": person })).await;
    let nodes = answer
        .at("node/completions/nodes")
        .as_array()
        .cloned()
        .unwrap_or_default();
    nodes
        .into_iter()
        .filter(|node| node["withdrawnAt"].is_null() && node["source"] == "MEETING")
        .collect()
}

fn during(server: &Server) {
    server.travel_to("2026-03-12T08:15:00Z".parse().expect("an instant"));
}

on_both_databases! {
    async fn whoever_was_there_has_completed_the_training(backend: Backend) {
        let server = Server::start(backend).await;
        let world = world(&server, &json!({ "validMonths": 12 })).await;
        let (keeper, coordinator) = (server.by(CONVENER), server.by(MEMBERS_COORDINATOR));
        let person = myself(&server.by(MEMBER)).await;
        let agreed = credit(&keeper, &world.meeting, json!(world.training)).await;
        assert_eq!(agreed.at("setMeetingCredit/meeting/credit/title"), "Platserna", "{}", agreed.text);
        during(&server);

        assert_eq!(completed(&coordinator, &person).await, json!([]), "nobody has been there yet");
        // The secretary who records it is no coordinator of the organiser.
        record(&server, &world, "PRESENT").await;

        let expected = json!([{ "source": "MEETING", "completedOn": "2026-03-12", "validUntil": "2027-03-12",
            "withdrawnAt": null, "training": { "title": "Platserna" }, "meeting": { "title": "Möte" } }]);
        assert_eq!(completed(&server.by(MEMBER), &person).await, expected, "oneself");
        // Who does not see the meeting is not told which it was.
        let mut expected = expected;
        expected[0]["meeting"] = Value::Null;
        assert_eq!(completed(&coordinator, &person).await, expected);
        record(&server, &world, "PRESENT").await;
        assert_eq!(completed(&coordinator, &person).await, expected, "the same again is one");
        record(&server, &world, "ABSENT").await;
        assert_eq!(completed(&coordinator, &person).await, json!([]), "corrected with the attendance");
        record(&server, &world, "PRESENT").await;
        assert_eq!(completed(&coordinator, &person).await, expected);
        let taken_back = credit(&keeper, &world.meeting, Value::Null).await;
        assert_eq!(taken_back.at("setMeetingCredit/meeting/credit"), &Value::Null, "{}", taken_back.text);
        assert_eq!(completed(&coordinator, &person).await, json!([]));
        let late = credit(&keeper, &world.meeting, json!(world.training)).await;
        assert_eq!(late.user_errors("setMeetingCredit"), ACCEPTED);
        assert_eq!(completed(&coordinator, &person).await, expected, "agreed after the meeting");
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_was_there_for_a_part_has_as_the_training_counts_it(backend: Backend) {
        let server = Server::start(backend).await;
        let person = myself(&server.by(MEMBER)).await;
        for (counts, share, expected) in [("NOTHING", 100, 0), ("HALF", 50, 1), ("HALF", 51, 0), ("WHOLE", 100, 1)] {
            let says = json!({ "partlyCounts": counts, "completionShare": share });
            let world = world(&server, &says).await;
            let agreed = credit(&server.by(CONVENER), &world.meeting, json!(world.training)).await;
            assert_eq!(agreed.user_errors("setMeetingCredit"), ACCEPTED, "{}", agreed.text);
            let before = completed(&server.by(MEMBER), &person).await.as_array().map(Vec::len);
            during(&server);

            record(&server, &world, "PARTLY").await;

            let after = completed(&server.by(MEMBER), &person).await.as_array().map(Vec::len);
            assert_eq!(after, before.map(|before| before + expected), "{counts} {share}");
            server.travel_to("2026-03-02T08:15:00Z".parse().expect("an instant"));
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn both_the_meetings_keeper_and_the_trainings_organiser_must_agree(backend: Backend) {
        let server = Server::start(backend).await;
        let world = world(&server, &json!({})).await;

        // The secretary keeps the papers and speaks for no organiser; a member does neither.
        for stranger in [SECRETARY, MEMBER] {
            let answer = credit(&server.by(stranger), &world.meeting, json!(world.training)).await;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{stranger}: {}", answer.text);
        }
        for outside in [MEMBERS_COORDINATOR, "alvesta-coordinator"] {
            let answer = credit(&server.by(outside), &world.meeting, json!(world.training)).await;
            assert_eq!(answer.user_errors("setMeetingCredit"), ["NOT_FOUND"], "{outside}");
        }
        let keeper = server.by(CONVENER);
        let draft = crate::seats::world::draft(&server, &json!({ "title": "Utkast" })).await;
        let unpublished = credit(&keeper, &world.meeting, json!(draft)).await;
        assert_eq!(unpublished.user_errors("setMeetingCredit"), ["TRAINING_NOT_PUBLISHED"]);
        let cancelling = json!({ "meetingId": world.meeting, "reason": "Snöstorm" });
        let cancelled = keeper.mutate("cancelMeeting", cancelling, "meeting { status }").await;
        assert_eq!(cancelled.user_errors("cancelMeeting"), ACCEPTED, "{}", cancelled.text);
        let late = credit(&keeper, &world.meeting, json!(world.training)).await;
        assert_eq!(late.user_errors("setMeetingCredit"), ["MEETING_CANCELLED"]);
        server.stop().await;
    }
}
