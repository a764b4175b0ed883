//! Erasing: the name is gone everywhere, and every count is what it was.

use super::world::{ADMINISTRATOR, MARK, erase, guest, mark, marked, somebody, uuid};
use crate::{
    access::behind::{contents, execute, literal, query},
    harness::{Server, on_both_databases},
    meetings::world::{MEMBER, MEMBERS_COORDINATOR, SECRETARY},
    minutes::world::{CHAIR, SECOND, editions, held, save, submit},
    notices::world::myself,
    seats::world::{
        ORGANISER, assert_consistent, block, colleagues, day, input, occasion, occasion_of, place,
        seats, sign_up, training,
    },
};
use api::viewer::held::{HELD, Own};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The only row of a statement that counts.
async fn count(server: &Server, sql: &str) -> i64 {
    let rows = query(server, sql).await;
    rows[0].try_get("", "number").expect("a number")
}

on_both_databases! {
    async fn whoever_is_erased_is_named_nowhere_and_the_counts_stay(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let person = somebody(&server).await;
        let held = occasion(&server, 2).await;
        let mut with_need = input(&held, &[&person]);
        with_need["participants"][0]["need"] = json!("Ramp");
        organiser.mutate("signUp", with_need, "signUps { id }").await.data();
        certify(&server, &person).await;
        server.travel_to(day(31));
        assert!(!marked(&server).await.is_empty(), "the control: the mark is found while it is there");
        let before = seats(&organiser, &held).await;
        let movements = "SELECT count(*) AS number FROM seat_movement";
        let ledger = count(&server, movements).await;

        let answer = erase(&server, ADMINISTRATOR, &person).await;

        assert_eq!(answer.user_errors("erasePerson"), [""; 0], "{}", answer.text);
        let entry = answer.at("erasePerson/erasure");
        assert_eq!(
            (&entry["personId"], &entry["cause"], &entry["decision"]),
            (&json!(person), &json!("ADMINISTRATOR"), &json!("RK 2026/17"))
        );
        assert_eq!((&entry["signUpsWithdrawn"], &entry["needsErased"]), (&json!(0), &json!(1)));
        assert_eq!(marked(&server).await, [""; 0], "no table holds anything that names the person");
        assert_eq!(seats(&organiser, &held).await, before);
        assert_eq!(count(&server, movements).await, ledger, "nothing is added to the ledger of what is over");
        assert_consistent(&server).await;
        let names = "query($id: ID!) { occasion(id: $id) { signUps { nodes { participant { name email } } } } }";
        let names = organiser.ask(names, json!({ "id": held })).await;
        let participant = names.at("occasion/signUps/nodes/0/participant");
        assert!(participant["name"].as_str().is_some_and(|name| name.starts_with("Avidentifierad ")), "{}", names.text);
        assert_eq!(participant["email"], Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn erasing_gives_back_the_places_to_come_and_others_move_up(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let person = somebody(&server).await;
        let training = training(&server, &json!({})).await;
        let (mut first, mut waiting) = (Vec::new(), Vec::new());
        for days in [30, 40] {
            let times = json!({ "capacity": 1, "timeBlocks": [block(day(days), 3)] });
            let to_come = occasion_of(&server, &training, &times).await;
            first.extend(sign_up(&organiser, &to_come, &[&person]).await);
            let other = colleagues(&server, ORGANISER, 1).await;
            waiting.extend(sign_up(&organiser, &to_come, &other).await);
        }
        server.travel(TimeDelta::hours(1));

        let answer = erase(&server, ADMINISTRATOR, &person).await;

        assert_eq!(answer.at("erasePerson/erasure/signUpsWithdrawn"), 2);
        for (first, waiting) in first.iter().zip(&waiting) {
            assert_eq!(waiting.status, "WAITLISTED", "the control: there was a line");
            assert_eq!(place(&organiser, &first.id).await.status, "WITHDRAWN");
            assert_eq!(place(&organiser, &waiting.id).await.status, "CONFIRMED");
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_place_at_an_occasion_that_has_begun_is_kept(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let begun = occasion(&server, 1).await;
        let places = sign_up(&server.by(ORGANISER), &begun, &[&person]).await;
        server.travel_to(day(30));

        let answer = erase(&server, ADMINISTRATOR, &person).await;

        assert_eq!(answer.at("erasePerson/erasure/signUpsWithdrawn"), 0);
        assert_eq!(place(&server.by(ORGANISER), &places[0].id).await.status, "CONFIRMED");
        server.stop().await;
    }
}

on_both_databases! {
    async fn erasing_twice_is_erasing_once(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let first = erase(&server, ADMINISTRATOR, &person).await;
        let before = contents(&server).await;
        server.travel(TimeDelta::hours(1));

        let second = erase(&server, ADMINISTRATOR, &person).await;

        assert_eq!(first.at("erasePerson"), second.at("erasePerson"));
        assert_eq!(before, contents(&server).await, "the second changes nothing");
        server.stop().await;
    }
}

on_both_databases! {
    async fn two_who_erase_at_once_have_one_effect_and_one_answer(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;

        let all = futures_util::future::join_all((0..8).map(|_| erase(&server, ADMINISTRATOR, &person))).await;

        for answer in &all {
            assert_eq!(answer.at("erasePerson"), all[0].at("erasePerson"));
        }
        assert_eq!(count(&server, "SELECT count(*) AS number FROM erasure").await, 1);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_is_erased_can_no_longer_sign_in(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("region-kronoberg-member");
        let me = member.query("{ viewer { person { id } } }").await;
        let me = me.at("viewer/person/id").as_str().expect("an id").to_owned();

        erase(&server, ADMINISTRATOR, &me).await.data();

        assert_eq!(member.query("{ viewer { role } }").await.status, 403);
        let log = "query($id: ID!) { auditLog(personId: $id, actions: [ERASE]) { nodes { personId actorId } } }";
        let log = server.by(ADMINISTRATOR).ask(log, json!({ "id": me })).await;
        assert_eq!(log.at("auditLog/nodes").as_array().map(Vec::len), Some(1), "{}", log.text);
        server.stop().await;
    }
}

/// A certificate that names the person, with a remark that does.
async fn certify(server: &Server, person: &str) {
    let person = literal(server, uuid(person));
    let [completion, certificate] =
        [(); 2].map(|()| literal(server, entity::id::CompletionId::new().uuid()));
    let organisation =
        format!("(SELECT organisation_id FROM membership WHERE person_id = {person})");
    let training = "(SELECT id FROM training ORDER BY id LIMIT 1)";
    execute(server, &format!(
        "INSERT INTO completion (id, person_id, organisation_id, training_id, source, completed_on, recorded_at) \
         VALUES ({completion}, {person}, {organisation}, {training}, 'IMPORT', '2026-03-01', '2026-03-01T00:00:00Z'); \
         INSERT INTO certificate (id, completion_id, person_id, organisation_id, issuer_organisation_id, training_id, code, \
         salt, holder_name, shows_name, issuer_name, title, description, criteria, completed_on, issued_at, revoked_at, \
         revocation_reason, revocation_note) VALUES ({certificate}, {completion}, {person}, {organisation}, {organisation}, \
         {training}, 'CODE', 'SALT', '{MARK} Namn', true, 'Region', 'T', 'D', 'C', '2026-03-01', '2026-03-01T00:00:00Z', \
         '2026-03-01T00:00:00Z', 'ISSUED_IN_ERROR', 'Gällde {MARK}')"
    )).await;
}

/// How many rows of an organisation still refer to a person, column by column.
async fn left(server: &Server, person: &str, organisation: &str) -> Vec<String> {
    let id = literal(server, uuid(person));
    let mut left = Vec::new();
    for held in HELD {
        for own in held.own_by {
            let Own::Organisation(whose) = own else {
                continue;
            };
            let (table, column) = (held.table, held.column);
            let rows = format!(
                "SELECT count(*) AS number FROM {table} WHERE {column} = {id} AND {whose} = \
                 (SELECT id FROM organisation WHERE organisation_number = '{organisation}')"
            );
            if count(server, &rows).await > 0 {
                left.push(format!("{table}.{column}"));
            }
        }
    }
    left
}

on_both_databases! {
    async fn each_of_two_organisations_erases_what_is_its_own(backend: Backend) {
        let (vaxjo, association) = ("2120000662", "8029990705");
        let server = Server::start(backend).await;
        let employee = server.by("two-roles-employee").query("{ viewer { person { id } } }").await;
        let person = employee.at("viewer/person/id").as_str().expect("an id").to_owned();
        mark_person_only(&server, &person).await;
        let training = training(&server, &json!({})).await;
        for (persona, days) in [("vaxjo-coordinator", 30), ("barnens-ratt-kronoberg-coordinator", 40)] {
            let times = json!({ "timeBlocks": [block(day(days), 3)] });
            let one = occasion_of(&server, &training, &times).await;
            sign_up(&server.by(persona), &one, &[&person]).await;
        }
        // One that is given back by the erasure, too.
        let later = json!({ "timeBlocks": [block(day(80), 3)] });
        let later = occasion_of(&server, &training, &later).await;
        sign_up(&server.by("vaxjo-coordinator"), &later, &[&person]).await;
        server.travel_to(day(50));
        assert!(!left(&server, &person, vaxjo).await.is_empty() && !left(&server, &person, association).await.is_empty());

        erase(&server, "vaxjo-administrator", &person).await.data();

        assert_eq!(left(&server, &person, vaxjo).await, ["audit_entry.person_id"], "of Växjö's rows only the entry of the erasure itself");
        let id = literal(&server, uuid(&person));
        let own = format!("person_id = {id} AND organisation_id = (SELECT id FROM organisation WHERE organisation_number = '{vaxjo}')");
        let entries = format!("SELECT count(*) AS number FROM audit_entry WHERE {own}");
        let erasures = format!("SELECT count(*) AS number FROM audit_entry WHERE {own} AND action = 'ERASE'");
        assert_eq!([count(&server, &entries).await, count(&server, &erasures).await], [1, 1]);
        // The log of erasures says who, and leads to nothing that says as whom the person goes now.
        let leads = format!(
            "SELECT count(*) AS number FROM erasure e JOIN audit_entry a ON a.request_id = e.request_id \
             WHERE e.person_id = {id} AND a.person_id <> {id}"
        );
        assert_eq!(count(&server, &leads).await, 0);
        assert_eq!(server.by("two-roles-employee").query("{ viewer { role } }").await.status, 403);
        let volunteer = server.by("two-roles-volunteer").query("{ viewer { person { id name } signUps { totalCount } } }").await;
        assert_eq!(volunteer.at("viewer/person/id"), &json!(person), "the association keeps the person");
        assert_eq!(volunteer.at("viewer/person/name"), &json!(format!("{MARK} Namn")));
        assert!(volunteer.at("viewer/signUps/totalCount").as_i64().is_some_and(|count| count > 0));
        assert_consistent(&server).await;

        execute(&server, &format!(
            "UPDATE membership SET role = 'ADMINISTRATOR' WHERE subject = 'daniel-ahlroth' AND organisation_id = \
             (SELECT id FROM organisation WHERE organisation_number = '{association}')"
        )).await;
        erase(&server, "barnens-ratt-kronoberg-coordinator", &person).await.data();

        assert_eq!(marked(&server).await, [""; 0], "with the last organisation the name is gone");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

/// As [`mark`], and the person still signs in.
async fn mark_person_only(server: &Server, person: &str) {
    let id = literal(server, uuid(person));
    let kept = "CREATE TABLE put_aside AS SELECT id, issuer, subject FROM membership";
    execute(server, kept).await;
    mark(server, person).await;
    let back = format!(
        "UPDATE membership SET issuer = (SELECT issuer FROM put_aside WHERE put_aside.id = membership.id), \
         subject = (SELECT subject FROM put_aside WHERE put_aside.id = membership.id) WHERE person_id = {id}; \
         DROP TABLE put_aside"
    );
    execute(server, &back).await;
}

on_both_databases! {
    async fn somebody_who_was_put_on_a_seat_by_name_can_be_erased_by_whoever_did_that(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by(ORGANISER);
        let (seat, person) = guest(&server, None).await;
        assert!(marked(&server).await.contains(&"person".to_owned()));

        assert_eq!(erase(&server, "vaxjo-administrator", &person).await.user_errors("erasePerson"), ["NOT_FOUND"], "another organisation's");
        let done = erase(&server, ADMINISTRATOR, &person).await;

        assert_eq!(done.at("erasePerson/erasure/personId"), &json!(person), "{}", done.text);
        assert_eq!(marked(&server).await, [""; 0]);
        let holders = "query($id: ID!) { node(id: $id) { ... on Seat { holder { id } } } }";
        assert_eq!(coordinator.ask(holders, json!({ "id": seat })).await.at("node/holder"), &Value::Null, "the seat is vacant");
        let again = erase(&server, ADMINISTRATOR, &person).await;
        assert_eq!(again.at("erasePerson"), done.at("erasePerson"), "twice is once");
        server.stop().await;
    }
}

on_both_databases! {
    async fn minutes_that_are_up_for_verification_and_name_the_person_are_written_anew(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        let member = myself(&server.by(MEMBER)).await;
        save(&secretary, &world.meeting, 0, "Mötet öppnades.").await.data();
        let answer = submit(&server, &secretary, &world.meeting, 1, &[CHAIR, SECOND]).await;
        assert_eq!(answer.at("submitMinutes/minutes/status"), "UNDER_REVIEW", "{}", answer.text);
        mark(&server, &member).await;
        let administrator = format!(
            "UPDATE membership SET role = 'ADMINISTRATOR' WHERE person_id <> {} AND organisation_id = \
             (SELECT organisation_id FROM membership WHERE person_id = {0})",
            literal(&server, uuid(&member))
        );
        execute(&server, &administrator).await;

        erase(&server, MEMBERS_COORDINATOR, &member).await.data();

        let now = editions(&secretary, &world.meeting).await;
        assert_eq!(now["minutes"][0]["status"], "DRAFT", "{now}");
        let kept = "SELECT count(*) AS number FROM minutes_verifier WHERE verified_at IS NULL";
        assert_eq!(count(&server, kept).await, 0);
        let named = "SELECT count(*) AS number FROM meeting_minutes WHERE status <> 'VERIFIED' AND attendance <> ''";
        assert_eq!(count(&server, named).await, 0);
        server.stop().await;
    }
}
