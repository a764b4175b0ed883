//! A database that is locked or fully taken: whoever waits is told when to come back, and the server recovers.

#![expect(
    clippy::disallowed_types,
    reason = "a test stands in for another process that holds a lock"
)]

use super::sending::{assert_well, how_are_you};
use crate::harness::{Answer, Backend, Server, Setup, on_both_databases};
use futures_util::future::join_all;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde_json::json;
use std::time::{Duration, Instant};

/// Few connections and little patience.
fn scarce() -> Setup {
    Setup {
        connections: 2,
        settings: vec![
            ("SAMVERKAN_DATABASE_ACQUIRE_TIMEOUT_SECONDS", "1".to_owned()),
            ("SAMVERKAN_DATABASE_LOCK_TIMEOUT_SECONDS", "1".to_owned()),
        ],
        ..Setup::default()
    }
}

/// Somebody else writes, and takes long over it: held until it is dropped.
pub async fn hold_the_catalogue(server: &Server) -> DatabaseTransaction {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let held = server
        .database
        .begin_with_options(options)
        .await
        .expect("a transaction");
    if server.backend == Backend::Postgresql {
        held.execute_unprepared("LOCK TABLE training IN ACCESS EXCLUSIVE MODE")
            .await
            .expect("a lock");
    }
    held
}

async fn create(server: &Server, title: &str) -> Answer {
    let input = json!({ "title": title, "format": "HALF_DAY", "sharing": "ORGANISATION" });
    server
        .by("vaxjo-coordinator")
        .mutate("createTraining", input, "training { id }")
        .await
}

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.codes()),
        (503, vec!["UNAVAILABLE".to_owned()]),
        "{}",
        answer.text
    );
    let wait: Option<u64> = answer
        .header("retry-after")
        .and_then(|wait| wait.parse().ok());
    assert!(
        wait.is_some_and(|wait| wait > 0),
        "a 503 says when to come back: {:?}",
        answer.headers
    );
}

on_both_databases! {
    async fn whoever_waits_for_a_lock_is_told_to_come_back(backend: Backend) {
        let server = Server::start_with(backend, scarce()).await;
        let held = hold_the_catalogue(&server).await;

        let start = Instant::now();
        let waiting = join_all((0..6).map(|n| { let server = &server; async move { create(server, &format!("Waiting {n}")).await } }));
        let answers = waiting.await;
        let took = start.elapsed();

        for answer in &answers {
            assert_unavailable(answer);
        }
        assert!(took < Duration::from_secs(9), "nobody may be kept for {took:?}");
        held.rollback().await.expect("the lock is given back");
        let recovered = create(&server, "Afterwards").await;
        assert!(recovered.at("createTraining/training/id").is_string());
        let titles = server.by("vaxjo-coordinator").query(r#"{ trainings(filter: { text: "Waiting" }) { totalCount } }"#).await;
        assert_eq!(titles.at("trainings/totalCount"), 0, "what was answered with 503 must not have been done");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_needs_no_lock_goes_on_meanwhile(backend: Backend) {
        let server = Server::start(backend).await;
        let held = hold_the_catalogue(&server).await;

        let start = Instant::now();
        let answer = how_are_you(&server).await;

        assert_well(&answer, "a lock on the catalogue");
        assert!(start.elapsed() < Duration::from_secs(1), "a query that needs nothing locked must not wait");
        held.rollback().await.expect("the lock is given back");
        server.stop().await;
    }
}

/// `SQLite`'s readers never wait for a writer, so only `PostgreSQL` can be filled by readers.
#[tokio::test]
async fn a_pool_full_of_waiting_queries_is_unavailable_and_recovers() {
    let server = Server::start_with(Backend::Postgresql, scarce()).await;
    let held = hold_the_catalogue(&server).await;
    let caller = server.by("vaxjo-coordinator");

    let asking = join_all((0..10).map(|_| caller.query("{ trainings { nodes { title } } }")));
    let answers = asking.await;

    for answer in &answers {
        assert_unavailable(answer);
    }
    assert_eq!(
        server.get("/healthz").await.status,
        200,
        "the process itself is well"
    );
    held.rollback().await.expect("the lock is given back");
    let recovered = caller.query("{ trainings { nodes { title } } }").await;
    assert!(recovered.at("trainings/nodes").is_array());
    server.stop().await;
}

/// As above: only here does a query wait.
#[tokio::test]
async fn a_query_that_takes_too_long_is_cut() {
    let setup = Setup {
        settings: vec![("SAMVERKAN_HTTP_REQUEST_TIMEOUT_SECONDS", "1".to_owned())],
        ..Setup::default()
    };
    let server = Server::start_with(Backend::Postgresql, setup).await;
    let held = hold_the_catalogue(&server).await;

    let start = Instant::now();
    let answer = server
        .by("vaxjo-coordinator")
        .query("{ trainings { nodes { title } } }")
        .await;

    assert_eq!(
        (answer.status, answer.codes()),
        (504, vec!["TIMEOUT".to_owned()]),
        "{}",
        answer.text
    );
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "cut after a second, not {:?}",
        start.elapsed()
    );
    held.rollback().await.expect("the lock is given back");
    assert_well(&how_are_you(&server).await, "a query that was cut");
    server.stop().await;
}

on_both_databases! {
    async fn one_connection_is_enough(backend: Backend) {
        let server = Server::start_with(backend, Setup { connections: 1, ..Setup::default() }).await;
        let page = "{ trainings(first: 5) { nodes { title organisers { name } occasions(first: 3) { nodes { seats { freeForViewer } signUps(first: 5) { nodes { participant { name } } } } } } } }";

        let (pages, created) = tokio::join!(
            join_all((0..8).map(|_| async { server.by("region-kronoberg-coordinator").query(page).await })),
            join_all((0..8).map(|n| { let server = &server; async move { create(server, &format!("One connection {n}")).await } })),
        );

        for answer in pages.iter().chain(&created) {
            answer.data();
        }
        server.stop().await;
    }
}
