//! A router in front of us and of a partner's subgraph. Its packages are large, so `tests/router` runs this on
//! request.

use crate::harness::{Answer, Backend, Caller, Server};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A running router; stopped when the test ends, however it does.
struct Router {
    child: Child,
    url: String,
}

impl Router {
    fn start(server: &Server) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/node/router");
        let mut command = Command::new("node");
        command.current_dir(folder).arg("run.mjs").arg(server.url());
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js 20 or later is installed");
        let printed = BufReader::new(child.stdout.take().expect("its output"));
        let url = printed
            .lines()
            .map_while(Result::ok)
            .find(|line| line.starts_with("http"));
        let router = Self {
            child,
            url: url.unwrap_or_default(),
        };
        assert!(
            !router.url.is_empty(),
            "the router did not start: run `tests/router`, which installs it"
        );
        router
    }

    /// Asks the router with the caller's token.
    async fn ask(&self, caller: &Caller<'_>, query: &str) -> Answer {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client");
        let mut request = client.post(&self.url).json(&json!({ "query": query }));
        if let Some(token) = caller.token() {
            request = request.bearer_auth(token);
        }
        Answer::to(request).await
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// From us to the partner and from the partner to us.
const SPANNING: &str = r#"{
    trainings(filter: { text: "Barnets rättigheter i vardagen" }) {
        nodes { title evaluation occasions(first: 1) { nodes { capacity room { name } signUps { nodes { participant { name } } } } } }
    }
    rooms { nodes { name owner { name switchboard } municipality { name county { name population } } } }
}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the packages of tests/node/router: run `tests/router`"]
async fn behind_a_router_the_callers_own_token_decides_what_is_seen_on_sqlite() {
    the_callers_own_token_decides(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the packages of tests/node/router: run `tests/router`"]
async fn behind_a_router_the_callers_own_token_decides_what_is_seen_on_postgresql() {
    the_callers_own_token_decides(Backend::Postgresql).await;
}

async fn the_callers_own_token_decides(backend: Backend) {
    let server = Server::start(backend).await;
    let router = Router::start(&server);

    let own = router
        .ask(&server.by("region-kronoberg-coordinator"), SPANNING)
        .await;
    let stranger = router
        .ask(&server.by("region-skane-coordinator"), SPANNING)
        .await;
    let nobody = router.ask(&server.anonymous(), SPANNING).await;
    let forged = router
        .ask(&Caller::with_token(&server, "forged"), SPANNING)
        .await;

    for answer in [&own, &stranger, &nobody] {
        let room = answer.at("rooms/nodes/0");
        assert_eq!(
            room["owner"],
            json!({ "name": "Region Kronoberg", "switchboard": "0000-00 00 00" })
        );
        assert_eq!(
            room["municipality"],
            json!({ "name": "Växjö kommun", "county": { "name": "Kronobergs län", "population": 200_000 } })
        );
    }
    let training = own.at("trainings/nodes/0");
    assert_eq!(
        (
            &training["evaluation"],
            &training["occasions"]["nodes"][0]["room"]["name"]
        ),
        (&json!(4.5), &json!("Konferensrum Linnea"))
    );
    let entries = training["occasions"]["nodes"][0]["signUps"]["nodes"]
        .as_array()
        .expect("a list");
    let names: Vec<_> = entries
        .iter()
        .map(|entry| &entry["participant"]["name"])
        .collect();
    assert!(names.contains(&&json!("David Rosenqvist")), "{names:?}");
    assert!(
        names.contains(&&Value::Null),
        "one has protected identity, behind a router too: {names:?}"
    );
    for answer in [&stranger, &nobody] {
        assert_eq!(
            answer.at("trainings/nodes"),
            &json!([]),
            "the router must show no more than we do"
        );
    }
    assert_eq!(
        forged.body["data"]["trainings"],
        Value::Null,
        "{}",
        forged.text
    );
    assert!(!forged.body["errors"].is_null(), "{}", forged.text);
    server.stop().await;
}
