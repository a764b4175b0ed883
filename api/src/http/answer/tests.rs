//! Status codes and bodies.

use super::*;
use async_graphql::value;

fn error(code: &str) -> ServerError {
    let mut error = ServerError::new("message", None);
    error
        .extensions
        .get_or_insert_default()
        .set("code", code.to_owned());
    error
}

fn from_schema(response: &Response, executed: bool, media: Media) -> Answer {
    Answer::from_schema(
        response,
        executed,
        media,
        Language::English,
        &Limits::default(),
    )
}

fn body(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

#[test]
fn a_request_error_has_no_data_and_its_status_depends_on_the_media_type() {
    for (media, status) in [(Media::GraphqlResponse, 400), (Media::Json, 200)] {
        let response = Response::from_errors(vec![error("GRAPHQL_PARSE_FAILED")]);
        let answer = from_schema(&response, false, media);

        assert_eq!(answer.status, status);
        assert!(!body(&answer).contains("data"), "{}", body(&answer));
    }
}

#[test]
fn a_field_error_stands_beside_data() {
    let response = Response::from_errors(vec![error("FORBIDDEN")]);

    let answer = from_schema(&response, true, Media::GraphqlResponse);

    assert_eq!(answer.status, 200);
    assert!(body(&answer).contains(r#""data":null"#));
    assert_eq!(answer.code, "FORBIDDEN");
}

#[test]
fn the_keys_keep_the_order_of_the_query() {
    let response = Response::new(value!({"z": 1, "a": 2, "m": 3}));

    let answer = from_schema(&response, true, Media::Json);

    assert_eq!(body(&answer), r#"{"data":{"z":1,"a":2,"m":3}}"#);
}

#[test]
fn a_busy_database_is_answered_with_503_and_when_to_come_back() {
    let response = Response::from_errors(vec![error("UNAVAILABLE")]);

    let answer = from_schema(&response, true, Media::Json);

    assert_eq!(answer.status, 503);
    assert_eq!(answer.headers[header::RETRY_AFTER], "2");
}

#[test]
fn asking_too_often_is_answered_with_429_and_the_time_to_wait() {
    let refusal = Refusal::TooOften(Duration::from_millis(6001));
    let response = Response::from_errors(vec![refusal.into_error(Language::English)]);

    let answer = from_schema(&response, false, Media::Json);

    assert_eq!(answer.status, 429);
    assert_eq!(answer.headers[header::RETRY_AFTER], "7");
}

#[test]
fn a_mutation_by_get_is_answered_with_405_and_what_is_allowed() {
    let refusal = Refusal::QueriesOnly.into_error(Language::English);

    let answer = from_schema(&Response::from_errors(vec![refusal]), false, Media::Json);

    assert_eq!(answer.status, 405);
    assert_eq!(answer.headers[header::ALLOW], "POST");
}

#[test]
fn an_answer_may_have_5_megabytes() {
    // Around the text stand `{"data":"` and `"}`.
    let text = |length: usize| Response::new(value!("x".repeat(length - 11)));

    let most = from_schema(&text(5_000_000), true, Media::Json);
    let more = from_schema(&text(5_000_001), true, Media::Json);

    assert_eq!((most.code.as_str(), most.body.len()), ("OK", 5_000_000));
    assert_eq!(more.code, "QUERY_TOO_COMPLEX");
    assert!(more.body.len() < 1000);
}

#[test]
fn a_rejected_token_is_always_answered_alike() {
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");

    let answer = Answer::denied(Denied::Unauthenticated, Language::English, &challenge);

    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], challenge);
    assert!(body(&answer).contains(r#""code":"UNAUTHENTICATED""#));
}
