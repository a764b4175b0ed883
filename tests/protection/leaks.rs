//! No answer carries a database's words, a path of the server's, a type of its code or a token.

use super::sending::post;
use crate::harness::{Answer, Backend, Caller, Server, Setup, on_both_databases};
use serde_json::json;

/// What must never stand in an answer, in lower case.
const TELLTALES: [&str; 34] = [
    "select ",
    "insert into",
    "update ",
    "delete from",
    "sqlite",
    "postgres",
    "sqlx",
    "sea_orm",
    "seaorm",
    "dberr",
    "no such table",
    "relation \"",
    "syntax error at",
    "constraint",
    "unique index",
    "foreign key",
    "violates",
    "datatype mismatch",
    "invalid input syntax",
    "invalid byte sequence",
    "integer out of range",
    "_gone",
    "/tmp",
    "/home",
    "/root",
    "/usr",
    "/var",
    ".rs:",
    "api::",
    "entity::",
    "panicked",
    "backtrace",
    "async_graphql",
    "eyj",
];

/// Holds that an answer says nothing that it should not.
#[track_caller]
fn assert_discreet(answer: &Answer, to: &str) {
    let said = answer.text.to_lowercase();
    let headers = format!("{:?}", answer.headers).to_lowercase();
    for telltale in TELLTALES {
        assert!(
            !said.contains(telltale),
            "{to}: the answer says `{telltale}`: {}",
            answer.text
        );
        assert!(
            !headers.contains(telltale),
            "{to}: a header says `{telltale}`: {headers}"
        );
    }
}

/// Values that somebody tries in every place that takes a text.
const ODD: [&str; 18] = [
    "",
    " ",
    "'",
    "\"",
    "'; DROP TABLE training; --",
    "\\",
    "%",
    "_",
    "\u{0}",
    "a\u{0}b",
    "\u{feff}",
    "\u{202e}",
    "null",
    "-1",
    "NaN",
    "99999999999999999999",
    "🦀",
    "../../etc/passwd",
];

/// Requests with a hole for an odd value.
const PLACES: [&str; 22] = [
    "query($v: ID!) { node(id: $v) { id } }",
    "query($v: ID!) { training(id: $v) { id } }",
    "query($v: ID!) { occasion(id: $v) { id } }",
    "query($v: ID!) { organisation(id: $v) { id } }",
    "query($v: OrganisationNumber!) { organisation(organisationNumber: $v) { id } }",
    "query($v: String!) { county(code: $v) { name } }",
    "query($v: String!) { municipality(code: $v) { name } }",
    "query($v: String!) { organisations(filter: { text: $v }) { totalCount } }",
    "query($v: String!) { organisations(filter: { county: $v }) { totalCount } }",
    "query($v: String!) { organisations(after: $v) { totalCount nodes { id } } }",
    "query($v: String!) { organisations(last: 5, before: $v) { nodes { id } } }",
    "query($v: String!) { trainings(filter: { text: $v }) { totalCount nodes { id } } }",
    "query($v: String!) { trainings(after: $v, orderBy: { field: NEXT_OCCASION }) { nodes { id } } }",
    "query($v: ID!) { trainings(filter: { organiserId: $v }) { nodes { id } } }",
    "query($v: PartialDate!) { trainings(filter: { period: { from: $v } }) { nodes { id } } }",
    "query($v: ID!) { auditLog(personId: $v) { nodes { at } } }",
    "query($v: ID!) { _entities(representations: [{ __typename: \"Training\", id: $v }]) { __typename } }",
    "query($v: String!) { _entities(representations: [{ __typename: \"County\", code: $v }]) { __typename } }",
    "query($v: String!) { _entities(representations: [{ __typename: $v, id: \"x\" }]) { __typename } }",
    "mutation($v: String!) { createTraining(input: { title: $v, format: HALF_DAY, sharing: ORGANISATION }) { training { title } userErrors { message } } }",
    "mutation($v: ID!) { signUp(input: { occasionId: $v, participants: [{ personId: $v }] }) { userErrors { message } } }",
    "mutation($v: String!) { addMember(input: { name: $v, email: $v }) { membership { id } userErrors { message } } }",
];

/// Requests that are bad as a whole.
const BAD: [&str; 14] = [
    "{ organisations(first: 2147483648) { nodes { id } } }",
    "{ organisations(first: -1) { nodes { id } } }",
    "{ organisations(first: 0, last: 0) { nodes { id } } }",
    "{ organisations(first: 99999999999999999999999) { nodes { id } } }",
    "{ organisations(first: 1e400) { nodes { id } } }",
    "{ county(code: 7) { name } }",
    "{ county(code: null) { name } }",
    "{ _entities(representations: [{}]) { __typename } }",
    "{ _entities(representations: [{ __typename: \"Person\", id: \"1\" }]) { __typename } }",
    "{ _entities(representations: [{ __typename: \"County\" }]) { __typename } }",
    "{ _entities(representations: [null, 7, \"x\", [[]]]) { __typename } }",
    "{ _entities(representations: [{ __typename: \"Organisation\", organisationNumber: 7 }]) { __typename } }",
    "mutation { setSeatQuotas(input: { occasionId: \"x\", quotas: [] }) { userErrors { code } } }",
    "subscription { anything }",
];

async fn try_everything(server: &Server) {
    let callers = ["vaxjo-coordinator", "vaxjo-administrator"].map(|persona| server.by(persona));
    for caller in callers.into_iter().chain([server.anonymous()]) {
        for place in PLACES {
            for odd in ODD {
                let answer = caller.ask(place, json!({ "v": odd })).await;
                assert_discreet(&answer, &format!("{place} with {odd:?}"));
                assert_ne!(
                    answer.codes(),
                    ["INTERNAL_SERVER_ERROR"],
                    "{place} with {odd:?} must not surprise us"
                );
            }
        }
        for query in BAD {
            assert_discreet(&caller.query(query).await, query);
        }
    }
}

on_both_databases! {
    async fn bad_input_brings_neither_surprise_nor_secret(backend: Backend) {
        let server = Server::start(backend).await;

        try_everything(&server).await;

        assert_eq!(server.disagreements().await, Vec::<String>::new());
        server.stop().await;
    }
}

/// Queries and mutations that between them need every table.
const WHOLE: [&str; 10] = [
    "{ viewer { organisation { name } } }",
    "{ organisations(first: 5) { totalCount nodes { name names { name } units(first: 5) { nodes { name } } contactPoints { email } } } }",
    "{ county(code: \"07\") { name municipalities { name } } }",
    "{ trainings(first: 5) { nodes { title organisers { name } occasions(first: 2) { nodes { seats { free freeForViewer } quotas { taken } signUps(first: 5) { nodes { participant { name } need } } } } } } }",
    "{ trainingProgrammes(first: 2) { nodes { title trainings { title } } } }",
    "{ trainings(first: 5) { nodes { reportedCompletions { count } } } }",
    "{ supportResources { name } pageFeedback { page } }",
    "{ auditLog { nodes { at } } }",
    "{ _entities(representations: [{ __typename: \"County\", code: \"07\" }, { __typename: \"Organisation\", organisationNumber: \"2120000662\" }]) { __typename } }",
    "mutation { createTraining(input: { title: \"Broken\", format: HALF_DAY, sharing: ORGANISATION, subjectAreas: [CHILD_RIGHTS] }) { training { id } userErrors { code } } }",
];

const TABLES: [&str; 14] = [
    "county",
    "organisation_name",
    "organisation_unit",
    "contact_point",
    "training",
    "training_organiser",
    "training_occasion",
    "sign_up",
    "seat_quota",
    "seat_movement",
    "audit_entry",
    "membership",
    "organisation",
    "time_block",
];

on_both_databases! {
    async fn a_broken_database_is_not_described(backend: Backend) {
        let server = Server::start(backend).await;
        let mut faults = 0;

        for table in TABLES {
            server.sql(&format!("ALTER TABLE {table} RENAME TO {table}_gone")).await;
            for caller in [server.by("vaxjo-administrator"), server.anonymous()] {
                for query in WHOLE {
                    let answer = caller.query(query).await;

                    let what = format!("{query} without {table}");
                    assert_discreet(&answer, &what);
                    let codes = answer.codes();
                    let known = ["INTERNAL_SERVER_ERROR", "UNAVAILABLE", "UNAUTHENTICATED", "FORBIDDEN"];
                    assert!(codes.iter().all(|code| known.contains(&code.as_str())), "{what}: {}", answer.text);
                    faults += usize::from(codes.iter().any(|code| code == "INTERNAL_SERVER_ERROR"));
                }
            }
            server.sql(&format!("ALTER TABLE {table}_gone RENAME TO {table}")).await;
        }

        assert!(faults > 20, "missing tables must have been noticed more often than {faults} times");
        let answer = server.by("vaxjo-coordinator").query(WHOLE[0]).await;
        assert_eq!(answer.at("viewer/organisation/name"), "Växjö kommun", "whole again, the server must answer");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_token_is_never_repeated(backend: Backend) {
        let server = Server::start(backend).await;
        let good = server.by("vaxjo-coordinator").token().expect("a token");
        let bad = format!("{good}x");

        for token in [&good, &bad] {
            for query in ["{ viewer { role } }", "{ nothing }", "{", "{ node(id: \"x\") { id } }"] {
                let answer = Caller::with_token(&server, token).query(query).await;

                assert_discreet(&answer, query);
                assert!(!answer.text.contains(&token[..20]), "{}", answer.text);
            }
        }
        let wrong_place = post(&server, "text/plain", good.clone()).await;
        assert!(!wrong_place.text.contains(&good), "{}", wrong_place.text);
        let meters = server.get("/metrics").await.text;
        assert!(!meters.contains("eyJ") && !meters.contains("jonas"), "{meters}");
        server.stop().await;
    }
}

/// `SQLite` has no locks to wait for while it is closed; the error is another, the answer the same.
#[tokio::test]
async fn a_database_that_is_gone_is_not_described() {
    let setup = Setup {
        settings: vec![("SAMVERKAN_DATABASE_ACQUIRE_TIMEOUT_SECONDS", "1".to_owned())],
        ..Setup::default()
    };
    let server = Server::start_with(Backend::Postgresql, setup).await;
    let name = server
        .database_url
        .rsplit('/')
        .next()
        .expect("a name")
        .to_owned();
    let caller = server.by("vaxjo-coordinator");
    let before = caller.query(WHOLE[0]).await;

    server
        .sql_elsewhere(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .await;
    server
        .sql_elsewhere(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))
        .await;
    let mut gone = Vec::new();
    for query in WHOLE {
        gone.push(caller.query(query).await);
    }
    let ready = server.get("/readyz").await;
    server
        .sql_elsewhere(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        .await;
    let after = caller.query(WHOLE[0]).await;

    assert_eq!(before.status, 200);
    for answer in gone {
        assert_discreet(&answer, "a database that is gone");
        assert_eq!(
            (answer.status, answer.codes()),
            (503, vec!["UNAVAILABLE".to_owned()]),
            "{}",
            answer.text
        );
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!((ready.status, ready.text.as_str()), (503, "not ready\n"));
    assert_eq!(
        after.at("viewer/organisation/name"),
        "Växjö kommun",
        "the server must recover by itself"
    );
    server.stop().await;
}
