//! What each relation sees: the chapter "Reading" of the matrix.

use super::{
    behind::{execute, query},
    matrix::{compare, rows, verdict},
    relation::{RELATIONS, fill, fill_sql},
};
use crate::harness::{Answer, Backend, Server, on_both_databases};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::collections::BTreeMap;

const PROBES: &str = include_str!("reading.md");

/// How a row is tried: a query, and the place in its answer that the cell is about.
struct Probe {
    query: String,
    path: String,
}

/// The probes by what they try: a heading, then the path, then the query.
fn probes() -> BTreeMap<String, Probe> {
    PROBES
        .split("\n### ")
        .skip(1)
        .map(|part| {
            let (what, rest) = part.split_once('\n').expect("a heading");
            let mut fences = rest.split("```");
            let path = fences.next().expect("a path").trim().replace('`', "");
            let query = fences
                .next()
                .expect("a query")
                .trim_start_matches("graphql");
            let probe = Probe {
                query: query.trim().to_owned(),
                path,
            };
            (what.trim().to_owned(), probe)
        })
        .collect()
}

/// What makes the demonstration's world hold an example of everything that rows speak of.
const PREPARE: &[&str] = &[
    // A document of a group, and one of an item that has a guest; each bears the id of what it belongs to.
    "INSERT INTO document (id, group_id, item_id, title, file_name, media_type, size, sha256, blob, organisation_id, uploaded_at) \
     SELECT g.id, g.id, NULL, 'Arbetsplan', 'a.pdf', 'application/pdf', 9, \
     '0000000000000000000000000000000000000000000000000000000000000000', 'a', <organisation 2120000639>, g.created_at \
     FROM collaboration_group g WHERE g.id = <group lst>",
    "INSERT INTO document (id, group_id, item_id, title, file_name, media_type, size, sha256, blob, organisation_id, uploaded_at) \
     SELECT i.id, i.group_id, i.id, 'Underlag', 'b.pdf', 'application/pdf', 9, \
     '0000000000000000000000000000000000000000000000000000000000000000', 'b', <organisation 2120000639>, i.created_at \
     FROM agenda_item i WHERE i.title = 'Gemensam utbildningsdag med föreningslivet'",
    "INSERT INTO training_share (training_id, organisation_id) \
     VALUES (<training vardag>, <organisation 2120000639>)",
    "INSERT INTO notice (id, kind, organisation_id, person_id, occasion_id, sign_up_id, created_at) \
     SELECT id, 'PROMOTED', organisation_id, person_id, occasion_id, id, created_at FROM sign_up \
     WHERE id IN (<signup vardag david.rosenqvist>, <signup vardag nils.bergaker>)",
    "INSERT INTO completion (id, person_id, organisation_id, training_id, occasion_id, sign_up_id, source, \
     completed_on, recorded_at) \
     SELECT s.id, s.person_id, s.organisation_id, o.training_id, o.id, s.id, 'ATTENDANCE', '2026-02-20', s.created_at \
     FROM sign_up s JOIN training_occasion o ON o.id = s.occasion_id WHERE s.id = <signup vardag david.rosenqvist>",
    "INSERT INTO certificate (id, completion_id, person_id, organisation_id, issuer_organisation_id, training_id, \
     code, salt, holder_name, shows_name, issuer_name, title, description, criteria, completed_on, issued_at) \
     SELECT c.id, c.id, c.person_id, c.organisation_id, t.accountable_organisation_id, t.id, \
     '1111111111111111111111111111', 'salt', 'Någon Någonsson', false, 'Region Kronoberg', t.title, '', 'Närvaro', c.completed_on, c.recorded_at \
     FROM completion c JOIN training t ON t.id = c.training_id WHERE c.id = <signup vardag david.rosenqvist>",
    "INSERT INTO completion (id, person_id, organisation_id, training_id, occasion_id, sign_up_id, source, \
     completed_on, recorded_at) \
     SELECT s.id, s.person_id, s.organisation_id, o.training_id, o.id, s.id, 'ATTENDANCE', '2026-02-20', s.created_at \
     FROM sign_up s JOIN training_occasion o ON o.id = s.occasion_id WHERE s.id = <signup vardag nils.bergaker>",
    "INSERT INTO certificate (id, completion_id, person_id, organisation_id, issuer_organisation_id, training_id, \
     code, salt, holder_name, shows_name, issuer_name, title, description, criteria, completed_on, issued_at) \
     SELECT c.id, c.id, c.person_id, c.organisation_id, t.accountable_organisation_id, t.id, \
     '2222222222222222222222222222', 'salt', 'Någon Någonsson', false, 'Region Kronoberg', t.title, '', 'Närvaro', c.completed_on, c.recorded_at \
     FROM completion c JOIN training t ON t.id = c.training_id WHERE c.id = <signup vardag nils.bergaker>",
    "UPDATE completion SET valid_until = '2026-05-01' WHERE id = <signup vardag nils.bergaker>",
    "INSERT INTO check_in_right (id, occasion_id, person_id, organisation_id, granted_at) \
     SELECT id, occasion_id, person_id, organisation_id, created_at FROM sign_up \
     WHERE id = <signup vardag david.rosenqvist>",
    "INSERT INTO calendar_feed (id, person_id, organisation_id, name, secret_digest, created_at, expires_at) \
     SELECT s.id, s.person_id, s.organisation_id, 'Telefonen', 'a', s.created_at, o.ends_at \
     FROM sign_up s JOIN training_occasion o ON o.id = s.occasion_id WHERE s.id = <signup vardag david.rosenqvist>",
    "INSERT INTO mandatory_training (id, organisation_id, training_id, created_at) \
     SELECT id, organisation_id, <training vardag>, created_at FROM sign_up \
     WHERE id = <signup vardag nils.bergaker>",
    "INSERT INTO sign_up_request (id, occasion_id, organisation_id, person_id, status, created_at) \
     SELECT id, occasion_id, organisation_id, person_id, 'REQUESTED', created_at FROM sign_up \
     WHERE id = <signup vardag david.rosenqvist>",
    "UPDATE outreach_visit SET organisation_id = <organisation 2321000065>, \
     requested_by_organisation_id = <organisation 2120000639> WHERE status = 'ACCEPTED'",
    "INSERT INTO visit_notice (id, kind, organisation_id, visit_id, created_at) \
     SELECT id, 'VISIT_REQUESTED', organisation_id, id, created_at FROM outreach_visit WHERE status = 'ACCEPTED'",
    "UPDATE training_programme SET sharing = 'COUNTY', county_code = '07' WHERE number = 1",
    "INSERT INTO group_notice (id, kind, organisation_id, person_id, group_id, created_at) \
     SELECT h.id, 'SEAT_GIVEN', s.organisation_id, h.person_id, s.group_id, h.recorded_at FROM seat_holder h \
     JOIN group_seat s ON s.id = h.seat_id WHERE h.id = <holder lst petra.soderlind>",
];

/// What an answer shows at a path: `k of n` below a `*`, otherwise the value in a word.
pub fn shown(answer: &Answer, path: &str) -> String {
    if answer.status != 200 {
        return answer.status.to_string();
    }
    if !answer.codes().is_empty() {
        return answer.codes().join("+");
    }
    let mut found = vec![&answer.body["data"]];
    let mut counted = false;
    for step in path.split('/') {
        if step == "*" {
            if found == [&Value::Null] {
                return "null".to_owned();
            }
            counted = true;
            found = found
                .into_iter()
                .flat_map(|value| value.as_array().into_iter().flatten())
                .collect();
        } else {
            let next = |value: &'_ Value| match step.parse::<usize>() {
                Ok(index) => value.get(index).is_some(),
                Err(_) => value.is_null() || value.get(step).is_some(),
            };
            assert!(
                found.iter().all(|value| next(value)),
                "no {step} of {path} in {}",
                answer.text
            );
            found = found
                .into_iter()
                .map(|value| match step.parse::<usize>() {
                    Ok(index) => &value[index],
                    Err(_) => &value[step],
                })
                .collect();
        }
    }
    if counted {
        let seen = found.iter().filter(|value| !value.is_null()).count();
        return format!("{seen} of {}", found.len());
    }
    match found[0] {
        Value::Null => "null".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => "shown".to_owned(),
        other => panic!("{path} ends in {other}; let it end in a value"),
    }
}

async fn prepared(backend: Backend) -> Server {
    let server = Server::start(backend).await;
    for sql in PREPARE {
        execute(&server, &fill_sql(sql)).await;
    }
    for comment in ["Bra", "Mer, tack"] {
        let input = format!(
            "{{\"organisationId\": \"<organisation 2321000065>\", \"page\": \"/stod\", \
             \"helpful\": true, \"comment\": \"{comment}\"}}"
        );
        let input = serde_json::from_str(&fill(&server, &input).await).expect("JSON");
        let visitor = server.anonymous();
        let sent = visitor.mutate("sendPageFeedback", input, "message").await;
        assert!(sent.user_errors("sendPageFeedback").is_empty());
    }
    // So that Region Kronoberg has an audit log to read.
    let names = "{ viewer { organisation { members { nodes { person { name } } } } } }";
    server
        .by("region-kronoberg-coordinator")
        .query(names)
        .await
        .data();
    server
}

on_both_databases! {
    async fn everybody_sees_what_the_matrix_says_and_nothing_else(backend: Backend) {
        let server = prepared(backend).await;
        let probes = probes();
        let mut faults = Vec::new();

        for row in rows("Reading") {
            let Some(probe) = probes.get(&row.what) else {
                faults.push(format!("reading.md does not say how to try \"{}\"", row.what));
                continue;
            };
            let query = fill(&server, &probe.query).await;
            let mut answers = Vec::new();
            for relation in &RELATIONS {
                let answer = relation.who.caller(&server).query(&query).await;
                answers.push(shown(&answer, &probe.path));
            }
            compare(&row, &answers, &mut faults);
        }

        verdict(&faults);
        server.stop().await;
    }
}

on_both_databases! {
    async fn needs_are_shown_to_the_organiser_for_thirty_days_and_not_a_second_longer(backend: Backend) {
        let server = prepared(backend).await;
        let ends = "SELECT ends_at FROM training_occasion WHERE id = <occasion vardag>";
        let ends = query(&server, &fill_sql(ends)).await;
        let ends: DateTime<Utc> = ends[0].try_get("", "ends_at").expect("an instant");
        let needs = "{ occasion(id: \"<occasion vardag>\") { signUps { nodes { need } } } }";
        let needs = fill(&server, needs).await;
        let path = "occasion/signUps/nodes/*/need";
        let see = async |who: &str, at: DateTime<Utc>| {
            server.travel_to(at);
            shown(&server.by(who).query(&needs).await, path)
        };
        let last = ends + TimeDelta::days(30);
        let later = last + TimeDelta::milliseconds(1);

        let organiser = [
            see("region-kronoberg-coordinator", last).await,
            see("region-kronoberg-coordinator", later).await,
        ];
        let oneself = [
            see("region-kronoberg-member", last).await,
            see("region-kronoberg-member", later).await,
        ];

        assert_eq!(organiser, ["3 of 12", "0 of 12"], "the last moment, and the one after it");
        assert_eq!(oneself, ["1 of 1", "1 of 1"], "one's own entry stays one's own");
        server.stop().await;
    }
}

#[test]
fn every_probe_has_a_row_in_the_matrix() {
    let rows = rows("Reading");
    let unused: Vec<String> = probes()
        .into_keys()
        .filter(|what| rows.iter().all(|row| row.what != *what))
        .collect();

    assert!(
        unused.is_empty(),
        "add rows to the chapter Reading of matrix.md: {unused:?}"
    );
}
