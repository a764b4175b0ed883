//! Offers of seats: accepted, declined, run out; and that nobody else gets the seat meanwhile.

use super::{
    operations::housekeeping,
    world::{
        ORGANISER, Place, assert_consistent, block, colleagues, day, input, instant, moment,
        occasion, occasion_of, offer_seats, place, places, seat_counts, seats, sign_up, training,
        try_set_rules, try_sign_up, withdraw,
    },
};
use crate::harness::{Caller, Server, on_both_databases};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

/// A Monday at nine, local time, and eight working hours: until Tuesday at nine.
fn deadline() -> DateTime<Utc> {
    day(1)
}

async fn answer(caller: &Caller<'_>, mutation: &str, sign_up: &str) -> Vec<String> {
    let input = json!({ "signUpId": sign_up });
    let answer = caller.mutate(mutation, input, "signUp { status }").await;
    answer.user_errors(mutation)
}

async fn status(caller: &Caller<'_>, place_: &Place) -> String {
    place(caller, &place_.id).await.status
}

/// An occasion with one seat: Vaxjo has had it and given it back, Alvesta's first is offered it, the second waits.
async fn offered(server: &Server) -> (String, Vec<Place>) {
    let key = occasion(server, 1).await;
    offer_seats(server, &key, 8).await;
    let first = sign_up(&server.by(VAXJO), &key, &colleagues(server, VAXJO, 1).await).await;
    let waiting = sign_up(
        &server.by(ALVESTA),
        &key,
        &colleagues(server, ALVESTA, 2).await,
    )
    .await;
    assert_eq!(withdraw(&server.by(VAXJO), &first[0].id).await, ACCEPTED);
    (key, waiting)
}

on_both_databases! {
    async fn a_seat_that_comes_free_is_offered_and_can_be_accepted_until_the_last_moment(backend: Backend) {
        let server = Server::start(backend).await;
        let (key, waiting) = offered(&server).await;
        let alvesta = server.by(ALVESTA);
        let query = "query($id: ID!) { node(id: $id) { ... on SignUp {
            status offerExpiresAt viewerCanAnswerOffer confirmedAt position
        } } }";

        let told = alvesta.ask(query, json!({ "id": waiting[0].id })).await;
        assert_eq!(told.at("node/status"), "OFFERED");
        let expires: DateTime<Utc> = told.at("node/offerExpiresAt").as_str().expect("a deadline").parse().expect("an instant");
        assert_eq!(expires, deadline());
        assert_eq!(told.at("node/viewerCanAnswerOffer"), true);
        assert_eq!(told.at("node/confirmedAt"), &json!(null));
        assert_eq!(seat_counts(&alvesta, &key).await, [0, 0, 1, 0, 0, 1]);
        assert_eq!(status(&alvesta, &waiting[1]).await, "WAITLISTED");

        server.travel_to(deadline() - moment());
        assert_eq!(answer(&alvesta, "acceptOffer", &waiting[0].id).await, ACCEPTED);

        assert_eq!(status(&alvesta, &waiting[0]).await, "CONFIRMED");
        assert_eq!(seat_counts(&alvesta, &key).await, [1, 0, 0, 0, 0, 1]);
        assert_eq!(answer(&alvesta, "acceptOffer", &waiting[0].id).await, ["NO_OFFER"]);
        assert_eq!(answer(&alvesta, "declineOffer", &waiting[1].id).await, ["NO_OFFER"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_offer_that_nobody_answers_passes_on_at_its_deadline(backend: Backend) {
        let server = Server::start(backend).await;
        let (key, waiting) = offered(&server).await;
        let alvesta = server.by(ALVESTA);

        server.travel_to(deadline());
        assert_eq!(answer(&alvesta, "acceptOffer", &waiting[0].id).await, ["NO_OFFER"]);
        let round = housekeeping(&server).await;

        assert_eq!(round.promoted, 1, "the next in line is offered the seat");
        assert_eq!(status(&alvesta, &waiting[0]).await, "EXPIRED");
        assert_eq!(status(&alvesta, &waiting[1]).await, "OFFERED");
        assert_eq!(seat_counts(&alvesta, &key).await, [0, 0, 1, 0, 0, 0]);
        server.travel_to(day(20));
        housekeeping(&server).await;
        assert_eq!(status(&alvesta, &waiting[1]).await, "EXPIRED");
        assert_eq!(seat_counts(&alvesta, &key).await, [0, 0, 0, 0, 1, 0], "the seat is free for all");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_declined_offer_passes_on_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        let (key, waiting) = offered(&server).await;
        let alvesta = server.by(ALVESTA);

        assert_eq!(answer(&server.by(VAXJO), "declineOffer", &waiting[0].id).await, ["NOT_FOUND"]);
        assert_eq!(answer(&alvesta, "declineOffer", &waiting[0].id).await, ACCEPTED);

        assert_eq!(status(&alvesta, &waiting[0]).await, "WITHDRAWN");
        assert_eq!(status(&alvesta, &waiting[1]).await, "OFFERED");
        assert_eq!(answer(&alvesta, "declineOffer", &waiting[0].id).await, ["SIGN_UP_ENDED"]);
        assert_eq!(withdraw(&alvesta, &waiting[1].id).await, ACCEPTED, "an offer can be left as well");
        assert_eq!(seats(&alvesta, &key).await[1..3], [Some(0), Some(0)]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_offered_seat_is_nobody_elses(backend: Backend) {
        let server = Server::start(backend).await;
        let (key, waiting) = offered(&server).await;

        let people = colleagues(&server, VAXJO, 1).await;
        let late = sign_up(&server.by(VAXJO), &key, &people).await;

        assert_eq!(late[0].outcome(), ("WAITLISTED", Some(2), Some("OCCASION_FULL")));
        assert_eq!(seats(&server.by(VAXJO), &key).await[3], Some(0));
        let again = try_sign_up(&server.by(ALVESTA), &key, &[person_of(&server, &waiting[0]).await]).await;
        assert_eq!(again.user_errors("signUp"), ["ALREADY_SIGNED_UP"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

async fn person_of(server: &Server, place: &Place) -> String {
    let query = "query($id: ID!) { node(id: $id) { ... on SignUp { participant { id } } } }";
    let answer = server
        .by(ALVESTA)
        .ask(query, json!({ "id": place.id }))
        .await;
    answer
        .at("node/participant/id")
        .as_str()
        .expect("an id")
        .to_owned()
}

on_both_databases! {
    async fn a_party_is_offered_its_seats_together_and_answers_as_one(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        offer_seats(&server, &key, 8).await;
        let first = sign_up(&server.by(VAXJO), &key, &colleagues(&server, VAXJO, 2).await).await;
        let alvesta = server.by(ALVESTA);
        let mut party = input(&key, &colleagues(&server, ALVESTA, 2).await);
        party["mode"] = json!("ALL_OR_NOTHING");
        let party = places(&alvesta.mutate("signUp", party, "signUps { id status position reason }").await);

        assert_eq!(withdraw(&server.by(VAXJO), &first[0].id).await, ACCEPTED);
        assert_eq!(status(&alvesta, &party[0]).await, "WAITLISTED", "one seat is not enough");
        assert_eq!(withdraw(&server.by(VAXJO), &first[1].id).await, ACCEPTED);
        assert_eq!(status(&alvesta, &party[0]).await, "OFFERED");
        assert_eq!(answer(&alvesta, "acceptOffer", &party[1].id).await, ACCEPTED);

        assert_eq!(status(&alvesta, &party[0]).await, "CONFIRMED");
        assert_eq!(status(&alvesta, &party[1]).await, "CONFIRMED");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_accepts_a_seat_at_two_occasions_at_one_time(backend: Backend) {
        let server = Server::start(backend).await;
        let (_, waiting) = offered(&server).await;
        let alvesta = server.by(ALVESTA);
        let person = person_of(&server, &waiting[0]).await;
        let other = training(&server, &json!({})).await;
        let other = occasion_of(&server, &other, &json!({ "timeBlocks": [block(day(30), 1)] })).await;
        let elsewhere = sign_up(&alvesta, &other, &[person]).await;

        let refused = answer(&alvesta, "acceptOffer", &waiting[0].id).await;
        assert_eq!(withdraw(&alvesta, &elsewhere[0].id).await, ACCEPTED);

        assert_eq!(refused, ["OVERLAPPING_OCCASION"]);
        assert_eq!(answer(&alvesta, "acceptOffer", &waiting[0].id).await, ACCEPTED);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_offer_never_outlasts_the_beginning_and_keeps_its_deadline_when_the_rule_changes(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        offer_seats(&server, &key, 400).await;
        let first = sign_up(&server.by(VAXJO), &key, &colleagues(&server, VAXJO, 1).await).await;
        let alvesta = server.by(ALVESTA);
        let waiting = sign_up(&alvesta, &key, &colleagues(&server, ALVESTA, 2).await).await;
        assert_eq!(withdraw(&server.by(VAXJO), &first[0].id).await, ACCEPTED);

        assert_eq!(try_set_rules(&server, &key, &json!({})).await, ACCEPTED);
        let query = "query($id: ID!) { node(id: $id) { ... on SignUp { offerExpiresAt } } }";
        let told = alvesta.ask(query, json!({ "id": waiting[0].id })).await;
        let expires: DateTime<Utc> = told.at("node/offerExpiresAt").as_str().expect("a deadline").parse().expect("an instant");

        assert_eq!(expires, day(30), "400 working hours would be ten weeks");
        assert_eq!(answer(&alvesta, "declineOffer", &waiting[0].id).await, ACCEPTED);
        assert_eq!(status(&alvesta, &waiting[1]).await, "CONFIRMED", "seats are given directly again");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn rules_that_cannot_be_are_refused_each_at_its_boundary(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let opens = json!({ "signUpOpensAt": instant(day(7)) });
        let key = occasion_of(&server, &training, &opens).await;
        let openings = |count: usize| {
            let opening = json!({ "opensAt": instant(day(1)), "organisationKind": "NGO" });
            json!({ "openings": vec![opening; count] })
        };
        let at = |at| json!({ "openings": [{ "opensAt": instant(at), "audience": "MANAGERS" }] });

        for (case, rules, expected) in [
            ("an offer without hours", json!({ "promotion": "OFFER" }), &["INVALID_VALUE"][..]),
            ("no hours", json!({ "promotion": "OFFER", "offerWorkingHours": 0 }), &["INVALID_VALUE"]),
            ("one hour", json!({ "promotion": "OFFER", "offerWorkingHours": 1 }), &[]),
            ("ten weeks", json!({ "promotion": "OFFER", "offerWorkingHours": 400 }), &[]),
            ("longer", json!({ "promotion": "OFFER", "offerWorkingHours": 401 }), &["INVALID_VALUE"]),
            ("hours without an offer", json!({ "offerWorkingHours": 8 }), &["INVALID_VALUE"]),
            ("twenty openings", openings(20), &[]),
            ("one more", openings(21), &["INVALID_VALUE"]),
            ("just before all", at(day(7) - TimeDelta::microseconds(1)), &[]),
            ("with all", at(day(7)), &["INVALID_TIMES"]),
            ("for nobody in particular", json!({ "openings": [{ "opensAt": instant(day(1)) }] }), &["INVALID_VALUE"]),
            ("in another age", at("1800-01-01T00:00:00Z".parse().expect("an instant")), &["INVALID_TIMES"]),
        ] {
            assert_eq!(try_set_rules(&server, &key, &rules).await, expected, "{case}");
        }
        let stranger = server.by(VAXJO);
        let input = json!({ "occasionId": key, "promotion": "DIRECT" });
        let refused = stranger.mutate("setSignUpRules", input, "occasion { id }").await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        assert_eq!(server.by(ORGANISER).ask("query($id: ID!) { occasion(id: $id) { promotion signUpOpenings { audience } } }", json!({ "id": key })).await.at("occasion/signUpOpenings/0/audience"), "MANAGERS", "a refusal leaves the rules of before");
        server.stop().await;
    }
}
