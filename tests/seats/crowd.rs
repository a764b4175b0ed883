//! Three hundred sign-ups at the same time from six organisations, for fifty seats.

use super::{
    ledger::{Replay, movements},
    naive,
    operations::housekeeping,
    world::{
        COORDINATORS, ORGANISER, Place, SIGN_UPS, Share, assert_consistent, colleagues, day, input,
        moment, occasion, organisation, seats, set_quotas,
    },
};
use crate::harness::{Server, Setup, on_both_databases};
use api::domain::seats::Quota;
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};
use std::{net::IpAddr, time::Duration};

const CAPACITY: i32 = 50;

/// Who signs up how many, with which share: guaranteed and maximum.
///
/// The county administrative board has two for eight guaranteed seats, so six must stay empty until the
/// release; everybody else wants more than they may have.
const DEMAND: [(usize, i32, Option<i32>); 6] = [
    (60, 6, Some(10)),
    (60, 6, Some(10)),
    (60, 6, Some(12)),
    (80, 6, None),
    (2, 8, Some(8)),
    (38, 0, Some(5)),
];
const UNUSED: i64 = 6;

fn shares() -> Vec<Share> {
    COORDINATORS
        .iter()
        .zip(DEMAND)
        .map(|(persona, (_, guaranteed, maximum))| Share {
            persona,
            guaranteed,
            maximum,
            release_at: Some(day(10)),
        })
        .collect()
}

/// Somebody's office: requests come from an address of its own, as an organisation's do.
fn office(number: u8) -> Client {
    Client::builder()
        .no_proxy()
        .local_address(IpAddr::from([127, 0, 0, number]))
        .build()
        .expect("an HTTP client")
}

/// Signs one person up, again if the database was too busy; the key makes repeating harmless.
async fn insist(
    server: &Server,
    office: &Client,
    persona: &str,
    occasion: &str,
    person: &str,
) -> Place {
    let query = format!(
        "mutation($input: SignUpInput!) {{ signUp(input: $input) {{ {SIGN_UPS} userErrors {{ code }} }} }}"
    );
    let mut input = input(occasion, &[person]);
    input["idempotencyKey"] = json!(format!("key of {person}"));
    let body = json!({ "query": query, "variables": { "input": input } });
    for attempt in 1..=40 {
        if attempt > 1 {
            println!("attempt {attempt} to sign {person} up");
        }
        let token = server.by(persona).token().expect("a token");
        let request = office.post(server.url()).bearer_auth(token).json(&body);
        let answer = request.send().await.expect("the server answers");
        let answer: Value = answer.json().await.expect("an answer in JSON");
        if let Some(sign_up) = answer["data"]["signUp"]["signUps"].get(0) {
            return Place::of(sign_up);
        }
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        assert!(
            matches!(code, Some("UNAVAILABLE" | "TIMEOUT")),
            "a busy database is the only reason to try again: {answer}"
        );
        tokio::time::sleep(Duration::from_millis(50 * attempt)).await;
    }
    panic!("forty attempts must be enough to sign somebody up");
}

/// Everybody at once.
async fn storm(server: &Server, occasion: &str) -> Vec<Vec<Place>> {
    let mut crowds = Vec::new();
    for (persona, (number, ..)) in COORDINATORS.iter().zip(DEMAND) {
        crowds.push((*persona, colleagues(server, persona, number).await));
    }
    let offices: Vec<Client> = (2..8).map(office).collect();
    let all = crowds
        .iter()
        .zip(&offices)
        .map(|((persona, crowd), office)| {
            let each = crowd
                .iter()
                .map(|person| insist(server, office, persona, occasion, person));
            join_all(each)
        });
    join_all(all).await
}

async fn agreed(server: &Server) -> Vec<Quota> {
    let mut quotas = Vec::new();
    for share in shares() {
        quotas.push(Quota {
            organisation: organisation(server, share.persona).await.uuid(),
            guaranteed: share.guaranteed.unsigned_abs(),
            maximum: share.maximum.map(i32::unsigned_abs),
            release_at: share.release_at,
            taken: 0,
        });
    }
    quotas
}

fn confirmed(places: &[Place]) -> i32 {
    let confirmed = places.iter().filter(|place| place.status == "CONFIRMED");
    i32::try_from(confirmed.count()).expect("a small number")
}

/// The line as the organiser reads it: ids with their positions.
async fn line(server: &Server, occasion: &str) -> Vec<(String, i64)> {
    let query = "query($id: ID!, $after: String) { occasion(id: $id) {
        signUps(statuses: [WAITLISTED], first: 100, after: $after) {
            nodes { id position } pageInfo { endCursor hasNextPage }
        }
    } }";
    let (mut line, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "id": occasion, "after": after });
        let answer = server.by(ORGANISER).ask(query, variables).await;
        let page = answer.at("occasion/signUps");
        for node in page["nodes"].as_array().expect("nodes") {
            let id = node["id"].as_str().expect("an id").to_owned();
            line.push((id, node["position"].as_i64().expect("a position")));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return line;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

fn assert_shares(taken: &[i32]) {
    for ((taken, persona), (demand, guaranteed, maximum)) in
        taken.iter().zip(COORDINATORS).zip(DEMAND)
    {
        let wanted = i32::try_from(demand).expect("a small number");
        assert!(
            maximum.is_none_or(|maximum| *taken <= maximum),
            "{persona} has {taken} seats, more than its maximum {maximum:?}"
        );
        assert!(
            *taken >= guaranteed.min(wanted),
            "{persona} has {taken} seats, less than its guarantee {guaranteed}"
        );
    }
}

async fn assert_line(server: &Server, occasion: &str, replay: &Replay) {
    let expected: Vec<_> = replay
        .queue()
        .into_iter()
        .map(|key| entity::id::SignUpId::from_uuid(key).to_string())
        .zip(1..)
        .collect();
    assert_eq!(
        line(server, occasion).await,
        expected,
        "the line must stand in the order in which the ledger entered it"
    );
}

async fn fifty_seats(server: &Server) {
    let occasion = occasion(server, CAPACITY).await;
    set_quotas(server, &occasion, &shares()).await;

    let crowds = storm(server, &occasion).await;

    let taken: Vec<i32> = crowds.iter().map(|places| confirmed(places)).collect();
    let total = i64::from(taken.iter().sum::<i32>());
    assert_eq!(
        total,
        i64::from(CAPACITY) - UNUSED,
        "only kept seats stay empty: {taken:?}"
    );
    assert_shares(&taken);
    let organiser = server.by(ORGANISER);
    let now = seats(&organiser, &occasion).await;
    assert_eq!(now, [Some(50), Some(44), Some(256), Some(0)]);
    assert_consistent(server).await;
    let mut replay = Replay::new(CAPACITY, agreed(server).await);
    let rows = movements(server, &occasion, 0).await;
    replay.play(&rows);
    assert_line(server, &occasion, &replay).await;

    server.travel_to(day(10) - moment());
    assert_eq!(
        housekeeping(server).await.promoted,
        0,
        "a guarantee is kept to its last moment"
    );
    server.travel_to(day(10));
    assert_eq!(
        housekeeping(server).await.promoted,
        6,
        "what is released goes to the line"
    );

    let released = movements(server, &occasion, rows.len()).await;
    replay.play(&released);
    assert_line(server, &occasion, &replay).await;
    let now = seats(&organiser, &occasion).await;
    assert_eq!(now, [Some(50), Some(50), Some(250), Some(0)]);
    assert_consistent(server).await;
}

on_both_databases! {
    async fn three_hundred_sign_ups_from_six_organisations_sell_fifty_seats_once(backend: Backend) {
        let server = Server::start(backend).await;

        naive::assert_fails(&server, 300, i64::from(CAPACITY)).await;

        fifty_seats(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_server_with_one_connection_serves_the_same_crowd(backend: Backend) {
        let setup = Setup { connections: 1, ..Setup::default() };
        let server = Server::start_with(backend, setup).await;

        fifty_seats(&server).await;

        server.stop().await;
    }
}
