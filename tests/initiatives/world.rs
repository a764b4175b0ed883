//! What the tests of initiatives do and read.

use crate::{
    groups::world::organisation_of,
    harness::{Answer, Caller, Server},
    seats::world::id,
};
use serde_json::{Value, json};

/// Keeps the initiatives of these tests.
pub const KEEPER: &str = "region-kronoberg-coordinator";
/// A member of the keeper.
pub const COLLEAGUE: &str = "region-kronoberg-member";
/// A party, and a member of it.
pub const PARTY: &str = "alvesta-coordinator";
pub const PARTYS_MEMBER: &str = "alvesta-member";
/// Of the same county and no party.
pub const NEIGHBOUR: &str = "lansstyrelsen-kronoberg-coordinator";
/// Of another county.
pub const STRANGER: &str = "region-blekinge-coordinator";

/// The input with some things said otherwise.
pub fn with(mut input: Value, otherwise: &Value) -> Value {
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    input
}

/// Tries to enter an initiative, with some things said otherwise.
pub async fn enter(caller: &Caller<'_>, otherwise: Value) -> Answer {
    let input = json!({
        "kind": "WORKING_MODEL", "level": "COUNTY", "name": "Länets modell", "status": "ONGOING",
        "sharing": "ORGANISATION",
    });
    let selection = "initiative { id code name version sharing contactFunction parties { name number note organisation { name } } }";
    let input = with(input, &otherwise);
    caller.mutate("createInitiative", input, selection).await
}

/// An initiative of the keeper's with a party, with some things said otherwise.
pub async fn initiative(server: &Server, otherwise: Value) -> String {
    let party = organisation_of(&server.by(PARTY)).await;
    let input = with(
        json!({ "parties": [{ "organisationId": party }] }),
        &otherwise,
    );
    let answer = enter(&server.by(KEEPER), input).await;
    id(&answer, "createInitiative/initiative/id")
}

/// Tries to change an initiative.
pub async fn change(caller: &Caller<'_>, id: &str, version: i32, otherwise: Value) -> Answer {
    let input = json!({ "initiativeId": id, "expectedVersion": version });
    let selection =
        "initiative { name version parts { kind name group { name } roleType { code } } }";
    let input = with(input, &otherwise);
    caller.mutate("updateInitiative", input, selection).await
}

/// Tries to enter or change an activity.
pub async fn act(caller: &Caller<'_>, initiative: &str, otherwise: Value) -> Answer {
    let input = json!({ "initiativeId": initiative, "title": "Kartläggning", "status": "PLANNED" });
    let selection =
        "activity { id title status begins version viewerCanEdit organisation { name } }";
    let input = with(input, &otherwise);
    caller
        .mutate("setInitiativeActivity", input, selection)
        .await
}

/// Tries to take the caller's organisation out.
pub async fn leave(caller: &Caller<'_>, initiative: &str) -> Answer {
    let input = json!({ "initiativeId": initiative });
    caller
        .mutate("leaveInitiative", input, "initiative { id }")
        .await
}

/// An initiative as somebody sees it, with a selection of its fields; null if they do not.
pub async fn seen(caller: &Caller<'_>, id: &str, selection: &str) -> Value {
    let query =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Initiative {{ {selection} }} }} }}");
    let answer = caller.ask(&query, json!({ "id": id })).await;
    answer.at("node").clone()
}
