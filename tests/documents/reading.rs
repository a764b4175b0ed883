//! Who sends and who fetches, and that a right that has ended opens nothing.

use super::world::{PDF, fetch, pdf, send, taken};
use crate::{
    groups::world::organisation_of,
    harness::{Server, on_both_databases},
    meetings::world::{
        CONVENER, MEMBER, MEMBERS_COORDINATOR, SECRETARY, item, meeting_on, network,
    },
};
use serde_json::{Value, json};
use std::{collections::HashMap, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const GUEST: &str = "barnens-ratt-kronoberg-coordinator";
const STRANGER: &str = "region-skane-coordinator";

on_both_databases! {
    async fn a_document_is_seen_as_far_as_what_it_belongs_to(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({ "sharing": "COUNTY", "county": "07" })).await.group;
        let secretary = server.by(SECRETARY);
        let meeting = meeting_on(&server.by(CONVENER), &group, 12).await;
        let open = item(&secretary, &group, "Öppen", json!({ "meetingId": meeting })).await;
        let guest = organisation_of(&server.by(GUEST)).await;
        let invite = json!({ "itemId": open, "organisationId": guest });
        let invited = secretary.mutate("inviteToAgendaItem", invite, "item { id }").await;
        assert_eq!(invited.user_errors("inviteToAgendaItem"), [""; 0], "{}", invited.text);
        let mut documents = Vec::new();
        for place in [&group, &meeting, &open] {
            documents.push(taken(&send(&server, &secretary, pdf(place, PDF)).await));
        }

        for (who, sees) in [
            (SECRETARY, [200, 200, 200]),
            (MEMBER, [200, 200, 200]),
            // Convenes the group and is not in it.
            (CONVENER, [404, 404, 404]),
            (GUEST, [404, 404, 200]),
            (STRANGER, [404, 404, 404]),
        ] {
            let caller = server.by(who);
            for (id, status) in documents.iter().zip(sees) {
                let fetched = fetch(&server, &caller, id).await;
                assert_eq!(fetched.status, status, "{who}");
                let node = caller.ask("query($id: ID!) { node(id: $id) { ... on Document { title fileName size } } }", json!({ "id": id })).await;
                assert_eq!(node.at("node").is_null(), status == 404, "{who}: {}", node.text);
            }
        }
        for (who, place, status) in [(MEMBER, &group, 403), (CONVENER, &group, 403), (STRANGER, &meeting, 404), (GUEST, &open, 403)] {
            let refused = send(&server, &server.by(who), pdf(place, PDF)).await;
            assert_eq!(refused.status, status, "{who}: {}", refused.text);
        }
        let anonymous = server.anonymous();
        assert_eq!(fetch(&server, &anonymous, &documents[0]).await.status, 401);
        assert_eq!(send(&server, &anonymous, pdf(&group, PDF)).await.status, 401);
        let hidden = fetch(&server, &server.by(STRANGER), &documents[0]).await;
        let nowhere = fetch(&server, &server.by(STRANGER), &format!("document_{}", "0".repeat(32))).await;
        assert_eq!((hidden.status, hidden.bytes), (nowhere.status, nowhere.bytes), "the two are the same");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_is_fetched_is_the_file_to_be_saved_and_nothing_that_runs(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({})).await.group;
        let secretary = server.by(SECRETARY);
        let mut sent = pdf(&group, PDF);
        sent.file_name = "Åtgärd \"1\".pdf";
        let id = taken(&send(&server, &secretary, sent).await);

        let file = fetch(&server, &secretary, &id).await;

        assert_eq!(file.bytes, PDF);
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("content-length", "9"),
            ("content-disposition", "attachment; filename=\"_tg_rd__1_.pdf\"; filename*=UTF-8''%C3%85tg%C3%A4rd%20%221%22.pdf"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-store"),
        ] {
            assert_eq!(file.header(name), value, "{name}");
        }
        assert!(file.header("content-security-policy").starts_with("sandbox;"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn after_a_seat_has_ended_not_one_of_a_thousand_reads_succeeds(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let member = server.by(MEMBER);
        let id = taken(&send(&server, &server.by(SECRETARY), pdf(&world.group, PDF)).await);
        // The control remembers the first yes, as a cache of rights would.
        let mut remembered: HashMap<&str, bool> = HashMap::new();
        let first = fetch(&server, &member, &id).await.status == 200;
        remembered.insert(MEMBER, first);
        assert!(first, "a member reads the group's papers");

        let query = "query($id: ID!) { node(id: $id) { ... on Seat { holder { id } } } }";
        let holder = server.by(MEMBERS_COORDINATOR).ask(query, json!({ "id": world.ordinary })).await;
        let holder = holder.at("node/holder/id").clone();
        let end = json!({ "seatHolderId": holder, "untilDay": "2026-03-02" });
        let ended = server.by(MEMBERS_COORDINATOR).mutate("endSeatHolder", end, "__typename").await;
        assert_eq!(ended.user_errors("endSeatHolder"), [""; 0], "{}", ended.text);
        let (mut read, mut by_control) = (0, 0);
        for _ in 0..1_000 {
            read += usize::from(fetch(&server, &member, &id).await.status != 404);
            by_control += usize::from(remembered[MEMBER]);
        }

        assert_eq!(read, 0, "a right that has ended opens nothing");
        assert_eq!(by_control, 1_000, "the control fails, or the test proves nothing");
        let told: Value = member.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.at("node").clone();
        assert_eq!(told, Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_right_that_ends_while_the_file_arrives_makes_no_document(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let secretary = server.by(SECRETARY);
        for ends in [false, true] {
            let path = format!("/documents?place={}&title=Underlag&fileName=Underlag.pdf", world.group);
            let token = secretary.token().expect("a token");
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\ncontent-type: application/pdf\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n",
                PDF.len()
            );
            let mut stream = TcpStream::connect(server.address).await.expect("a connection");
            stream.write_all(head.as_bytes()).await.expect("sent");
            stream.write_all(&PDF[..4]).await.expect("sent");
            stream.flush().await.expect("sent");
            // The right has been found by now: the rest of the body is waited for.
            tokio::time::sleep(Duration::from_millis(500)).await;
            if ends {
                let query = "query($id: ID!) { node(id: $id) { ... on Seat { holder { id } } } }";
                let holder = secretary.ask(query, json!({ "id": world.secretary })).await;
                let end = json!({ "seatHolderId": holder.at("node/holder/id"), "untilDay": "2026-03-02" });
                let ended = server.by(CONVENER).mutate("endSeatHolder", end, "__typename").await;
                assert_eq!(ended.user_errors("endSeatHolder"), [""; 0], "{}", ended.text);
            }
            stream.write_all(&PDF[4..]).await.expect("sent");

            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer");
            let status: u16 = answer[9..12].parse().expect("a status");
            assert_eq!(status, if ends { 403 } else { 201 }, "{answer}");
            assert_eq!(server.documents().len(), 1, "the one that was taken while the right lasted");
        }
        server.stop().await;
    }
}
