//! Requests that a client repeats: one effect, one answer.

use super::world::{
    ORGANISER, Place, SIGN_UPS, assert_consistent, block, colleagues, day, input, moment, occasion,
    occasion_of, places, seats, training, withdraw,
};
use crate::harness::{Answer, Caller, Server, on_both_databases};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn keyed(key: &str, occasion: &str, people: &[String]) -> Value {
    let mut input = input(occasion, people);
    input["idempotencyKey"] = json!(key);
    input
}

async fn send(caller: &Caller<'_>, input: Value) -> Answer {
    caller.mutate("signUp", input, SIGN_UPS).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let ids = places(answer).into_iter().map(|place: Place| place.id);
    ids.collect()
}

on_both_databases! {
    async fn fifty_repetitions_at_once_have_one_effect_and_one_answer(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 1).await;
        let people = colleagues(&server, ORGANISER, 2).await;
        let organiser = server.by(ORGANISER);

        let repetitions = (0..50).map(|_| send(&organiser, keyed("k", &occasion, &people)));
        let answers = join_all(repetitions).await;

        let first = places(&answers[0]);
        assert_eq!(first.len(), 2);
        for answer in &answers {
            assert_eq!(places(answer), first, "every repetition gets the first one's answer");
        }
        assert_eq!(seats(&organiser, &occasion).await[1..3], [Some(1), Some(1)]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_key_with_another_payload_is_refused_and_changes_nothing(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion_1 = occasion(&server, 9).await;
        let occasion_2 = occasion(&server, 9).await;
        let people = colleagues(&server, ORGANISER, 3).await;
        let reversed = [people[1].clone(), people[0].clone()];
        let organiser = server.by(ORGANISER);
        let first = ids(&send(&organiser, keyed("k", &occasion_1, &people[..2])).await);
        let mut with_need = keyed("k", &occasion_1, &people[..2]);
        with_need["participants"][0]["need"] = json!("Ramp");

        for other in [
            keyed("k", &occasion_2, &people[..2]),
            keyed("k", &occasion_1, &people),
            keyed("k", &occasion_1, &people[..1]),
            keyed("k", &occasion_1, &reversed),
            with_need,
        ] {
            let answer = send(&organiser, other.clone()).await;
            assert_eq!(answer.user_errors("signUp"), ["IDEMPOTENCY_KEY_REUSED"], "{other}");
        }

        assert_eq!(seats(&organiser, &occasion_1).await[1], Some(2));
        assert_eq!(seats(&organiser, &occasion_2).await[1], Some(0));
        assert_eq!(ids(&send(&organiser, keyed("k", &occasion_1, &people[..2])).await), first);
        server.stop().await;
    }
}

on_both_databases! {
    async fn one_key_for_two_occasions_at_once_serves_one_of_them(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let people = colleagues(&server, ORGANISER, 16).await;
        let mut occasions = Vec::new();
        let training = training(&server, &json!({})).await;
        for number in 0..8 {
            let on_its_own_day = json!({ "timeBlocks": [block(day(30 + number), 3)] });
            occasions.push(occasion_of(&server, &training, &on_its_own_day).await);
        }

        for (round, pair) in people.chunks(2).enumerate() {
            let key = format!("key {round}");
            let requests = occasions
                .iter()
                .map(|occasion| send(&organiser, keyed(&key, occasion, pair)));
            let answers = join_all(requests).await;

            let refused = answers.iter().map(|answer| answer.user_errors("signUp"));
            let refused: Vec<_> = refused.filter(|codes| !codes.is_empty()).collect();
            assert_eq!(refused, vec![["IDEMPOTENCY_KEY_REUSED"]; 7], "exactly one is served");
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_key_is_good_for_a_day_to_the_microsecond(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let organiser = server.by(ORGANISER);
        let input = keyed("k", &occasion, &people);
        let first = ids(&send(&organiser, input.clone()).await);
        assert_eq!(withdraw(&organiser, &first[0]).await, [""; 0]);

        server.travel_to(day(1) - moment());
        let repeated = send(&organiser, input.clone()).await;
        server.travel_to(day(1));
        let anew = send(&organiser, input).await;

        assert_eq!(ids(&repeated), first, "within a day the answer is the first one's");
        assert_eq!(places(&repeated)[0].status, "WITHDRAWN", "as it has become since");
        assert_ne!(ids(&anew), first, "after a day the key is free for something new");
        assert_eq!(places(&anew)[0].status, "CONFIRMED");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn two_organisations_may_choose_the_same_key(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;

        for persona in [ORGANISER, "vaxjo-coordinator"] {
            let people = colleagues(&server, persona, 1).await;
            let answer = send(&server.by(persona), keyed("k", &occasion, &people)).await;
            assert_eq!(answer.user_errors("signUp"), [""; 0], "{persona}");
        }

        assert_eq!(seats(&server.by(ORGANISER), &occasion).await[1], Some(2));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_refused_request_does_not_use_its_key_up(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let strangers = colleagues(&server, "vaxjo-coordinator", 1).await;
        let organiser = server.by(ORGANISER);

        let refused = send(&organiser, keyed("k", &occasion, &strangers)).await;
        let accepted = send(&organiser, keyed("k", &occasion, &people)).await;

        assert_eq!(refused.user_errors("signUp"), ["NOT_FOUND"]);
        assert_eq!(accepted.user_errors("signUp"), [""; 0]);
        server.stop().await;
    }
}
