//! Requests as the contract's tests send them: with headers of their own, and lists page by page.

use crate::harness::{Answer, Caller, Server};
use serde_json::{Value, json};

/// Sends one query with exactly these headers besides the token.
pub async fn ask_with_headers(
    server: &Server,
    caller: &Caller<'_>,
    headers: &[(&str, &str)],
    query: &str,
    variables: Value,
) -> Answer {
    let mut request = server
        .http
        .post(server.url())
        .json(&json!({ "query": query, "variables": variables }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(token) = caller.token() {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer {
        status,
        headers,
        text,
        body,
    }
}

/// A list of the API, to be read page by page.
pub struct List<'c> {
    pub caller: &'c Caller<'c>,
    /// `trainings`, with its filter or order: `trainings(orderBy: {field: TITLE}`, without the end.
    pub field: String,
    /// What is selected of a node.
    pub selection: &'static str,
}

impl List<'_> {
    /// One page: its arguments as they are written, such as `first: 3`.
    pub async fn page(&self, arguments: &str) -> Answer {
        let query = format!(
            "{{ list: {}, {arguments}) {{
              nodes {{ {} }}
              edges {{ cursor node {{ id }} }}
              pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            }} }}",
            self.field, self.selection
        );
        self.caller.query(&query).await
    }

    /// The whole list, in pages of a size from the front.
    pub async fn forwards(&self, size: usize) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let answer = self.page(&format!("first: {size}{after}")).await;
            let (mut nodes, info) = nodes_of(&answer);
            assert_eq!(
                info["hasPreviousPage"],
                !after.is_empty(),
                "{}",
                answer.text
            );
            assert!(
                nodes.len() == size || info["hasNextPage"] == false,
                "{}",
                answer.text
            );
            all.append(&mut nodes);
            if info["hasNextPage"] == false {
                return all;
            }
            after = format!(", after: {}", info["endCursor"]);
        }
    }

    /// The whole list, in pages of a size from the end.
    pub async fn backwards(&self, size: usize) -> Vec<Value> {
        let (mut all, mut before) = (Vec::new(), String::new());
        loop {
            let answer = self.page(&format!("last: {size}{before}")).await;
            let (mut nodes, info) = nodes_of(&answer);
            assert_eq!(info["hasNextPage"], !before.is_empty(), "{}", answer.text);
            assert!(
                nodes.len() == size || info["hasPreviousPage"] == false,
                "{}",
                answer.text
            );
            nodes.append(&mut all);
            all = nodes;
            if info["hasPreviousPage"] == false {
                return all;
            }
            before = format!(", before: {}", info["startCursor"]);
        }
    }
}

/// The nodes of a page and its page information, which must agree with its edges.
fn nodes_of(answer: &Answer) -> (Vec<Value>, Value) {
    let list = answer.at("list");
    let nodes = list["nodes"].as_array().expect("nodes").clone();
    let edges = list["edges"].as_array().expect("edges");
    let of_edges: Vec<_> = edges
        .iter()
        .map(|edge| edge["node"]["id"].clone())
        .collect();
    let of_nodes: Vec<_> = nodes.iter().map(|node| node["id"].clone()).collect();
    assert_eq!(
        of_edges, of_nodes,
        "nodes and edges hold the same rows in the same order"
    );
    let cursor = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    let info = list["pageInfo"].clone();
    assert_eq!(info["startCursor"], cursor(edges.first()));
    assert_eq!(info["endCursor"], cursor(edges.last()));
    (nodes, info)
}
