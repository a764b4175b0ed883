//! An organisation whose members must ask: Växjö. An elected representative approves, the coordinator is the deputy.

use crate::{
    harness::{Answer, Caller, Server},
    notices::world::myself,
    seats::world::id,
};
use serde_json::{Value, json};

pub const ADMINISTRATOR: &str = "vaxjo-administrator";
pub const MEMBER: &str = "vaxjo-member";
pub const APPROVER: &str = "vaxjo-elected";
pub const DEPUTY: &str = "vaxjo-coordinator";

/// What the tests want to know of a request.
pub const REQUEST: &str =
    "request { id status reason viewerCanDecide signUp { id status } person { name } }";

/// Sets who approves, and tells the codes with which that is refused.
pub async fn set(caller: &Caller<'_>, approvers: Value) -> Answer {
    let input = json!({ "approvers": approvers });
    caller
        .mutate("setSignUpApproval", input, "organisation { id }")
        .await
}

/// The row for the whole organisation.
pub async fn whole(server: &Server) -> Value {
    json!({
        "approverId": myself(&server.by(APPROVER)).await,
        "deputyId": myself(&server.by(DEPUTY)).await,
    })
}

/// From now on Växjö's members must ask.
pub async fn require(server: &Server) {
    let answer = set(&server.by(ADMINISTRATOR), json!([whole(server).await])).await;
    assert_eq!(
        answer.user_errors("setSignUpApproval"),
        [""; 0],
        "{}",
        answer.text
    );
}

/// Asks for a place.
pub async fn ask(caller: &Caller<'_>, occasion: &str) -> Answer {
    let input = json!({ "occasionId": occasion });
    caller.mutate("requestSignUp", input, REQUEST).await
}

/// Asks for a place that can be asked for: the request's id.
pub async fn asked(caller: &Caller<'_>, occasion: &str) -> String {
    let answer = ask(caller, occasion).await;
    id(&answer, "requestSignUp/request/id")
}

/// Does something with a request.
pub async fn act(caller: &Caller<'_>, mutation: &str, request: &str) -> Answer {
    let mut input = json!({ "requestId": request });
    if mutation == "declineSignUpRequest" {
        input["reason"] = json!("Inte i år");
    }
    caller.mutate(mutation, input, REQUEST).await
}

/// Approves a request.
pub async fn approve(caller: &Caller<'_>, request: &str) -> Answer {
    let selection = format!("outcome {REQUEST}");
    let input = json!({ "requestId": request });
    caller
        .mutate("approveSignUpRequest", input, &selection)
        .await
}

/// A request as somebody sees it now; null for whoever may not.
pub async fn request(caller: &Caller<'_>, request: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on SignUpRequest {
        status reason viewerCanDecide signUp { status } person { name } } } }";
    let answer = caller.ask(query, json!({ "id": request })).await;
    answer.at("node").clone()
}
