//! What organisers agree on before a training is published, what they report, and who administers them.

use crate::{
    harness::{Caller, Server, on_both_databases},
    seats::world::{ORGANISER, draft, id, organisation},
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
        fields.sort_by_key(|field| field.to_string());
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
        let third = administrator.mutate("addMember", input, "membership { id }").await;
        id(&third, "addMember/membership/id");
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
