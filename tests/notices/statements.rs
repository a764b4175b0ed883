//! SQL statements of what tells many people: so many, however many they are.

use crate::{
    harness::{Server, on_both_databases},
    seats::world::{COORDINATORS, ORGANISER, block, colleagues, day, input, occasion_of, training},
};
use serde_json::{Value, json};

/// Two occasions of one training where so many people of each of three organisations have a place at the first;
/// everybody needs something, and has a place at a third occasion.
async fn crowd(server: &Server, number: usize) -> [String; 2] {
    let training = training(server, &json!({})).await;
    let at = |days| json!({ "timeBlocks": [block(day(days), 3)], "capacity": 2 * number });
    let from = occasion_of(server, &training, &at(30)).await;
    let to = occasion_of(server, &training, &at(40)).await;
    let third = occasion_of(
        server,
        &training,
        &json!({ "timeBlocks": [block(day(40), 1)], "capacity": 99 }),
    )
    .await;
    for persona in &COORDINATORS[..3] {
        let people = colleagues(server, persona, number).await;
        for (occasion, people) in [(&from, &people[..]), (&third, &people[..1])] {
            let mut input = input(occasion, people);
            for participant in input["participants"].as_array_mut().expect("a list") {
                participant["need"] = json!("Ramp");
            }
            server
                .by(persona)
                .mutate("signUp", input, "signUps { id }")
                .await
                .data();
        }
    }
    [from, to]
}

on_both_databases! {
    async fn moving_and_cancelling_take_as_many_statements_for_many_people_as_for_few(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let mut counts: Vec<[f64; 2]> = Vec::new();

        for number in [2, 20] {
            let [from, to] = crowd(&server, number).await;
            let moving = json!({
                "occasionId": from,
                "expectedVersion": 1,
                "timeBlocks": [block(day(40), 2)],
            });
            let cancelling = json!({ "occasionId": from, "reason": "Sjukdom", "moveToOccasionId": to });
            let count = async |mutation: &str, input: Value| {
                let request = organiser.mutate(mutation, input, "occasion { id }");
                let (statements, answer) = server.statements(request).await;
                assert_eq!(answer.user_errors(mutation), [""; 0], "{}", answer.text);
                statements
            };
            counts.push([count("updateOccasion", moving).await, count("cancelOccasion", cancelling).await]);
        }

        println!("moving and cancelling: {counts:?}");
        assert_eq!(counts[0].map(f64::to_bits), counts[1].map(f64::to_bits), "tell everybody in one statement");
        assert!(
            counts[0][0] <= 15.0 && counts[0][1] <= 40.0,
            "raise the numbers only for a further kind of thing: {counts:?}"
        );
        server.stop().await;
    }
}
