//! The retention job: to the moment, only where there is a rule, and the counts stay what they were.

use super::world::{
    ADMINISTRATOR, MARK, connections, export, guest, job, keep, marked, retain, somebody, uuid,
};
use crate::{
    access::behind::{changed, contents, execute, literal, query},
    approval::world::{self as approval, act, approve, asked, require},
    certificates::world::{completed, issued},
    harness::{Server, on_both_databases},
    notices::world::myself,
    seats::world::{
        ORGANISER, assert_consistent, block, day, moment, occasion, occasion_of, seats, sign_up,
        training,
    },
};
use chrono::{DateTime, Months, TimeDelta, Utc};
use serde_json::json;

/// The instant so many months later.
fn months_after(at: DateTime<Utc>, months: u32) -> DateTime<Utc> {
    at.checked_add_months(Months::new(months)).expect("a date")
}

async fn count(server: &Server, sql: &str) -> i64 {
    let rows = query(server, sql).await;
    rows[0].try_get("", "number").expect("a number")
}

on_both_databases! {
    async fn nothing_is_touched_without_a_rule(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let one = occasion(&server, 2).await;
        sign_up(&server.by(ORGANISER), &one, &[&person]).await;
        server.travel(TimeDelta::days(40_000));
        let before = contents(&server).await;

        let reached = retain(&server).await;

        assert!(reached.is_empty(), "{reached:?}");
        assert_eq!(changed(&before, &contents(&server).await), ["retention_run"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_sign_up_loses_the_person_when_its_months_have_passed_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let person = somebody(&server).await;
        let one = occasion(&server, 2).await;
        let places = sign_up(&organiser, &one, &[&person]).await;
        let sign_up_id: entity::id::SignUpId = places[0].id.parse().expect("an id");
        let row = literal(&server, sign_up_id.uuid());
        let id = literal(&server, uuid(&person));
        // As if the person had signed up alone.
        execute(&server, &format!(
            "UPDATE sign_up SET created_by = {id} WHERE id = {row}; UPDATE seat_movement SET actor_id = {id} WHERE sign_up_id = {row}"
        )).await;
        keep(&server, "PARTICIPATION", Some(12)).await;
        let links = format!(
            "SELECT (SELECT count(*) FROM sign_up WHERE person_id = {id} OR created_by = {id}) \
             + (SELECT count(*) FROM seat_movement WHERE actor_id = {id}) \
             + (SELECT count(*) FROM audit_entry WHERE person_id = {id} AND subject IS NOT NULL) AS number"
        );
        let due = months_after(day(30) + TimeDelta::hours(3), 12);
        let before = seats(&organiser, &one).await;

        server.travel_to(due - moment());
        retain(&server).await;
        let kept = count(&server, &links).await;
        server.travel_to(due);
        let reached = retain(&server).await;

        assert_eq!(kept, 3, "a moment before, everything refers to the person");
        assert!(reached["PARTICIPATION"] >= 1, "{reached:?}");
        assert_eq!(count(&server, &links).await, 0, "then nothing does");
        assert_eq!(seats(&organiser, &one).await, before);
        assert_consistent(&server).await;
        assert_eq!(marked(&server).await, ["membership", "person"], "who belongs to the organisation is another rule");
        assert_eq!(retain(&server).await["PARTICIPATION"], 0, "a second run finds nothing to do");
        server.stop().await;
    }
}

on_both_databases! {
    async fn another_organisations_sign_ups_are_no_business_of_the_rule(backend: Backend) {
        let server = Server::start(backend).await;
        let persona = "alvesta-coordinator";
        let person = crate::seats::world::colleagues(&server, persona, 1).await.remove(0);
        let one = occasion(&server, 2).await;
        sign_up(&server.by(persona), &one, &[&person]).await;
        keep(&server, "PARTICIPATION", Some(1)).await;
        server.travel_to(day(365));

        retain(&server).await;

        let id = literal(&server, uuid(&person));
        let kept = format!("SELECT count(*) AS number FROM sign_up WHERE person_id = {id}");
        assert_eq!(count(&server, &kept).await, 1, "Alvesta has set no rule, though Region Kronoberg, which gives the training, has");
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_left_is_erased_when_the_months_have_passed_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let administrator = server.by(ADMINISTRATOR);
        let members = format!("{{ viewer {{ organisation {{ members(text: \"{MARK}\") {{ nodes {{ id }} }} }} }} }}");
        let member = administrator.query(&members).await;
        let member = member.at("viewer/organisation/members/nodes/0/id").clone();
        keep(&server, "MEMBERSHIP", Some(6)).await;
        server.travel_to(day(5));
        assert_eq!(retain(&server).await["MEMBERSHIP"], 0, "nobody is erased who has not left");
        administrator.mutate("endMembership", json!({ "membershipId": member }), "membership { id }").await.data();
        let due = months_after(day(5), 6);

        server.travel_to(due - moment());
        let before = retain(&server).await["MEMBERSHIP"];
        let named = marked(&server).await;
        server.travel_to(due);
        let after = retain(&server).await["MEMBERSHIP"];

        assert_eq!((before, after), (0, 1));
        assert_eq!(named, ["membership", "person"]);
        assert_eq!(marked(&server).await, [""; 0]);
        let log = administrator.query("{ erasureLog { nodes { personId cause decision } } }").await;
        let entry = json!([{ "personId": person, "cause": "RETENTION_RULE", "decision": "RK 2026/1" }]);
        assert_eq!(log.at("erasureLog/nodes"), &entry);
        assert_eq!(retain(&server).await["MEMBERSHIP"], 0, "nobody is erased twice");
        server.stop().await;
    }
}

on_both_databases! {
    async fn entries_of_the_log_are_removed_when_their_months_have_passed_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        server.travel_to(day(1));
        export(&server, ADMINISTRATOR, Some(&person)).await;
        keep(&server, "AUDIT_LOG", Some(3)).await;
        let entries = "SELECT count(*) AS number FROM audit_entry WHERE action = 'READ'";
        let due = months_after(day(1), 3);

        server.travel_to(due - moment());
        retain(&server).await;
        let kept = count(&server, entries).await;
        server.travel_to(due);
        retain(&server).await;

        assert_eq!((kept, count(&server, entries).await), (1, 0));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_completion_loses_the_person_when_it_has_run_out_for_so_long(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let id = literal(&server, uuid(&person));
        let completion = literal(&server, entity::id::CompletionId::new().uuid());
        let training = "(SELECT id FROM training ORDER BY id LIMIT 1)";
        execute(&server, &format!(
            "INSERT INTO completion (id, person_id, organisation_id, training_id, source, completed_on, valid_until, recorded_at) \
             VALUES ({completion}, {id}, (SELECT organisation_id FROM membership WHERE person_id = {id}), {training}, \
             'IMPORT', '2025-03-01', '2026-03-10', '2026-03-01T00:00:00Z')"
        )).await;
        keep(&server, "COMPLETION", Some(12)).await;
        let named = format!("SELECT count(*) AS number FROM completion WHERE person_id = {id}");
        let standing = format!("SELECT count(*) AS number FROM completion WHERE id = {completion}");

        let mut kept = Vec::new();
        for at in ["2027-03-10T23:59:59Z", "2027-03-11T00:00:00Z"] {
            server.travel_to(at.parse().expect("an instant"));
            retain(&server).await;
            kept.push(count(&server, &named).await);
        }

        assert_eq!(kept, [1, 0], "the last valid day counts whole");
        assert_eq!(count(&server, &standing).await, 1, "the completion stays for the counts");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_daily_run_is_done_once_a_day_however_many_processes_begin_it(backend: Backend) {
        let server = Server::start(backend).await;
        keep(&server, "AUDIT_LOG", Some(1)).await;
        let database = connections(&server).await;
        let daily = async || {
            let job = job(&server, &database);
            job.retention(Some(job.retention_day())).await.expect("the run succeeds").is_some()
        };

        let today = futures_util::future::join_all((0..6).map(|_| daily())).await;
        server.travel_to(day(1));
        let tomorrow = [daily().await, daily().await];

        assert_eq!(today.iter().filter(|ran| **ran).count(), 1, "{today:?}");
        assert_eq!(tomorrow, [true, false]);
        database.close().await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_was_asked_for_in_vain_loses_the_person_too_and_no_log_leads_back(backend: Backend) {
        let server = Server::start(backend).await;
        require(&server).await;
        let administrator = server.by(approval::ADMINISTRATOR);
        let rule = json!({ "kind": "PARTICIPATION", "months": 12, "decision": "VK 2026/1" });
        let set = administrator.mutate("setRetention", rule, "retentionRule { kind }").await;
        assert_eq!(set.user_errors("setRetention"), [""; 0]);
        let (member, approver) = (server.by(approval::MEMBER), server.by(approval::APPROVER));
        let person = myself(&member).await;
        let first_one = occasion(&server, 2).await;
        let training = training(&server, &json!({})).await;
        let later = json!({ "timeBlocks": [block(day(40), 3)] });
        let later_one = occasion_of(&server, &training, &later).await;
        let declined = asked(&member, &first_one).await;
        act(&approver, "declineSignUpRequest", &declined).await.data();
        let granted = asked(&member, &later_one).await;
        approve(&approver, &granted).await.data();
        let id = literal(&server, uuid(&person));
        let subjects = format!("('{declined}', '{granted}')");
        let links = format!(
            "SELECT (SELECT count(*) FROM sign_up_request WHERE person_id = {id}) \
             + (SELECT count(*) FROM audit_entry WHERE person_id = {id} AND subject IN {subjects}) \
             + (SELECT count(*) FROM notice WHERE person_id = {id} AND request_id IS NOT NULL) AS number"
        );
        let reasons = "SELECT count(*) AS number FROM sign_up_request WHERE reason IS NOT NULL";
        let asked_to = "SELECT count(*) AS number FROM notice WHERE kind = 'SIGN_UP_REQUESTED'";
        let (to_decide, ends) = (count(&server, asked_to).await, months_after(day(41), 12));

        server.travel_to(months_after(day(30), 12) - TimeDelta::hours(1));
        retain(&server).await;
        assert!(count(&server, &links).await >= 6, "not yet: {}", count(&server, &links).await);
        assert_eq!(count(&server, reasons).await, 1);
        server.travel_to(ends);
        let reached = retain(&server).await;

        assert!(reached["PARTICIPATION"] >= 2, "{reached:?}");
        assert_eq!(count(&server, &links).await, 0);
        assert_eq!(count(&server, reasons).await, 0, "a reason may name somebody");
        assert_eq!(count(&server, asked_to).await, to_decide, "who was asked to decide stays");
        assert_eq!(retain(&server).await["PARTICIPATION"], 0, "a second run finds nothing to do");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_completion_that_loses_the_person_leaves_no_certificate_in_the_log_that_leads_back(backend: Backend) {
        let server = Server::start(backend).await;
        let holder = "region-kronoberg-member";
        let completion = completed(&server, holder).await;
        let certificate = issued(&server.by(holder), completion).await;
        let person = myself(&server.by(holder)).await;
        keep(&server, "COMPLETION", Some(1)).await;
        let id = literal(&server, uuid(&person));
        let logged = format!(
            "SELECT count(*) AS number FROM audit_entry WHERE person_id = {id} AND subject = '{}'",
            certificate["id"].as_str().expect("an id")
        );
        assert_eq!(count(&server, &logged).await, 1);

        server.travel_to(months_after(day(0), 240));
        retain(&server).await;

        assert_eq!(count(&server, &logged).await, 0);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_was_put_on_a_seat_by_name_is_erased_some_months_after_leaving_it(backend: Backend) {
        let server = Server::start(backend).await;
        guest(&server, Some(day(30).date_naive().to_string())).await;
        keep(&server, "MEMBERSHIP", Some(6)).await;
        let due = months_after(day(30), 6);

        server.travel_to(due - TimeDelta::days(1));
        retain(&server).await;
        assert_eq!(marked(&server).await, ["person"], "the day before");
        server.travel_to(due);
        let reached = retain(&server).await;

        assert!(reached["MEMBERSHIP"] >= 1, "{reached:?}");
        assert_eq!(marked(&server).await, [""; 0]);
        assert_eq!(retain(&server).await["MEMBERSHIP"], 0);
        server.stop().await;
    }
}
