//! Every kind of bad token, over HTTP.

use super::bad_tokens::{
    bad_tokens, good_token,
    world::{BY_CLAIM, ORG_NUMBER, SINGLE, SKANE, Signer},
};
use super::issuers::{Registered, fingerprint, who_am_i, with_token};
use crate::harness::on_both_databases;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How often each reason has been counted.
async fn reasons(registered: &Registered) -> BTreeMap<String, u32> {
    let text = registered.server.get("/metrics").await.text;
    text.lines()
        .filter_map(|line| line.strip_prefix("samverkan_rejected_tokens_total{reason=\""))
        .map(|line| {
            let (reason, count) = line.split_once("\"} ").expect("a reason and its count");
            (reason.to_owned(), count.parse().expect("a number"))
        })
        .collect()
}

on_both_databases! {
    async fn every_bad_token_gets_the_same_answer_byte_for_byte(backend: Backend) {
        let registered = Registered::start(backend).await;
        let table = bad_tokens(&registered.world, registered.now());
        assert!(table.len() >= 60, "the table has some sixty kinds, not {}", table.len());

        let mut answers: BTreeMap<u16, BTreeMap<String, &str>> = BTreeMap::new();
        for bad in &table {
            let answer = with_token(&registered.server, &bad.token).await;

            assert_eq!(answer.status, bad.status(), "{}: {}", bad.name, answer.text);
            answers.entry(answer.status).or_default().insert(fingerprint(&answer), bad.name);
        }

        let unauthenticated = &answers[&401];
        assert_eq!(unauthenticated.len(), 1, "these can be told apart: {unauthenticated:#?}");
        let forbidden = &answers[&403];
        assert_eq!(forbidden.len(), 1, "these can be told apart: {forbidden:#?}");
        let said = unauthenticated.keys().next().expect("an answer");
        assert!(said.contains("UNAUTHENTICATED") && said.contains("www-authenticate"), "{said}");
        registered.stop().await;
    }
}

on_both_databases! {
    async fn the_reason_stands_in_the_meters_and_nowhere_else(backend: Backend) {
        let registered = Registered::start(backend).await;
        let table = bad_tokens(&registered.world, registered.now());
        let mut expected: BTreeMap<String, u32> = BTreeMap::new();

        for bad in &table {
            let answer = with_token(&registered.server, &bad.token).await;

            assert!(!answer.text.contains(bad.reason), "{}: {}", bad.name, answer.text);
            // The harness has registered this one, with a key of its own.
            let known_here = bad.name == "the demonstration's issuer";
            let reason = if known_here { "key_unknown" } else { bad.reason };
            *expected.entry(reason.to_owned()).or_default() += 1;
        }

        assert_eq!(reasons(&registered).await, expected);
        registered.stop().await;
    }
}

on_both_databases! {
    async fn a_header_that_is_no_bearer_token_gets_the_same_answer(backend: Backend) {
        let registered = Registered::start(backend).await;
        registered.register_anna().await;
        let server = &registered.server;
        let good = good_token(&registered.world, BY_CLAIM, Signer::ByClaim, registered.now(), &[(ORG_NUMBER, SKANE.into())]);
        let bearer = format!("Bearer {good}");
        let long = format!("Bearer {}", "x".repeat(16 * 1024));
        let basic = format!("Basic {good}");
        let both = [bearer.as_bytes(), b"Bearer x"];
        let twice = [bearer.as_bytes(), bearer.as_bytes()];
        let list = format!("{bearer}, {bearer}");
        let foreign = [bearer.as_bytes(), b"\xff"].concat();

        let mut seen = BTreeSet::new();
        for headers in [
            &[b"Bearer".as_slice()][..],
            &[b"Bearer "],
            &[b""],
            &[good.as_bytes()],
            &[basic.as_bytes()],
            &[b"Digest x"],
            &[long.as_bytes()],
            &[list.as_bytes()],
            &[foreign.as_slice()],
            &both,
            &twice,
        ] {
            let answer = who_am_i(server, headers).await;

            assert_eq!(answer.status, 401, "{:?}: {}", headers[0].escape_ascii().to_string().get(..30), answer.text);
            seen.insert(fingerprint(&answer));
        }
        seen.insert(fingerprint(&with_token(server, "nonsense").await));

        assert_eq!(seen.len(), 1, "these can be told apart: {seen:#?}");
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let answer = who_am_i(server, &[format!("{scheme} {good}").as_bytes()]).await;
            assert_eq!(answer.at("viewer/organisation/name"), "Region Skåne", "{scheme}");
        }
        registered.stop().await;
    }
}

on_both_databases! {
    async fn good_tokens_of_every_algorithm_are_read(backend: Backend) {
        let registered = Registered::start(backend).await;

        for signer in [Signer::Rs256, Signer::Ps256, Signer::Es256, Signer::EdDsa] {
            let token = good_token(&registered.world, SINGLE, signer, registered.now(), &[]);
            let answer = with_token(&registered.server, &token).await;

            // Göteborg takes no part in the demonstration: the token is good, its bearer has no place.
            assert_eq!(answer.status, 403, "{signer:?}: {}", answer.text);
        }
        let expected: BTreeMap<_, _> = [("unknown organisation".to_owned(), 4)].into();
        assert_eq!(reasons(&registered).await, expected);
        registered.stop().await;
    }
}

on_both_databases! {
    async fn a_token_counts_in_its_header_and_nowhere_else(backend: Backend) {
        let registered = Registered::start(backend).await;
        registered.register_anna().await;
        let server = &registered.server;
        let token = good_token(&registered.world, BY_CLAIM, Signer::ByClaim, registered.now(), &[(ORG_NUMBER, SKANE.into())]);
        let body = json!({ "query": "{ viewer { role } }", "access_token": token, "extensions": { "authorization": token } });

        let url = format!("{}?access_token={token}", server.url());
        let request = server.http.post(url).header("cookie", format!("access_token={token}")).json(&body);
        let answer = crate::harness::Answer::to(request).await;

        assert!(answer.at("viewer").is_null(), "somebody without a token in the header is anonymous");
        registered.stop().await;
    }
}
