//! Rows of pages are resolved a shorter way than the library's own; both must give the same bytes.

use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

/// Documents with a mark in each selection: nothing stands there the first time, a directive that changes nothing
/// the second time, which sends the selection the ordinary way.
const DOCUMENTS: [&str; 6] = [
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
    "query($first: Int!) { trainings(first: $first) { nodes {
        title% by: organisers { name% } when: occasions(upcoming: true, first: $first) { pageInfo { hasNextPage }
        nodes { id% startsAt seats { freeForViewer% } } } others: occasions(first: 2) { nodes { id% } }
    } } }",
];

/// The same of what groups have.
const OF_GROUPS: [&str; 3] = [
    "query { groups(first: 8) { nodes { name seats(first: 6) { nodes {
        id% capacity role functionName organisation { id% name kind } unit { id% name } holder { fromDay } } } } } }",
    "query { groups(first: 8) { nodes { name meetings(first: 1, statuses: [PLANNED, NOTICED]) { nodes {
        id% title status startsAt endsAt timeZone agenda {
            id% number kind status title description children { id% number title } } } } } } }",
    "query { groups(first: 8) { nodes { name
        actions(first: 4) { nodes { id% title description dueOn status reason assignedAt organisation { name% kind } } }
        decisions(first: 4) { nodes { id% year number reference title text decidedAt verifiedAt group { name } } } } } }",
];

/// Fields of a row and what may stand below them: what random documents are made of.
const PIECES: [&str; 14] = [
    "id",
    "title",
    "description",
    "format",
    "publishedAt",
    "viewerCanEdit",
    "organisers { id name }",
    "organisers { name website }",
    "someone: organisers { kind }",
    "occasions(first: 2) { nodes { id status venue { name } seats { taken freeForViewer } } }",
    "occasions(upcoming: true, first: $first) { pageInfo { hasNextPage hasPreviousPage } nodes { startsAt endsAt } }",
    "soon: occasions(upcoming: $upcoming) { nodes { seats { free waiting } timeZone } }",
    "occasions(first: 3) { nodes { id signUpWindow period } }",
    "occasions(last: 1) { totalCount nodes { capacity version } }",
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
        let members = [server.by("region-jonkoping-coordinator"), server.by("lansstyrelsen-jonkoping-coordinator")];
        for document in OF_GROUPS {
            let mut longest = 0;
            for caller in callers.iter().chain(&members) {
                let [short, ordinary] = both_ways(caller, document, &json!({})).await;

                assert_eq!(short, ordinary, "{document}");
                longest = longest.max(short.matches("\"id\"").count());
            }
            assert!(longest > 3, "somebody must see something: {document}");
        }
        server.stop().await;
    }
}

/// A document whose rows have some of the pieces, each name once, in an order of the seed's choosing.
fn random_document(seed: u64) -> String {
    // A multiplicative generator is random enough to pick pieces, and gives the same documents in every run.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let mut fields: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for _ in 0..=next(6) {
        let piece = PIECES[next(PIECES.len())];
        let name = piece.split([':', ' ', '(']).next().expect("a name");
        if !names.contains(&name) {
            names.push(name);
            fields.push(piece);
        }
    }
    let rows = if next(4) == 0 {
        format!(
            "nodes {{ ... on Training {{ {} }} marked: id% }}",
            fields.join(" ")
        )
    } else {
        format!("nodes {{ {} marked: id% }}", fields.join(" "))
    };
    format!("query($first: Int!, $upcoming: Boolean) {{ used: trainings(first: 1, filter: {{ withFreeSeats: $upcoming }}) {{ totalCount }}
        trainings(first: $first) {{ {rows} pageInfo {{ hasNextPage }} }} }}")
}

on_both_databases! {
    async fn random_pages_give_the_same_bytes_both_ways(backend: Backend) {
        let server = Server::start(backend).await;
        let callers = [server.anonymous(), server.by("alvesta-coordinator")];

        for seed in 1..=120 {
            let document = random_document(seed);
            let variables = json!({ "first": 1 + seed % 7, "upcoming": seed % 2 == 0 });
            let caller = &callers[usize::from(seed % 3 != 0)];

            let [short, ordinary] = both_ways(caller, &document, &variables).await;

            assert_eq!(short, ordinary, "{document} with {variables}");
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
