//! Where errors end up, and what is left of them.
#![expect(
    clippy::unused_async,
    reason = "resolvers are asynchronous whether or not they wait"
)]

use super::*;
use async_graphql::{EmptyMutation, EmptySubscription, Error, ErrorExtensions, Object, Schema};

struct Query;

fn secret() -> Error {
    Error::new_with_source(std::io::Error::other("password=hunter2"))
}

fn forbidden() -> Error {
    Error::new("not yours").extend_with(|_, values| values.set("code", "FORBIDDEN"))
}

#[Object]
impl Query {
    async fn name(&self) -> &'static str {
        "name"
    }

    async fn foreign(&self) -> Result<Option<i32>, Error> {
        Err(secret())
    }

    async fn coded(&self) -> Result<Option<i32>, Error> {
        Err(forbidden())
    }

    async fn missing_datum(&self, ctx: &async_graphql::Context<'_>) -> Result<Option<i32>, Error> {
        ctx.data::<i32>().map(|datum| Some(*datum))
    }

    async fn required(&self) -> Result<i32, Error> {
        Err(forbidden())
    }

    async fn number(&self, of: i8) -> Option<i8> {
        Some(of)
    }

    async fn maybe(&self) -> Option<Query> {
        Some(Query)
    }

    async fn surely(&self) -> Query {
        Query
    }

    async fn list(&self) -> Vec<Option<Query>> {
        vec![Some(Query), Some(Query)]
    }

    async fn lists(&self) -> Option<Vec<Vec<Query>>> {
        Some(vec![vec![], vec![Query]])
    }
}

async fn answer(query: &str) -> serde_json::Value {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription)
        .extension(Masking::behind_guard(&Limits::default()))
        .finish();
    serde_json::to_value(schema.execute(query).await).unwrap()
}

fn paths(answer: &serde_json::Value) -> Vec<String> {
    let errors = answer["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| error["path"].to_string())
        .collect()
}

#[tokio::test]
async fn an_error_of_a_nullable_field_nulls_that_field_only() {
    let answer = answer("{ name maybe { coded name } }").await;

    let expected = serde_json::json!({"name": "name", "maybe": {"coded": null, "name": "name"}});
    assert_eq!(answer["data"], expected);
    assert_eq!(paths(&answer), [r#"["maybe","coded"]"#]);
}

#[tokio::test]
async fn an_error_of_a_required_field_nulls_the_nearest_place_that_may_be_null() {
    let answer = answer("{ name maybe { surely { required } } }").await;

    let expected = serde_json::json!({"name": "name", "maybe": null});
    assert_eq!(answer["data"], expected);
    assert_eq!(paths(&answer), [r#"["maybe","surely","required"]"#]);
}

#[tokio::test]
async fn an_error_with_nothing_nullable_above_nulls_the_data() {
    let answer = answer("{ name surely { required } }").await;

    assert_eq!(answer["data"], serde_json::Value::Null);
    assert_eq!(paths(&answer), [r#"["surely","required"]"#]);
}

#[tokio::test]
async fn an_error_in_a_list_keeps_its_index() {
    let answer = answer("{ list { required } }").await;

    assert_eq!(answer["data"], serde_json::json!({"list": [null, null]}));
    assert_eq!(
        paths(&answer),
        [r#"["list",0,"required"]"#, r#"["list",1,"required"]"#]
    );
}

#[tokio::test]
async fn an_error_in_a_list_of_lists_keeps_both_indices() {
    let answer = answer("{ lists { required } }").await;

    assert_eq!(answer["data"], serde_json::json!({"lists": null}));
    assert_eq!(paths(&answer), [r#"["lists",1,0,"required"]"#]);
}

#[tokio::test]
async fn an_error_with_a_code_passes() {
    let answer = answer("{ coded }").await;

    let error = &answer["errors"][0];
    assert_eq!(error["message"], "not yours");
    assert_eq!(error["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn what_was_not_written_for_the_client_is_masked() {
    for query in ["{ foreign }", "{ missingDatum }"] {
        let answer = answer(query).await;

        let error = &answer["errors"][0];
        assert_eq!(error["message"], INTERNAL_ERROR, "{query}");
        assert_eq!(
            error["extensions"],
            serde_json::json!({"code": "INTERNAL_SERVER_ERROR"})
        );
        assert!(!answer.to_string().contains("hunter2"));
    }
}

#[tokio::test]
async fn a_bad_value_is_the_users_to_mend() {
    let answer = answer("{ number(of: 1000) }").await;

    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_error_before_execution_has_a_code_too() {
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ number(of: \"ten\") }", "BAD_USER_INPUT"),
        (
            "query A { name } query B { name }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        let answer = answer(query).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}");
    }
}

#[tokio::test]
async fn ten_errors_are_answered_and_no_more() {
    let query = |times: usize| -> String {
        let fields: Vec<_> = (0..times).map(|n| format!("a{n}: coded")).collect();
        format!("{{ {} }}", fields.join(" "))
    };

    assert_eq!(paths(&answer(&query(10)).await).len(), 10);
    assert_eq!(paths(&answer(&query(11)).await).len(), 10);
    let unknown: Vec<_> = (0..11).map(|n| format!("unknown{n}")).collect();
    let answer = answer(&format!("{{ {} }}", unknown.join(" "))).await;
    assert_eq!(answer["errors"].as_array().unwrap().len(), 10);
}
