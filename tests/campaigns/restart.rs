//! `PostgreSQL` is restarted under load: the server answers 503 meanwhile, loses nothing, and is back at once.

use super::{
    checker,
    gate::Gate,
    history::{History, Recorder},
    kill::MEASURE,
    load::Ground,
    random::Random,
    rounds, seed, spread,
};
use crate::{
    harness::{new_folder, openly},
    http::process::{Installation, text},
};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// The longest that the server may take once the database takes connections.
const BACK: Duration = Duration::from_secs(5);

/// A `PostgreSQL` of this test's own: the other tests need theirs.
struct Database {
    folder: PathBuf,
    url: String,
}

fn script(arguments: &[&str], folder: &Path) -> Command {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/postgresql");
    let mut command = Command::new(script);
    command.arg(arguments[0]).arg(folder).args(&arguments[1..]);
    command.stdin(Stdio::null());
    command
}

impl Database {
    fn start() -> Self {
        let folder = new_folder();
        let started = script(&["start", "fsync=on"], &folder).output();
        let started = started.expect("the script runs");
        assert!(started.status.success(), "{}", text(&started.stderr));
        let url = format!("{}/postgres", text(&started.stdout).trim());
        Self { folder, url }
    }

    /// Restarts it, and waits until it takes connections.
    async fn restart(&self, mode: &'static str) {
        let mut command = script(&["restart", mode], &self.folder);
        let done = tokio::task::spawn_blocking(move || command.status()).await;
        let status = done.expect("the task ends").expect("the script runs");
        assert!(status.success(), "PostgreSQL is restarted, {mode}");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let stopped = script(&["stop"], &self.folder).status();
        if !stopped.is_ok_and(|status| status.success()) {
            println!(
                "the PostgreSQL in {} was not stopped",
                self.folder.display()
            );
        }
    }
}

/// How long until the server is ready again.
async fn ready(installation: &Installation) -> Duration {
    let since = Instant::now();
    loop {
        let answer = installation.get("/readyz").await;
        if answer.is_some_and(|answer| answer.status == 200) {
            return since.elapsed();
        }
        assert!(since.elapsed() < 4 * BACK, "the server is not back");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_outlives_restarts_of_postgresql_on_postgresql() {
    let own = Database::start();
    let installation = Installation::over(new_folder(), own.url.clone(), "").await;
    let mut process = installation.serve().await;
    let mut random = Random::new(seed(), 8);
    let (mut back, mut requests, mut unsure, mut movements) = (Vec::new(), 0, 0, 0);

    for number in 0..rounds(2) {
        let mode = ["immediate", "fast"][number % 2];
        let database = openly(&own.url).await;
        let gate = Gate::of_program(&installation, &database);
        let round = seed() * 1000 + u64::try_from(number).expect("a small number");
        let ground = Ground::prepare(&gate, round, MEASURE).await;
        let recorder = Recorder::default();
        let restart = async {
            let moment = random.below(40);
            while recorder.answered() < moment {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            own.restart(mode).await;
            ready(&installation).await
        };
        let load = ground.load(&gate, &recorder, MEASURE);
        let (taken, ()) = tokio::join!(restart, load);
        let beginning = ground.beginning.clone();
        unsure += recorder.unanswered();
        // The connections from before the restart are gone.
        let database = openly(&own.url).await;
        let history = History::collect(&database, ground.occasion, beginning, recorder, None).await;

        // Seen only where the test fails: what an internal error was.
        let log = process.log();
        for line in log.lines().filter(|line| line.contains("resolver failed")) {
            println!("{line}");
        }
        checker::accept(
            &history,
            &format!("round {number} ({mode}), seed {}", seed()),
        );
        assert!(taken < BACK, "ready {taken:?} after PostgreSQL");
        requests += history.calls.len();
        movements += history.ledger.len();
        back.push(taken);
    }

    assert_eq!(
        process.ended(),
        None,
        "the server itself never ends: {}",
        process.log()
    );
    let check = installation.run("check");
    assert!(check.status.success(), "{}", text(&check.stdout));
    println!(
        "PostgreSQL restarted {} times, immediate and fast by turns: {requests} requests, {unsure} sent again after 503 \
         or nothing, {movements} movements; ready again {}",
        back.len(),
        spread(&back),
    );
    assert!(
        unsure > 0,
        "a restart must fall into the middle of requests"
    );
}
