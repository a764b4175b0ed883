//! Verifying: two who were there and wrote nothing; then sealed for ever; a correction stands beside it.

use super::world::{CHAIR, SECOND, editions, held, save, submit, verify};
use crate::{
    access::behind::{execute, literal},
    groups::world::organisation_of,
    harness::{Server, broken_seals, on_both_databases},
    meetings::world::{CONVENER, MEMBER, SECRETARY, item, meeting_on, told},
    notices::world::myself,
    seats::world::id,
};
use aws_lc_rs::digest::{SHA256, digest};
use entity::id::MinutesId;
use futures_util::future::join;
use serde_json::{Value, json};
use std::fmt::Write;

fn hexadecimal(text: &str) -> String {
    let mut digits = String::new();
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        write!(digits, "{byte:02x}").expect("a text");
    }
    digits
}

on_both_databases! {
    async fn at_the_second_verification_it_is_sealed_and_never_changes_again(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, member, second) = (server.by(SECRETARY), server.by(MEMBER), server.by(SECOND));
        save(&secretary, &world.meeting, 0, "§ 1 Öppnas").await;
        let answer = submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
        let minutes = id(&answer, "submitMinutes/minutes/id");
        assert_eq!(answer.at("submitMinutes/minutes/status"), "UNDER_REVIEW", "{}", answer.text);
        let lines = answer.at("submitMinutes/minutes/attendance").as_array().cloned().expect("lines");
        assert_eq!(lines.len(), 4);
        assert!(lines[2].as_str().is_some_and(|line| line.ends_with("(Växjö kommun)")), "{lines:?}");
        assert!(told(&member).await.contains(&"VERIFICATION_ASKED".to_owned()));

        assert_eq!(verify(&server.by(CHAIR), &minutes, 1).await.codes(), ["FORBIDDEN"], "nobody asked the chair");
        assert_eq!(verify(&member, &minutes, 2).await.user_errors("verifyMinutes"), ["CONFLICT"], "another text");
        let stranger = server.by("region-skane-coordinator");
        assert_eq!(verify(&stranger, &minutes, 1).await.user_errors("verifyMinutes"), ["NOT_FOUND"]);
        let one = verify(&member, &minutes, 1).await;
        assert_eq!(one.at("verifyMinutes/minutes/status"), "UNDER_REVIEW", "{}", one.text);
        assert_eq!(one.at("verifyMinutes/minutes/seal"), &Value::Null, "one is not two");
        let again = verify(&member, &minutes, 1).await;
        assert_eq!(one.at("verifyMinutes"), again.at("verifyMinutes"), "the same person twice is one");
        let other = verify(&second, &minutes, 1).await;
        assert_eq!(other.at("verifyMinutes/minutes/status"), "VERIFIED", "{}", other.text);
        assert_eq!(other.at("verifyMinutes/minutes/sealHolds"), true);
        let form = other.at("verifyMinutes/minutes/sealedForm").as_str().expect("a form");
        assert_eq!(other.at("verifyMinutes/minutes/seal"), &json!(hexadecimal(form)), "anybody can compute it");
        assert!(form.contains("§ 1 Öppnas") && form.contains(lines[2].as_str().expect("a line")), "{form}");
        assert_eq!(verify(&second, &minutes, 1).await.at("verifyMinutes"), other.at("verifyMinutes"));

        assert_eq!(save(&secretary, &world.meeting, 1, "Nytt").await.user_errors("saveMinutes"), ["MINUTES_VERIFIED"]);
        let late = submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
        assert_eq!(late.user_errors("submitMinutes"), ["MINUTES_VERIFIED"]);
        let seen = editions(&member, &world.meeting).await;
        assert_eq!(seen["minutes"][0]["text"], "§ 1 Öppnas");
        assert!(told(&server.by(CHAIR)).await.contains(&"MINUTES_VERIFIED".to_owned()));
        server.stop().await;
    }
}

on_both_databases! {
    async fn both_at_once_seal_it_once(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, member, second) = (server.by(SECRETARY), server.by(MEMBER), server.by(SECOND));
        save(&secretary, &world.meeting, 0, "Utgåva 1").await;
        for edition in 1..=5 {
            let answer = submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await;
            let minutes = id(&answer, "submitMinutes/minutes/id");

            let (one, other) = join(verify(&member, &minutes, 1), verify(&second, &minutes, 1)).await;

            assert!(one.user_errors("verifyMinutes").is_empty() && other.user_errors("verifyMinutes").is_empty(), "{} {}", one.text, other.text);
            let seen = editions(&member, &world.meeting).await;
            assert_eq!(seen["minutes"][edition - 1]["status"], "VERIFIED", "neither waits for the other: {seen}");
            secretary.mutate("correctMinutes", json!({ "meetingId": world.meeting }), "minutes { id }").await;
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_verifies_what_they_wrote_or_where_they_were_not(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, chair) = (server.by(SECRETARY), server.by(CHAIR));
        save(&secretary, &world.meeting, 0, "Utkast").await;
        let refused = |answer: &crate::harness::Answer| answer.user_errors("submitMinutes").iter().map(ToString::to_string).collect::<Vec<_>>();

        let own = submit(&server, &secretary, &world.meeting, 1, &[SECRETARY, MEMBER]).await;
        assert_eq!(refused(&own), ["VERIFIER_WROTE"]);
        let elsewhere = submit(&server, &secretary, &world.meeting, 1, &[MEMBER, "vaxjo-coordinator"]).await;
        assert_eq!(refused(&elsewhere), ["VERIFIER_NOT_PRESENT"]);
        for wrong in [&[MEMBER][..], &[MEMBER, MEMBER], &[MEMBER, SECOND, CHAIR], &[]] {
            let answer = submit(&server, &secretary, &world.meeting, 1, wrong).await;
            assert_eq!(refused(&answer), ["INVALID_VALUE"], "{wrong:?}");
        }
        let stale = submit(&server, &secretary, &world.meeting, 2, &[MEMBER, SECOND]).await;
        assert_eq!(refused(&stale), ["CONFLICT"]);

        // The chair may verify, until the chair writes.
        let named = submit(&server, &secretary, &world.meeting, 1, &[CHAIR, MEMBER]).await;
        let minutes = id(&named, "submitMinutes/minutes/id");
        verify(&server.by(MEMBER), &minutes, 1).await;
        save(&chair, &world.meeting, 1, "Ordförandens text").await;
        assert_eq!(verify(&chair, &minutes, 2).await.codes(), ["FORBIDDEN"], "no longer named");
        let again = submit(&server, &secretary, &world.meeting, 2, &[CHAIR, MEMBER]).await;
        assert_eq!(refused(&again), ["VERIFIER_WROTE"]);
        let others = submit(&server, &secretary, &world.meeting, 2, &[MEMBER, SECOND]).await;
        assert_eq!(others.at("submitMinutes/minutes/verifiers/0/verifiedAt"), &Value::Null, "the first verification was of another text");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_correction_is_an_edition_of_its_own_and_the_old_one_stays(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let (secretary, chair, member, second) = (server.by(SECRETARY), server.by(CHAIR), server.by(MEMBER), server.by(SECOND));
        let correct = json!({ "meetingId": world.meeting });
        let early = chair.mutate("correctMinutes", correct.clone(), "minutes { id }").await;
        assert_eq!(early.user_errors("correctMinutes"), ["INVALID_STATUS"], "there is nothing to correct");
        save(&secretary, &world.meeting, 0, "Fel").await;
        let draft = chair.mutate("correctMinutes", correct.clone(), "minutes { id }").await;
        assert_eq!(draft.user_errors("correctMinutes"), ["INVALID_STATUS"]);
        let minutes = id(&submit(&server, &secretary, &world.meeting, 1, &[MEMBER, SECOND]).await, "submitMinutes/minutes/id");
        verify(&member, &minutes, 1).await;
        let sealed = verify(&second, &minutes, 1).await;

        assert_eq!(member.mutate("correctMinutes", correct.clone(), "minutes { id }").await.codes(), ["FORBIDDEN"]);
        let begun = chair.mutate("correctMinutes", correct.clone(), "minutes { id edition status text version }").await;
        assert_eq!(begun.at("correctMinutes/minutes/edition"), 2, "{}", begun.text);
        let again = secretary.mutate("correctMinutes", correct, "minutes { id edition status text version }").await;
        assert_eq!(begun.at("correctMinutes"), again.at("correctMinutes"), "one at a time");
        save(&chair, &world.meeting, 1, "Rätt").await;
        let wrote = submit(&server, &chair, &world.meeting, 2, &[SECRETARY, MEMBER]).await;
        assert_eq!(wrote.user_errors("submitMinutes"), ["VERIFIER_WROTE"], "the secretary wrote what it began from");
        assert_eq!(editions(&member, &world.meeting).await["minutes"].as_array().map(Vec::len), Some(1), "a draft is not shown");
        let corrected = id(&submit(&server, &chair, &world.meeting, 2, &[MEMBER, SECOND]).await, "submitMinutes/minutes/id");
        verify(&member, &corrected, 2).await;
        verify(&second, &corrected, 2).await;

        let seen = editions(&member, &world.meeting).await;
        let texts: Vec<&Value> = seen["minutes"].as_array().into_iter().flatten().map(|row| &row["text"]).collect();
        assert_eq!(texts, ["Fel", "Rätt"]);
        let old = verify(&second, &minutes, 1).await;
        assert_eq!(old.at("verifyMinutes/minutes/seal"), sealed.at("verifyMinutes/minutes/seal"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_change_from_behind_breaks_the_seal_and_the_check_tells(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ meetings(from: \"2020-01-01T00:00:00Z\", first: 100) { nodes { minutes { id sealHolds } } } }";
        let reader = server.by("alvesta-coordinator");
        let seals = async || {
            let answer = reader.query(query).await;
            let nodes = answer.at("meetings/nodes").as_array().cloned().unwrap_or_default();
            let minutes = nodes.iter().flat_map(|node| node["minutes"].as_array().cloned().unwrap_or_default());
            minutes.map(|row| (row["id"].as_str().expect("an id").to_owned(), row["sealHolds"].clone())).collect::<Vec<_>>()
        };
        let whole = seals().await;
        assert_eq!(whole.len(), 1, "{whole:?}");
        assert_eq!(whole[0].1, true, "the demonstration's minutes are sealed");
        let row: MinutesId = whole[0].0.parse().expect("an id");
        let row = literal(&server, row.uuid());
        assert_eq!(broken_seals(&server.database_url).await, Vec::<String>::new());

        for (change, back) in [
            ("UPDATE meeting_minutes SET body = body || '.'", "UPDATE meeting_minutes SET body = substr(body, 1, length(body) - 1)"),
            ("UPDATE meeting_minutes SET attendance = attendance || '.'", "UPDATE meeting_minutes SET attendance = substr(attendance, 1, length(attendance) - 1)"),
            ("UPDATE meeting_minutes SET version = 2", "UPDATE meeting_minutes SET version = 1"),
        ] {
            execute(&server, &format!("{change} WHERE id = {row}")).await;
            assert_eq!(seals().await[0].1, false, "{change}");
            execute(&server, &format!("{back} WHERE id = {row}")).await;
            assert_eq!(seals().await[0].1, true, "{back}");
        }
        execute(&server, &format!("UPDATE minutes_verifier SET line = 'Någon annan' WHERE minutes_id = {row}")).await;
        assert_eq!(seals().await[0].1, false, "who verified it is sealed, too");
        let told = broken_seals(&server.database_url).await;
        assert_eq!(told, [format!("{}: the minutes are not what was sealed", whole[0].0)]);
        server.stop().await;
    }
}

/// Minutes that are up for verification by a member and a second one: their id.
async fn under_review(server: &Server, meeting: &str) -> String {
    let secretary = server.by(SECRETARY);
    save(&secretary, meeting, 0, "§ 1 Öppnas").await.data();
    let answer = submit(server, &secretary, meeting, 1, &[MEMBER, SECOND]).await;
    id(&answer, "submitMinutes/minutes/id")
}

on_both_databases! {
    async fn attendance_that_changes_meanwhile_makes_a_draft_of_them(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let minutes = under_review(&server, &world.meeting).await;
        let person = myself(&server.by(SECOND)).await;
        let seat = "query($id: ID!) { meeting(id: $id) { attendance { seat { id } person { id } } } }";
        let seat = server.by(SECRETARY).ask(seat, json!({ "id": world.meeting })).await;
        let seat = seat.at("meeting/attendance").as_array().expect("a list").iter()
            .find(|row| row["person"]["id"] == json!(person)).expect("the second")["seat"]["id"].clone();
        let record = json!({ "meetingId": world.meeting, "entries": [{ "personId": person, "seatId": seat, "status": "ABSENT" }] });

        let changed = server.by(SECRETARY).mutate("recordMeetingAttendance", record, "meeting { id }").await;

        assert_eq!(changed.user_errors("recordMeetingAttendance"), [""; 0], "{}", changed.text);
        assert_eq!(editions(&server.by(SECRETARY), &world.meeting).await["minutes"][0]["status"], "DRAFT");
        assert_eq!(verify(&server.by(MEMBER), &minutes, 1).await.user_errors("verifyMinutes"), ["NOT_FOUND"], "nobody is asked to verify a draft");
        let again = submit(&server, &server.by(SECRETARY), &world.meeting, 1, &[MEMBER, SECOND]).await;
        assert_ne!(again.user_errors("submitMinutes"), [""; 0], "who was not there verifies nothing");
        server.stop().await;
    }
}

on_both_databases! {
    async fn whose_identity_is_protected_meanwhile_is_not_named_in_what_is_sealed(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        under_review(&server, &world.meeting).await;
        let me = server.by(MEMBER).query("{ viewer { membership { id } person { name } } }").await;
        let name = me.at("viewer/person/name").as_str().expect("a name").to_owned();
        let protect = json!({ "membershipId": me.at("viewer/membership/id"), "protectedIdentity": true });

        server.by("vaxjo-administrator").mutate("updateMember", protect, "membership { id }").await.data();

        assert_eq!(editions(&server.by(SECRETARY), &world.meeting).await["minutes"][0]["status"], "DRAFT");
        let submitted = submit(&server, &server.by(SECRETARY), &world.meeting, 1, &[MEMBER, SECOND]).await;
        let minutes = id(&submitted, "submitMinutes/minutes/id");
        verify(&server.by(MEMBER), &minutes, 1).await.data();
        let sealed = verify(&server.by(SECOND), &minutes, 1).await;
        let form = sealed.at("verifyMinutes/minutes/sealedForm").as_str().expect("a form");
        assert!(!form.contains(&name), "{form}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_verified_minutes_name_stays_on_the_agenda_as_they_say(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let group = secretary.ask("query($id: ID!) { meeting(id: $id) { group { id } } }", json!({ "id": world.meeting })).await;
        let group = id(&group, "meeting/group/id");
        let next = meeting_on(&server.by(CONVENER), &group, 26).await;
        let one = item(&secretary, &group, "Lokaler", json!({ "meetingId": next })).await;
        let standing = format!(
            "UPDATE agenda_item SET meeting_id = {} WHERE id = {}",
            literal(&server, world.meeting.parse::<entity::id::MeetingId>().expect("an id").uuid()),
            literal(&server, one.parse::<entity::id::AgendaItemId>().expect("an id").uuid()),
        );
        execute(&server, &standing).await;
        let change = async |version: i32| {
            let input = json!({ "itemId": one, "expectedVersion": version, "title": "Nya lokaler" });
            secretary.mutate("updateAgendaItem", input, "item { version }").await.user_errors("updateAgendaItem")
        };
        let version = "query($id: ID!) { node(id: $id) { ... on AgendaItem { version } } }";
        let version = secretary.ask(version, json!({ "id": one })).await.at("node/version").as_i64().expect("a number");
        let version = i32::try_from(version).expect("a small number");
        assert_eq!(change(version).await, [""; 0], "before that it can be changed");
        let guest = json!({ "itemId": one, "organisationId": organisation_of(&server.by("barnens-ratt-kronoberg-coordinator")).await });
        let invited = secretary.mutate("inviteToAgendaItem", guest.clone(), "item { id }").await;
        assert_eq!(invited.user_errors("inviteToAgendaItem"), [""; 0], "{}", invited.text);
        let minutes = under_review(&server, &world.meeting).await;
        for verifier in [MEMBER, SECOND] {
            verify(&server.by(verifier), &minutes, 1).await.data();
        }

        assert_eq!(change(version + 1).await, ["MINUTES_VERIFIED"]);
        let away = json!({ "itemId": one, "meetingId": next });
        assert_eq!(secretary.mutate("moveAgendaItem", away, "item { id }").await.user_errors("moveAgendaItem"), ["MINUTES_VERIFIED"]);
        let out = secretary.mutate("withdrawItemInvitation", guest, "item { guests { organisation { name } } }").await;
        assert_eq!(out.at("withdrawItemInvitation/item/guests"), &json!([]), "who sees it can still be decided: {}", out.text);
        server.stop().await;
    }
}
