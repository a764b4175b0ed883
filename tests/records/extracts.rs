//! Extracts: word for word what verified minutes say, for named recipients, who confirm the receipt.

use super::world::{decided, group_of_meeting, minuted};
use crate::{
    harness::{Answer, Caller, Server, on_both_databases},
    meetings::world::{CONVENER, MEMBER, SECRETARY, told},
    minutes::world::{held, save},
    seats::world::{id, organisation},
};
use serde_json::{Value, json};

const RECIPIENT: &str = "barnens-ratt-kronoberg-coordinator";
const TEXT: &str =
    "§ 1 Mötet öppnas\n\n§ 2 Utbildning\nVi ordnar en dag.\n\n§ 3 Personal\nEn känslig fråga.";
const PASSAGE: &str = "§ 2 Utbildning\nVi ordnar en dag.";

async fn send(caller: &Caller<'_>, minutes: &str, otherwise: Value) -> Answer {
    let mut input = json!({ "minutesId": minutes });
    let said = otherwise.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(said);
    let selection = "extract { id text decisions { reference } recipients { organisation { name } receivedAt } }";
    caller.mutate("sendExtract", input, selection).await
}

async fn seen(caller: &Caller<'_>, extract: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on MinutesExtract { text groupName group { name } minutes { text } meeting { title }
        decisions { reference title } recipients { receivedAt receivedBy { name } } viewerCanConfirm } } }";
    caller
        .ask(query, json!({ "id": extract }))
        .await
        .at("node")
        .clone()
}

on_both_databases! {
    async fn a_recipient_reads_the_extract_and_nothing_else_and_confirms_it_once(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, recipient) = (server.by(SECRETARY), server.by(RECIPIENT));
        let one = decided(&secretary, &world.meeting, "Utbildningsdag").await;
        decided(&secretary, &world.meeting, "Hemligt").await;
        let minutes = minuted(&server, &world.meeting, TEXT).await;
        let to = organisation(&server, RECIPIENT).await.to_string();
        let also = organisation(&server, "alvesta-coordinator").await.to_string();

        let what = json!({ "text": PASSAGE, "decisionIds": [one], "organisationIds": [to, also], "idempotencyKey": "ett" });
        let refused = send(&server.by(MEMBER), &minutes, what.clone()).await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        let unseen = send(&server.by(CONVENER), &minutes, what.clone()).await;
        assert_eq!(unseen.user_errors("sendExtract"), ["NOT_FOUND"], "who calls meetings does not read papers by it");
        let sent = send(&secretary, &minutes, what.clone()).await;
        let extract = id(&sent, "sendExtract/extract/id");
        assert_eq!(send(&secretary, &minutes, what).await.at("sendExtract/extract/id"), &json!(extract), "once");
        assert!(told(&recipient).await.contains(&"EXTRACT_SENT".to_owned()));

        let read = seen(&recipient, &extract).await;
        assert_eq!((&read["text"], &read["decisions"]), (&json!(PASSAGE), &json!([{ "reference": "2026:1", "title": "Utbildningsdag" }])));
        assert_eq!((&read["minutes"], &read["recipients"]), (&Value::Null, &json!([{ "receivedAt": null, "receivedBy": null }])), "not who else has it");
        assert_eq!(read["viewerCanConfirm"], true);
        assert_eq!(seen(&server.by(MEMBER), &extract).await["recipients"].as_array().map(Vec::len), Some(2));
        assert_eq!(seen(&server.by("alvesta-member"), &extract).await, Value::Null);
        let node = recipient.ask("query($id: ID!) { node(id: $id) { ... on Minutes { text } } }", json!({ "id": minutes })).await;
        assert_eq!(node.at("node"), &Value::Null);

        let confirm = json!({ "extractId": extract });
        assert_eq!(server.by(MEMBER).mutate("confirmExtract", confirm.clone(), "extract { id }").await.codes(), ["FORBIDDEN"]);
        for _ in 0..2 {
            let confirmed = recipient.mutate("confirmExtract", confirm.clone(), "extract { viewerCanConfirm recipients { receivedAt } }").await;
            assert_eq!(confirmed.at("confirmExtract/extract/recipients").as_array().map(Vec::len), Some(1), "{}", confirmed.text);
            assert_ne!(confirmed.at("confirmExtract/extract/recipients/0/receivedAt"), &Value::Null);
        }
        let received = seen(&secretary, &extract).await;
        let confirmed = received["recipients"].as_array().into_iter().flatten().filter(|row| !row["receivedAt"].is_null()).count();
        assert_eq!(confirmed, 1, "each for itself");
        let listed = recipient.query("{ viewer { organisation { extractsReceived(confirmed: true) { nodes { text } } } } }").await;
        assert_eq!(listed.at("viewer/organisation")["extractsReceived"]["nodes"], json!([{ "text": PASSAGE }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_extract_holds_only_what_stands_in_verified_minutes(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let one = decided(&secretary, &world.meeting, "Utbildningsdag").await;
        let to = json!([organisation(&server, RECIPIENT).await.to_string()]);
        let draft = id(&save(&secretary, &world.meeting, 0, TEXT).await, "saveMinutes/minutes/id");
        let early = send(&secretary, &draft, json!({ "text": PASSAGE, "organisationIds": to })).await;
        assert_eq!(early.user_errors("sendExtract"), ["INVALID_STATUS"]);
        crate::minutes::world::submit(&server, &secretary, &world.meeting, 1, &[MEMBER, crate::minutes::world::SECOND]).await;
        crate::minutes::world::verify(&server.by(MEMBER), &draft, 1).await;
        crate::minutes::world::verify(&server.by(crate::minutes::world::SECOND), &draft, 1).await;
        let group = group_of_meeting(&secretary, &world.meeting).await;
        // Forgotten, and entered with a correction that has not been verified: it does not stand in this edition.
        secretary.mutate("correctMinutes", json!({ "meetingId": world.meeting }), "minutes { id }").await;
        let other = decided(&secretary, &world.meeting, "Senare").await;

        for (what, code) in [
            (json!({ "text": "Vi ordnar två dagar.", "organisationIds": to }), "NOT_IN_MINUTES"),
            (json!({ "decisionIds": [one, other], "organisationIds": to }), "NOT_IN_MINUTES"),
            (json!({ "organisationIds": to }), "INVALID_VALUE"),
            (json!({ "text": " ", "decisionIds": [one], "organisationIds": to }), "INVALID_VALUE"),
            (json!({ "text": PASSAGE }), "INVALID_VALUE"),
            (json!({ "text": PASSAGE, "organisationIds": [to[0], to[0]] }), "INVALID_VALUE"),
            (json!({ "text": PASSAGE, "organisationIds": ["organisation_00000000000000000000000000000001"] }), "NOT_FOUND"),
            (json!({ "text": PASSAGE, "groupIds": ["group_00000000000000000000000000000001"] }), "NOT_FOUND"),
        ] {
            let answer = send(&secretary, &draft, what.clone()).await;
            assert_eq!(answer.user_errors("sendExtract"), [code], "{what}: {}", answer.text);
        }
        let sent = send(&secretary, &draft, json!({ "decisionIds": [one], "groupIds": [group] })).await;
        assert_eq!(sent.at("sendExtract/extract/text"), "", "{}", sent.text);
        server.stop().await;
    }
}
