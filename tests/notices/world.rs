//! What the tests of notices read.

use crate::{
    harness::{Caller, Server},
    seats::world::id,
};
use api::demo::data::PERSONAS;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

/// A notice as its reader sees it: the kind, and the sign-up that it is about.
pub type Told = (String, Option<String>);

/// A notice of that kind about that sign-up.
pub fn told(kind: &str, sign_up: &str) -> Told {
    (kind.to_owned(), Some(sign_up.to_owned()))
}

fn notices(list: &Value) -> Vec<Told> {
    let nodes = list["nodes"].as_array().expect("a list of notices");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let told = |node: &Value| {
        (
            text(&node["kind"]).expect("a kind"),
            text(&node["signUp"]["id"]),
        )
    };
    nodes.iter().map(told).collect()
}

/// One's own notices, latest first.
pub async fn own(caller: &Caller<'_>) -> Vec<Told> {
    let query = "{ viewer { notices(first: 100) { nodes { kind signUp { id } } } } }";
    notices(caller.query(query).await.at("viewer/notices"))
}

/// The notices of the organisation that the caller acts for, sorted; none if it may not read them.
pub async fn of_organisation(caller: &Caller<'_>) -> Option<Vec<Told>> {
    let query =
        "{ viewer { organisation { notices(first: 100) { nodes { kind signUp { id } } } } } }";
    let answer = caller.query(query).await;
    let list = answer.at("viewer/organisation/notices");
    let mut told = list.is_object().then(|| notices(list))?;
    told.sort();
    Some(told)
}

/// The person that a persona is.
pub async fn myself(caller: &Caller<'_>) -> String {
    let answer = caller.query("{ viewer { person { id } } }").await;
    id(&answer, "viewer/person/id")
}

/// How many rows the outbox has.
pub async fn outbox(server: &Server) -> u64 {
    let count = entity::notice::Entity::find().count(&server.database).await;
    count.expect("the outbox can be read")
}

/// Every persona that acts for another organisation than these.
pub fn strangers<'s>(server: &'s Server, to: &[&str]) -> Vec<Caller<'s>> {
    let number = |name: &str| {
        let persona = PERSONAS.iter().find(|one| one.name == name);
        persona.expect("a persona").organisation_number
    };
    let own: Vec<&str> = to.iter().map(|name| number(name)).collect();
    let ended = "ended-agreement-coordinator";
    PERSONAS
        .iter()
        .filter(|one| !own.contains(&one.organisation_number) && one.name != ended)
        .map(|one| server.by(one.name))
        .collect()
}
