//! The export: everything, to the person and to the organisation that holds it; nothing to anybody else.

use super::world::{ADMINISTRATOR, MARK, export, somebody, uuid};
use crate::{
    access::behind::{execute, literal},
    approval::world::{self as approval, require},
    certificates::world::{completed, issued, protect},
    harness::{Server, on_both_databases},
    meetings::world::{MEMBER, SECRETARY},
    minutes::world::{CHAIR, SECOND, held, save, submit, verify},
    seats::world::{ORGANISER, block, day, id, input, occasion, occasion_of, sign_up, training},
};
use api::viewer::held::{Export, HELD};
use serde_json::{Value, json};

/// Everything there can be about Region Kronoberg's member, who also did something: a row in every table.
#[expect(clippy::too_many_lines, reason = "a statement for each table")]
async fn full_life(server: &Server) -> String {
    let me = server
        .by("region-kronoberg-member")
        .query("{ viewer { person { id } } }")
        .await;
    let me = me
        .at("viewer/person/id")
        .as_str()
        .expect("an id")
        .to_owned();
    let one = occasion(server, 5).await;
    let mut request = input(&one, &[&me]);
    request["participants"][0]["need"] = json!("Ramp");
    let organiser = server.by(ORGANISER);
    let made = organiser
        .mutate("signUp", request, "signUps { id participant { name } }")
        .await;
    let place = made
        .at("signUp/signUps/0/id")
        .as_str()
        .expect("an id")
        .to_owned();
    let place: entity::id::SignUpId = place.parse().expect("an id");
    let (place, person) = (literal(server, place.uuid()), literal(server, uuid(&me)));
    let occasion: entity::id::OccasionId = one.parse().expect("an id");
    let occasion = literal(server, occasion.uuid());
    let organisation =
        format!("(SELECT organisation_id FROM membership WHERE person_id = {person})");
    let training = format!("(SELECT training_id FROM training_occasion WHERE id = {occasion})");
    let completion = literal(server, entity::id::CompletionId::new().uuid());
    let new = || literal(server, entity::id::CompletionId::new().uuid());
    let colleague = format!(
        "(SELECT person_id FROM membership WHERE organisation_id = {organisation} AND person_id <> {person} LIMIT 1)"
    );
    let unit = format!(
        "(SELECT id FROM organisation_unit WHERE organisation_id = {organisation} LIMIT 1)"
    );
    let seat = format!(
        "(SELECT id FROM group_seat WHERE organisation_id = {organisation} ORDER BY id LIMIT 1)"
    );
    let meeting = "(SELECT id FROM meeting WHERE title = 'Nätverksträff i vår')";
    let at = "'2026-03-02T08:00:00Z'";
    execute(server, &format!(
        "INSERT INTO attendance (sign_up_id, block_starts_at, occasion_id, person_id, grade, recorded_at, recorded_by) \
         VALUES ({place}, {at}, {occasion}, {person}, 'PRESENT', {at}, {person}); \
         INSERT INTO attendance_change (id, sign_up_id, block_starts_at, occasion_id, person_id, grade, at, actor_id, \
         actor_organisation_id) VALUES ({}, {place}, {at}, {occasion}, {person}, 'PRESENT', {at}, {person}, {organisation}); \
         INSERT INTO check_in_right (id, occasion_id, person_id, organisation_id, granted_at, granted_by, revoked_at, revoked_by) \
         VALUES ({}, {occasion}, {person}, {organisation}, {at}, {person}, {at}, {person}); \
         INSERT INTO completion (id, person_id, organisation_id, training_id, occasion_id, sign_up_id, source, completed_on, \
         recorded_at, recorded_by, withdrawn_at, withdrawn_by) VALUES ({completion}, {person}, {organisation}, {training}, \
         {occasion}, {place}, 'ATTENDANCE', '2026-03-02', {at}, {person}, {at}, {person}); \
         INSERT INTO certificate (id, completion_id, person_id, organisation_id, issuer_organisation_id, training_id, code, \
         salt, holder_name, shows_name, issuer_name, title, description, criteria, completed_on, issued_at) VALUES ({}, \
         {completion}, {person}, {organisation}, {organisation}, {training}, 'CODE', 'SALT', 'David', true, 'Region', 'T', \
         'D', 'C', '2026-03-02', {at}); \
         INSERT INTO sign_up_request (id, occasion_id, organisation_id, person_id, status, created_at, decided_at, \
         decided_by, sign_up_id) VALUES ({}, {occasion}, {organisation}, {person}, 'APPROVED', {at}, {at}, {person}, {place}); \
         DELETE FROM sign_up_approver; \
         INSERT INTO sign_up_approver (id, organisation_id, approver_id, deputy_id) VALUES ({}, {organisation}, {person}, {colleague}); \
         INSERT INTO sign_up_approver (id, organisation_id, unit_id, approver_id, deputy_id) \
         VALUES ({}, {organisation}, {unit}, {colleague}, {person}); \
         INSERT INTO notice (id, kind, organisation_id, person_id, occasion_id, sign_up_id, created_at) \
         VALUES ({}, 'PROMOTED', {organisation}, {person}, {occasion}, {place}, {at}); \
         UPDATE sign_up SET created_by = {person} WHERE id = {place}; \
         INSERT INTO appointment (id, role_type_id, organisation_id, county_code, unit_id, person_id, status, sharing, \
         name_published, from_day, proposed_at, proposed_by, confirmed_at, confirmed_by) VALUES ({}, \
         (SELECT id FROM role_type WHERE code = 'CHILD_RIGHTS_OFFICER'), {organisation}, '07', {unit}, {person}, 'CONFIRMED', \
         'ORGANISATION', false, '2026-01-01', {at}, {person}, {at}, {person}); \
         INSERT INTO unit_manager (id, unit_id, organisation_id, person_id, from_day, until_day, recorded_at, recorded_by) \
         VALUES ({}, {unit}, {organisation}, {person}, '2024-01-01', '2025-01-01', {at}, {person}); \
         INSERT INTO coverage_aim (id, role_type_id, organisation_id, for_county, counted_by, sharing, until_day, set_at, set_by) \
         VALUES ({}, (SELECT id FROM role_type WHERE code = 'CHILD_RIGHTS_OFFICER'), {organisation}, false, 'UNIT', \
         'ORGANISATION', '2025-01-01', {at}, {person}); \
         INSERT INTO seat_holder (id, seat_id, person_id, from_day, until_day, appointed_by_organisation_id, appointed_by, \
         name_published, recorded_at) VALUES ({}, {seat}, {person}, '2024-01-01', '2024-02-01', {organisation}, {person}, \
         false, {at}); \
         INSERT INTO group_member (id, group_id, person_id, organisation_id, joined_at, left_at) \
         VALUES ({}, (SELECT group_id FROM group_seat WHERE id = {seat}), {person}, {organisation}, {at}, {at}); \
         INSERT INTO group_notice (id, kind, organisation_id, person_id, group_id, created_at) \
         VALUES ({}, 'SEAT_GIVEN', {organisation}, {person}, (SELECT group_id FROM group_seat WHERE id = {seat}), {at}); \
         INSERT INTO meeting_absence (id, meeting_id, seat_id, person_id, organisation_id, announced_at) \
         VALUES ({}, {meeting}, {seat}, {person}, {organisation}, {at}); \
         INSERT INTO meeting_substitution (id, meeting_id, seat_id, substitute_seat_id, person_id, organisation_id, status, \
         called_at) VALUES ({}, {meeting}, {seat}, {seat}, {person}, {organisation}, 'RELEASED', {at}); \
         INSERT INTO meeting_attendance (id, meeting_id, person_id, organisation_id, seat_id, status, recorded_at) \
         VALUES ({}, {meeting}, {person}, {organisation}, {seat}, 'ABSENT', {at}); \
         UPDATE minutes_version SET author_id = {person}, organisation_id = {organisation}; \
         INSERT INTO minutes_verifier (id, minutes_id, organisation_id, person_id, line, named_at) \
         VALUES ({}, (SELECT id FROM meeting_minutes WHERE edition = 2), {organisation}, {person}, 'David', {at}); \
         INSERT INTO council_issue (id, group_id, organisation_id, person_id, status, title, description, raised_at) \
         VALUES ({}, (SELECT id FROM collaboration_group WHERE kind = 'COUNCIL' ORDER BY id LIMIT 1), {organisation}, {person}, \
         'RAISED', 'Vilrum', 'Ett vilrum', {at}); \
         INSERT INTO calendar_feed (id, person_id, organisation_id, name, secret_digest, created_at, expires_at) \
         VALUES ({}, {person}, {organisation}, 'Telefonen', 'a', {at}, {at}); \
         INSERT INTO meeting_credit (meeting_id, training_id, organisation_id, agreed_at, agreed_by) \
         VALUES ({meeting}, {training}, {organisation}, {at}, {person}); \
         INSERT INTO document (id, group_id, meeting_id, title, file_name, media_type, size, sha256, blob, organisation_id, \
         uploaded_by, uploaded_at) VALUES ({}, (SELECT group_id FROM meeting WHERE id = {meeting}), {meeting}, 'Underlag', 'a.pdf', \
         'application/pdf', 1, '{}', 'a', {organisation}, {person}, {at}); \
         UPDATE initiative_contact SET person_id = {person} WHERE organisation_id = {organisation}; \
         UPDATE action_report SET author_id = {person}, organisation_id = {organisation}; \
         UPDATE minutes_extract SET sent_by = {person}, organisation_id = {organisation}; \
         UPDATE extract_recipient SET received_by = {person}, receiving_organisation_id = {organisation} \
         WHERE received_at IS NOT NULL; \
         UPDATE agenda_item SET proposed_by = {person}, proposed_by_organisation_id = {organisation} \
         WHERE title = 'Mötet öppnas'; \
         UPDATE seat_movement SET actor_id = {person} WHERE sign_up_id = {place}; \
         UPDATE audit_entry SET actor_id = {person} WHERE action = 'SIGN_UP' AND person_id = {person}",
        new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(), new(),
        "0".repeat(64),
    )).await;
    me
}

on_both_databases! {
    async fn the_export_holds_a_row_of_every_table_that_says_something_about_the_person(backend: Backend) {
        let server = Server::start(backend).await;
        let me = full_life(&server).await;
        let own = export(&server, "region-kronoberg-member", None).await;
        let by_administrator = export(&server, ADMINISTRATOR, Some(&me)).await;

        for (whose, document) in [("own", &own), ("administrator's", &by_administrator)] {
            for held in HELD {
                let (table, column) = (held.table, held.column);
                let found = match held.export {
                    Export::Under(section) => document[section].as_array().is_some_and(|rows| !rows.is_empty()),
                    Export::Counted => document["rowsMadeByThePerson"].as_array().is_some_and(|rows| {
                        rows.iter().any(|row| row["what"] == format!("{table}.{column}") && row["number"].as_i64() > Some(0))
                    }),
                    Export::Not(why) => !why.is_empty(),
                };
                assert!(found, "the {whose} export lacks {table}.{column}: {document:#}");
            }
        }
        let sign_up = |document: &Value| {
            let all = document["signUps"].as_array().expect("a list").clone();
            all.into_iter().find(|row| row["need"] == "Ramp").expect("the sign-up with its need")
        };
        let row = sign_up(&own);
        assert_eq!(row["occasion"]["training"]["title"], "Platserna");
        assert_eq!(row["createdByThePerson"], true);
        assert_eq!(row["movements"][0]["cause"], "SIGN_UP");
        assert!(own["memberships"][0]["subject"].is_string() && own["person"]["email"].is_string());
        sign_up(&by_administrator);
        let issue = |document: &Value| document["issuesRaised"][0].clone();
        assert_eq!((&issue(&own)["title"], &issue(&own)["description"]), (&json!("Vilrum"), &json!("Ett vilrum")));
        let told = issue(&by_administrator);
        assert_eq!((&told["status"], &told["title"], &told["description"]), (&json!("RAISED"), &Value::Null, &Value::Null),
            "an administrator learns that there is one, and not what it says");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_somebody_needs_is_told_to_the_person_before_anybody_has_approved(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let member = server.by(approval::MEMBER);
        let one = occasion(&server, 5).await;
        let input = json!({ "occasionId": one, "need": "Ramp" });
        member.mutate("requestSignUp", input, "request { id }").await.data();
        let me = crate::notices::world::myself(&member).await;

        let own = export(&server, approval::MEMBER, None).await;
        let by_administrator = export(&server, approval::ADMINISTRATOR, Some(&me)).await;

        assert_eq!(own["signUpRequests"][0]["need"], "Ramp");
        assert_eq!(by_administrator["signUpRequests"][0]["status"], "REQUESTED");
        assert_eq!(by_administrator["signUpRequests"][0]["need"], Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_export_says_which_sealed_minutes_name_the_person(backend: Backend) {
        let server = Server::start(backend).await;
        let world = held(&server).await;
        let secretary = server.by(SECRETARY);
        save(&secretary, &world.meeting, 0, "Mötet öppnades.").await.data();
        let sealed = async || {
            let document = export(&server, MEMBER, None).await;
            let attended = document["meetingsAttended"].as_array().expect("a list").clone();
            let this = attended.into_iter().find(|row| row["meeting"]["id"] == json!(world.meeting));
            this.expect("the meeting")["sealedMinutes"].clone()
        };
        let submitted = submit(&server, &secretary, &world.meeting, 1, &[CHAIR, SECOND]).await;
        let minutes = id(&submitted, "submitMinutes/minutes/id");
        assert_eq!(sealed().await, json!([]), "not yet");
        for verifier in [CHAIR, SECOND] {
            verify(&server.by(verifier), &minutes, 1).await.data();
        }

        let told = sealed().await;
        assert_eq!((told.as_array().map(Vec::len), &told[0]["edition"]), (Some(1), &json!(1)), "{told}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_certificate_in_the_export_names_nobody_whose_identity_is_protected_now(backend: Backend) {
        let server = Server::start(backend).await;
        let holder = "alvesta-member";
        let completion = completed(&server, holder).await;
        issued(&server.by(holder), completion).await;
        let me = crate::notices::world::myself(&server.by(holder)).await;
        let name = |document: Value| document["certificates"][0]["holderName"].clone();
        assert!(name(export(&server, ADMINISTRATOR, Some(&me)).await).is_string(), "the organiser's");
        protect(&server, holder, true).await;

        assert_eq!(name(export(&server, ADMINISTRATOR, Some(&me)).await), Value::Null);
        assert!(name(export(&server, holder, None).await).is_string(), "one's own");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_person_learns_which_organisation_read_and_the_administrator_who(backend: Backend) {
        let server = Server::start(backend).await;
        let me = server.by("alvesta-member").query("{ viewer { person { id } } }").await;
        let me = me.at("viewer/person/id").as_str().expect("an id").to_owned();
        let one = occasion(&server, 5).await;
        sign_up(&server.by("alvesta-coordinator"), &one, &[&me]).await;
        let names = "query($id: ID!) { occasion(id: $id) { signUps { nodes { participant { name } } } } }";
        for reader in ["alvesta-coordinator", ORGANISER] {
            server.by(reader).ask(names, json!({ "id": one })).await.data();
        }

        let own = export(&server, "alvesta-member", None).await;
        let by_organiser = export(&server, ADMINISTRATOR, Some(&me)).await;

        let read = |document: &Value| -> Vec<(Value, bool)> {
            let log = document["logAboutThePerson"].as_array().expect("a list").clone();
            let log = log.into_iter().filter(|entry| entry["action"] == "READ");
            log.map(|entry| (entry["actorOrganisation"]["name"].clone(), entry["actorId"].is_string())).collect()
        };
        let own_log = read(&own);
        assert!(own_log.contains(&(json!("Alvesta kommun"), false)), "{own_log:?}");
        assert!(own_log.contains(&(json!("Region Kronoberg"), false)), "another organisation's reading is told too: {own_log:?}");
        assert_eq!(read(&by_organiser), [(json!("Region Kronoberg"), true)], "its own log only, with the actor");
        assert_eq!(by_organiser["memberships"], json!([]), "what Alvesta holds is Alvesta's to give");
        assert_eq!(by_organiser["person"]["email"], Value::Null);
        assert_eq!(by_organiser["signUps"].as_array().map(Vec::is_empty), Some(false), "the place at its own occasion");
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_administrators_export_is_in_the_audit_log_and_ones_own_is_not(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let log = "query($id: ID) { auditLog(personId: $id, actions: [READ]) { totalCount } }";
        let entries = async |id: &str| {
            let answer = server.by(ADMINISTRATOR).ask(log, json!({ "id": id })).await;
            answer.at("auditLog/totalCount").as_i64()
        };

        let document = export(&server, ADMINISTRATOR, Some(&person)).await;
        let own = export(&server, "region-kronoberg-member", None).await;

        assert_eq!(document["person"]["name"], format!("{MARK} Namn"));
        assert_eq!(entries(&person).await, Some(1));
        assert_eq!(entries(own["person"]["id"].as_str().expect("an id")).await, Some(0));
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_one_does_for_another_organisation_is_asked_for_there(backend: Backend) {
        let server = Server::start(backend).await;
        let me = server.by("two-roles-employee").query("{ viewer { person { id } } }").await;
        let me = me.at("viewer/person/id").as_str().expect("an id").to_owned();
        let training = training(&server, &json!({})).await;
        let mut places = Vec::new();
        for (persona, days) in [("vaxjo-coordinator", 30), ("barnens-ratt-kronoberg-coordinator", 40)] {
            let times = json!({ "timeBlocks": [block(day(days), 3)] });
            let one = occasion_of(&server, &training, &times).await;
            places.extend(sign_up(&server.by(persona), &one, &[&me]).await);
        }

        let employee = export(&server, "two-roles-employee", None).await.to_string();
        let volunteer = export(&server, "two-roles-volunteer", None).await.to_string();

        assert!(employee.contains(&places[0].id) && !employee.contains(&places[1].id), "{employee}");
        assert!(volunteer.contains(&places[1].id) && !volunteer.contains(&places[0].id), "{volunteer}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_export_takes_as_many_statements_for_many_rows_as_for_few(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let training = training(&server, &json!({})).await;
        let query = "query($id: ID) { personalData(personId: $id) { document } }";
        let mut taken = Vec::new();

        for rows in [1..2, 2..14] {
            for days in rows {
                let times = json!({ "timeBlocks": [block(day(days), 3)] });
                let one = occasion_of(&server, &training, &times).await;
                sign_up(&server.by(ORGANISER), &one, &[&person]).await;
            }
            let administrator = server.by(ADMINISTRATOR);
            let (statements, answer) = server.statements(administrator.ask(query, json!({ "id": person }))).await;
            answer.data();
            taken.push(statements);
        }

        assert!((taken[0] - taken[1]).abs() < 0.5, "an export took {taken:?} statements: load each kind at once");
        server.stop().await;
    }
}
