//! A process that is stopped finishes what it began; one that is killed has lost nothing that it had acknowledged.

#![expect(
    clippy::disallowed_types,
    reason = "a test holds a lock that makes the server wait"
)]

use super::process::{Installation, text};
use crate::harness::{Backend, on_both_databases, openly};
use futures_util::future::join_all;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::sleep;

const PEOPLE: usize = 40;
/// How many ask at once.
const LANES: usize = 8;

/// An occasion with room for all, and people of Växjö to sign up for it.
async fn ground(installation: &Installation) -> (Value, Vec<Value>) {
    let found = installation
        .ask("{ trainings(filter: { text: \"Kronobarnsmodellen\" }) { nodes { occasions { nodes { id } } } } }", json!({}))
        .await
        .expect("an answer");
    let occasion = found.at("trainings/nodes/0/occasions/nodes/0/id").clone();
    let add = "mutation($input: AddMemberInput!) { addMember(input: $input) { membership { person { id } } userErrors { code } } }";
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let input = json!({ "name": format!("Stefan Skyddsling {number}"), "email": format!("stefan.{number}@vaxjo.example") });
        let added = installation
            .ask(add, json!({ "input": input }))
            .await
            .expect("an answer");
        people.push(added.at("addMember/membership/person/id").clone());
    }
    (occasion, people)
}

/// The sign-ups that the server has acknowledged so far.
type Acknowledged = Arc<Mutex<Vec<String>>>;

fn count(acknowledged: &Acknowledged) -> usize {
    acknowledged
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .len()
}

/// Signs everybody up, several at a time, until the server is gone.
async fn sign_up_all(
    installation: &Installation,
    occasion: &Value,
    people: &[Value],
    acknowledged: &Acknowledged,
) {
    let sign_up = "mutation($input: SignUpInput!) { signUp(input: $input) { signUps { id } userErrors { code } } }";
    let lanes = (0..LANES).map(|lane| async move {
        for person in people.iter().skip(lane).step_by(LANES) {
            let input = json!({ "occasionId": occasion, "participants": [{ "personId": person }] });
            let Ok(answer) = installation.ask(sign_up, json!({ "input": input })).await else {
                return;
            };
            let id = answer
                .at("signUp/signUps/0/id")
                .as_str()
                .expect("an id")
                .to_owned();
            acknowledged
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(id);
        }
    });
    join_all(lanes).await;
}

/// What the occasion's list holds: the sign-ups' ids, and who stands in it twice.
async fn listed(installation: &Installation, occasion: &Value) -> (BTreeSet<String>, usize) {
    let query = "query($id: ID!) { occasion(id: $id) { signUps(first: 100) { nodes { id participant { id } } } } }";
    let answer = installation
        .ask(query, json!({ "id": occasion }))
        .await
        .expect("an answer");
    let nodes = answer
        .at("occasion/signUps/nodes")
        .as_array()
        .expect("a list")
        .clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let people: BTreeSet<_> = nodes
        .iter()
        .map(|node| text(&node["participant"]["id"]))
        .collect();
    let twice = nodes.len() - people.len();
    (nodes.iter().map(|node| text(&node["id"])).collect(), twice)
}

/// Holds that what was acknowledged is there, nobody stands twice, and counters agree with the ledger.
async fn assert_whole(installation: &Installation, occasion: &Value, acknowledged: &Acknowledged) {
    let (listed, twice) = listed(installation, occasion).await;
    for id in acknowledged
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
    {
        assert!(listed.contains(id), "{id} was acknowledged, and is lost");
    }
    assert_eq!(twice, 0, "somebody has been signed up twice");
    let check = installation.run("check");
    assert!(
        check.status.success(),
        "the counters differ from the ledger: {}",
        text(&check.stdout)
    );
}

on_both_databases! {
    async fn killed_under_load_it_has_lost_nothing_acknowledged(backend: Backend) {
        let installation = Installation::new(backend).await;
        let mut first = installation.serve().await;
        let (occasion, people) = ground(&installation).await;
        let acknowledged = Acknowledged::default();

        let kill = async {
            while count(&acknowledged) < 10 {
                sleep(Duration::from_millis(1)).await;
            }
            first.kill();
        };
        tokio::join!(sign_up_all(&installation, &occasion, &people, &acknowledged), kill);

        let before = count(&acknowledged);
        assert!((10..PEOPLE).contains(&before), "the kill must fall in the middle, not after {before}");
        let _second = installation.serve().await;
        assert_whole(&installation, &occasion, &acknowledged).await;
        sign_up_rest(&installation, &occasion, &people).await;
    }
}

/// Those who were not acknowledged try again; whoever had been signed up after all is told so.
async fn sign_up_rest(installation: &Installation, occasion: &Value, people: &[Value]) {
    let sign_up = "mutation($input: SignUpInput!) { signUp(input: $input) { signUps { id } userErrors { code } } }";
    for person in people {
        let input = json!({ "occasionId": occasion, "participants": [{ "personId": person }] });
        let answer = installation
            .ask(sign_up, json!({ "input": input }))
            .await
            .expect("an answer");
        let errors = answer.user_errors("signUp");
        assert!(
            errors.is_empty() || errors == ["ALREADY_SIGNED_UP"],
            "{errors:?}"
        );
    }
    let (listed, twice) = listed(installation, occasion).await;
    assert!(
        listed.len() >= PEOPLE && twice == 0,
        "{} sign-ups of {PEOPLE}, {twice} twice",
        listed.len()
    );
}

on_both_databases! {
    async fn stopped_under_load_it_ends_well(backend: Backend) {
        let installation = Installation::new(backend).await;
        let mut first = installation.serve().await;
        let (occasion, people) = ground(&installation).await;
        let acknowledged = Acknowledged::default();

        let stop = async {
            while count(&acknowledged) < 10 {
                sleep(Duration::from_millis(1)).await;
            }
            first.terminate();
            first.end().await
        };
        let ((), status) = tokio::join!(sign_up_all(&installation, &occasion, &people, &acknowledged), stop);

        assert_eq!(status.code(), Some(0), "{}", first.log());
        let _second = installation.serve().await;
        assert_whole(&installation, &occasion, &acknowledged).await;
    }
}

/// Somebody else writes, and takes long over it.
async fn hold(installation: &Installation, backend: Backend) -> DatabaseTransaction {
    let database = openly(&installation.database_url).await;
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let held = database
        .begin_with_options(options)
        .await
        .expect("a transaction");
    if backend == Backend::Postgresql {
        held.execute_unprepared("LOCK TABLE training IN ACCESS EXCLUSIVE MODE")
            .await
            .expect("a lock");
    }
    held
}

on_both_databases! {
    async fn stopped_it_takes_nobody_new_and_finishes_what_it_began(backend: Backend) {
        let installation = Installation::new(backend).await;
        let mut process = installation.serve().await;
        let held = hold(&installation, backend).await;
        let create = "mutation($input: CreateTrainingInput!) { createTraining(input: $input) { training { id } } }";
        let input = json!({ "title": "Begun before the stop", "format": "HALF_DAY", "sharing": "ORGANISATION" });

        let stop = async {
            sleep(Duration::from_millis(500)).await;
            process.terminate();
            sleep(Duration::from_millis(500)).await;
            let newcomer = installation.get("/healthz").await;
            let early = process.ended();
            held.rollback().await.expect("the lock is given back");
            (newcomer, early)
        };
        let (answer, (newcomer, early)) = tokio::join!(installation.ask(create, json!({ "input": input })), stop);

        let answer = answer.expect("what was begun is answered");
        let id = answer.at("createTraining/training/id").clone();
        assert!(newcomer.is_none(), "nobody new is taken after the signal");
        assert_eq!(early, None, "it must not end before what it began");
        assert_eq!(process.end().await.code(), Some(0), "{}", process.log());
        let _second = installation.serve().await;
        let kept = installation.ask("query($id: ID!) { training(id: $id) { title } }", json!({ "id": id })).await;
        assert_eq!(kept.expect("an answer").at("training/title"), "Begun before the stop");
    }
}

on_both_databases! {
    async fn the_log_holds_no_token_and_nobody_by_name(backend: Backend) {
        let installation = Installation::new(backend).await;
        let mut process = installation.serve().await;
        let (occasion, people) = ground(&installation).await;
        let acknowledged = Acknowledged::default();
        sign_up_all(&installation, &occasion, &people[..4], &acknowledged).await;
        listed(&installation, &occasion).await;
        for bad in ["{", "{ nothing }", "query Secret($v: ID!) { node(id: $v) { id } }", "mutation { addMember(input: { name: \"Stefan Skyddsling\" }) { x } }"] {
            installation.ask(bad, json!({ "v": "Stefan Skyddsling" })).await.expect("an answer");
        }
        process.terminate();
        process.end().await;

        let log = process.log();

        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect();
        let requests: Vec<_> = lines.iter().filter(|line| line["message"] == "request").collect();
        assert!(requests.len() > PEOPLE, "each request leaves a line: {log}");
        for request in requests {
            assert!(request["span"]["request_id"].is_string() || request["request_id"].is_string(), "{request}");
            assert!(request["code"].is_string() && request["status"].is_number(), "{request}");
        }
        for secret in ["eyJ", "Bearer", "Skyddsling", "stefan.", "jonas-ekblad", "Ekblad", "SELECT", "INSERT", "addMember("] {
            assert!(!log.contains(secret), "the log holds `{secret}`: {}", log.lines().find(|line| line.contains(secret)).unwrap_or_default());
        }
        assert!(log.contains("Secret"), "the name of an operation stands in the log");
    }
}
