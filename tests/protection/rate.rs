//! Who asks too often waits, and nobody else does.

use super::sending::{assert_well, each, how_are_you};
use crate::harness::{Server, Setup, on_both_databases};
use api::http::Rate;
use std::time::Duration;

/// Room for some queries, refilled within seconds.
fn tight() -> Setup {
    Setup {
        rate: Rate {
            burst: 300,
            per_second: 150,
            per_request: 30,
            ..Rate::default()
        },
        ..Setup::default()
    }
}

on_both_databases! {
    async fn who_asks_too_often_is_told_when_to_come_back(backend: Backend) {
        let server = Server::start_with(backend, tight()).await;
        let hasty = server.by("vaxjo-coordinator");

        let mut answers = Vec::new();
        for _ in 0..100 {
            answers.push(hasty.query("{ __typename }").await);
            if answers.last().is_some_and(|answer| answer.status == 429) {
                break;
            }
        }

        let refused = answers.last().expect("an answer");
        assert!(answers.len() > 5, "some may be asked at once");
        assert_eq!((refused.status, refused.codes()), (429, vec!["RATE_LIMITED".to_owned()]), "{}", refused.text);
        let wait: u64 = refused.header("retry-after").and_then(|wait| wait.parse().ok()).expect("whole seconds");
        assert!((1..=2).contains(&wait), "a full bucket takes two seconds, not {wait}");
        assert!(server.meter("samverkan_rate_limited_total").await >= 1.0);
        assert_eq!(server.by("alvesta-coordinator").query("{ __typename }").await.status, 200, "others may ask");
        assert_well(&how_are_you(&server).await, "a hasty caller");

        tokio::time::sleep(Duration::from_secs(wait)).await;
        assert_eq!(hasty.query("{ __typename }").await.status, 200, "after Retry-After it may ask again");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_costly_query_takes_more_of_the_share(backend: Backend) {
        let server = Server::start_with(backend, tight()).await;
        let costly = "{ organisations(first: 60) { nodes { name kind } } }";

        let first = server.by("vaxjo-coordinator").query(costly).await;
        let second = server.by("vaxjo-coordinator").query(costly).await;

        assert_eq!(first.status, 200, "{}", first.text);
        assert_eq!((second.status, second.codes()), (429, vec!["RATE_LIMITED".to_owned()]), "{}", second.text);
        assert!(second.header("retry-after").is_some());
        server.stop().await;
    }
}

on_both_databases! {
    async fn refusals_cost_too_and_bad_tokens_are_charged_to_the_address(backend: Backend) {
        let server = Server::start_with(backend, tight()).await;
        let guesser = crate::harness::Caller::with_token(&server, "not-a-token");

        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(guesser.query("{ __typename }").await.status);
        }
        let attack = format!("{{{}}}", each(100, |n| format!("a{n}:__typename")));
        let mut attacker = Vec::new();
        for _ in 0..40 {
            attacker.push(server.by("alvesta-coordinator").query(&attack).await.status);
        }

        assert_eq!(statuses.first(), Some(&401));
        assert_eq!(statuses.last(), Some(&429), "guessing must not be free: {statuses:?}");
        assert_eq!(attacker.last(), Some(&429), "refused documents must not be free: {attacker:?}");
        server.stop().await;
    }
}
