//! The server is killed with `kill -9` at any moment under load: what it has acknowledged is there, nothing is half
//! done, and it is back at once.

use super::{
    checker,
    gate::Gate,
    history::{History, Recorder},
    load::{Ground, Measure},
    random::Random,
    rounds, seed, spread,
};
use crate::{
    harness::{on_both_databases, openly},
    http::process::{Installation, Process, text},
};
use chrono::TimeDelta;
use std::time::{Duration, Instant};

pub const MEASURE: Measure = Measure {
    steps: 5,
    rules: 4,
    release: TimeDelta::milliseconds(1500),
};

/// The longest that a new process may take to be ready.
const BACK: Duration = Duration::from_secs(5);

/// Kills the server while requests are under way, and starts it again; how long that took.
async fn kill(
    installation: &Installation,
    mut process: Process,
    recorder: &Recorder,
    random: &mut Random,
) -> (Process, Duration) {
    // Any moment from the first requests to the last.
    let moment = random.below(60);
    let started = Instant::now();
    while recorder.answered() < moment && started.elapsed() < Duration::from_secs(3) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let further = u64::try_from(random.below(20)).expect("a small number");
    tokio::time::sleep(Duration::from_millis(further)).await;
    process.kill();
    let killed = Instant::now();
    let again = installation.serve().await;
    (again, killed.elapsed())
}

on_both_databases! {
    async fn nothing_acknowledged_is_lost_and_it_is_back_within_five_seconds(backend: Backend) {
        let installation = Installation::new(backend).await;
        let database = openly(&installation.database_url).await;
        let gate = Gate::of_program(&installation, &database);
        let mut process = installation.serve().await;
        let mut random = Random::new(seed(), 7);
        let (mut back, mut requests, mut cut, mut movements) = (Vec::new(), 0, 0, 0);

        for number in 0..rounds(3) {
            let round = seed() * 1000 + u64::try_from(number).expect("a small number");
            let ground = Ground::prepare(&gate, round, MEASURE).await;
            let recorder = Recorder::default();
            let load = ground.load(&gate, &recorder, MEASURE);
            let (taken, ()) = tokio::join!(kill(&installation, process, &recorder, &mut random), load);
            process = taken.0;
            back.push(taken.1);
            let unanswered = recorder.unanswered();
            let beginning = ground.beginning.clone();
            let history = History::collect(&database, ground.occasion, beginning, recorder, None).await;

            checker::accept(&history, &format!("round {number}, seed {}", seed()));
            assert!(taken.1 < BACK, "ready {:?} after the kill", taken.1);
            requests += history.calls.len();
            movements += history.ledger.len();
            cut += unanswered;
        }

        let check = installation.run("check");
        assert!(check.status.success(), "{}", text(&check.stdout));
        println!(
            "kill -9 on {backend:?}: {} times, {requests} requests, {cut} sent again without knowing, {movements} movements; \
             ready again {}",
            back.len(), spread(&back),
        );
        assert!(cut > 0, "a kill must fall into the middle of requests");
    }
}
