//! What the tests of groups do and read.

use crate::{
    harness::{Answer, Caller},
    notices::world::myself,
    seats::world::id,
};
use serde_json::{Value, json};

/// The organisation that somebody acts for.
pub async fn organisation_of(caller: &Caller<'_>) -> String {
    let answer = caller.query("{ viewer { organisation { id } } }").await;
    id(&answer, "viewer/organisation/id")
}

/// A council that the caller's organisation convenes, with some things said otherwise.
pub async fn group_of(caller: &Caller<'_>, otherwise: Value) -> String {
    let mut input = json!({ "kind": "COUNCIL", "level": "LOCAL", "name": "Barnrättsrådet", "sharing": "ORGANISATION" });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let answer = caller.mutate("createGroup", input, "group { id }").await;
    id(&answer, "createGroup/group/id")
}

/// A seat in a group for the organisation that somebody acts for, with some things said otherwise.
pub async fn seat_for(
    convener: &Caller<'_>,
    group: &str,
    member: &Caller<'_>,
    otherwise: Value,
) -> String {
    let mut input = json!({ "groupId": group, "organisationId": organisation_of(member).await });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let answer = convener.mutate("addSeat", input, "seat { id }").await;
    id(&answer, "addSeat/seat/id")
}

/// Gives a seat to somebody of the caller's own organisation, with some things said otherwise.
pub async fn appoint(caller: &Caller<'_>, seat: &str, person: &str, otherwise: Value) -> Answer {
    let mut input = json!({ "seatId": seat, "personId": person });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let selection = "seat { id vacant holder { id person { id name } fromDay untilDay } }";
    caller.mutate("appointToSeat", input, selection).await
}

/// Gives a seat to the member themselves, by the coordinator of the same organisation; tells the holder's id.
pub async fn seat_given(coordinator: &Caller<'_>, seat: &str, member: &Caller<'_>) -> String {
    let answer = appoint(coordinator, seat, &myself(member).await, json!({})).await;
    id(&answer, "appointToSeat/seat/holder/id")
}

/// What a group says of what the caller may do with it; null if the caller does not see it.
pub async fn powers(caller: &Caller<'_>, group: &str) -> Value {
    let query = "query($id: ID!) { group(id: $id) {
        viewerIsMember viewerCanEdit viewerCanConvene viewerCanReadPapers viewerCanJoin } }";
    caller
        .ask(query, json!({ "id": group }))
        .await
        .at("group")
        .clone()
}

/// Whether the caller may read a group's papers now.
pub async fn reads_papers(caller: &Caller<'_>, group: &str) -> bool {
    powers(caller, group).await["viewerCanReadPapers"] == true
}
