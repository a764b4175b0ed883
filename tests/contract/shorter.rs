//! Rows of pages are resolved a shorter way than the library's own; both must give the same bytes.

use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

/// Documents with a mark in each selection: nothing stands there the first time, a directive that changes nothing
/// the second time, which sends the selection the ordinary way.
const DOCUMENTS: [&str; 5] = [
    "query($first: Int!) { trainings(first: $first) { nodes {
        id% title description format status sharing qualifiesFor url publishedAt version viewerCanEdit
        organisers { id% kind name website organisationNumber county { code } }
        occasions(first: 3) { nodes {
            id% status cancellationReason startsAt endsAt timeZone period capacity signUpOpensAt signUpClosesAt version
            venue { name% address url } seats { capacity% taken free freeForViewer waiting }
            timeBlocks { startsAt endsAt } signUpWindow
        } }
    } edges { cursor node { renamed: title% id } } pageInfo { endCursor hasNextPage } totalCount } }",
    "query($first: Int!) { trainings(first: $first) { nodes { ...Shown } } }
     fragment Shown on Training { id% title organisers { ... on Organisation { id% name } ... { kind } } }",
    "query($first: Int!) { trainings(first: $first) { nodes {
        ... on Training { title% } id ... on Node { id } __typename
        occasions(first: 1) { nodes { __typename venue { __typename name% } seats { free% __typename } } }
    } } }",
    "query($first: Int!) { trainings(first: $first) { nodes { id% id title again: title } } }",
    "query($first: Int!) { trainings(first: $first) { nodes {
        title% occasions(first: 2) { nodes { startsAt% seats { taken% taken } venue { name% } venue { url } } }
    } } }",
];

async fn both_ways(caller: &Caller<'_>, document: &str, variables: &Value) -> [String; 2] {
    let mut answers = Vec::new();
    for mark in ["", " @include(if: true)"] {
        let answer = caller
            .ask(&document.replace('%', mark), variables.clone())
            .await;
        answer.data();
        answers.push(answer.text);
    }
    answers.try_into().expect("two answers")
}

on_both_databases! {
    async fn the_shorter_way_gives_the_same_bytes_as_the_ordinary_way(backend: Backend) {
        let server = Server::start(backend).await;
        let callers = [server.anonymous(), server.by("vaxjo-member"), server.by("region-kronoberg-coordinator")];

        for caller in &callers {
            for document in DOCUMENTS {
                let [short, ordinary] = both_ways(caller, document, &json!({ "first": 8 })).await;

                assert!(short.len() > 300, "the page must hold something: {short}");
                assert_eq!(short, ordinary, "{document}");
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_router_gets_the_same_bytes_both_ways(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("vaxjo-member");
        let found = member.query("{ trainings(first: 5) { nodes { id organisers { id } } } }").await;
        let trainings = found.at("trainings/nodes").as_array().expect("nodes");
        let mut representations = vec![json!({ "__typename": "Organisation", "id": "organisation_00000000000000000000000000000000" })];
        for training in trainings {
            representations.push(json!({ "__typename": "Training", "id": training["id"] }));
            representations.push(json!({ "__typename": "Organisation", "id": training["organisers"][0]["id"] }));
        }
        let document = "query($r: [_Any!]!) { _entities(representations: $r) { __typename
            ... on Organisation { id% name kind } ... on Training { id% title organisers { name% } } } }";

        let [short, ordinary] = both_ways(&member, document, &json!({ "r": representations })).await;

        assert!(short.contains("null") && short.contains("\"title\""), "{short}");
        assert_eq!(short, ordinary);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_document_that_is_known_is_held_to_every_limit_and_power_as_at_first(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("vaxjo-member");
        let document = "query Page($first: Int!, $text: String) { trainings(first: $first, filter: { text: $text }) {
            nodes { id occasions(first: 30) { nodes { id startsAt } } } } }";
        let ask = |variables: Value| member.ask(document, variables);

        for _ in 0..3 {
            ask(json!({ "first": 1, "text": "barn" })).await.data();
            ask(json!({ "first": 1, "text": "rätt" })).await.data();
            // Another number of rows costs another number of points, and a wrong kind of value is wrong each time.
            assert_eq!(ask(json!({ "first": 100, "text": "barn" })).await.codes(), ["QUERY_TOO_COMPLEX"]);
            for wrong in [json!({ "first": "one" }), json!({ "first": 1, "text": 7 })] {
                assert_eq!(ask(wrong).await.codes().first().map(String::as_str), Some("BAD_USER_INPUT"));
            }
        }
        let schema = "{ __schema { queryType { name } } }";
        for _ in 0..2 {
            member.query(schema).await.data();
            assert_eq!(server.anonymous().query(schema).await.codes(), ["GRAPHQL_VALIDATION_FAILED"]);
        }
        server.stop().await;
    }
}
