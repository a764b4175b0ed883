//! The page itself: its routes, who gets an answer, and that it needs nothing from elsewhere.

use crate::harness::START;
use api::{clock::Clock, demo, run};
use chrono::TimeDelta;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

const FILES: [(&str, &str); 9] = [
    ("/", "text/html; charset=utf-8"),
    ("/demo/page.css", "text/css; charset=utf-8"),
    ("/demo/page.js", "text/javascript; charset=utf-8"),
    ("/demo/answer.js", "text/javascript; charset=utf-8"),
    ("/demo/texts.js", "text/javascript; charset=utf-8"),
    ("/demo/icon.svg", "image/svg+xml"),
    ("/demo/examples.json", "application/json"),
    ("/demo/personas.json", "application/json"),
    ("/demo/schema.graphql", "text/plain; charset=utf-8"),
];

/// What `cargo run` starts, on a free port and in a folder of its own.
struct Demonstration {
    address: SocketAddr,
    clock: Clock,
    http: reqwest::Client,
    folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Demonstration {
    async fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("samverkan-demonstration-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let clock = Clock::fixed(*START);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = demo::prepare(&folder, address, clock.clone())
            .await
            .expect("the demonstration can be made ready");
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopped.await;
            };
            run::serve(server, listener, shutdown)
                .await
                .expect("the demonstration runs");
        });
        let http = reqwest::Client::builder().no_proxy().build();
        Self {
            address,
            clock,
            http: http.expect("an HTTP client"),
            folder,
            stop: Some(stop),
            running,
        }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let url = format!("http://{}{path}", self.address);
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, &[]).await
    }

    async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.expect("a text")
    }

    async fn people(&self) -> Vec<Value> {
        let answer = self.get("/demo/personas.json").await;
        answer.json().await.expect("a list of people")
    }

    async fn viewer(&self, token: &str) -> (StatusCode, Value) {
        let body = json!({ "query": "{ viewer { organisation { organisationNumber } role } }" });
        let url = format!("http://{}/graphql", self.address);
        let request = self.http.post(url).bearer_auth(token).json(&body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.running).await.expect("it stops in good order");
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        self.running.abort();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn header<'r>(answer: &'r Response, name: &str) -> &'r str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().expect("a header of text"))
}

#[tokio::test]
async fn the_page_and_its_files_come_with_headers_that_keep_them_at_home() {
    let demonstration = Demonstration::start().await;

    for (path, kind) in FILES {
        let answer = demonstration.get(path).await;

        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&answer, "content-type"), kind, "{path}");
        assert_eq!(
            header(&answer, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(
            header(&answer, "cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        let policy = header(&answer, "content-security-policy");
        let home = policy.starts_with("default-src 'self';") && !policy.contains("unsafe");
        assert!(
            home,
            "{path} may load more than its own server's files: {policy}"
        );
        let stored = header(&answer, "cache-control");
        assert_eq!(stored, "no-store", "{path}: tokens are not for a cache");
    }
    demonstration.stop().await;
}

#[tokio::test]
async fn the_page_needs_nothing_from_the_internet_and_nothing_inline() {
    let demonstration = Demonstration::start().await;
    let page = demonstration.text("/").await;

    for (path, _) in FILES
        .into_iter()
        .filter(|(path, _)| !path.contains("schema"))
    {
        let text = demonstration.text(path).await;
        let text = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for outside in ["http://", "https://", "\"//", "'//", " url(", "@import"] {
            assert!(
                !text.contains(outside),
                "{path} names something outside: {outside}"
            );
        }
    }
    for inline in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
        assert!(
            !page.contains(inline),
            "the policy forbids `{inline}` in index.html"
        );
    }
    for script in page.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').expect("a whole tag");
        let empty = tag.contains("src=") && rest.starts_with("</script>");
        assert!(empty, "put the script into a file of its own: {tag}");
    }
    for attribute in ["href=\"/", "src=\"/"] {
        for rest in page.split(attribute).skip(1) {
            let path = rest.split('"').next().unwrap_or_default();
            let answer = demonstration.get(&format!("/{path}")).await;
            assert_eq!(
                answer.status(),
                StatusCode::OK,
                "index.html refers to /{path}"
            );
        }
    }
    demonstration.stop().await;
}

#[tokio::test]
async fn the_pages_answer_to_this_computers_own_names_only() {
    let demonstration = Demonstration::start().await;
    let own = [
        "127.0.0.1",
        "127.0.0.1:8000",
        "localhost:8000",
        "LocalHost",
        "[::1]:8000",
    ];
    let others = [
        "samverkan.example",
        "127.0.0.1.example",
        "localhost.example:8000",
        "192.0.2.1:8000",
        "0.0.0.0:8000",
        "[::]:8000",
        "localhost.",
        "",
    ];

    for (path, _) in FILES {
        for host in own {
            let answer = demonstration
                .ask(Method::GET, path, &[("host", host)])
                .await;
            assert_eq!(answer.status(), StatusCode::OK, "{path} asked as `{host}`");
        }
        for host in others {
            let answer = demonstration
                .ask(Method::GET, path, &[("host", host)])
                .await;
            let status = answer.status();
            let text = answer.text().await.expect("a text");
            assert_eq!(
                status,
                StatusCode::MISDIRECTED_REQUEST,
                "{path} asked as `{host}`"
            );
            assert!(!text.contains("eyJ"), "{path} gives a token to `{host}`");
        }
    }
    demonstration.stop().await;
}

#[tokio::test]
async fn no_other_sites_script_may_read_the_pages() {
    let demonstration = Demonstration::start().await;
    let asked = [
        ("origin", "https://samverkan.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];

    for path in FILES.map(|(path, _)| path).into_iter().chain(["/graphql"]) {
        for method in [Method::GET, Method::OPTIONS] {
            let answer = demonstration.ask(method.clone(), path, &asked).await;
            let opened: Vec<_> = answer
                .headers()
                .keys()
                .filter(|name| name.as_str().starts_with("access-control"))
                .collect();
            assert!(
                opened.is_empty(),
                "{method} {path} lets other sites in: {opened:?}"
            );
        }
    }
    demonstration.stop().await;
}

#[tokio::test]
async fn everybody_of_the_page_has_a_token_that_works_however_long_it_has_run() {
    let demonstration = Demonstration::start().await;
    demonstration.clock.set(*START + TimeDelta::hours(30));

    let people = demonstration.people().await;

    assert_eq!(people.len(), demo::data::PERSONAS.len());
    for person in people {
        let name = person["persona"].as_str().expect("a name");
        let (status, body) = demonstration
            .viewer(person["token"].as_str().expect("a token"))
            .await;
        if name == "ended-agreement-coordinator" {
            assert_eq!(
                status,
                StatusCode::FORBIDDEN,
                "{name}: the agreement has ended"
            );
            continue;
        }
        assert_eq!(status, StatusCode::OK, "{name}: {body}");
        let viewer = &body["data"]["viewer"];
        assert_eq!(
            viewer["organisation"]["organisationNumber"], person["organisation"],
            "{name}"
        );
        assert_eq!(viewer["role"], person["role"], "{name}");
    }
    demonstration.stop().await;
}

#[tokio::test]
async fn the_schema_that_the_page_shows_is_the_contract() {
    let demonstration = Demonstration::start().await;

    let shown = demonstration.text("/demo/schema.graphql").await;

    assert_eq!(shown, api::graphql::sdl());
    demonstration.stop().await;
}

#[test]
fn every_word_of_the_page_is_there_in_swedish_and_english() {
    let texts = include_str!("../../api/src/demo/page/texts.js");
    let page = include_str!("../../api/src/demo/page/index.html");
    let (swedish, english) = texts
        .split_once("\n  en: {")
        .expect("Swedish, then English");
    let keys = |text: &str| -> BTreeSet<String> {
        let names = text.lines().filter_map(|line| line.trim().split_once(':'));
        names
            .map(|(name, _)| name.to_owned())
            .filter(|name| {
                name.chars()
                    .all(|letter| letter.is_alphanumeric() || letter == '_')
            })
            .filter(|name| name != "sv")
            .collect()
    };

    assert_eq!(
        keys(swedish),
        keys(english),
        "texts.js: say everything in both languages"
    );
    for rest in page.split("data-text=\"").skip(1) {
        let key = rest.split('"').next().unwrap_or_default();
        assert!(
            keys(english).contains(key),
            "texts.js has no `{key}`, which index.html shows"
        );
    }
}
