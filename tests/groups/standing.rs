//! What a request has found of how its viewer stands to groups: it ends with what the request changes, and what is read by it is
//! what is read without it.

use crate::harness::{Server, on_both_databases};
use entity::group;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Three mutations in a row. The group above is read by its id, which finds the groups that the viewer is in.
const IN_AND_OUT: &str = "mutation($in: JoinGroupInput!, $out: LeaveGroupInput!) {
    joined: joinGroup(input: $in) { group { parent { name } viewerIsMember } }
    left: leaveGroup(input: $out) { group { parent { name } viewerIsMember } }
    again: joinGroup(input: $in) { group { parent { name } viewerIsMember } } }";

/// Everything of a group that has a shorter rule for whoever is known to read its papers.
const PAPERS: &str = "fragment Papers on Group { id
    seats(first: 20, includeEnded: true) { totalCount nodes { id vacant organisation { id } unit { id }
        holder { id person { id name } } } }
    meetings(first: 20) { totalCount nodes { id agenda { id number children { id number } } } }
    latest: meetings(first: 20, latestFirst: true) { nodes { id } }
    agendaItems(first: 20) { totalCount nodes { id status } }
    actions(first: 20) { totalCount nodes { id organisation { id } } }
    decisions(first: 20) { totalCount nodes { id } } }";

/// One group: how the viewer stands to groups is found with it.
const ALONE: &str = "query($id: ID!) { group(id: $id) { ...Papers } }";

/// Two at once: nothing is found, and every statement asks by the long rule.
const TWO: &str =
    "query($id: ID!, $other: ID!) { group(id: $id) { ...Papers } other: group(id: $other) { id } }";

/// Others, reached from one: what has been found decides about each of them.
const FROM_ONE: &str =
    "query($id: ID!) { group(id: $id) { id conveners { representations(first: 5) { nodes {
    group { id seats(first: 20, includeEnded: true) { totalCount nodes { id holder { id } } }
        decisions(first: 20) { totalCount nodes { id } } } } } } } }";

/// What two answers say of the same group, as far as the shorter one asks.
fn agrees(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| agrees(whole, part))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part)
                    .all(|(whole, part)| agrees(whole, part))
        }
        (whole, part) => whole == part,
    }
}

/// Members, coordinators of those who convene, somebody with two roles, a volunteer: insiders of some groups and strangers
/// to others.
const READERS: [&str; 10] = [
    "alvesta-coordinator",
    "barnens-ratt-kronoberg-volunteer",
    "lansstyrelsen-jonkoping-coordinator",
    "region-jonkoping-coordinator",
    "region-kronoberg-coordinator",
    "region-kronoberg-member",
    "region-skane-member",
    "two-roles-employee",
    "vaxjo-coordinator",
    "vaxjo-member",
];

async fn named(server: &Server, name: &str) -> group::Model {
    let found = group::Entity::find().filter(group::Column::Name.eq(name));
    let found = found
        .one(&server.database)
        .await
        .expect("groups can be read");
    found.expect("a group of the demonstration")
}

on_both_databases! {
    async fn a_request_that_joins_and_leaves_sees_each_time_how_it_stands(backend: Backend) {
        let server = Server::start(backend).await;
        let informal = named(&server, "Barnkonventionens vänner").await;
        let above = named(&server, "Strategigruppen för barn och unga").await;
        let key = json!({ "groupId": informal.id.to_string() });
        let mut change = informal.into_active_model();
        change.parent_id = Set(Some(above.id));
        change.update(&server.database).await.expect("a group can be put below another");
        let member = server.by("lansstyrelsen-jonkoping-coordinator");

        let answer = member.ask(IN_AND_OUT, json!({ "in": key, "out": key })).await;

        for (mutation, is_member) in [("joined", true), ("left", false), ("again", true)] {
            let group = answer.at(&format!("{mutation}/group"));
            assert_eq!(group["parent"]["name"], "Strategigruppen för barn och unga", "{}", answer.text);
            assert_eq!(group["viewerIsMember"], is_member, "{mutation}: {}", answer.text);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_is_read_of_a_group_does_not_depend_on_how_its_reader_came_to_it(backend: Backend) {
        let server = Server::start(backend).await;
        let groups = group::Entity::find().all(&server.database).await.expect("groups can be read");
        let ids: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
        let (mut readers, mut strangers, mut reached) = (0, 0, 0);
        for persona in READERS {
            let reader = server.by(persona);
            let mut alone = BTreeMap::new();
            for (place, id) in ids.iter().enumerate() {
                let other = &ids[(place + 1) % ids.len()];
                let query = format!("{ALONE} {PAPERS}");
                let one = reader.ask(&query, json!({ "id": id })).await.at("group").clone();
                let query = format!("{TWO} {PAPERS}");
                let two = reader.ask(&query, json!({ "id": id, "other": other })).await;

                assert_eq!(&one, two.at("group"), "{persona}");
                if !one.is_null() {
                    let with_papers = one["agendaItems"]["totalCount"] != 0 && one["actions"]["totalCount"] != 0;
                    *(if with_papers { &mut readers } else { &mut strangers }) += 1;
                    alone.insert(id.clone(), one);
                }
            }
            for id in alone.keys() {
                let answer = reader.ask(FROM_ONE, json!({ "id": id })).await;
                let conveners = answer.at("group/conveners").as_array().expect("a list");
                for seat in conveners.iter().flat_map(|one| one["representations"]["nodes"].as_array().expect("a list")) {
                    let part = &seat["group"];
                    let whole = &alone[part["id"].as_str().expect("who sees a seat sees its group")];

                    assert!(agrees(whole, part), "{persona}: {part} is not what {whole} says");
                    reached += 1;
                }
            }
        }
        assert!(readers > 0 && strangers > 0 && reached > 0, "{readers} {strangers} {reached}");
        server.stop().await;
    }
}
