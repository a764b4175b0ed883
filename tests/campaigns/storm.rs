//! Everything at once: every history must be one that the rules allow.

use super::{
    checker, controls,
    gate::Gate,
    history::{History, Outcome, Recorder},
    load::{Ground, Measure},
    rounds, seed,
};
use crate::{
    harness::{Server, on_both_databases},
    seats::{operations::housekeeping, world::assert_consistent},
};
use chrono::TimeDelta;
use futures_util::future::{Either, select};
use std::{pin::pin, time::Duration};

const MEASURE: Measure = Measure {
    steps: 8,
    rules: 6,
    release: TimeDelta::minutes(20),
};

/// Time passes, and the housekeeping comes round.
async fn time(server: &Server) {
    loop {
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            server.travel(TimeDelta::seconds(30));
        }
        housekeeping(server).await;
    }
}

/// Everything at once while time passes, until everybody has done what there was to do.
async fn under_way(ground: &Ground, gate: &Gate<'_>, recorder: &Recorder, server: &Server) {
    let load = pin!(ground.load(gate, recorder, MEASURE));
    let time = pin!(time(server));
    let first = select(load, time).await;
    assert!(matches!(first, Either::Left(_)), "time does not end");
}

/// One round on an occasion of its own.
async fn round(server: &Server, number: usize) -> History {
    let gate = Gate::of_server(server);
    let seed = seed() * 1000 + u64::try_from(number).expect("a small number");
    let ground = Ground::prepare(&gate, seed, MEASURE).await;
    let recorder = Recorder::default();
    under_way(&ground, &gate, &recorder, server).await;
    let release = MEASURE.release + TimeDelta::seconds(1);
    server.travel(release);
    housekeeping(server).await;
    let beginning = ground.beginning.clone();
    let now = Some(server.clock.now());
    History::collect(&server.database, ground.occasion, beginning, recorder, now).await
}

/// What a campaign has tried, for its last line.
#[derive(Default)]
struct Tried {
    requests: usize,
    movements: usize,
    promotions: usize,
    passed_over: usize,
    refused: usize,
    rules: usize,
    controls: usize,
}

impl Tried {
    fn add(&mut self, history: &History) {
        use entity::kind::MovementCause as Cause;
        let of = |cause: Cause| {
            history
                .ledger
                .iter()
                .filter(|row| row.cause == cause)
                .count()
        };
        self.requests += history.calls.len();
        self.movements += history.ledger.len();
        self.promotions += of(Cause::Promotion);
        self.passed_over += of(Cause::PassedOver);
        for call in &history.calls {
            let refused = matches!(call.outcome, Outcome::Refused(_));
            self.refused += usize::from(refused);
            self.rules += usize::from(call.act.is_rule() && !refused);
        }
    }
}

on_both_databases! {
    async fn every_history_is_one_that_the_rules_allow(backend: Backend) {
        let server = Server::start(backend).await;
        let mut tried = Tried::default();

        for number in 0..rounds(3) {
            let history = round(&server, number).await;

            checker::accept(&history, &format!("round {number}, seed {}", seed()));
            tried.controls += controls::refuse_tampered(&history);
            tried.add(&history);
        }

        assert_consistent(&server).await;
        println!(
            "storm on {backend:?}: {} rounds, {} requests ({} refused), {} changes of rules, {} movements, {} promotions, \
             {} passed over; {} tampered histories refused",
            rounds(3), tried.requests, tried.refused, tried.rules, tried.movements, tried.promotions,
            tried.passed_over, tried.controls,
        );
        assert!(tried.promotions > 0 && tried.passed_over > 0 && tried.rules > 0, "the storm must try the line and the rules");
        server.stop().await;
    }
}
