//! The line explained: what stands before one, who was let past and why, and the ledger that tells it all again.

use super::world::{
    ORGANISER, assert_consistent, colleagues, occasion, set_quotas, share, sign_up, withdraw,
};
use crate::harness::{Backend, Server, on_both_databases};
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

async fn place_in_line(server: &Server, persona: &str, sign_up: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on SignUp { placeInLine {
        before beforeOfOwnOrganisation seats passedOver { reason itself times }
    } } } }";
    let answer = server
        .by(persona)
        .ask(query, json!({ "id": sign_up }))
        .await;
    answer.at("node/placeInLine").clone()
}

on_both_databases! {
    async fn everybody_in_line_sees_what_stands_before_and_why_others_were_let_past(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        set_quotas(&server, &key, &[share(VAXJO, 0, Some(1))]).await;
        let (vaxjo, alvesta) = (server.by(VAXJO), server.by(ALVESTA));
        let own = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 2).await).await;
        let organiser = server.by(ORGANISER);
        let seat = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 1).await).await;
        let waiting = sign_up(&alvesta, &key, &colleagues(&server, ALVESTA, 3).await).await;

        assert_eq!(withdraw(&organiser, &seat[0].id).await, ACCEPTED);

        let let_past = |itself: bool| json!([{ "reason": "QUOTA_OF_ORGANISATION_FULL", "itself": itself, "times": 1 }]);
        assert_eq!(
            place_in_line(&server, ALVESTA, &waiting[2].id).await,
            json!({ "before": 2, "beforeOfOwnOrganisation": 1, "seats": 1, "passedOver": let_past(false) })
        );
        assert_eq!(
            place_in_line(&server, VAXJO, &own[1].id).await,
            json!({ "before": 0, "beforeOfOwnOrganisation": 0, "seats": 1, "passedOver": let_past(true) })
        );
        assert_eq!(place_in_line(&server, ALVESTA, &waiting[0].id).await, json!(null), "it has a seat");
        let hidden = server.by(VAXJO).ask(
            "query($id: ID!) { node(id: $id) { ... on SignUp { placeInLine { before } } } }",
            json!({ "id": waiting[2].id }),
        ).await;
        assert_eq!(hidden.at("node"), &json!(null), "others see nothing of it");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_ledger_that_somebody_has_touched_does_not_tell_the_same_again(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let first = sign_up(&server.by(VAXJO), &key, &colleagues(&server, VAXJO, 1).await).await;
        let waiting = sign_up(&server.by(ALVESTA), &key, &colleagues(&server, ALVESTA, 2).await).await;
        assert_eq!(withdraw(&server.by(VAXJO), &first[0].id).await, ACCEPTED);
        assert_consistent(&server).await;

        let [jumped, passed] = [&waiting[1], &waiting[0]].map(|place| {
            let id: entity::id::SignUpId = place.id.parse().expect("an id");
            match server.backend {
                Backend::Sqlite => format!("X'{}'", id.uuid().simple()),
                Backend::Postgresql => format!("'{}'", id.uuid()),
            }
        });
        for statement in [
            format!("UPDATE seat_movement SET sign_up_id = {jumped} WHERE cause = 'PROMOTION' AND sign_up_id = {passed}"),
            format!("UPDATE sign_up SET status = 'WAITLISTED', reason = 'OCCASION_FULL' WHERE id = {passed}"),
            format!("UPDATE sign_up SET status = 'CONFIRMED', reason = NULL WHERE id = {jumped}"),
        ] {
            server.sql(&statement).await;
        }

        let found = server.disagreements().await;
        assert_eq!(found.len(), 1, "counters and sign-ups agree, the order does not: {found:?}");
        assert!(found[0].contains("the rules say"), "{found:?}");
        server.stop().await;
    }
}
