//! What a request has found of how its viewer stands to groups ends with what the request changes.

use crate::harness::{Server, on_both_databases};
use entity::group;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::json;

/// Three mutations in a row. The group above is read by its id, which finds the groups that the viewer is in.
const IN_AND_OUT: &str = "mutation($in: JoinGroupInput!, $out: LeaveGroupInput!) {
    joined: joinGroup(input: $in) { group { parent { name } viewerIsMember } }
    left: leaveGroup(input: $out) { group { parent { name } viewerIsMember } }
    again: joinGroup(input: $in) { group { parent { name } viewerIsMember } } }";

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
