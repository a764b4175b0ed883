//! `_entities`: every key finds its object, in order, for whom it is meant for and nobody else.

use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

const NAMES: &str = "query($r: [_Any!]!) { _entities(representations: $r) {
    __typename
    ... on Organisation { organisation: name organisationNumber }
    ... on Municipality { municipality: name }
    ... on County { county: name }
    ... on Training { title }
    ... on TrainingOccasion { capacity }
    ... on TrainingProgramme { programme: title }
    ... on SignUp { status }
} }";

async fn ids(server: &Server) -> (Value, Value) {
    let query = "{ trainings(filter: { text: \"Barnets rättigheter i vardagen\" }) { nodes { id occasions { nodes { id } } } } }";
    let found = server.by("vaxjo-coordinator").query(query).await;
    (
        found.at("trainings/nodes/0/id").clone(),
        found.at("trainings/nodes/0/occasions/nodes/0/id").clone(),
    )
}

on_both_databases! {
    async fn every_key_finds_its_object_in_the_order_of_the_question(backend: Backend) {
        let server = Server::start(backend).await;
        let (training, occasion) = ids(&server).await;
        let organisation = server.by("vaxjo-coordinator").query("{ viewer { organisation { id } } }").await;
        let id = organisation.at("viewer/organisation/id").clone();
        let representations = json!([
            { "__typename": "County", "code": "07" },
            { "__typename": "Organisation", "organisationNumber": "212000-0662" },
            { "__typename": "County", "code": "99" },
            { "__typename": "TrainingOccasion", "id": occasion },
            { "__typename": "Municipality", "code": "0780" },
            { "__typename": "Training", "id": training },
            { "__typename": "Organisation", "id": id },
            { "__typename": "County", "code": "07" },
        ]);

        let answer = server.by("vaxjo-coordinator").ask(NAMES, json!({ "r": representations })).await;

        let found = &answer.body["data"]["_entities"];
        assert_eq!(found[0]["county"], "Kronobergs län");
        assert_eq!(found[1]["organisation"], "Växjö kommun", "a number may have its hyphen");
        assert_eq!(found[2], Value::Null, "there is no county 99: {}", answer.text);
        assert_eq!(found[3]["capacity"], 12);
        assert_eq!(found[4]["municipality"], "Växjö kommun");
        assert_eq!(found[5]["title"], "Barnets rättigheter i vardagen");
        assert_eq!(found[6], found[1], "both keys of an organisation find the same");
        assert_eq!(found[7], found[0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_somebody_may_not_see_is_not_there_by_its_key_either(backend: Backend) {
        let server = Server::start(backend).await;
        let (training, occasion) = ids(&server).await;
        let hidden = json!([{ "__typename": "Training", "id": training }, { "__typename": "TrainingOccasion", "id": occasion }]);
        let missing = |value: &Value| {
            let id = value.as_str().expect("an id");
            // Another id of the same kind, whose object does not exist.
            let last = if id.ends_with('0') { '1' } else { '0' };
            format!("{}{last}", &id[..id.len() - 1])
        };
        let absent = json!([{ "__typename": "Training", "id": missing(&training) }, { "__typename": "TrainingOccasion", "id": missing(&occasion) }]);

        for caller in [server.anonymous(), server.by("region-skane-coordinator")] {
            let hidden = caller.ask(NAMES, json!({ "r": hidden })).await;
            let absent = caller.ask(NAMES, json!({ "r": absent })).await;

            assert_eq!(hidden.body["data"]["_entities"], json!([null, null]), "{}", hidden.text);
            assert_eq!(hidden.text, absent.text, "hidden and missing must not be told apart");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_bad_representation_spoils_no_other(backend: Backend) {
        let server = Server::start(backend).await;
        let good = json!({ "__typename": "County", "code": "07" });

        for bad in [
            json!({ "__typename": "Training", "id": "nonsense" }),
            json!({ "__typename": "Organisation", "organisationNumber": "1234567890" }),
            json!({ "__typename": "Municipality", "code": "nowhere" }),
        ] {
            let answer = server.anonymous().ask(NAMES, json!({ "r": [good, bad, good] })).await;

            let found = &answer.body["data"]["_entities"];
            assert_eq!((&found[0]["county"], &found[1], &found[2]["county"]), (&json!("Kronobergs län"), &Value::Null, &json!("Kronobergs län")), "{bad}: {}", answer.text);
        }
        server.stop().await;
    }
}
