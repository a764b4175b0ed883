//! Writing: every text is kept; of two who write at once one learns of the other, and nothing is lost.

use super::world::{CHAIR, SECOND, editions, held, save, submit};
use crate::{
    harness::{Answer, Server, on_both_databases},
    meetings::world::{CONVENER, MEMBER, SECRETARY},
    seats::{naive, world::id},
};
use futures_util::future::join;
use serde_json::{Value, json};

on_both_databases! {
    async fn two_secretaries_at_once_get_one_text_saved_and_one_conflict_with_both(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, chair) = (server.by(SECRETARY), server.by(CHAIR));
        let mut kept = Vec::new();

        for version in 0..10 {
            let (one, other) = (format!("Ett {version}"), format!("Annat {version}"));
            let (first, second) = join(save(&secretary, &world.meeting, version, &one), save(&chair, &world.meeting, version, &other)).await;

            let won = |answer: &Answer| answer.user_errors("saveMinutes").is_empty();
            assert!(won(&first) != won(&second), "{} {}", first.text, second.text);
            let (winner, loser, lost) = if won(&first) { (&one, &second, &other) } else { (&other, &first, &one) };
            assert_eq!(loser.user_errors("saveMinutes"), ["CONFLICT"]);
            assert_eq!(loser.at("saveMinutes/minutes"), &Value::Null);
            let both = json!({ "saved": { "version": version + 1, "text": winner }, "submittedText": lost });
            assert_eq!(loser.at("saveMinutes/conflict"), &both, "{}", loser.text);
            kept.push(json!({ "number": version + 1, "text": winner }));
        }

        let seen = editions(&secretary, &world.meeting).await;
        assert_eq!(seen["minutes"][0]["versions"], json!(kept), "every text that was saved is kept, each once");
        assert_eq!(seen["minutes"].as_array().map(Vec::len), Some(1), "two first texts at once are one edition");
        naive::assert_fails(&server, 8, 1).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_text_that_is_sent_again_is_saved_once(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, chair) = (server.by(SECRETARY), server.by(CHAIR));

        let first = save(&secretary, &world.meeting, 0, "§ 1").await;
        let again = save(&secretary, &world.meeting, 0, "§ 1").await;
        assert_eq!(first.at("saveMinutes"), again.at("saveMinutes"), "{}", again.text);
        let other = save(&chair, &world.meeting, 0, "§ 1").await;
        assert_eq!(other.user_errors("saveMinutes"), ["CONFLICT"], "it is not the chair's own");
        let ahead = save(&chair, &world.meeting, 2, "§ 1").await;
        assert_eq!(ahead.user_errors("saveMinutes"), ["CONFLICT"]);
        let extreme = save(&chair, &world.meeting, i32::MAX, "§ 1").await;
        assert_eq!(extreme.user_errors("saveMinutes"), ["CONFLICT"]);
        let seen = editions(&secretary, &world.meeting).await;
        assert_eq!(seen["minutes"][0]["versions"].as_array().map(Vec::len), Some(1));

        for (text, code) in [("", "INVALID_VALUE"), (" ", "INVALID_VALUE"), ("Pelle 19121212-1212", "PERSONAL_ID_NOT_ALLOWED")] {
            let answer = save(&secretary, &world.meeting, 1, text).await;
            assert_eq!(answer.user_errors("saveMinutes"), [code], "{text}");
        }
        let longest = "å".repeat(20_000);
        let answer = save(&secretary, &world.meeting, 1, &format!("{longest}å")).await;
        assert_eq!(answer.user_errors("saveMinutes"), ["INVALID_VALUE"]);
        let answer = save(&secretary, &world.meeting, 1, &longest).await;
        assert_eq!(answer.at("saveMinutes/minutes/version"), 2);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_draft_is_for_those_who_write_and_verify_it(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let saved = save(&secretary, &world.meeting, 0, "Utkast").await;
        let minutes = id(&saved, "saveMinutes/minutes/id");
        let node = "query($id: ID!) { node(id: $id) { ... on Minutes { text } } }";

        for who in [MEMBER, SECOND, CONVENER] {
            let caller = server.by(who);
            assert_eq!(editions(&caller, &world.meeting).await, json!({ "minutes": [] }), "{who}");
            assert_eq!(caller.ask(node, json!({ "id": minutes })).await.at("node"), &Value::Null);
            assert_eq!(save(&caller, &world.meeting, 1, "Nej").await.codes(), ["FORBIDDEN"], "{who}");
        }
        let stranger = server.by("region-skane-coordinator");
        assert_eq!(save(&stranger, &world.meeting, 1, "Nej").await.user_errors("saveMinutes"), ["NOT_FOUND"]);
        assert_eq!(editions(&server.by(CHAIR), &world.meeting).await["minutes"][0]["text"], "Utkast");

        submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
        let asked = server.by(MEMBER);
        assert_eq!(asked.ask(node, json!({ "id": minutes })).await.at("node/text"), "Utkast");
        assert_eq!(save(&asked, &world.meeting, 1, "Nej").await.codes(), ["FORBIDDEN"], "who verifies does not write");
        save(&secretary, &world.meeting, 1, "Nytt utkast").await;
        assert_eq!(asked.ask(node, json!({ "id": minutes })).await.at("node"), &Value::Null, "a draft again");
        server.stop().await;
    }
}
