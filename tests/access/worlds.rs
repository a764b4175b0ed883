//! Non-interference: two worlds that differ only in what is hidden from somebody answer each of that
//! viewer's questions with the same bytes.
//!
//! Declassified on purpose, and so the same in both worlds: how many seats are taken and how many people
//! wait, for whoever sees the occasion; how many seats the guarantees of others leave to one's own
//! organisation (`freeForViewer`); the place in line of a sign-up that one sees.

use super::{
    behind::{changed, contents, execute, literal, plant_documents},
    crawl::{ask_all, questions},
    facts::{Council, Eye, Facts, Meetings, Records},
    relation::Who,
};
use crate::harness::{Server, on_both_databases};
use serde_json::json;
use std::fmt::Write;
use uuid::Uuid;

const LOOKERS: [Who; 6] = [
    Who::Anonymous,
    Who::Persona("alvesta-member"),
    Who::Persona("alvesta-coordinator"),
    Who::Persona("lansstyrelsen-kronoberg-coordinator"),
    Who::Persona("region-blekinge-coordinator"),
    Who::Persona("region-kronoberg-coordinator"),
];

/// The statements that change what is hidden from an eye, and nothing else.
struct Variation<'w> {
    server: &'w Server,
    facts: &'w Facts,
    eye: &'w Eye,
    sql: String,
    invented: u128,
}

impl Variation<'_> {
    fn add(&mut self, statement: &str) {
        writeln!(self.sql, "{statement};").expect("a text");
    }

    fn id(&self, id: Uuid) -> String {
        literal(self.server, id)
    }

    /// Somebody who is in one world only.
    fn invent(&mut self) -> String {
        self.invented += 1;
        let id = self.id(Uuid::from_u128((0x7 << 76) | (0x8 << 60) | self.invented));
        self.add(&format!(
            "INSERT INTO person (id, name, email, protected_identity, search_name, sort_name) \
             VALUES ({id}, 'Någon Annan', 'annan@annan.example', false, 'nagon annan', 'a')"
        ));
        id
    }

    fn people(&mut self) {
        for (person, protected) in &self.facts.people {
            let id = self.id(*person);
            if !self.facts.is_colleague(self.eye, *person) {
                self.add(&format!(
                    "UPDATE person SET email = 'annan@annan.example', search_name = 'annan', \
                     sort_name = 'annan' WHERE id = {id}"
                ));
            }
            if !self.facts.sees_name(self.eye, *person) {
                self.add(&format!("UPDATE person SET name = 'Annan' WHERE id = {id}"));
            }
            if !self.facts.sees_person(self.eye, *person) {
                let flag = !protected;
                self.add(&format!(
                    "UPDATE person SET protected_identity = {flag} WHERE id = {id}"
                ));
            }
        }
        for member in &self.facts.members {
            if !self.eye.sees_membership(member) {
                let id = self.id(member.id);
                self.add(&format!(
                    "UPDATE membership SET role = 'ADMINISTRATOR', staff_category = 'VOLUNTEER', \
                     unit_id = NULL, active_until = active_from, issuer = 'https://annan.example', \
                     subject = '{}' WHERE id = {id}",
                    member.id
                ));
            }
        }
    }

    fn sign_ups(&mut self) {
        for (number, row) in self.facts.sign_ups.iter().enumerate() {
            let id = self.id(row.id);
            if !self.facts.sees_need(self.eye, row) {
                self.add(&format!(
                    "DELETE FROM participant_need WHERE sign_up_id = {id}"
                ));
                if number % 2 == 0 {
                    self.add(&format!(
                        "INSERT INTO participant_need (sign_up_id, need) VALUES ({id}, 'Annat')"
                    ));
                }
            }
            if !self.facts.sees_sign_up(self.eye, row) && row.person.is_some() {
                let somebody = self.invent();
                self.add(&format!(
                    "UPDATE sign_up SET person_id = {somebody}, created_by = NULL WHERE id = {id}"
                ));
            }
        }
        for row in &self.facts.sign_ups {
            if !self.facts.sees_sign_up(self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE attendance SET grade = 'PARTLY' WHERE sign_up_id = {id}"
                ));
                self.add(&format!(
                    "DELETE FROM attendance_change WHERE sign_up_id = {id}"
                ));
            }
        }
        for row in &self.facts.completions {
            if !self.facts.sees_completion(self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE completion SET completed_on = '2001-02-03', valid_until = '2001-03-03' WHERE id = {id}"
                ));
            }
        }
        for (occasion, organisation) in &self.facts.quotas {
            if !self.facts.sees_quota(self.eye, *occasion, *organisation) {
                let (occasion, organisation) = (self.id(*occasion), self.id(*organisation));
                self.add(&format!(
                    "UPDATE seat_quota SET maximum = 900 \
                     WHERE occasion_id = {occasion} AND organisation_id = {organisation}"
                ));
            }
        }
    }

    fn council(&mut self) {
        for row in &self.facts.council.issues {
            if !Council::sees_issue(&self.facts.groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE council_issue SET title = 'Annat', description = 'Annat', unit_id = NULL, item_id = NULL \
                     WHERE id = {id}"
                ));
            }
        }
    }

    fn meetings(&mut self) {
        let (groups, meetings) = (&self.facts.groups, &self.facts.meetings);
        for row in &meetings.items {
            if !meetings.sees_item(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE agenda_item SET title = 'Annat', description = 'Annat', kind = 'FOLLOW_UP', version = 9, \
                     proposed_by = NULL, decline_reason = NULL WHERE id = {id}"
                ));
            }
        }
        for row in &meetings.all {
            let id = self.id(row.id);
            if !Meetings::sees_notice(groups, self.eye, row) {
                self.add(&format!(
                    "UPDATE meeting SET notice_text = 'Annat' WHERE id = {id}"
                ));
            }
            if !meetings.sees_link(groups, self.eye, row) {
                self.add(&format!(
                    "UPDATE meeting SET online_url = 'https://annan.example' WHERE id = {id}"
                ));
            }
            if !meetings.sees_meeting(groups, self.eye, row) {
                self.add(&format!(
                    "UPDATE meeting SET title = 'Annat', venue_name = 'Annat', status = 'PLANNED', \
                     starts_at = created_at, version = 9 WHERE id = {id}"
                ));
            }
        }
        for row in &meetings.documents {
            if !meetings.sees_document(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE document SET title = 'Annat', file_name = 'annat.txt', media_type = 'text/plain', size = 1 \
                     WHERE id = {id}"
                ));
            }
        }
        for row in &meetings.minutes {
            if !meetings.sees_minutes(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE meeting_minutes SET body = 'Annat', attendance = 'Annat', version = 9 WHERE id = {id}"
                ));
            }
        }
        for row in &meetings.texts {
            if !meetings.sees_text(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE minutes_version SET body = 'Annat', author_id = NULL WHERE id = {id}"
                ));
            }
        }
        for row in &meetings.verifiers {
            if !meetings.sees_verifier(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!("DELETE FROM minutes_verifier WHERE id = {id}"));
            }
        }
        for row in &meetings.registrations {
            if !meetings.sees_registration(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!("DELETE FROM meeting_registration WHERE id = {id}"));
            }
        }
        for row in &meetings.presences {
            if !meetings.sees_presence(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!("DELETE FROM {} WHERE id = {id}", row.table));
            }
        }
    }

    fn records(&mut self) {
        let (groups, records) = (&self.facts.groups, &self.facts.records);
        for row in &records.decisions {
            if !Records::sees_decision(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE decision SET title = 'Annat', body = 'Annat', search_text = 'barn annat', number = number + 70, \
                     version = 9 WHERE id = {id}"
                ));
            }
        }
        for row in &records.reports {
            if !records.sees_report(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!("DELETE FROM action_report WHERE id = {id}"));
            }
        }
        for row in &records.actions {
            if !Records::sees_action(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE group_action SET title = 'Annat', description = 'Annat', status = 'DONE', ended_at = assigned_at, \
                     due_on = NULL, version = 9 WHERE id = {id}"
                ));
            }
        }
        for row in &records.recipients {
            if !records.sees_recipient(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!("DELETE FROM extract_recipient WHERE id = {id}"));
            }
        }
        for row in &records.extracts {
            if !records.sees_extract(groups, self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE minutes_extract SET body = 'Annat', group_name = 'Annat', decisions = '[]' WHERE id = {id}"
                ));
            }
        }
    }

    fn initiatives(&mut self) {
        let initiatives = &self.facts.initiatives;
        for row in &initiatives.contacts {
            if !initiatives.sees_contact(self.eye, row) {
                let (id, somebody) = (self.id(row.initiative), self.invent());
                self.add(&format!(
                    "UPDATE initiative_contact SET person_id = {somebody} WHERE initiative_id = {id}"
                ));
            }
        }
        for row in &initiatives.activities {
            if !initiatives.sees_activity(self.eye, row) {
                let id = self.id(row.id);
                self.add(&format!("DELETE FROM initiative_activity WHERE id = {id}"));
            }
        }
        let nobody = self
            .facts
            .organisations
            .iter()
            .find(|one| one.number.is_none());
        let other = self.id(nobody.expect("an organisation nobody acts for").id);
        for row in &initiatives.all {
            let id = self.id(row.id);
            if !initiatives.sees(self.eye, row) {
                self.add(&format!(
                    "UPDATE initiative SET name = 'Annat', description = 'Annat', search_text = 'barn annat', sort_name = 'annat', \
                     status = 'ENDED', code = NULL, version = 9 WHERE id = {id}"
                ));
                self.add(&format!(
                    "DELETE FROM initiative_party WHERE initiative_id = {id}"
                ));
            }
            if !initiatives.keeps(self.eye, row) {
                self.add(&format!(
                    "INSERT INTO initiative_share (initiative_id, organisation_id) VALUES ({id}, {other})"
                ));
            }
        }
    }

    fn visits(&mut self) {
        for row in &self.facts.visits {
            if !row.is_seen(self.eye) {
                let id = self.id(row.id);
                self.add(&format!(
                    "UPDATE outreach_visit SET wishes = 'Annat', place = 'Annat', preferred_from = NULL WHERE id = {id}"
                ));
            }
        }
    }

    fn trainings(&mut self) {
        for (number, row) in self.facts.trainings.iter().enumerate() {
            if !self.facts.sees_training(self.eye, row.id) {
                self.training(row.id, number % 2 == 0);
            }
            let gives = self.facts.organisers.iter().any(|one| {
                one.training == row.id && Some(one.organisation) == self.eye.organisation
            });
            let nobody = self
                .facts
                .organisations
                .iter()
                .find(|one| one.number.is_none());
            let other = nobody.expect("an organisation nobody acts for").id;
            let is_shared = self.facts.shares.contains(&(row.id, other));
            let knows = gives && self.eye.coordinates();
            if !knows && !is_shared {
                let (id, other) = (self.id(row.id), self.id(other));
                self.add(&format!(
                    "INSERT INTO training_share (training_id, organisation_id) \
                     SELECT id, {other} FROM training WHERE id = {id}"
                ));
            }
        }
    }

    /// Changes a hidden training, or removes it, if nobody has signed up for it.
    fn training(&mut self, training: Uuid, remove: bool) {
        let occasions = self
            .facts
            .occasions
            .iter()
            .filter(|row| row.training == training);
        let occasions: Vec<Uuid> = occasions.map(|row| row.id).collect();
        let mut sign_ups = self.facts.sign_ups.iter();
        let is_taken = sign_ups.any(|row| occasions.contains(&row.occasion));
        let id = self.id(training);
        if remove && !is_taken {
            self.add(&format!("DELETE FROM training WHERE id = {id}"));
            return;
        }
        self.add(&format!(
            "UPDATE training SET title = 'Annat', description = 'Annat', search_text = 'barn annat', \
             sort_title = 'annat', url = 'https://annan.example', programme_id = NULL, version = 9 \
             WHERE id = {id}"
        ));
        self.add(&format!(
            "DELETE FROM training_subject WHERE training_id = {id}"
        ));
        for occasion in occasions {
            let occasion = self.id(occasion);
            self.add(&format!(
                "UPDATE training_occasion SET venue_name = 'Annan', capacity = capacity + 7, version = 9 \
                 WHERE id = {occasion}"
            ));
        }
    }

    async fn apply(mut self) {
        self.people();
        self.sign_ups();
        self.trainings();
        self.meetings();
        self.council();
        self.records();
        self.initiatives();
        self.visits();
        execute(self.server, &self.sql).await;
    }
}

/// What others do in one world and not in the other.
async fn others_act(server: &Server, facts: &Facts, eye: &Eye) {
    let (who, number) = if eye.organisation == Some(facts.organisation("2120000662").id) {
        ("ljungby-coordinator", "2120000670")
    } else {
        ("vaxjo-coordinator", "2120000662")
    };
    let other = server.by(who);
    let draft =
        json!({ "title": "Barn i ett annat utkast", "format": "HALF_DAY", "sharing": "PUBLIC" });
    let made = other
        .mutate("createTraining", draft, "training { id }")
        .await;
    assert!(made.user_errors("createTraining").is_empty());
    let member = json!({ "name": "Ny Person", "email": "ny@annan.example" });
    let made = other.mutate("addMember", member, "__typename").await;
    assert!(made.user_errors("addMember").is_empty());
    // Reading is written to the audit log.
    let read = "{ viewer { organisation { members(first: 100) { nodes { person { name } } } } } }";
    other.query(read).await.data();
    let page = json!({
        "organisationId": format!("organisation_{}", facts.organisation(number).id.simple()),
        "page": "/annan",
        "helpful": true,
    });
    let visitor = server.anonymous();
    let sent = visitor.mutate("sendPageFeedback", page, "message").await;
    assert!(sent.user_errors("sendPageFeedback").is_empty());
}

on_both_databases! {
    async fn what_is_hidden_from_somebody_changes_no_byte_of_any_answer(backend: Backend) {
        let here = Server::start(backend).await;
        plant_documents(&here).await;
        let asks = questions(&here).await;
        let facts = Facts::of(&here).await;
        let mut faults = Vec::new();

        for who in LOOKERS {
            let there = Server::start(backend).await;
            plant_documents(&there).await;
            let eye = who.eye(&facts);
            others_act(&there, &facts, &eye).await;
            let variation = Variation {
                server: &there,
                facts: &facts,
                eye: &eye,
                sql: String::new(),
                invented: 0,
            };
            variation.apply().await;
            let differ = changed(&contents(&here).await, &contents(&there).await);
            assert!(differ.len() >= 9, "the worlds differ too little to prove anything: {differ:?}");

            let one = ask_all(&who.caller(&here), &asks).await;
            let other = ask_all(&who.caller(&there), &asks).await;

            for (ask, (one, other)) in asks.iter().zip(one.iter().zip(&other)) {
                if one.text != other.text {
                    faults.push(format!(
                        "{who:?}, {}:\n  {}\n  {}",
                        ask.name,
                        around_difference(&one.text, &other.text),
                        around_difference(&other.text, &one.text)
                    ));
                }
            }
            there.stop().await;
        }

        assert!(
            faults.is_empty(),
            "{} answers tell of something hidden:\n{}",
            faults.len(),
            faults.join("\n")
        );
        here.stop().await;
    }
}

on_both_databases! {
    async fn an_audit_log_holds_nothing_of_what_others_do_among_themselves(backend: Backend) {
        let server = Server::start(backend).await;
        let facts = Facts::of(&server).await;
        let who = Who::Persona("region-kronoberg-administrator");
        let log = "{ auditLog(first: 100) { totalCount nodes { action personId actorId subjectId } } }";
        let before = who.caller(&server).query(log).await;

        others_act(&server, &facts, &who.eye(&facts)).await;
        let after = who.caller(&server).query(log).await;

        assert_eq!(before.data(), after.data(), "another organisation's acts stand in this log");
        server.stop().await;
    }
}

/// The part of a text where it departs from another.
fn around_difference(text: &str, other: &str) -> String {
    let same = text
        .chars()
        .zip(other.chars())
        .take_while(|(one, two)| one == two)
        .count();
    text.chars()
        .skip(same.saturating_sub(160))
        .take(320)
        .collect()
}
