//! What is refused as bad input, with a message that helps in both languages.

use crate::harness::{Answer, Caller, Server, on_both_databases};
use serde_json::{Value, json};

/// Asks in both languages: both must be bad input, with these words in the message.
async fn refused(caller: &Caller<'_>, query: &str, variables: Value, swedish: &str, english: &str) {
    for (language, words) in [("sv", swedish), ("en", english)] {
        let answer = caller
            .clone()
            .reading(language)
            .ask(query, variables.clone())
            .await;
        assert_eq!(
            answer.codes(),
            ["BAD_USER_INPUT"],
            "{query} {variables}: {}",
            answer.text
        );
        let message = answer.body["errors"][0]["message"]
            .as_str()
            .unwrap_or_default();
        assert!(
            message.contains(words),
            "{language}: {message:?} should say {words:?}"
        );
    }
}

async fn cursor(caller: &Caller<'_>, list: &str) -> String {
    let answer = caller
        .query(&format!("{{ {list} {{ pageInfo {{ endCursor }} }} }}"))
        .await;
    let name = list.split('(').next().unwrap_or_default();
    answer
        .at(&format!("{name}/pageInfo/endCursor"))
        .as_str()
        .expect("a cursor")
        .to_owned()
}

on_both_databases! {
    async fn a_cursor_that_is_not_this_lists_is_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");
        let by_title = cursor(&caller, "trainings(first: 2)").await;
        let organisations = cursor(&caller, "organisations(first: 2)").await;
        let by_date = cursor(&caller, "trainings(first: 2, orderBy: { field: NEXT_OCCASION })").await;
        let mut tampered = by_title.clone().into_bytes();
        let last = tampered.len() - 2;
        tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).expect("letters");

        let query = "query($after: String, $before: String) {
          trainings(first: 2, after: $after, before: $before) { nodes { id } }
        }";
        for bad in [tampered.as_str(), &organisations, &by_date, "", "MTA=", "20", "å", &by_title[1..]] {
            for side in ["after", "before"] {
                let swedish = "Börja om utan markör";
                refused(&caller, query, json!({ side: bad }), swedish, "Start again without a cursor").await;
            }
        }
        let good = caller.ask(query, json!({ "after": by_title })).await;
        assert_eq!(good.at("trainings/nodes").as_array().map(Vec::len), Some(2));
        server.stop().await;
    }
}

on_both_databases! {
    async fn pages_have_1_to_100_rows_from_one_end(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.anonymous();

        for arguments in ["first: 0", "first: 101", "first: -1", "last: 0", "last: 101"] {
            let query = format!("{{ trainings({arguments}) {{ nodes {{ id }} }} }}");
            refused(&caller, &query, json!({}), "1 till 100", "1 to 100").await;
        }
        let both = "{ organisations(first: 2, last: 2) { nodes { id } } }";
        refused(&caller, both, json!({}), "inte båda", "not both").await;
        for arguments in ["first: 1", "first: 100", "last: 1", "last: 100"] {
            let query = format!("{{ trainings({arguments}) {{ nodes {{ id }} }} }}");
            caller.query(&query).await.data();
        }
        server.stop().await;
    }
}

/// How each kind of id can be asked for: the argument that wants it, and an id of another kind.
const BY_ID: [(&str, &str); 4] = [
    ("training", "training_"),
    ("occasion", "occasion_"),
    ("organisation", "organisation_"),
    ("node", ""),
];

on_both_databases! {
    async fn an_id_of_another_kind_or_none_is_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");
        let digits = "0190a3e2b1c47d8e9f00112233445566";

        for (field, prefix) in BY_ID {
            let query = format!("query($id: ID!) {{ {field}(id: $id) {{ id }} }}");
            for bad in ["", "1", digits, "nothing", "training_", "training_xyz", "person-1", "training_0190"] {
                let answer = caller.ask(&query, json!({ "id": bad })).await;
                assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{field} {bad:?}: {}", answer.text);
                assert_eq!(answer.body["data"], json!({ field: null }), "{}", answer.text);
            }
            for kind in ["training", "occasion", "organisation", "person", "signup", "audit"] {
                let id = format!("{kind}_{digits}");
                let answer = caller.ask(&query, json!({ "id": id })).await;
                let known = id.starts_with(prefix) && (field != "node" || kind != "audit");
                let expected: &[&str] = if known { &[] } else { &["BAD_USER_INPUT"] };
                assert_eq!(answer.codes(), expected, "{field} {id}: {}", answer.text);
                assert!(answer.body["data"][field].is_null(), "what does not exist is null");
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_mutation_with_an_id_of_another_kind_changes_nothing(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        let own = caller.query("{ viewer { organisation { id } } }").await;
        let id = own.at("viewer/organisation/id");

        let archived = caller.mutate("archiveTraining", json!({ "trainingId": id }), "training { id }").await;
        let withdrawn = caller.mutate("withdraw", json!({ "signUpId": id }), "signUp { id }").await;

        for answer in [archived, withdrawn] {
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{}", answer.text);
            assert!(answer.body["data"].is_null());
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_organisation_is_asked_for_in_one_way_and_by_a_number_that_can_be_one(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.anonymous();
        let query = "query($id: ID, $number: OrganisationNumber) {
          organisation(id: $id, organisationNumber: $number) { name }
        }";
        let ask = async |variables: Value| -> Answer { caller.ask(query, variables).await };

        refused(&caller, query, json!({}), "ett av dem", "one of the two").await;
        for bad in ["", "123", "232100-0066", "191212121212", "121212-1212", "2321000065000"] {
            let answer = ask(json!({ "number": bad })).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{bad}: {}", answer.text);
        }
        let unknown = ask(json!({ "number": "556036-0793" })).await;
        assert!(unknown.at("organisation").is_null(), "a number that can be one, of nobody here");
        server.stop().await;
    }
}
