//! Stepwise opening: health care staff first, municipalities a week later, associations then.

use super::world::{
    ORGANISER, assert_consistent, colleagues, colleagues_who_are, day, instant, moment,
    occasion_of, refusals, sign_up, training, try_set_rules,
};
use crate::harness::{Server, on_both_databases};
use chrono::{DateTime, Utc};
use entity::kind::StaffCategory;
use serde_json::json;

const VAXJO: &str = "vaxjo-coordinator";
const NGO: &str = "barnens-ratt-kronoberg-coordinator";
const ACCEPTED: [&str; 0] = [];
const TOO_EARLY: [&str; 1] = ["SIGN_UP_NOT_OPEN"];

async fn stepwise(server: &Server) -> String {
    let training = training(server, &json!({})).await;
    let opens = json!({ "signUpOpensAt": instant(day(14)) });
    let key = occasion_of(server, &training, &opens).await;
    let rules = json!({ "openings": [
        { "opensAt": instant(day(7)), "organisationKind": "MUNICIPALITY" },
        { "opensAt": instant(day(2)), "audience": "HEALTH_CARE_STAFF" },
    ] });
    assert_eq!(try_set_rules(server, &key, &rules).await, ACCEPTED);
    key
}

on_both_databases! {
    async fn each_may_sign_up_from_the_own_instant_on(backend: Backend) {
        let server = Server::start(backend).await;
        let key = stepwise(&server).await;
        let (region, vaxjo, ngo) = (server.by(ORGANISER), server.by(VAXJO), server.by(NGO));
        let nurses = colleagues_who_are(&server, ORGANISER, &[StaffCategory::HealthCareStaff; 2]).await;
        let clerk = colleagues(&server, ORGANISER, 1).await;
        let teacher = colleagues(&server, VAXJO, 1).await;
        let volunteer = colleagues(&server, NGO, 1).await;

        server.travel_to(day(2) - moment());
        assert_eq!(refusals(&region, &key, &nurses[..1]).await, TOO_EARLY);
        server.travel_to(day(2));
        assert_eq!(refusals(&region, &key, &nurses[..1]).await, ACCEPTED);
        assert_eq!(refusals(&region, &key, &[&nurses[1], &clerk[0]]).await, TOO_EARLY, "not the clerk");
        server.travel_to(day(7) - moment());
        assert_eq!(refusals(&vaxjo, &key, &teacher).await, TOO_EARLY);
        server.travel_to(day(7));
        assert_eq!(refusals(&vaxjo, &key, &teacher).await, ACCEPTED);
        assert_eq!(refusals(&ngo, &key, &volunteer).await, TOO_EARLY);
        server.travel_to(day(14) - moment());
        assert_eq!(refusals(&ngo, &key, &volunteer).await, TOO_EARLY);
        server.travel_to(day(14));
        assert_eq!(refusals(&ngo, &key, &volunteer).await, ACCEPTED);
        sign_up(&region, &key, &clerk).await;
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn each_is_told_when_it_opens_and_whether_it_has(backend: Backend) {
        let server = Server::start(backend).await;
        let key = stepwise(&server).await;
        let query = "query($id: ID!) { occasion(id: $id) {
            viewerSignUpOpensAt viewerCannotSignUpReason signUpOpensAt signUpOpenings { opensAt organisationKind audience }
        } }";
        let told = async |persona: &str| {
            let answer = server.by(persona).ask(query, json!({ "id": key })).await;
            let opens = answer.at("occasion/viewerSignUpOpensAt").as_str();
            let opens: DateTime<Utc> = opens.expect("an instant").parse().expect("an instant");
            (opens, answer.at("occasion/viewerCannotSignUpReason").clone())
        };
        let not_yet = json!("SIGN_UP_NOT_OPEN");

        assert_eq!(told(VAXJO).await, (day(2), not_yet.clone()), "a coordinator may have a nurse");
        assert_eq!(told("alvesta-member").await, (day(7), not_yet));
        server.travel_to(day(7));
        assert_eq!(told("alvesta-member").await, (day(7), json!(null)));
        let anonymous = server.anonymous().ask(query, json!({ "id": key })).await;
        assert_eq!(anonymous.at("occasion"), &json!(null), "it is shared with partners");
        server.stop().await;
    }
}

on_both_databases! {
    async fn seats_without_names_wait_for_the_kind_of_organisation(backend: Backend) {
        let server = Server::start(backend).await;
        let key = stepwise(&server).await;
        let vaxjo = server.by(VAXJO);
        let hold = async || {
            let input = json!({ "occasionId": key, "heldSeats": 1 });
            let answer = vaxjo.mutate("signUp", input, "signUps { id }").await;
            answer.user_errors("signUp")
        };

        server.travel_to(day(7) - moment());
        assert_eq!(hold().await, TOO_EARLY);
        server.travel_to(day(7));
        assert_eq!(hold().await, ACCEPTED);
        assert_consistent(&server).await;
        server.stop().await;
    }
}
