//! An issuer changes its keys, by way of the file that the configuration names.

use super::bad_tokens::world::{BY_CLAIM, ORG_NUMBER, SKANE, Signer, World, header, payload};
use super::issuers::{Registered, with_token};
use crate::harness::{Answer, on_both_databases};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

const FILE: &str = "by-claim.json";
/// How long a replaced file may go unseen: it is looked at every five seconds.
const SEEN: Duration = Duration::from_secs(8);

/// The only key of a world's issuer by claim, under this id.
fn key(world: &World, id: &str) -> Value {
    let sets = world.key_sets();
    let (_, text) = sets
        .iter()
        .find(|(name, _)| *name == FILE)
        .expect("the set");
    let mut set: Value = serde_json::from_str(text).expect("JSON");
    set["keys"][0]["kid"] = id.into();
    set["keys"][0].take()
}

fn token(world: &World, id: &str, now: i64) -> String {
    let mut header: Map<String, Value> = header(Signer::ByClaim);
    header.insert("kid".to_owned(), id.into());
    let mut payload = payload(BY_CLAIM, now);
    payload.insert(ORG_NUMBER.to_owned(), SKANE.into());
    world.token(
        &json!(header).to_string(),
        &json!(payload).to_string(),
        Signer::ByClaim,
    )
}

/// Asks until the status is this.
async fn until(registered: &Registered, token: &str, status: u16) -> Answer {
    let start = Instant::now();
    loop {
        let answer = with_token(&registered.server, token).await;
        if answer.status == status || start.elapsed() > SEEN {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

on_both_databases! {
    async fn new_keys_are_found_old_ones_end_and_a_broken_file_changes_nothing(backend: Backend) {
        let registered = Registered::start(backend).await;
        registered.register_anna().await;
        let next = World::default();
        let old_token = token(&registered.world, "claim", registered.now());
        let new_token = token(&next, "next", registered.now());
        let set = |keys: &[Value]| json!({ "keys": keys }).to_string();
        let (old, new) = (key(&registered.world, "claim"), key(&next, "next"));
        assert_eq!(with_token(&registered.server, &old_token).await.status, 200);

        registered.replace_keys(FILE, &set(&[old, new.clone()]));
        let found = until(&registered, &new_token, 200).await;
        let overlapping = with_token(&registered.server, &old_token).await;
        registered.replace_keys(FILE, &set(&[new]));
        let ended = until(&registered, &old_token, 401).await;
        registered.replace_keys(FILE, "{ no JSON");
        tokio::time::sleep(SEEN).await;
        let kept = with_token(&registered.server, &new_token).await;

        assert_eq!(found.status, 200, "a new key must be found within seconds: {}", found.text);
        assert_eq!(overlapping.status, 200, "both keys are good while both are published");
        assert_eq!(ended.status, 401, "a key that is gone from the set is no longer believed");
        assert_eq!(kept.at("viewer/organisation/name"), "Region Skåne", "the last good set stays");
        registered.stop().await;
    }
}
