//! A second and a third choice: a seat elsewhere rather than a place in line.

use super::world::{
    Place, SIGN_UPS, assert_consistent, block, colleagues, day, occasion, occasion_of, places,
    sign_up, training,
};
use crate::harness::{Answer, Server, on_both_databases};
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

/// Three occasions of one training, on different days, with so many seats.
async fn three(server: &Server, capacities: [i32; 3]) -> [String; 3] {
    let training = training(server, &json!({})).await;
    let mut made = Vec::new();
    for (number, capacity) in (0..).zip(capacities) {
        let changes = json!({ "capacity": capacity, "timeBlocks": [block(day(30 + number), 3)] });
        made.push(occasion_of(server, &training, &changes).await);
    }
    made.try_into().expect("three")
}

async fn choose(server: &Server, choices: &[String], people: &[String], changes: Value) -> Answer {
    let participants: Vec<Value> = people
        .iter()
        .map(|person| json!({ "personId": person }))
        .collect();
    let mut input = json!({
        "occasionId": choices[0],
        "alternativeOccasionIds": choices[1..],
        "participants": participants,
    });
    for (name, value) in changes.as_object().expect("an object") {
        input[name] = value.clone();
    }
    let selection = "signUps { id status position reason occasion { id } } occasion { id }";
    server.by(ALVESTA).mutate("signUp", input, selection).await
}

/// What each of the sign-ups became: which of the occasions, and whether there is a seat.
fn became(answer: &Answer, choices: &[String]) -> Vec<(usize, String)> {
    let rows = answer.at("signUp/signUps").as_array().expect("a list");
    let became = rows.iter().map(|row| {
        let id = row["occasion"]["id"].as_str().expect("an id");
        let choice = choices.iter().position(|choice| choice == id);
        (choice.expect("one of the choices"), Place::of(row).status)
    });
    became.collect()
}

on_both_databases! {
    async fn who_finds_the_first_full_gets_a_seat_at_the_next_or_waits_at_the_first(backend: Backend) {
        let server = Server::start(backend).await;
        let choices = three(&server, [1, 1, 1]).await;
        let people = colleagues(&server, ALVESTA, 4).await;

        let answer = choose(&server, &choices, &people, json!({ "heldSeats": 0 })).await;

        assert_eq!(answer.user_errors("signUp"), ACCEPTED, "{}", answer.text);
        let seat = |choice: usize| (choice, "CONFIRMED".to_owned());
        let expected = [seat(0), seat(1), seat(2), (0, "WAITLISTED".to_owned())];
        assert_eq!(became(&answer, &choices), expected);
        assert_eq!(answer.at("signUp/occasion/id"), &json!(choices[0]));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_party_goes_where_all_of_it_finds_seats(backend: Backend) {
        let server = Server::start(backend).await;
        let choices = three(&server, [1, 2, 2]).await;
        let together = || json!({ "mode": "ALL_OR_NOTHING" });

        let first = choose(&server, &choices, &colleagues(&server, ALVESTA, 2).await, together()).await;
        let second = choose(&server, &choices[..2], &colleagues(&server, ALVESTA, 2).await, together()).await;

        let at = |choice: usize, status: &str| vec![(choice, status.to_owned()); 2];
        assert_eq!(became(&first, &choices), at(1, "CONFIRMED"));
        assert_eq!(became(&second, &choices), at(0, "WAITLISTED"));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_is_put_where_they_are_taken_up_already(backend: Backend) {
        let server = Server::start(backend).await;
        let choices = three(&server, [1, 5, 5]).await;
        let full = colleagues(&server, VAXJO, 1).await;
        sign_up(&server.by(VAXJO), &choices[0], &full).await;
        let people = colleagues(&server, ALVESTA, 1).await;
        let other = training(&server, &json!({})).await;
        let other = occasion_of(&server, &other, &json!({ "timeBlocks": [block(day(31), 1)] })).await;
        sign_up(&server.by(ALVESTA), &other, &people).await;

        let answer = choose(&server, &choices, &people, json!({})).await;

        assert_eq!(became(&answer, &choices), [(2, "CONFIRMED".to_owned())], "the second is at the same time");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_same_request_twice_signs_nobody_up_twice(backend: Backend) {
        let server = Server::start(backend).await;
        let choices = three(&server, [1, 1, 1]).await;
        let people = colleagues(&server, ALVESTA, 2).await;
        let key = json!({ "idempotencyKey": "val-1" });

        let first = choose(&server, &choices, &people, key.clone()).await;
        let again = choose(&server, &choices, &people, key).await;

        assert_eq!(first.text, again.text);
        assert_eq!(places(&again).len(), 2);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn choices_are_of_one_training_and_each_stands_once(backend: Backend) {
        let server = Server::start(backend).await;
        let choices = three(&server, [1, 1, 1]).await;
        let foreign = occasion(&server, 1).await;
        let people = colleagues(&server, ALVESTA, 1).await;
        let [a, b, c] = &choices;

        for (case, choices, expected) in [
            ("another training", vec![a.clone(), foreign.clone()], "INVALID_VALUE"),
            ("twice", vec![a.clone(), b.clone(), b.clone()], "INVALID_VALUE"),
            ("the first again", vec![a.clone(), a.clone()], "INVALID_VALUE"),
            ("four", vec![a.clone(), b.clone(), c.clone(), foreign.clone()], "INVALID_VALUE"),
            ("unknown", vec![a.clone(), entity::id::OccasionId::new().to_string()], "NOT_FOUND"),
        ] {
            let answer = choose(&server, &choices, &people, json!({})).await;
            assert_eq!(answer.user_errors("signUp"), [expected], "{case}");
        }
        let alone = json!({ "occasionId": a, "participants": [{ "personId": people[0] }] });
        let answer = server.by(ALVESTA).mutate("signUp", alone, SIGN_UPS).await;
        assert_eq!(answer.user_errors("signUp"), ACCEPTED, "a refusal has signed nobody up");
        server.stop().await;
    }
}
