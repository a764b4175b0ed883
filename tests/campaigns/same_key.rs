//! One idempotency key a hundred times at once: one effect, and one answer to the byte.

use super::{gate::Gate, rounds};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, assert_consistent, colleagues, input, occasion, seats},
};
use futures_util::future::join_all;
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

const REPETITIONS: usize = 100;
const VAXJO: &str = "vaxjo-coordinator";

/// What nothing that happens later can change.
const QUERY: &str = "mutation($input: SignUpInput!) { signUp(input: $input) {
    signUps { id status position reason createdAt participant { id } } refused { index } userErrors { code }
} }";

/// Sends it until it is answered: somebody may have held the database for too long.
async fn insist(gate: &Gate<'_>, number: usize, variables: &serde_json::Value) -> String {
    for _ in 0..50 {
        let answer = gate.ask(number, VAXJO, QUERY, variables.clone()).await;
        match answer.expect("the server answers") {
            answer if answer.status == 200 => return answer.data().to_string(),
            answer => assert_eq!(answer.status, 503, "{}", answer.text),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("fifty attempts must be enough");
}

on_both_databases! {
    async fn a_key_a_hundred_times_at_once_has_one_effect_and_one_answer(backend: Backend) {
        let server = Server::start(backend).await;
        let gate = Gate::of_server(&server);

        for number in 0..rounds(1) {
            let occasion = occasion(&server, 3).await;
            let people = colleagues(&server, VAXJO, 4).await;
            let mut input = input(&occasion, &people);
            input["idempotencyKey"] = json!(format!("once {number}"));
            let variables = json!({ "input": input });

            let answers = join_all((0..REPETITIONS).map(|number| insist(&gate, number, &variables))).await;

            let different: BTreeSet<&String> = answers.iter().collect();
            assert_eq!(different.len(), 1, "{different:#?}");
            assert!(answers[0].contains("CONFIRMED") && answers[0].contains("WAITLISTED"), "{}", answers[0]);
            let now = seats(&server.by(ORGANISER), &occasion).await;
            assert_eq!(now[1..3], [Some(3), Some(1)], "one effect");
        }

        assert_consistent(&server).await;
        println!("same key on {backend:?}: {} rounds of {REPETITIONS} at once, one answer each", rounds(1));
        drop(gate);
        server.stop().await;
    }
}
