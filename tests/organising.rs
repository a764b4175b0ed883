//! What organisers agree on before a training is published, what they report, and who administers them.

use crate::{
    harness::{Caller, Server, on_both_databases},
    seats::world::{ORGANISER, draft, id, occasion, organisation, sign_up},
};
use entity::organisation::{Column as O, Entity as Organisation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

/// A draft that Växjö and Alvesta are asked to give with the organiser.
async fn joint_draft(server: &Server) -> String {
    let mut others = Vec::new();
    for persona in [VAXJO, ALVESTA] {
        others.push(organisation(server, persona).await.to_string());
    }
    draft(server, &json!({ "coOrganiserIds": others })).await
}

/// Runs a mutation on a training, and tells the codes with which it is refused.
async fn act(caller: &Caller<'_>, mutation: &str, training: &str) -> Vec<String> {
    let input = json!({ "trainingId": training });
    let answer = caller.mutate(mutation, input, "training { id }").await;
    answer.user_errors(mutation)
}

/// How many have confirmed, of how many organisers.
async fn confirmed(caller: &Caller<'_>, training: &str) -> (usize, usize) {
    let query = "query($id: ID!) { training(id: $id) { organiserAgreements { confirmedAt } } }";
    let answer = caller.ask(query, json!({ "id": training })).await;
    let rows = answer.at("training/organiserAgreements").as_array();
    let rows = rows.expect("a list");
    let confirmed = rows.iter().filter(|row| row["confirmedAt"].is_string());
    (confirmed.count(), rows.len())
}

on_both_databases! {
    async fn who_declines_is_no_organiser_and_the_others_publish_without(backend: Backend) {
        let server = Server::start(backend).await;
        let training = joint_draft(&server).await;
        let (organiser, vaxjo, alvesta) = (server.by(ORGANISER), server.by(VAXJO), server.by(ALVESTA));
        assert_eq!(act(&vaxjo, "confirmOrganising", &training).await, ACCEPTED);
        assert_eq!(act(&organiser, "publishTraining", &training).await, ["ORGANISERS_NOT_CONFIRMED"]);
        assert_eq!(act(&organiser, "declineOrganising", &training).await, ["INVALID_STATUS"], "it is accountable");

        let input = json!({ "trainingId": training });
        let declined = alvesta.mutate("declineOrganising", input, "training { id }").await;

        assert_eq!(declined.user_errors("declineOrganising"), ACCEPTED);
        assert!(declined.at("declineOrganising/training").is_null(), "the draft is the others' now");
        assert_eq!(act(&alvesta, "declineOrganising", &training).await, ["NOT_FOUND"]);
        assert_eq!(confirmed(&organiser, &training).await, (2, 2));
        assert_eq!(act(&organiser, "publishTraining", &training).await, ACCEPTED);
        assert_eq!(act(&vaxjo, "declineOrganising", &training).await, ["INVALID_STATUS"], "it is published");
        server.stop().await;
    }
}

on_both_databases! {
    async fn changing_a_draft_takes_the_confirmations_of_the_others_back(backend: Backend) {
        let server = Server::start(backend).await;
        let training = joint_draft(&server).await;
        let (organiser, vaxjo, alvesta) = (server.by(ORGANISER), server.by(VAXJO), server.by(ALVESTA));
        for caller in [&vaxjo, &alvesta] {
            assert_eq!(act(caller, "confirmOrganising", &training).await, ACCEPTED);
        }
        assert_eq!(confirmed(&organiser, &training).await, (3, 3));
        let version = "query($id: ID!) { training(id: $id) { version } }";
        let version = organiser.ask(version, json!({ "id": training })).await;

        let input = json!({
            "trainingId": training, "expectedVersion": version.at("training/version"), "title": "En annan",
        });
        let changed = organiser.mutate("updateTraining", input, "training { title }").await;

        assert_eq!(changed.user_errors("updateTraining"), ACCEPTED);
        assert_eq!(confirmed(&organiser, &training).await, (1, 3), "they confirmed something else");
        assert_eq!(act(&organiser, "publishTraining", &training).await, ["ORGANISERS_NOT_CONFIRMED"]);
        for caller in [&vaxjo, &alvesta] {
            assert_eq!(act(caller, "confirmOrganising", &training).await, ACCEPTED);
        }
        assert_eq!(act(&organiser, "publishTraining", &training).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_takes_no_part_cannot_be_asked_to_organise(backend: Backend) {
        let server = Server::start(backend).await;
        let never = Organisation::find().filter(O::PartnerFrom.is_null()).one(&server.database).await;
        let never = never.expect("organisations can be read").expect("one that takes no part");
        let ended = organisation(&server, "ended-agreement-coordinator").await;
        let partner = organisation(&server, VAXJO).await;

        let input = json!({
            "title": "Tillsammans", "format": "HALF_DAY", "sharing": "PARTNERS",
            "coOrganiserIds": [partner.to_string(), never.id.to_string(), ended.to_string()],
        });
        let answer = server.by(ORGANISER).mutate("createTraining", input, "training { id }").await;

        assert_eq!(answer.user_errors("createTraining"), ["NOT_A_PARTNER", "NOT_A_PARTNER"], "{}", answer.text);
        let mut fields: Vec<&Value> = answer.at("createTraining/userErrors").as_array().expect("a list").iter()
            .map(|error| &error["field"][1])
            .collect();
        fields.sort_by_key(ToString::to_string);
        assert_eq!(fields, ["1", "2"], "each is named");
        assert!(answer.at("createTraining/training").is_null());
        server.stop().await;
    }
}

async fn end(caller: &Caller<'_>, membership: &str) -> Vec<String> {
    let input = json!({ "membershipId": membership });
    let answer = caller
        .mutate("endMembership", input, "membership { activeUntil }")
        .await;
    answer.user_errors("endMembership")
}

on_both_databases! {
    async fn the_last_administrator_stays(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by("vaxjo-administrator");
        let members = r"{ viewer { organisation { members(first: 100) { nodes { id role } } } } }";
        let found = administrator.query(members).await;
        let own: Vec<&str> = found.at("viewer/organisation/members/nodes").as_array().expect("a list").iter()
            .filter(|row| row["role"] == "ADMINISTRATOR")
            .map(|row| row["id"].as_str().expect("an id"))
            .collect();
        let [own] = own[..] else { panic!("Växjö has one administrator, found {own:?}") };

        assert_eq!(end(&administrator, own).await, ["LAST_ADMINISTRATOR"]);

        let input = json!({ "name": "Elin Efterträdare", "email": "elin@vaxjo.example", "role": "ADMINISTRATOR" });
        let second = administrator.mutate("addMember", input.clone(), "membership { id }").await;
        let second = id(&second, "addMember/membership/id");
        assert_eq!(end(&administrator, &second).await, ACCEPTED, "there is another");
        assert_eq!(end(&administrator, own).await, ["LAST_ADMINISTRATOR"], "who has left does not count");
        let third = administrator.mutate("addMember", input.clone(), "membership { id }").await;
        id(&third, "addMember/membership/id");
        assert_eq!(end(&administrator, own).await, ["LAST_ADMINISTRATOR"], "who cannot sign in does not count either");
        let mut input = input;
        input["subject"] = json!("elin-eftertradare");
        let fourth = administrator.mutate("addMember", input, "membership { id }").await;
        id(&fourth, "addMember/membership/id");
        assert_eq!(end(&administrator, own).await, ACCEPTED, "there is another");
        assert_eq!(administrator.query("{ __typename }").await.status, 403);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_number_takes_the_place_of_the_own_one_of_the_same_date(backend: Backend) {
        let server = Server::start(backend).await;
        let training = crate::seats::world::training(&server, &json!({})).await;
        let reported = "query($id: ID!) { training(id: $id) { reportedCompletions { count asOf } } }";

        for (persona, count, as_of) in [
            (VAXJO, 10, Some("2025-06")),
            (VAXJO, 11, Some("2025-12")),
            (ALVESTA, 12, Some("2025-06")),
            (VAXJO, 13, None),
            (VAXJO, 14, Some("2025-06")),
            (VAXJO, 15, None),
        ] {
            let input = json!({ "trainingId": training, "count": count, "asOf": as_of });
            let answer = server.by(persona).mutate("reportCompletions", input, "training { id }").await;
            assert_eq!(answer.user_errors("reportCompletions"), ACCEPTED, "{}", answer.text);
        }

        let answer = server.by(VAXJO).ask(reported, json!({ "id": training })).await;
        let rows = answer.at("training/reportedCompletions").as_array().expect("a list");
        let mut numbers: Vec<_> = rows.iter().map(|row| row["count"].as_i64()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [Some(11), Some(12), Some(14), Some(15)], "{}", answer.text);
        server.stop().await;
    }
}

/// A member's id, found by a part of the name.
async fn member_of(caller: &Caller<'_>, text: &str) -> String {
    let query = "query($text: String!) { viewer { organisation { members(text: $text) { nodes { id } } } } }";
    let found = caller.ask(query, json!({ "text": text })).await;
    let found = found.at("viewer/organisation/members/nodes/0/id").as_str();
    found.expect("a member").to_owned()
}

const MEMBER: &str =
    "membership { role staffCategory unit { id } person { name email protectedIdentity } }";

on_both_databases! {
    async fn what_is_said_of_a_member_is_corrected_and_what_is_left_out_stays(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by("vaxjo-administrator");
        let units = server.by("vaxjo-member").query("{ viewer { membership { id unit { id } } } }").await;
        let (member, unit) = (units.at("viewer/membership/id").clone(), units.at("viewer/membership/unit/id").clone());
        let before = server.by("vaxjo-member").query("{ viewer { membership { role staffCategory person { email } } } }").await;
        let correct = async |caller: &Caller<'_>, otherwise: Value| {
            let mut input = json!({ "membershipId": member });
            input.as_object_mut().expect("an object").extend(otherwise.as_object().expect("an object").clone());
            caller.mutate("updateMember", input, MEMBER).await
        };

        let named = correct(&administrator, json!({ "name": " Åsa Ödman ", "protectedIdentity": true })).await;
        assert_eq!(named.at("updateMember/membership"), &json!({
            "role": before.at("viewer/membership/role"), "staffCategory": before.at("viewer/membership/staffCategory"), "unit": { "id": unit },
            "person": { "name": "Åsa Ödman", "email": before.at("viewer/membership/person/email"), "protectedIdentity": true },
        }), "{}", named.text);
        assert_eq!(member_of(&administrator, "asa odman").await, member, "found by the new name");
        let moved = correct(&administrator, json!({ "unitId": null, "role": "COORDINATOR", "email": "asa@vaxjo.example" })).await;
        assert_eq!((moved.at("updateMember/membership/unit"), moved.at("updateMember/membership/role")), (&Value::Null, &json!("COORDINATOR")));
        assert_eq!(moved.at("updateMember/membership/person/protectedIdentity"), true);

        for (otherwise, code) in [
            (json!({ "name": " " }), "INVALID_VALUE"),
            (json!({ "name": "Åsa 19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "email": "asa" }), "INVALID_VALUE"),
            (json!({ "unitId": "unit_01888fb84c007f3494cc95792dbc8537" }), "NOT_FOUND"),
        ] {
            assert_eq!(correct(&administrator, otherwise.clone()).await.user_errors("updateMember"), [code], "{otherwise}");
        }
        assert_eq!(correct(&server.by("vaxjo-coordinator"), json!({ "name": "X" })).await.codes(), ["FORBIDDEN"]);
        assert_eq!(correct(&server.by("alvesta-coordinator"), json!({ "name": "X" })).await.user_errors("updateMember"), ["NOT_FOUND"]);
        let own = administrator.query("{ viewer { membership { id } } }").await;
        let step_down = json!({ "membershipId": own.at("viewer/membership/id"), "role": "MEMBER" });
        let kept = administrator.mutate("updateMember", step_down, MEMBER).await;
        assert_eq!(kept.user_errors("updateMember"), ["LAST_ADMINISTRATOR"]);
        let second = json!({ "name": "Utan inloggning", "email": "utan@vaxjo.example", "role": "ADMINISTRATOR" });
        administrator.mutate("addMember", second, "membership { id }").await.data();
        let kept = administrator.mutate("updateMember", json!({ "membershipId": own.at("viewer/membership/id"), "role": "MEMBER" }), MEMBER).await;
        assert_eq!(kept.user_errors("updateMember"), ["LAST_ADMINISTRATOR"], "who cannot sign in administers nothing");
        assert_eq!(end(&administrator, member.as_str().expect("an id")).await, [""; 0]);
        assert_eq!(correct(&administrator, json!({ "name": "X" })).await.user_errors("updateMember"), ["MEMBERSHIP_ENDED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whose_identity_is_protected_from_now_on_is_named_nowhere_else_from_now_on(backend: Backend) {
        let server = Server::start(backend).await;
        let one = occasion(&server, 5).await;
        let me = server.by("vaxjo-member").query("{ viewer { membership { id } person { id } } }").await;
        let person = me.at("viewer/person/id").as_str().expect("an id").to_owned();
        sign_up(&server.by("vaxjo-coordinator"), &one, &[&person]).await;
        let names = async || {
            let query = "query($id: ID!) { occasion(id: $id) { signUps { nodes { participant { name } } } } }";
            let answer = server.by(ORGANISER).ask(query, json!({ "id": one })).await;
            answer.at("occasion/signUps/nodes/0/participant/name").clone()
        };
        assert!(names().await.is_string());
        let input = json!({ "membershipId": me.at("viewer/membership/id"), "protectedIdentity": true });

        server.by("vaxjo-administrator").mutate("updateMember", input, "membership { id }").await.data();

        assert_eq!(names().await, Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn protection_is_not_lifted_by_one_of_two_organisations(backend: Backend) {
        let server = Server::start(backend).await;
        let employee = server.by("two-roles-employee").query("{ viewer { membership { id } } }").await;
        let employee = employee.at("viewer/membership/id").clone();
        let volunteer = server.by("two-roles-volunteer").query("{ viewer { membership { id } } }").await;
        let administrator = server.by("vaxjo-administrator");
        let protect = async |protected: bool| {
            let input = json!({ "membershipId": employee, "protectedIdentity": protected });
            administrator.mutate("updateMember", input, "membership { id }").await.user_errors("updateMember")
        };

        let (own, theirs) = ("2120000662", "8029990705");
        let entries = async |organisation: &str| {
            let sql = format!(
                "SELECT count(*) AS number FROM audit_entry WHERE action = 'CHANGE_MEMBER' AND organisation_id = \
                 (SELECT id FROM organisation WHERE organisation_number = '{organisation}')"
            );
            let rows = crate::access::behind::query(&server, &sql).await;
            rows[0].try_get::<i64>("", "number").expect("a number")
        };

        assert_eq!(protect(true).await, ACCEPTED);
        assert_eq!([entries(own).await, entries(theirs).await], [1, 1], "both are told of it by their logs");
        assert_eq!(protect(false).await, ["BELONGS_ELSEWHERE"]);
        for otherwise in [json!({ "name": "Mallory" }), json!({ "email": "mallory@vaxjo.example" })] {
            let mut input = json!({ "membershipId": employee });
            input.as_object_mut().expect("an object").extend(otherwise.as_object().expect("an object").clone());
            let refused = administrator.mutate("updateMember", input, "membership { id }").await;
            assert_eq!(refused.user_errors("updateMember"), ["BELONGS_ELSEWHERE"], "{otherwise}");
        }
        let other = volunteer.at("viewer/membership/id").as_str().expect("an id").to_owned();
        let other: entity::id::MembershipId = other.parse().expect("an id");
        let id = crate::access::behind::literal(&server, other.uuid());
        let now = server.clock.now().format("%Y-%m-%d %H:%M:%S+00:00");
        server.sql(&format!("UPDATE membership SET active_until = '{now}' WHERE id = {id}")).await;

        assert_eq!(protect(false).await, ACCEPTED, "the only one that has the person");
        server.stop().await;
    }
}
