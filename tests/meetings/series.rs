//! Series: laid out at once, changed from a day on, never in the past.

use super::world::{CONVENER, MEMBER, network, notice, told};
use crate::{
    harness::{Caller, Server, on_both_databases},
    seats::world::id,
};
use serde_json::{Value, json};

fn weekly(first: &str, until: &str, time: &str) -> Value {
    json!({ "firstDay": first, "until": until, "frequency": "WEEKLY", "startsAtTime": time, "minutes": 60 })
}

/// When the meetings of a series begin, and in which state they are.
async fn meetings(caller: &Caller<'_>, series: &str) -> Vec<(String, String)> {
    let query = "query($id: ID!) { node(id: $id) { ... on MeetingSeries { meetings(first: 50) { nodes { startsAt status } } } } }";
    let answer = caller.ask(query, json!({ "id": series })).await;
    let nodes = answer.at("node/meetings/nodes").as_array().cloned();
    let text = |node: &Value, field: &str| node[field].as_str().expect("a text").to_owned();
    let both = |node: Value| (text(&node, "startsAt"), text(&node, "status"));
    nodes.expect("meetings").into_iter().map(both).collect()
}

on_both_databases! {
    async fn a_change_of_a_series_applies_from_its_day_and_never_to_the_past(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let convener = server.by(CONVENER);
        // Across the day on which the clock is turned: nine in Sweden is eight, then seven.
        let input = json!({ "groupId": world.group, "title": "Avstämning", "recurrence": weekly("2026-03-10", "2026-04-07", "09:00") });
        let answer = convener.mutate("createMeetingSeries", input, "series { id version }").await;
        let series = id(&answer, "createMeetingSeries/series/id");
        let starts: Vec<String> = meetings(&convener, &series).await.into_iter().map(|(at, _)| at).collect();
        assert_eq!(starts, ["2026-03-10T08:00:00+00:00", "2026-03-17T08:00:00+00:00", "2026-03-24T08:00:00+00:00",
            "2026-03-31T07:00:00+00:00", "2026-04-07T07:00:00+00:00"]);
        let query = "query($id: ID!) { node(id: $id) { ... on MeetingSeries { meetings(first: 5) { nodes { id } } } } }";
        let answer = convener.ask(query, json!({ "id": series })).await;
        let third = id(&answer, "node/meetings/nodes/2/id");
        notice(&convener, &third).await;

        let change = |version: i32, recurrence: Value| json!({ "seriesId": series, "expectedVersion": version,
            "recurrence": recurrence, "reason": "Ny tid" });
        let today = change(1, weekly("2026-03-02", "2026-04-07", "13:00"));
        let refused = convener.mutate("changeMeetingSeries", today, "series { id }").await;
        assert_eq!(refused.user_errors("changeMeetingSeries"), ["INVALID_TIMES"], "today is too late");

        let later = change(1, weekly("2026-03-19", "2026-03-26", "13:00"));
        let answer = convener.mutate("changeMeetingSeries", later.clone(), "series { version rules { fromDay untilDay startsAtTime } }").await;
        assert_eq!(answer.at("changeMeetingSeries/series"), &json!({ "version": 2, "rules": [
            { "fromDay": "2026-03-10", "untilDay": "2026-03-18", "startsAtTime": "09:00" },
            { "fromDay": "2026-03-19", "untilDay": "2026-03-26", "startsAtTime": "13:00" }] }), "{}", answer.text);
        let again = convener.mutate("changeMeetingSeries", later, "series { id }").await;
        assert_eq!(again.user_errors("changeMeetingSeries"), ["CONFLICT"]);

        let held = |at: &str, status: &str| (at.to_owned(), status.to_owned());
        assert_eq!(meetings(&convener, &series).await, [
            held("2026-03-10T08:00:00+00:00", "PLANNED"),
            held("2026-03-17T08:00:00+00:00", "PLANNED"),
            held("2026-03-19T12:00:00+00:00", "NOTICED"),
            held("2026-03-26T12:00:00+00:00", "PLANNED"),
            held("2026-04-07T07:00:00+00:00", "CANCELLED"),
        ], "what lies before stays, the noticed one moved, one was left over");
        assert!(told(&server.by(MEMBER)).await.contains(&"MEETING_MOVED".to_owned()));
        let stranger = server.by(MEMBER);
        let refused = stranger.mutate("changeMeetingSeries", change(2, weekly("2026-03-20", "2026-03-26", "13:00")), "series { id }").await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        server.stop().await;
    }
}
