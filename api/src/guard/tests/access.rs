//! Who may do what, and what the way in learns of it.

use super::*;

#[tokio::test]
async fn the_budget_is_asked_before_anything_runs() {
    let progress = Progress::default();
    let budget = Budget::new(|points| {
        assert_eq!(points, 2, "the document's complexity");
        Err(std::time::Duration::from_millis(1500))
    });
    let request = Request::new("{ it { text } }")
        .data(budget)
        .data(Language::English)
        .data(progress.clone());

    let (code, message) = refusal(request).await;

    assert_eq!(code, "RATE_LIMITED");
    assert_eq!(
        message,
        "Too many queries in a short time. Try again in 2 s."
    );
    assert!(!progress.stage().executing);
}

#[tokio::test]
async fn a_way_in_for_queries_refuses_mutations() {
    let (code, _) = refusal(Request::new("mutation { change }").data(QueriesOnly)).await;
    assert_eq!(code, "METHOD_NOT_ALLOWED");

    let both = "query A { text } mutation B { change }";
    assert_answered(Request::new(both).operation_name("A").data(QueriesOnly)).await;
    let (code, _) = refusal(Request::new(both).operation_name("B").data(QueriesOnly)).await;
    assert_eq!(code, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn the_way_in_learns_what_runs() {
    let progress = Progress::default();
    let both = Request::new("query A { text } mutation B { change }").operation_name("B");

    assert_answered(both.data(progress.clone())).await;

    let stage = progress.stage();
    assert_eq!(stage.operation, Some(OperationType::Mutation));
    assert_eq!(stage.name.as_deref(), Some("B"));
    assert!(stage.executing);
}

#[tokio::test]
async fn a_name_too_long_for_a_log_is_cut() {
    let progress = Progress::default();
    let query = format!("query {} {{ text }}", "A".repeat(65));

    assert_answered(Request::new(query).data(progress.clone())).await;

    assert_eq!(progress.stage().name, Some("A".repeat(64)));
}

#[tokio::test]
async fn only_those_who_may_read_the_schema() {
    for query in [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"Query\") { name } }",
        "{ _service { sdl } }",
        "{ text a: _service { sdl } }",
        "{ ... { ...F } } fragment F on Query { _service { sdl } }",
        "query A { text } query B { _service { sdl } }",
    ] {
        for request in [
            Request::new(query),
            Request::new(query).data(MayIntrospect(false)),
        ] {
            let response = schema().execute(request.operation_name("A")).await;
            let expected = Refusal::Introspection.into_error(Language::Swedish);
            assert_eq!(response.errors, [expected], "{query}");
        }
    }
    let plain = schema().execute("{ __typename }").await;
    assert!(plain.is_ok(), "`__typename` says nothing of the schema");
}

/// The query that code generators and explorers send, with types unwrapped nine levels deep.
fn introspection_query() -> String {
    let unwrapped = nested("ofType { kind name ", "", "}", 9);
    format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} \
         mutationType {{ name kind }} subscriptionType {{ name kind }} types {{ ...FullType }} \
         directives {{ name description isRepeatable locations \
         args(includeDeprecated: true) {{ ...InputValue }} }} }} }} \
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf \
         fields(includeDeprecated: true) {{ name description \
         args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated \
         deprecationReason }} inputFields(includeDeprecated: true) {{ ...InputValue }} \
         interfaces {{ ...TypeRef }} enumValues(includeDeprecated: true) {{ name description \
         isDeprecated deprecationReason }} possibleTypes {{ ...TypeRef }} }} \
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} \
         defaultValue isDeprecated deprecationReason }} \
         fragment TypeRef on __Type {{ kind name {unwrapped} }}"
    )
}

#[tokio::test]
async fn the_standard_introspection_query_passes_every_limit() {
    assert_answered(introspection_query()).await;
    assert_answered("{ _service { sdl } }").await;
}

#[tokio::test]
async fn introspection_may_be_20_deep() {
    let query = |depth: usize| {
        let inner = nested("ofType {", "name", "}", depth - 1);
        format!("{{ __type(name: \"Query\") {{ {inner} }} }}")
    };

    assert_answered(query(20)).await;
    assert_refused(query(21), Limit::IntrospectionDepth, 20).await;
}

#[tokio::test]
async fn a_document_that_is_none_is_a_parse_error() {
    for query in [
        "",
        "{",
        "{ text(of: \"open) }",
        "{ text } }",
        "type A { b: Int }",
    ] {
        let (code, _) = refusal(query).await;
        assert_eq!(code, "GRAPHQL_PARSE_FAILED", "{query}");
    }
}

#[tokio::test]
async fn a_parse_error_says_where_and_does_not_repeat_the_query() {
    let query = format!("{{ text(of: 1) }} }} # {}", "secret ".repeat(1000));

    let response = answer(query).await;

    let error = &response.errors[0];
    assert!(
        error.message.starts_with("Syntax error: expected "),
        "{}",
        error.message
    );
    assert!(!error.message.contains("secret"), "{}", error.message);
    assert_eq!(
        (error.locations[0].line, error.locations[0].column),
        (1, 17)
    );
}

#[tokio::test]
async fn nothing_suggests_what_a_field_might_be_called() {
    let (_, message) = refusal("{ tex }").await;

    assert!(!message.contains("text"), "no suggestions in: {message}");
}

#[tokio::test]
async fn refusals_speak_the_language_of_the_reader() {
    let english = Request::new(repeated("text ", 21)).data(Language::English);

    let (_, message) = refusal(english).await;

    assert_eq!(
        message,
        "The query is too large: at most 20 fields at the top of an operation are allowed. \
         Split the operation."
    );
}
