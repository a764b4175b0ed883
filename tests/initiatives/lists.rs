//! Finding initiatives, and what lists of them cost.

use super::world::{COLLEAGUE, KEEPER, NEIGHBOUR, PARTY, STRANGER, act, initiative, leave};
use crate::{
    groups::world::organisation_of,
    harness::{Server, on_both_databases},
    notices::world::myself,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn initiatives_are_found_by_what_they_are_and_whose(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let party = organisation_of(&server.by(PARTY)).await;
        let found = async |filter: Value| {
            let query = "query($filter: InitiativeFilter) { initiatives(filter: $filter, first: 50) { totalCount nodes { name } } }";
            let answer = keeper.ask(query, json!({ "filter": filter })).await;
            let nodes = answer.at("initiatives/nodes").as_array().expect("a list").clone();
            assert_eq!(answer.at("initiatives/totalCount"), nodes.len());
            nodes.iter().map(|node| node["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        };
        let model = "Kronobarnsmodellen".to_owned();

        assert_eq!(found(json!({ "code": "KRONOBARNSMODELLEN" })).await, std::slice::from_ref(&model));
        assert_eq!(found(json!({ "county": "07" })).await, std::slice::from_ref(&model));
        assert_eq!(found(json!({ "organisationId": party })).await, std::slice::from_ref(&model));
        assert_eq!(found(json!({ "text": "KRÓNOBARN" })).await, [model]);
        assert_eq!(found(json!({ "levels": ["REGIONAL"] })).await.len(), 1);
        assert_eq!(found(json!({ "kinds": ["WORKING_MODEL"], "statuses": ["ONGOING"] })).await.len(), 2);
        assert_eq!(found(json!({ "statuses": ["ENDED", "PAUSED"] })).await.len(), 0);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_organisation_lists_what_it_keeps_and_is_a_party_to_today(backend: Backend) {
        let server = Server::start(backend).await;
        let party = server.by(PARTY);
        let of_party = organisation_of(&party).await;
        let hidden = initiative(&server, json!({ "name": "Dold" })).await;
        let listed = async |who: &str| {
            let query = "query($id: ID!) { organisation(id: $id) { initiatives { totalCount nodes { name } } } }";
            let answer = server.by(who).ask(query, json!({ "id": of_party })).await;
            answer.at("organisation/initiatives").clone()
        };

        assert_eq!(listed(PARTY).await, json!({ "totalCount": 2, "nodes": [{ "name": "Dold" }, { "name": "Kronobarnsmodellen" }] }));
        assert_eq!(listed(NEIGHBOUR).await["totalCount"], 1);
        assert_eq!(listed(STRANGER).await["totalCount"], 0);
        leave(&party, &hidden).await.data();
        assert_eq!(listed(PARTY).await["totalCount"], 1);
        assert_eq!(listed(KEEPER).await["totalCount"], 1, "it was a party, and is none today");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_list_takes_as_many_statements_for_many_as_for_few(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let contact = myself(&server.by(COLLEAGUE)).await;
        for number in 0..12 {
            let otherwise = json!({ "name": format!("Modell {number}"), "contact": { "personId": contact } });
            let id = initiative(&server, otherwise).await;
            act(&keeper, &id, json!({})).await.data();
        }
        // In two parts, each below the limit of complexity.
        let fields = [
            "name keeper { name } county { name } viewerCanEdit viewerCanLeave viewerCanAddActivity sharedWith { name }
             parties { name organisation { name } } parts { name group { name } roleType { code } }",
            "contact { person { name initiatives(first: 2) { nodes { name } } } } keeper { initiatives(first: 2) { totalCount nodes { name } } }
             activities(first: 3) { totalCount nodes { title viewerCanEdit organisation { name } } }",
        ];
        for fields in fields {
            let query = format!("query($first: Int!) {{ initiatives(first: $first) {{ nodes {{ {fields} }} }} }}");
            let mut taken = Vec::new();

            for first in [4, 14] {
                let (statements, answer) = server.statements(keeper.ask(&query, json!({ "first": first }))).await;
                assert_eq!(answer.at("initiatives/nodes").as_array().expect("a list").len(), first);
                taken.push(statements);
            }

            assert!((taken[0] - taken[1]).abs() < 0.5, "{taken:?}: load each level at once");
            assert!(taken[1] <= 14.0, "{taken:?}");
        }
        server.stop().await;
    }
}
