//! Each limit on both sides of its boundary.

mod access;
mod attacks;

use super::*;
use async_graphql::{EmptySubscription, Object, Response, Schema, Value, Variables, value};
use std::fmt::Write;

struct Query;

#[Object]
impl Query {
    async fn it(&self) -> Query {
        Query
    }

    async fn text(&self, of: Option<async_graphql::Json<serde_json::Value>>) -> &'static str {
        let _ = of;
        "text"
    }

    #[graphql(complexity = "list_complexity(first, child_complexity)")]
    async fn many(&self, first: usize) -> Vec<Query> {
        let _ = first;
        Vec::new()
    }

    #[graphql(entity)]
    async fn find(&self, id: String) -> Option<Thing> {
        Some(Thing { id })
    }
}

#[derive(async_graphql::SimpleObject)]
struct Thing {
    id: String,
}

struct Mutation;

#[Object]
impl Mutation {
    async fn change(&self) -> bool {
        true
    }
}

fn schema() -> Schema<Query, Mutation, EmptySubscription> {
    Schema::build(Query, Mutation, EmptySubscription)
        .disable_suggestions()
        .extension(Guard::default())
        .finish()
}

async fn answer(request: impl Into<Request>) -> Response {
    let request = request.into().data(MayIntrospect(true));
    schema().execute(request).await
}

/// The code and message of the first error.
async fn refusal(request: impl Into<Request>) -> (String, String) {
    let response = answer(request).await;
    let Some(error) = response.errors.first() else {
        panic!("this must be refused, but was answered: {}", response.data);
    };
    let code = error.extensions.as_ref().and_then(|e| e.get("code"));
    let code = match code {
        Some(Value::String(code)) => code.clone(),
        _ => "none".to_owned(),
    };
    (code, error.message.clone())
}

async fn assert_refused(request: impl Into<Request>, limit: Limit, most: usize) {
    let (code, message) = refusal(request).await;
    let expected = limit.exceeded(most);
    assert_eq!(message, expected.in_language(Language::Swedish));
    assert_eq!(code, "QUERY_TOO_COMPLEX");
}

async fn assert_answered(request: impl Into<Request>) {
    let response = answer(request).await;
    assert!(
        response.is_ok(),
        "this must be answered: {:?}",
        response.errors
    );
}

fn repeated(part: &str, times: usize) -> String {
    format!("{{ {} }}", part.repeat(times))
}

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    format!("{}{inner}{}", open.repeat(times), close.repeat(times))
}

#[tokio::test]
async fn a_query_text_may_have_32_kibibytes() {
    let padded = |length: usize| format!("{{text}}{}", " ".repeat(length - 6));

    assert_answered(padded(32 * 1024)).await;
    assert_refused(padded(32 * 1024 + 1), Limit::QueryBytes, 32 * 1024).await;
}

#[test]
fn a_query_text_may_have_2000_tokens() {
    let limits = Limits::default();

    let most = text::check(&"a ".repeat(2000), &limits);
    let more = text::check(&"a ".repeat(2001), &limits);

    assert_eq!(most, Ok(()));
    assert_eq!(more, Err(Refusal::TooMuch(Limit::Tokens, 2000)));
}

#[tokio::test]
async fn brackets_may_stand_32_deep() {
    let query = |depth: usize| format!("{{ text(of: {}) }}", nested("[", "", "]", depth));

    assert_answered(query(30)).await;
    assert_refused(query(31), Limit::Nesting, 32).await;
}

#[tokio::test]
async fn a_document_may_have_1000_fields() {
    let spread = |times: usize, more: &str| {
        let fields = "text ".repeat(99);
        let spreads = "...F ".repeat(times);
        format!("{{ it {{ {spreads} {more} }} }} fragment F on Query {{ {fields} }}")
    };

    // Each spread is one and brings 99; `it` is one.
    assert_answered(spread(9, &"text ".repeat(99))).await;
    assert_refused(spread(9, &"text ".repeat(100)), Limit::Fields, 1000).await;
}

#[tokio::test]
async fn fields_may_stand_10_deep() {
    assert_answered(nested("{ it ", "{ text }", "}", 9)).await;
    assert_refused(nested("{ it ", "{ text }", "}", 10), Limit::Depth, 10).await;
}

#[tokio::test]
async fn fields_in_a_fragment_are_as_deep_as_where_it_is_spread() {
    let query = |depth: usize| {
        let outer = nested("{ it ", "{ ...F }", "}", 5);
        let inner = nested("{ it ", "{ text }", "}", depth);
        format!("{outer} fragment F on Query {inner}")
    };

    assert_answered(query(4)).await;
    assert_refused(query(5), Limit::Depth, 10).await;
}

#[tokio::test]
async fn a_document_may_have_30_aliases() {
    let query = |times: usize| {
        let mut fields = String::new();
        for number in 0..times {
            write!(fields, "a{number}: text ").unwrap();
        }
        format!("{{ it {{ {fields} }} }}")
    };

    assert_answered(query(30)).await;
    assert_refused(query(31), Limit::Aliases, 30).await;
}

#[tokio::test]
async fn an_operation_may_have_20_fields_at_its_top() {
    assert_answered(repeated("text ", 20)).await;
    assert_refused(repeated("text ", 21), Limit::RootFields, 20).await;
    let spread = format!(
        "{{ ...F ...F ...F }} fragment F on Query {}",
        repeated("text ", 7)
    );
    assert_refused(spread, Limit::RootFields, 20).await;
}

#[tokio::test]
async fn a_document_may_have_50_directives() {
    assert_answered(repeated("it { text @skip(if: false) } ", 20)).await;
    let skip = "@skip(if: false) ";
    assert_refused(
        format!("{{ text {} }}", skip.repeat(51)),
        Limit::Directives,
        50,
    )
    .await;
}

#[tokio::test]
async fn directives_are_counted_wherever_they_stand() {
    let many = "@x ".repeat(51);
    for query in [
        format!("query A {many} {{ text }}"),
        format!("query A($v: Int {many}) {{ text }}"),
        format!("{{ text {many} }}"),
        format!("{{ ... {many} {{ text }} }}"),
        format!("{{ ...F {many} }} fragment F on Query {{ text }}"),
        format!("{{ ...F }} fragment F on Query {many} {{ text }}"),
        format!("{{ text }} fragment F on Query {many} {{ text }}"),
    ] {
        assert_refused(query, Limit::Directives, 50).await;
    }
}

#[tokio::test]
async fn a_document_may_have_5_operations() {
    let query = |times: usize| {
        let mut text = String::new();
        for number in 0..times {
            write!(text, "query Q{number} {{ text }} ").unwrap();
        }
        Request::new(text).operation_name("Q0")
    };

    assert_answered(query(5)).await;
    assert_refused(query(6), Limit::Operations, 5).await;
}

fn entities(literal: usize) -> String {
    let things = r#"{__typename: "Thing", id: "1"} "#.repeat(literal);
    format!("{{ _entities(representations: [{things}]) {{ __typename }} }}")
}

#[tokio::test]
async fn the_representations_of_a_literal_are_counted() {
    assert_answered(entities(200)).await;
    assert_refused(entities(201), Limit::Representations, 200).await;
}

#[tokio::test]
async fn the_representations_of_a_variable_are_counted() {
    let query = |times: usize| {
        let thing = value!({"__typename": "Thing", "id": "1"});
        let text = "query Q($r: [_Any!]!) { _entities(representations: $r) { __typename } }";
        Request::new(text).variables(Variables::from_value(value!({ "r": vec![thing; times] })))
    };

    assert_answered(query(200)).await;
    assert_refused(query(201), Limit::Representations, 200).await;
}

#[tokio::test]
async fn representations_cannot_hide_in_defaults_fragments_or_aliases() {
    let things = r#"{__typename: "Thing", id: "1"} "#.repeat(101);
    let hidden = [
        format!(
            "query Q($r: [_Any!]! = [{things} {things}]) \
             {{ _entities(representations: $r) {{ __typename }} }}"
        ),
        format!(
            "{{ a: it {{ text }} ...F ...F }} \
             fragment F on Query {{ _entities(representations: [{things}]) {{ __typename }} }}"
        ),
    ];
    for query in hidden {
        assert_refused(query, Limit::Representations, 200).await;
    }
}

#[tokio::test]
async fn a_document_may_cost_2000_points() {
    let progress = Progress::default();
    let most = Request::new("{ many(first: 1000) { it { text } } }").data(progress.clone());

    assert_answered(most).await;
    let more = "{ many(first: 1000) { it { text } } text }";
    assert_refused(more, Limit::Complexity, 2000).await;

    assert_eq!(progress.stage().complexity, Some(2000));
}

#[tokio::test]
async fn points_that_overflow_are_too_many() {
    let huge = nested(&format!("{{ many(first: {})", i32::MAX), "{ text }", "}", 4);
    let query = format!("{{ a: it {huge} b: it {huge} }}");

    assert_refused(query, Limit::Complexity, 2000).await;
}
