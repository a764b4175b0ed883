//! An organiser moves an occasion: whoever has a place is told from when to when, and keeps it.

use super::world::{myself, of_organisation, outbox, own, strangers, told};
use crate::{
    harness::{Answer, Caller, Server, on_both_databases},
    seats::world::{
        ORGANISER, assert_consistent, block, colleagues, day, instant, occasion, occasion_of,
        place, sign_up, training, withdraw,
    },
};
use serde_json::{Value, json};

const ALVESTA: &str = "alvesta-coordinator";
const MEMBER: &str = "alvesta-member";

/// Changes an occasion as the organiser.
async fn change(server: &Server, occasion: &str, changes: Value) -> Answer {
    let organiser = server.by(ORGANISER);
    let version = "query($id: ID!) { occasion(id: $id) { version } }";
    let version = organiser.ask(version, json!({ "id": occasion })).await;
    let mut input = json!({
        "occasionId": occasion,
        "expectedVersion": version.at("occasion/version"),
    });
    for (name, value) in changes.as_object().expect("changes") {
        input[name] = value.clone();
    }
    organiser
        .mutate("updateOccasion", input, "occasion { id }")
        .await
}

async fn changed(server: &Server, occasion: &str, changes: Value) {
    let answer = change(server, occasion, changes).await;
    assert_eq!(
        answer.user_errors("updateOccasion"),
        [""; 0],
        "{}",
        answer.text
    );
}

/// The latest move that somebody was told of, and whether it collides.
async fn latest_move(caller: &Caller<'_>) -> Value {
    let query = "{ viewer { notices(first: 1) { nodes { kind collides move {
        fromTimeBlocks { startsAt endsAt } toTimeBlocks { startsAt endsAt }
        fromVenue { name address url } toVenue { name url }
    } } } } }";
    caller
        .query(query)
        .await
        .at("viewer/notices/nodes/0")
        .clone()
}

fn shown(blocks: &[(i64, i64)]) -> Value {
    let blocks = blocks.iter().map(|(days, hours)| {
        let (start, end) = (day(*days), day(*days) + chrono::TimeDelta::hours(*hours));
        json!({ "startsAt": start.to_rfc3339(), "endsAt": end.to_rfc3339() })
    });
    blocks.collect()
}

on_both_databases! {
    async fn everybody_with_a_place_is_told_from_when_to_when_and_keeps_the_place(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let vaxjo = server.by("vaxjo-coordinator");
        let seated = sign_up(&vaxjo, &key, &colleagues(&server, "vaxjo-coordinator", 1).await).await;
        let member = server.by(MEMBER);
        let waiting = sign_up(&member, &key, &[myself(&member).await]).await;
        let gone = sign_up(&vaxjo, &key, &colleagues(&server, "vaxjo-coordinator", 1).await).await;
        assert_eq!(withdraw(&vaxjo, &gone[0].id).await, [""; 0]);

        let venue = json!({ "name": "Teatern", "url": "https://teatern.example/sal" });
        let times = json!([block(day(40), 3), block(day(41), 2)]);
        changed(&server, &key, json!({ "timeBlocks": times, "venue": venue })).await;

        assert_eq!(latest_move(&member).await, json!({
            "kind": "MOVED",
            "collides": false,
            "move": {
                "fromTimeBlocks": shown(&[(30, 3)]),
                "toTimeBlocks": shown(&[(40, 3), (41, 2)]),
                "fromVenue": null,
                "toVenue": { "name": "Teatern", "url": "https://teatern.example/sal" },
            },
        }));
        assert_eq!(own(&member).await, [told("MOVED", &waiting[0].id)]);
        assert_eq!(of_organisation(&vaxjo).await, Some(vec![told("MOVED", &seated[0].id)]));
        assert_eq!(outbox(&server).await, 2, "who had left is not told");
        for stranger in strangers(&server, &[ALVESTA, "vaxjo-coordinator"]) {
            assert_eq!(own(&stranger).await, []);
            assert!(of_organisation(&stranger).await.is_none_or(|told| told.is_empty()));
        }
        assert_eq!(place(&vaxjo, &seated[0].id).await.status, "CONFIRMED");
        assert_eq!(place(&member, &waiting[0].id).await.status, "WAITLISTED");
        assert_eq!(withdraw(&member, &waiting[0].id).await, [""; 0], "whoever cannot come leaves");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_change_that_moves_nothing_tells_nobody(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        changed(&server, &key, json!({ "timeBlocks": [block(day(31), 3)] })).await;
        assert_eq!(outbox(&server).await, 0, "nobody had a place");
        sign_up(&server.by(ALVESTA), &key, &colleagues(&server, ALVESTA, 1).await).await;

        changed(&server, &key, json!({ "capacity": 5 })).await;
        changed(&server, &key, json!({ "signUpClosesAt": instant(day(20)) })).await;
        changed(&server, &key, json!({ "timeBlocks": [block(day(31), 3)], "venue": null })).await;
        let refused = change(&server, &key, json!({ "timeBlocks": [block(day(-1), 3)] })).await;

        assert_eq!(refused.user_errors("updateOccasion"), ["INVALID_TIMES"]);
        assert_eq!(outbox(&server).await, 0);
        changed(&server, &key, json!({ "venue": { "name": "Teatern" } })).await;
        assert_eq!(outbox(&server).await, 1, "another place is a move, too");
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_is_taken_up_elsewhere_at_the_new_time_is_told_so_and_nobody_else_is(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let at = |days| json!({ "timeBlocks": [block(day(days), 3)] });
        let (key, other) = (
            occasion_of(&server, &training, &at(30)).await,
            occasion_of(&server, &training, &at(40)).await,
        );
        let member = server.by(MEMBER);
        let coordinator = server.by("vaxjo-coordinator");
        let (first, second) = (myself(&member).await, myself(&coordinator).await);
        for occasion in [&key, &other] {
            sign_up(&member, occasion, &[&first]).await;
        }
        sign_up(&coordinator, &key, &[&second]).await;

        changed(&server, &key, at(41)).await;
        assert_eq!(latest_move(&member).await["collides"], false);
        // What ends when the other begins does not collide.
        let until = json!({ "timeBlocks": [block(day(40) - chrono::TimeDelta::hours(3), 3)] });
        server.travel(chrono::TimeDelta::seconds(1));
        changed(&server, &key, until).await;
        assert_eq!(latest_move(&member).await["collides"], false);
        server.travel(chrono::TimeDelta::seconds(1));
        changed(&server, &key, at(40)).await;

        assert_eq!(latest_move(&member).await["collides"], true);
        assert_eq!(latest_move(&coordinator).await["collides"], false);
        assert_eq!(own(&member).await.len(), 3);
        server.stop().await;
    }
}
