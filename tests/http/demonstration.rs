//! The demonstration, as a newcomer starts it.

use super::process::{execute, program, text};
use crate::harness::{Answer, new_folder};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

#[test]
fn it_listens_on_this_computer_only() {
    for elsewhere in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8000", "nowhere"] {
        let folder = new_folder().join("data");

        let output = execute(
            &["--data", folder.to_str().expect("a path")],
            &[("SAMVERKAN_LISTEN", elsewhere)],
        );

        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{elsewhere}: {said}");
        assert!(
            said.contains("loopback") || said.contains("SAMVERKAN_LISTEN"),
            "{elsewhere}: {said}"
        );
        assert!(
            !folder.exists(),
            "{elsewhere}: nothing may be written when it does not start"
        );
    }
}

/// Killed when the test ends, however it does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What stands between two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after)
        .unwrap_or_else(|| panic!("no {after} in {text}"))
        .0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_that_it_prints_works_when_pasted() {
    let folder = new_folder();
    let mut command = program();
    command
        .arg("--data")
        .arg(&folder)
        .env("SAMVERKAN_LISTEN", "127.0.0.1:0");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let _running = Running(child);
    let printed: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.starts_with("Stop with"))
        .collect();
    let printed = printed.join("\n");

    let url = between(&printed, "curl -s ", " ");
    let token = between(&printed, "Bearer ", "'");
    let body = between(&printed, "-d '", "'\n");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .bearer_auth(token)
        .body(body.to_owned());
    let answer = Answer::to(request).await;
    let page = Answer::to(client.get(url.trim_end_matches("graphql"))).await;
    let elsewhere = execute(
        &[
            "token",
            "--as",
            "alvesta-coordinator",
            "--data",
            folder.to_str().expect("a path"),
        ],
        &[],
    );
    let other = client.post(url).bearer_auth(text(&elsewhere.stdout).trim());
    let other = Answer::to(
        other.json(&serde_json::json!({ "query": "{ viewer { organisation { name } } }" })),
    )
    .await;

    assert_eq!(answer.at("viewer/organisation/name"), "Växjö kommun");
    assert!(
        answer
            .at("trainings/nodes")
            .as_array()
            .is_some_and(|found| !found.is_empty()),
        "{}",
        answer.text
    );
    assert_eq!(page.status, 200);
    for foreign in ["src=\"http", "href=\"http", "//cdn", "@import"] {
        assert!(
            !page.text.contains(foreign),
            "the page needs nothing from the internet, but has {foreign}"
        );
    }
    assert_eq!(
        other.at("viewer/organisation/name"),
        "Alvesta kommun",
        "`token --as` is good at the running demonstration"
    );
    let _ = std::fs::remove_dir_all(folder);
}
