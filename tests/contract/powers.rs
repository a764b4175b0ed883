//! What objects say that one may do, held against what happens when one tries.

use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

/// One of each relation to the main story's occasion, and some who have none.
const ASKERS: [&str; 9] = [
    "region-kronoberg-coordinator",
    "region-kronoberg-member",
    "lansstyrelsen-kronoberg-coordinator",
    "vaxjo-coordinator",
    "vaxjo-member",
    "alvesta-coordinator",
    "alvesta-member",
    "barnens-ratt-kronoberg-coordinator",
    "region-skane-coordinator",
];

async fn nodes(caller: &Caller<'_>, selection: &str) -> Vec<Value> {
    let query = format!(
        "{{ trainings(first: 60) {{ nodes {{ occasions(first: 3) {{ nodes {{ {selection} }} }} }} }} }}"
    );
    let answer = caller.query(&query).await;
    let trainings = answer
        .at("trainings/nodes")
        .as_array()
        .expect("trainings")
        .clone();
    let occasions = |training: &Value| training["occasions"]["nodes"].as_array().cloned();
    trainings.iter().filter_map(occasions).flatten().collect()
}

on_both_databases! {
    async fn viewer_can_withdraw_says_what_the_mutation_does(backend: Backend) {
        let server = Server::start(backend).await;
        let mut tried = [0, 0];

        for asker in ASKERS {
            let caller = server.by(asker);
            let occasions = nodes(&caller, "signUps(first: 2) { nodes { id viewerCanWithdraw } }").await;
            for occasion in occasions {
                let Some(sign_up) = occasion["signUps"]["nodes"].get(0) else {
                    continue;
                };
                let input = json!({ "signUpId": sign_up["id"] });

                let answer = caller.mutate("withdraw", input, "signUp { status }").await;

                let done = answer.codes().is_empty() && answer.user_errors("withdraw").is_empty();
                assert_eq!(
                    sign_up["viewerCanWithdraw"], done,
                    "{asker} was told otherwise than what happened to {sign_up}: {}", answer.text
                );
                tried[usize::from(done)] += 1;
            }
        }

        assert!(tried[0] > 0 && tried[1] > 0, "both answers should occur, not {tried:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn viewer_can_edit_an_occasion_says_what_the_mutation_does(backend: Backend) {
        let server = Server::start(backend).await;
        let mut tried = [0, 0];

        for asker in ASKERS {
            let caller = server.by(asker);
            for occasion in nodes(&caller, "id viewerCanEdit").await {
                // A version that never was: who may edit is told of the conflict, and nothing changes.
                let input = json!({ "occasionId": occasion["id"], "expectedVersion": -1 });

                let answer = caller.mutate("updateOccasion", input, "occasion { id }").await;

                let may = answer.codes().is_empty()
                    && answer.user_errors("updateOccasion") == ["CONFLICT"];
                assert_eq!(
                    occasion["viewerCanEdit"], may,
                    "{asker} was told otherwise than what happened to {occasion}: {}", answer.text
                );
                tried[usize::from(may)] += 1;
            }
        }

        assert!(tried[0] > 0 && tried[1] > 0, "both answers should occur, not {tried:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn ones_own_sign_ups_stand_in_one_list(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ viewer { person { id } signUps { totalCount nodes { id status participant { id } } } } }";

        let own = server.by("vaxjo-member").query(query).await;
        let service = server.service("2120000662", &[]).query("{ viewer { signUps { totalCount } } }").await;

        for node in own.at("viewer/signUps/nodes").as_array().expect("a list") {
            assert_eq!(&node["participant"]["id"], own.at("viewer/person/id"));
        }
        assert_eq!(service.at("viewer/signUps/totalCount"), 0, "a system signs nobody up as itself");
        server.stop().await;
    }
}
