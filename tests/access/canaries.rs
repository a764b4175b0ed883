//! Canaries: what is hidden holds a marker, and whoever it is hidden from asks for everything. No answer
//! may sing.

use super::{
    behind::{execute, literal, plant_documents},
    crawl::{ask_all, questions},
    facts::{Council, Eye, Facts, Meetings, Records},
    relation::{Who, fill},
};
use crate::harness::{Answer, Server, on_both_databases};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write, path::Path};

/// Begins and ends every marker: no word of the demonstration holds it.
const FENCE: &str = "zq";

/// Columns of the kind `Confidential`, each with the marker that it gets.
const CONFIDENTIAL: [(&str, &str); 11] = [
    ("appointment.decision", "decided"),
    ("appointment.decline_reason", "declined"),
    // Under the manager's rule for the door.
    ("appointment_answer.decline_reason", "declined"),
    // An id, that the person's name sings for.
    ("appointment.person_id", "name"),
    ("certificate.holder_name", "holder"),
    // The same column as `person.name`, under the rule for the door.
    ("expected_person.name", "name"),
    ("participant_need.need", "need"),
    ("person.email", "email"),
    ("person.name", "name"),
    ("person.search_name", "search"),
    ("requested_need.need", "asked"),
];

/// Who looks for them: strangers of every kind, and one who may see much, as a positive control.
const LOOKERS: [Who; 9] = [
    Who::Persona("region-kronoberg-coordinator"),
    Who::Persona("region-kronoberg-member"),
    Who::Persona("lansstyrelsen-kronoberg-coordinator"),
    Who::Persona("alvesta-coordinator"),
    Who::Persona("barnens-ratt-kronoberg-coordinator"),
    Who::Persona("two-roles-volunteer"),
    Who::Persona("region-blekinge-coordinator"),
    Who::Service("2120000639", &[]),
    Who::Anonymous,
];

fn marker(kind: &str, number: usize) -> String {
    format!("{FENCE}{kind}{number}{FENCE}")
}

/// Where the markers that stand for numbers begin: no other number is this large.
const NUMBERS: usize = 700_000;

/// Hides a marker in every row; the number is the row's place in the facts.
async fn plant(server: &Server, facts: &Facts) {
    let mut sql = String::new();
    let mut add = |statement: String| writeln!(sql, "{statement};").expect("a text");
    for (number, (id, _)) in facts.people.iter().enumerate() {
        add(format!(
            "UPDATE person SET name = '{}', email = '{}', search_name = '{}', sort_name = '{}' WHERE id = {}",
            marker("name", number),
            marker("email", number),
            marker("search", number),
            marker("name", number),
            literal(server, *id)
        ));
    }
    add("DELETE FROM participant_need".to_owned());
    for (number, row) in facts.sign_ups.iter().enumerate() {
        add(format!(
            "INSERT INTO participant_need (sign_up_id, need) VALUES ({}, '{}')",
            literal(server, row.id),
            marker("need", number)
        ));
    }
    // Everybody with a place has asked for it, too: what was needed then is shown to the person only.
    add(
        "INSERT INTO sign_up_request (id, occasion_id, organisation_id, person_id, status, created_at, decided_at) \
         SELECT id, occasion_id, organisation_id, person_id, 'APPROVED', created_at, created_at FROM sign_up \
         WHERE person_id IS NOT NULL"
            .to_owned(),
    );
    for (number, row) in facts.sign_ups.iter().enumerate() {
        if row.person.is_some() {
            add(format!(
                "INSERT INTO requested_need (request_id, need) VALUES ({}, '{}')",
                literal(server, row.id),
                marker("asked", number)
            ));
        }
    }
    for (number, row) in facts.appointments.iter().enumerate() {
        add(format!(
            "UPDATE appointment SET decision = '{}', decline_reason = '{}' WHERE id = {}",
            marker("decided", number),
            marker("declined", number),
            literal(server, row.id)
        ));
    }
    for (number, id) in facts.calendar_feeds.iter().enumerate() {
        add(format!(
            "UPDATE calendar_feed SET name = '{}' WHERE id = {}",
            marker("feed", number),
            literal(server, *id)
        ));
    }
    for (number, id) in facts.certificates.iter().enumerate() {
        add(format!(
            "UPDATE certificate SET holder_name = '{}' WHERE id = {}",
            marker("holder", number),
            literal(server, *id)
        ));
    }
    for (number, row) in facts.trainings.iter().enumerate() {
        let title = marker("title", number);
        add(format!(
            "UPDATE training SET title = '{title}', description = '{title}', search_text = '{title}', \
             sort_title = '{title}', url = '{title}', qualifies_for = '{title}' WHERE id = {}",
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.occasions.iter().enumerate() {
        let place = marker("place", number);
        add(format!(
            "UPDATE training_occasion SET venue_name = '{place}', venue_address = '{place}', \
             online_url = '{place}', cancellation_reason = '{place}' WHERE id = {}",
            literal(server, row.id)
        ));
    }
    for (number, (occasion, organisation)) in facts.quotas.iter().enumerate() {
        add(format!(
            "UPDATE seat_quota SET maximum = {} WHERE occasion_id = {} AND organisation_id = {}",
            NUMBERS + number,
            literal(server, *occasion),
            literal(server, *organisation)
        ));
    }
    execute(server, &sql).await;
    plant_in_meetings(server, facts).await;
}

async fn plant_in_meetings(server: &Server, facts: &Facts) {
    let mut sql = String::new();
    let mut add = |statement: String| writeln!(sql, "{statement};").expect("a text");
    for (number, row) in facts.meetings.items.iter().enumerate() {
        let item = marker("item", number);
        add(format!(
            "UPDATE agenda_item SET title = '{item}', description = '{item}', decline_reason = '{item}' WHERE id = {}",
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.meetings.all.iter().enumerate() {
        let (meeting, notice, link) = (
            marker("meeting", number),
            marker("notice", number),
            marker("link", number),
        );
        add(format!(
            "UPDATE meeting SET title = '{meeting}', venue_name = '{meeting}', venue_address = '{meeting}', \
             cancellation_reason = '{meeting}', notice_text = '{notice}', online_url = '{link}' WHERE id = {}",
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.meetings.minutes.iter().enumerate() {
        let text = marker("minutes", number);
        add(format!(
            "UPDATE meeting_minutes SET body = '{text}', attendance = '{text}', decisions = '{}' WHERE id = {}",
            decision(&text),
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.meetings.texts.iter().enumerate() {
        add(format!(
            "UPDATE minutes_version SET body = '{}' WHERE id = {}",
            marker("saved", number),
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.meetings.verifiers.iter().enumerate() {
        add(format!(
            "UPDATE minutes_verifier SET line = '{}' WHERE id = {}",
            marker("verify", number),
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.meetings.documents.iter().enumerate() {
        let text = marker("document", number);
        add(format!(
            "UPDATE document SET title = '{text}', file_name = '{text}.pdf' WHERE id = {}",
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.council.issues.iter().enumerate() {
        let text = marker("issue", number);
        add(format!(
            "UPDATE council_issue SET title = '{text}', description = '{text}' WHERE id = {}",
            literal(server, row.id)
        ));
        add(format!(
            "UPDATE council_issue SET answer = '{text}' WHERE answer IS NOT NULL AND id = {}",
            literal(server, row.id)
        ));
    }
    for (number, row) in facts.meetings.registrations.iter().enumerate() {
        add(format!(
            "UPDATE meeting_registration SET registration_number = '{}' WHERE id = {}",
            marker("diary", number),
            literal(server, row.id)
        ));
    }
    execute(server, &sql).await;
    plant_in_records(server, facts).await;
}

/// Decisions as minutes and extracts keep them.
fn decision(text: &str) -> String {
    json!([{ "number": text, "title": text, "text": text }]).to_string()
}

async fn plant_in_records(server: &Server, facts: &Facts) {
    let records = &facts.records;
    let mut sql = String::new();
    let mut add = |statement: String, id| {
        writeln!(sql, "{statement} WHERE id = {};", literal(server, id)).expect("a text");
    };
    for (number, row) in records.decisions.iter().enumerate() {
        let text = marker("decision", number);
        add(
            format!(
                "UPDATE decision SET title = '{text}', body = '{text}', search_text = '{text}'"
            ),
            row.id,
        );
    }
    for (number, row) in records.actions.iter().enumerate() {
        let text = marker("action", number);
        add(
            format!(
                "UPDATE group_action SET title = '{text}', description = '{text}', reason = '{text}'"
            ),
            row.id,
        );
    }
    for (number, row) in records.reports.iter().enumerate() {
        add(
            format!(
                "UPDATE action_report SET body = '{}'",
                marker("report", number)
            ),
            row.id,
        );
    }
    for (number, row) in records.extracts.iter().enumerate() {
        let text = marker("extract", number);
        add(
            format!(
                "UPDATE minutes_extract SET body = '{text}', group_name = '{text}', decisions = '{}'",
                decision(&text)
            ),
            row.id,
        );
    }
    execute(server, &sql).await;
    plant_in_initiatives(server, facts).await;
}

async fn plant_in_initiatives(server: &Server, facts: &Facts) {
    let mut sql = String::new();
    for (number, row) in facts.initiatives.all.iter().enumerate() {
        let (text, id) = (marker("entry", number), literal(server, row.id));
        writeln!(
            sql,
            "UPDATE initiative SET name = '{text}', description = '{text}', search_text = '{text}', sort_name = '{text}', \
             registration_number = '{text}', contact_function = '{text}' WHERE id = {id}; \
             UPDATE initiative_party SET note = '{text}' WHERE initiative_id = {id}; \
             UPDATE initiative_part SET name = '{text}' WHERE initiative_id = {id}; \
             UPDATE initiative_activity SET title = '{text}', description = '{text}' WHERE initiative_id = {id};"
        )
        .expect("a text");
    }
    for (number, row) in facts.visits.iter().enumerate() {
        let (text, id) = (marker("visit", number), literal(server, row.id));
        writeln!(
            sql,
            "UPDATE outreach_visit SET wishes = '{text}', place = '{text}' WHERE id = {id};"
        )
        .expect("a text");
    }
    execute(server, &sql).await;
}

/// Gives every participant a certificate and a calendar feed. The first one's holder wants the name shown, and its code is known: the
/// one in `calls` of crawl.rs.
async fn certify(server: &Server) {
    let mut sql = String::new();
    let facts = Facts::of(server).await;
    // A place gives one completion: those of the demonstration make room.
    sql.push_str("DELETE FROM completion;\n");
    let named = facts.sign_ups.iter().filter(|row| row.person.is_some());
    for (number, row) in named.enumerate() {
        let id = literal(server, row.id);
        let shown = number == 0;
        writeln!(
            sql,
            "INSERT INTO completion (id, person_id, organisation_id, training_id, occasion_id, sign_up_id, source, \
             completed_on, recorded_at) \
             SELECT s.id, s.person_id, s.organisation_id, o.training_id, o.id, s.id, 'ATTENDANCE', '2026-02-20', \
             s.created_at FROM sign_up s JOIN training_occasion o ON o.id = s.occasion_id WHERE s.id = {id};
             INSERT INTO certificate (id, completion_id, person_id, organisation_id, issuer_organisation_id, \
             training_id, code, salt, holder_name, shows_name, issuer_name, title, description, criteria, \
             completed_on, issued_at) \
             SELECT c.id, c.id, c.person_id, c.organisation_id, t.accountable_organisation_id, t.id, \
             '{number:028}', 'salt', '', {shown}, '', 'Intyg', '', '', c.completed_on, c.recorded_at \
             FROM completion c JOIN training t ON t.id = c.training_id WHERE c.id = {id};
             INSERT INTO calendar_feed (id, person_id, organisation_id, name, secret_digest, created_at, expires_at) \
             SELECT s.id, s.person_id, s.organisation_id, '', '{number}', s.created_at, '2027-01-01T00:00:00+00:00' \
             FROM sign_up s WHERE s.id = {id};"
        )
        .expect("a text");
    }
    execute(server, &sql).await;
}

/// The markers that somebody may see, by the rules told again in `facts`.
fn allowed(facts: &Facts, eye: &Eye) -> BTreeSet<String> {
    // What a holder has chosen to show is for everybody with the code.
    let mut markers = BTreeSet::from([marker("holder", 0)]);
    // `certify` gives a certificate and a feed the id of a sign-up.
    let is_participant = |id: &uuid::Uuid| {
        let sign_up = facts.sign_ups.iter().find(|row| row.id == *id);
        sign_up.is_some_and(|row| {
            eye.person.is_some()
                && eye.person == row.person
                && eye.organisation == Some(row.organisation)
        })
    };
    for (number, id) in facts.certificates.iter().enumerate() {
        // The holder exports the own name with the certificate.
        if is_participant(id) {
            markers.insert(marker("holder", number));
        }
    }
    for (number, id) in facts.calendar_feeds.iter().enumerate() {
        if is_participant(id) {
            markers.insert(marker("feed", number));
        }
    }
    for (number, (person, _)) in facts.people.iter().enumerate() {
        if facts.sees_name(eye, *person) {
            markers.insert(marker("name", number));
        }
        if facts.is_colleague(eye, *person) {
            markers.insert(marker("email", number));
        }
    }
    for (number, row) in facts.sign_ups.iter().enumerate() {
        if facts.sees_need(eye, row) {
            markers.insert(marker("need", number));
        }
        // What was needed with the request is the own person's to export.
        if is_participant(&row.id) {
            markers.insert(marker("asked", number));
        }
    }
    for (number, row) in facts.appointments.iter().enumerate() {
        if Facts::sees_decision(eye, row) {
            markers.insert(marker("decided", number));
            markers.insert(marker("declined", number));
        }
    }
    allow_meetings(facts, eye, &mut markers);
    allow_records(facts, eye, &mut markers);
    for (number, row) in facts.visits.iter().enumerate() {
        if row.is_seen(eye) {
            markers.insert(marker("visit", number));
        }
    }
    for (number, row) in facts.initiatives.all.iter().enumerate() {
        if facts.initiatives.sees(eye, row) {
            markers.insert(marker("entry", number));
        }
    }
    for (number, row) in facts.trainings.iter().enumerate() {
        if facts.sees_training(eye, row.id) {
            markers.insert(marker("title", number));
        }
    }
    for (number, row) in facts.occasions.iter().enumerate() {
        if facts.sees_occasion(eye, row.id) {
            markers.insert(marker("place", number));
        }
    }
    for (number, (occasion, organisation)) in facts.quotas.iter().enumerate() {
        if facts.sees_quota(eye, *occasion, *organisation) {
            markers.insert((NUMBERS + number).to_string());
        }
    }
    markers
}

fn allow_records(facts: &Facts, eye: &Eye, markers: &mut BTreeSet<String>) {
    let (groups, records) = (&facts.groups, &facts.records);
    for (number, row) in records.decisions.iter().enumerate() {
        if Records::sees_decision(groups, eye, row) {
            markers.insert(marker("decision", number));
        }
    }
    for (number, row) in records.actions.iter().enumerate() {
        if Records::sees_action(groups, eye, row) {
            markers.insert(marker("action", number));
        }
    }
    for (number, row) in records.reports.iter().enumerate() {
        if records.sees_report(groups, eye, row) {
            markers.insert(marker("report", number));
        }
    }
    for (number, row) in records.extracts.iter().enumerate() {
        if records.sees_extract(groups, eye, row) {
            markers.insert(marker("extract", number));
        }
    }
}

fn allow_meetings(facts: &Facts, eye: &Eye, markers: &mut BTreeSet<String>) {
    let (groups, meetings) = (&facts.groups, &facts.meetings);
    for (number, row) in meetings.items.iter().enumerate() {
        if meetings.sees_item(groups, eye, row) {
            markers.insert(marker("item", number));
        }
    }
    for (number, row) in meetings.all.iter().enumerate() {
        if meetings.sees_meeting(groups, eye, row) {
            markers.insert(marker("meeting", number));
        }
        if meetings.sees_link(groups, eye, row) {
            markers.insert(marker("link", number));
        }
        if Meetings::sees_notice(groups, eye, row) {
            markers.insert(marker("notice", number));
        }
    }
    for (number, row) in meetings.minutes.iter().enumerate() {
        if meetings.sees_minutes(groups, eye, row) {
            markers.insert(marker("minutes", number));
        }
    }
    for (number, row) in meetings.texts.iter().enumerate() {
        if meetings.sees_text(groups, eye, row) {
            markers.insert(marker("saved", number));
        }
    }
    for (number, row) in meetings.verifiers.iter().enumerate() {
        if meetings.sees_verifier(groups, eye, row) {
            markers.insert(marker("verify", number));
        }
    }
    for (number, row) in meetings.documents.iter().enumerate() {
        if meetings.sees_document(groups, eye, row) {
            markers.insert(marker("document", number));
        }
    }
    for (number, row) in facts.council.issues.iter().enumerate() {
        if Council::sees_issue(groups, eye, row) {
            markers.insert(marker("issue", number));
        }
    }
    for (number, row) in meetings.registrations.iter().enumerate() {
        if meetings.sees_registration(groups, eye, row) {
            markers.insert(marker("diary", number));
        }
    }
}

fn markers_in(text: &str, found: &mut BTreeSet<String>) {
    for part in text.split(FENCE) {
        let kind = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let is_marker = kind != part
            && (3..=8).contains(&kind.len())
            && kind.chars().all(|letter| letter.is_ascii_lowercase());
        if is_marker {
            found.insert(format!("{FENCE}{part}{FENCE}"));
        }
    }
}

/// Every marker in an answer: in its text, in what opaque strings hold when decoded, and among numbers.
fn sung(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            markers_in(text, found);
            if let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) {
                markers_in(&String::from_utf8_lossy(&bytes), found);
            }
        }
        Value::Number(number) => {
            let canary = number
                .as_u64()
                .and_then(|number| usize::try_from(number).ok());
            if let Some(canary) = canary.filter(|number| (NUMBERS..NUMBERS + 1000).contains(number))
            {
                found.insert(canary.to_string());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| sung(item, found)),
        Value::Object(members) => members.values().for_each(|member| sung(member, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn heard(answer: &Answer) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    sung(&answer.body, &mut found);
    markers_in(&answer.text, &mut found);
    found
}

on_both_databases! {
    async fn whatever_a_stranger_asks_no_answer_holds_what_is_hidden(backend: Backend) {
        let server = Server::start(backend).await;
        certify(&server).await;
        plant_documents(&server).await;
        let asks = questions(&server).await;
        let facts = Facts::of(&server).await;
        plant(&server, &facts).await;
        comment_on_every_organisation(&server, &facts).await;
        let mut faults = Vec::new();

        for who in LOOKERS {
            let allowed = allowed(&facts, &who.eye(&facts));
            let mut seen = BTreeSet::new();
            for (ask, answer) in asks.iter().zip(ask_all(&who.caller(&server), &asks).await) {
                assert_eq!(answer.status, 200, "{}: {}", ask.name, answer.text);
                let heard = heard(&answer);
                for marker in heard.difference(&allowed) {
                    faults.push(format!("{who:?} read {marker} through {}", ask.name));
                }
                seen.extend(heard);
            }
            // The positive control: what may be seen is found, so what is hidden would be.
            let missed: Vec<_> = allowed.difference(&seen).collect();
            if !missed.is_empty() {
                faults.push(format!("{who:?} may read {missed:?}, and the queries did not reach them"));
            }
        }

        assert!(
            faults.is_empty(),
            "{} canaries sang; the rule is in api/src/policy and in disclosure.rs:\n{}",
            faults.len(),
            faults.join("\n")
        );
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_finds_what_is_hidden_by_searching_for_it(backend: Backend) {
        let server = Server::start(backend).await;
        let facts = Facts::of(&server).await;
        let region = fill(&server, "<organisation 2321000065>").await;
        plant(&server, &facts).await;
        let draft = facts.trainings.iter().position(|row| row.status == "DRAFT").expect("a draft");
        let person = facts
            .members
            .iter()
            .find(|row| row.organisation == facts.organisation("2321000065").id)
            .expect("a member")
            .person;
        let person = facts.people.iter().position(|row| row.0 == person).expect("a person");
        let query = "query($region: ID!, $title: String!, $name: String!) {
            trainings(filter: { text: $title }) { totalCount }
            organisation(id: $region) { members(text: $name) { totalCount } }
            organisations(filter: { text: $name }) { totalCount }
        }";
        let variables = json!({
            "region": region,
            "title": marker("title", draft),
            "name": marker("search", person),
        });
        let search = async |who: &str| {
            let answer = server.by(who).ask(query, variables.clone()).await;
            [
                answer.at("trainings/totalCount").clone(),
                answer.at("organisation/members").clone(),
                answer.at("organisations/totalCount").clone(),
            ]
        };

        let stranger = search("region-skane-coordinator").await;
        let own = search("region-kronoberg-coordinator").await;

        assert_eq!(stranger, [json!(0), Value::Null, json!(0)], "a stranger found something");
        assert_eq!(own[1], json!({ "totalCount": 1 }), "the own coordinator finds the colleague");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_draft_is_shared_with_names_that_only_its_organisers_read(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ training(id: \"<training selected>\") { sharedWith { name } } }";
        let query = fill(&server, query).await;

        let own = server.by("vaxjo-coordinator").query(&query).await;
        let member = server.by("vaxjo-member").query(&query).await;
        let shared = server.by("alvesta-coordinator").query(&query).await;

        let names = own.at("training/sharedWith").as_array().expect("a list").len();
        assert_eq!(names, 2, "the organiser's coordinator knows with whom");
        assert_eq!(member.at("training/sharedWith"), &json!([]));
        assert_eq!(shared.at("training/sharedWith"), &json!([]));
        server.stop().await;
    }
}

/// What visitors write is for nobody to read through this API: counts only.
async fn comment_on_every_organisation(server: &Server, facts: &Facts) {
    for (number, row) in facts.organisations.iter().take(12).enumerate() {
        let input = json!({
            "organisationId": format!("organisation_{}", row.id.simple()),
            "page": "/sida",
            "helpful": false,
            "comment": marker("comment", number),
        });
        let visitor = server.anonymous();
        let sent = visitor.mutate("sendPageFeedback", input, "message").await;
        assert!(sent.user_errors("sendPageFeedback").is_empty());
    }
}

#[test]
fn every_confidential_column_has_a_canary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src");
    let mut columns = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("the entities") {
        let file = file.expect("a file").path();
        let table = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if file.extension().is_none_or(|kind| kind != "rs") || table == "confidential" {
            continue;
        }
        let source = std::fs::read_to_string(&file).expect("a source");
        for line in source
            .lines()
            .filter(|line| line.contains(": Confidential<"))
        {
            let column = line.trim().trim_start_matches("pub ");
            let column = column.split(':').next().expect("a column");
            columns.insert(format!("{table}.{column}"));
        }
    }

    let known: BTreeSet<String> = CONFIDENTIAL
        .iter()
        .map(|(column, _)| (*column).to_owned())
        .collect();

    assert_eq!(
        columns, known,
        "plant a marker for each new column of the kind Confidential in `plant`, say in `allowed` who may see \
         it, and add it to CONFIDENTIAL"
    );
}
