//! The hot occasion: 64 clients who all want the same one. Served together and each alone by turns, on the same
//! machine in the same minutes, so that the ratio says what combining is worth.

use super::{
    checker,
    gate::{Gate, Reply},
    history::{Act, Beginning, Call, History, Outcome, Recorder},
    number,
};
use crate::{
    harness::{Server, Setup, on_both_databases},
    seats::world::{COORDINATORS, enter_people, occasion, organisation},
};
use entity::{
    id::{OrganisationId, PersonId},
    kind::StaffCategory,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

const CLIENTS: usize = 64;
/// How many times faster than each alone.
const GOAL: f64 = 3.5;

/// Somebody who wants a seat, and who asks for it.
type Wish = (&'static str, OrganisationId, PersonId);

async fn wishes(server: &Server, people: usize) -> Vec<Wish> {
    let mut wishes: Vec<Wish> = Vec::new();
    let each = people.div_ceil(COORDINATORS.len());
    for persona in COORDINATORS {
        let organisation = organisation(server, persona).await;
        for _ in 0..each.div_ceil(100) {
            let few = vec![StaffCategory::Employee; each.min(100)];
            for id in enter_people(&server.database, organisation, &few).await {
                let person: PersonId = id.parse().expect("an id");
                wishes.push((persona, organisation, person));
            }
        }
    }
    // The organisations come mixed, as they do.
    wishes
        .sort_by_key(|(_, _, person)| person.uuid().as_u128().wrapping_mul(0x9E37_79B9_7F4A_7C15));
    wishes.truncate(people);
    wishes
}

/// The one sign-up of a payload.
fn made(payload: &Value) -> Outcome {
    let row = &payload["signUps"][0];
    let id = row["id"].as_str().expect("an id").parse().expect("an id");
    let status = row["status"].as_str().expect("a status").to_owned();
    Outcome::Made(vec![(id, status)])
}

/// What one rush has given.
struct Rush {
    per_second: f64,
    statements: f64,
    again: usize,
}

/// Everybody wants a seat at once; nine of ten can have one.
async fn rush(server: &Server, people: usize) -> Rush {
    let gate = Gate::of_server(server);
    let capacity = people * 9 / 10;
    let occasion = occasion(server, i32::try_from(capacity).expect("a small number")).await;
    let wishes = wishes(server, people).await;
    let recorder = Recorder::default();
    let next = AtomicUsize::new(0);
    let meter = "samverkan_sql_statements_total";
    let before = server.meter(meter).await;
    let began = Instant::now();

    let client = async |number: usize| {
        while let Some((persona, organisation, person)) =
            wishes.get(next.fetch_add(1, Ordering::SeqCst))
        {
            let input = json!({
                "occasionId": occasion,
                "participants": [{ "personId": person.to_string() }],
                "idempotencyKey": person.to_string(),
            });
            let sent = recorder.moment();
            let what = ("signUp", "signUps { id status }");
            let outcome = loop {
                match gate.send(number, persona, what, &input).await {
                    Reply::Done(payload) => break made(&payload),
                    // Whoever waits too long asks again, with the same key.
                    Reply::Unknown => recorder.sent_in_vain(),
                    other => panic!("everybody gets a seat or a place in line: {other:?}"),
                }
            };
            recorder.keep(Call {
                organisation: *organisation,
                act: Act::SignUp {
                    people: vec![*person],
                    held: 0,
                },
                sent,
                answered: Some(recorder.moment()),
                outcome,
            });
        }
    };
    join_all((0..CLIENTS).map(client)).await;

    let seconds = began.elapsed().as_secs_f64();
    let statements = server.meter(meter).await - before;
    let beginning = Beginning {
        capacity: u32::try_from(capacity).expect("a small number"),
        shares: BTreeMap::new(),
    };
    let id = occasion.parse().expect("an id");
    let again = recorder.unanswered();
    let history = History::collect(&server.database, id, beginning, recorder, None).await;
    checker::accept(&history, "a rush");
    #[expect(clippy::cast_precision_loss, reason = "a number of people is small")]
    let people = people as f64;
    Rush {
        per_second: people / seconds,
        statements: statements / people,
        again,
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

on_both_databases! {
    async fn a_rush_is_served_together_in_order_and_sells_nothing_twice(backend: Backend) {
        let campaign = number::<usize>("SAMVERKAN_CAMPAIGN_ROUNDS");
        let (rounds, people) = campaign.map_or((1, 120), |rounds| (rounds, 1200));
        let setup = |together: u32| Setup {
            connections: crate::harness::connections(16),
            settings: vec![("SAMVERKAN_DATABASE_SIGN_UPS_TOGETHER", together.to_string())],
            ..Setup::default()
        };
        let alone = Server::start_with(backend, setup(1)).await;
        let together = Server::start_with(backend, setup(64)).await;
        let (mut plain, mut combined, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let (mut statements, mut fewer, mut again) = (0.0, 0.0, 0);

        for _ in 0..rounds {
            let one = rush(&alone, people).await;
            let all = rush(&together, people).await;
            ratios.push(all.per_second / one.per_second);
            plain.push(one.per_second);
            combined.push(all.per_second);
            (statements, fewer) = (one.statements, all.statements);
            again += one.again + all.again;
        }

        let ratio = median(ratios);
        println!(
            "hot occasion on {backend:?}, {CLIENTS} clients, {rounds} rounds of {people}, by turns: {:.0} sign-ups/s together, \
             {:.0}/s each alone: {ratio:.2} times (goal {GOAL}: {}); {fewer:.1} statements a sign-up instead of {statements:.1}; \
             {again} asked again; nothing sold twice, order kept",
            median(combined), median(plain), if ratio >= GOAL { "met" } else { "missed" },
        );
        assert!(fewer < statements / 2.0, "{fewer} statements a sign-up together, {statements} alone");
        alone.stop().await;
        together.stop().await;
    }
}
