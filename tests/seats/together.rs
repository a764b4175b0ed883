//! Several sign-ups in one request: all or nothing, each row by itself, and seats held without a name.

use super::{
    ledger::movements,
    operations::housekeeping,
    world::{
        Place, assert_consistent, colleagues, day, input, instant, moment, occasion, occasion_of,
        place, places, seats, set_quotas, share, sign_up, training, withdraw,
    },
};
use crate::harness::{Answer, Caller, Server, on_both_databases};
use entity::kind::{MovementCause, SeatReason};
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const LJUNGBY: &str = "ljungby-coordinator";
const ACCEPTED: [&str; 0] = [];
const CONFIRMED: (&str, Option<i64>, Option<&str>) = ("CONFIRMED", None, None);

/// What is asked of a sign-up of several.
const SELECTION: &str = "
    signUps { id status position reason partyId participant { id } }
    refused { index personId error { code field } }
    occasion { seats { taken waiting } }";

/// Signs people up in a mode, whatever comes of it.
async fn try_in_mode(caller: &Caller<'_>, occasion: &str, people: &[String], mode: &str) -> Answer {
    let mut input = input(occasion, people);
    input["mode"] = json!(mode);
    caller.mutate("signUp", input, SELECTION).await
}

/// Signs people up who take their seats together; their places and their party.
async fn sign_up_party(
    server: &Server,
    persona: &str,
    occasion: &str,
    size: usize,
) -> (Vec<Place>, String) {
    let people = colleagues(server, persona, size).await;
    let answer = try_in_mode(&server.by(persona), occasion, &people, "ALL_OR_NOTHING").await;
    assert_eq!(answer.user_errors("signUp"), ACCEPTED, "{}", answer.text);
    let rows = answer.at("signUp/signUps").as_array().expect("a list");
    let party = rows[0]["partyId"].as_str().expect("a party has an id");
    for row in rows {
        assert_eq!(
            row["partyId"], party,
            "all are of one party: {}",
            answer.text
        );
    }
    (places(&answer), party.to_owned())
}

async fn statuses(caller: &Caller<'_>, places: &[Place]) -> Vec<String> {
    let mut statuses = Vec::new();
    for one in places {
        statuses.push(place(caller, &one.id).await.status);
    }
    statuses
}

/// Who was let past, and why, after so many movements.
async fn passed_over(
    server: &Server,
    occasion: &str,
    after: usize,
) -> Vec<(String, Option<SeatReason>)> {
    let rows = movements(server, occasion, after).await;
    rows.iter()
        .filter(|row| row.cause == MovementCause::PassedOver)
        .map(|row| (row.sign_up_id.to_string(), row.reason))
        .collect()
}

on_both_databases! {
    async fn a_party_waits_as_one_while_smaller_ones_behind_may_pass(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 3).await;
        let (vaxjo, alvesta, ljungby) = (server.by(VAXJO), server.by(ALVESTA), server.by(LJUNGBY));
        let seated = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 2).await).await;

        let (first, one) = sign_up_party(&server, ALVESTA, &key, 2).await;
        let (second, other) = sign_up_party(&server, LJUNGBY, &key, 2).await;
        let single = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 2).await).await;

        assert_ne!(one, other, "two requests are two parties");
        for waiting in [&first, &second] {
            for place in waiting {
                assert_eq!((place.status.as_str(), place.reason.as_deref()), ("WAITLISTED", Some("OCCASION_FULL")));
            }
        }
        assert_eq!(single[0].outcome(), CONFIRMED, "one seat is left, too few for the parties");
        assert_eq!(single[1].status, "WAITLISTED");

        let so_far = movements(&server, &key, 0).await.len();
        assert_eq!(withdraw(&vaxjo, &seated[0].id).await, ACCEPTED);
        assert_eq!(place(&vaxjo, &single[1].id).await.outcome(), CONFIRMED);
        let expected: Vec<_> = first.iter().chain(&second)
            .map(|place| (place.id.clone(), Some(SeatReason::OccasionFull)))
            .collect();
        assert_eq!(passed_over(&server, &key, so_far).await, expected, "the ledger tells who was let past");

        assert_eq!(withdraw(&vaxjo, &single[0].id).await, ACCEPTED);
        assert_eq!(statuses(&alvesta, &first).await, ["WAITLISTED"; 2], "one seat is too few for two");
        assert_eq!(withdraw(&vaxjo, &single[1].id).await, ACCEPTED);
        assert_eq!(statuses(&alvesta, &first).await, ["CONFIRMED"; 2], "two seats are enough for two");
        assert_eq!(statuses(&ljungby, &second).await, ["WAITLISTED"; 2]);

        assert_eq!(withdraw(&vaxjo, &seated[1].id).await, ACCEPTED);
        assert_eq!(statuses(&ljungby, &second).await, ["WAITLISTED"; 2]);
        assert_eq!(withdraw(&ljungby, &second[0].id).await, ACCEPTED);
        assert_eq!(statuses(&ljungby, &second).await, ["WITHDRAWN", "CONFIRMED"], "a smaller party fits");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_party_that_fits_gets_all_its_seats_and_one_that_is_refused_none(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        set_quotas(&server, &key, &[share(ALVESTA, 0, Some(2))]).await;
        let stranger = colleagues(&server, LJUNGBY, 1).await;
        let mut with_stranger = colleagues(&server, VAXJO, 2).await;
        with_stranger.extend(stranger);

        let (fits, _) = sign_up_party(&server, VAXJO, &key, 2).await;
        let refused = try_in_mode(&server.by(VAXJO), &key, &with_stranger, "ALL_OR_NOTHING").await;
        let (above, _) = sign_up_party(&server, ALVESTA, &key, 3).await;

        for place in &fits {
            assert_eq!(place.outcome(), CONFIRMED);
        }
        assert_eq!(refused.user_errors("signUp"), ["NOT_FOUND"]);
        for place in &above {
            assert_eq!(place.status, "WAITLISTED", "the maximum is smaller than the party");
            assert_eq!(place.reason.as_deref(), Some("QUOTA_OF_ORGANISATION_FULL"));
        }
        assert_eq!(seats(&server.by(VAXJO), &key).await[1..3], [Some(2), Some(3)]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn each_row_by_itself_tells_who_was_refused_and_tells_it_again(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        let alvesta = server.by(ALVESTA);
        let own = colleagues(&server, ALVESTA, 3).await;
        let stranger = colleagues(&server, LJUNGBY, 1).await.remove(0);
        sign_up(&alvesta, &key, &own[..1]).await;
        let people = [stranger.clone(), own[1].clone(), own[0].clone(), own[2].clone()];

        let individually = try_in_mode(&alvesta, &key, &people, "INDIVIDUALLY").await;
        assert_eq!(individually.user_errors("signUp"), ["NOT_FOUND", "ALREADY_SIGNED_UP"]);
        assert_eq!(*individually.at("signUp/signUps"), json!([]));
        assert_eq!(seats(&alvesta, &key).await[1], Some(1), "one refusal refuses all");

        let mut input = input(&key, &people);
        input["mode"] = json!("ROW_BY_ROW");
        input["idempotencyKey"] = json!("rows");
        let answer = alvesta.mutate("signUp", input.clone(), SELECTION).await;
        let again = alvesta.mutate("signUp", input.clone(), SELECTION).await;
        input["mode"] = json!("INDIVIDUALLY");
        let reused = alvesta.mutate("signUp", input, SELECTION).await;

        let refused = |index: usize, person: &str, code: &str| json!({
            "index": index, "personId": person,
            "error": { "code": code, "field": ["participants", index.to_string(), "personId"] },
        });
        let expected = json!([
            refused(0, &stranger, "NOT_FOUND"),
            refused(2, &own[0], "ALREADY_SIGNED_UP"),
        ]);
        assert_eq!(*answer.at("signUp/refused"), expected);
        let signed_up: Vec<&Value> = answer.at("signUp/signUps").as_array().expect("a list").iter()
            .map(|row| &row["participant"]["id"])
            .collect();
        assert_eq!(signed_up, [&json!(own[1]), &json!(own[2])]);
        assert_eq!(again.body, answer.body, "the same request again gives the same answer");
        assert_eq!(reused.user_errors("signUp"), ["IDEMPOTENCY_KEY_REUSED"]);
        assert_eq!(seats(&alvesta, &key).await[1], Some(3));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

/// The input that holds seats without names.
fn held(occasion: &str, people: &[String], seats: i32) -> Value {
    let mut input = input(occasion, people);
    input["heldSeats"] = json!(seats);
    input
}

/// Puts a name on a place, and tells the codes with which that is refused.
async fn name(caller: &Caller<'_>, sign_up: &str, person: &str) -> Vec<String> {
    let input = json!({ "signUpId": sign_up, "personId": person });
    let answer = caller
        .mutate("replaceParticipant", input, "signUp { participant { id } }")
        .await;
    let codes = answer.user_errors("replaceParticipant");
    if codes.is_empty() {
        let named = answer.at("replaceParticipant/signUp/participant/id");
        assert_eq!(named, person, "the place bears the name");
    }
    codes
}

on_both_databases! {
    async fn held_seats_are_for_coordinators_and_between_one_and_a_hundred(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 150).await;
        let vaxjo = server.by(VAXJO);
        let own = colleagues(&server, VAXJO, 1).await;
        let none: [String; 0] = [];

        let by_member = server.by("vaxjo-member").mutate("signUp", held(&key, &none, 1), SELECTION).await;
        assert_eq!(by_member.codes(), ["FORBIDDEN"]);
        for (people, number) in [(&none[..], 0), (&none, -1), (&none, 101), (&own, 100), (&own, -1), (&none, i32::MIN), (&own, i32::MAX)] {
            let answer = vaxjo.mutate("signUp", held(&key, people, number), SELECTION).await;
            assert_eq!(answer.user_errors("signUp"), ["INVALID_VALUE"], "{number} held seats beside {people:?}");
        }
        assert_eq!(seats(&vaxjo, &key).await[1], Some(0), "what is refused takes nothing");

        let most = vaxjo.mutate("signUp", held(&key, &own, 99), SELECTION).await;
        let alone = vaxjo.mutate("signUp", held(&key, &none, 1), SELECTION).await;

        let rows = most.at("signUp/signUps").as_array().expect("a list");
        assert_eq!(rows.len(), 100);
        assert_eq!(rows[0]["participant"]["id"], own[0], "held seats come after the participants");
        assert!(rows[1..].iter().all(|row| row["participant"].is_null() && row["status"] == "CONFIRMED"));
        assert_eq!(alone.at("signUp/occasion/seats/taken"), 101, "a held seat counts as taken");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn held_seats_respect_the_own_quota(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 10).await;
        set_quotas(&server, &key, &[share(VAXJO, 0, Some(2))]).await;

        let answer = server.by(VAXJO).mutate("signUp", held(&key, &[], 3), SELECTION).await;

        let places = places(&answer);
        let outcomes: Vec<_> = places.iter().map(Place::outcome).collect();
        let waits = ("WAITLISTED", Some(1), Some("QUOTA_OF_ORGANISATION_FULL"));
        assert_eq!(outcomes, [CONFIRMED, CONFIRMED, waits]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn seats_without_a_name_are_released_when_sign_up_closes_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let closes = json!({ "capacity": 3, "signUpClosesAt": instant(day(20)) });
        let key = occasion_of(&server, &training, &closes).await;
        let (vaxjo, alvesta) = (server.by(VAXJO), server.by(ALVESTA));
        let own = colleagues(&server, VAXJO, 3).await;
        let answer = vaxjo.mutate("signUp", held(&key, &own[..1], 2), SELECTION).await;
        let kept = places(&answer);
        let line = sign_up(&alvesta, &key, &colleagues(&server, ALVESTA, 2).await).await;

        server.travel_to(day(20) - moment());
        let before = housekeeping(&server).await;
        assert_eq!(before.holds_released, 0, "a held seat is kept to the last moment");
        assert_eq!(statuses(&alvesta, &line).await, ["WAITLISTED"; 2]);
        assert_eq!(name(&vaxjo, &kept[1].id, &own[1]).await, ACCEPTED);
        server.travel_to(day(20));
        assert_eq!(name(&vaxjo, &kept[2].id, &own[2]).await, ["SIGN_UP_CLOSED"]);
        let after = housekeeping(&server).await;

        assert_eq!(after.holds_released, 1, "one seat was without a name");
        assert_eq!(statuses(&vaxjo, &kept).await, ["CONFIRMED", "CONFIRMED", "CANCELLED"]);
        assert_eq!(statuses(&alvesta, &line).await, ["CONFIRMED", "WAITLISTED"]);
        let causes: Vec<_> = movements(&server, &key, 5).await.iter().map(|row| row.cause).collect();
        let expected = [MovementCause::Replacement, MovementCause::HoldExpired, MovementCause::Promotion];
        assert_eq!(causes, expected);
        assert_eq!(housekeeping(&server).await.holds_released, 0, "a second round finds nothing");
        assert_consistent(&server).await;
        server.stop().await;
    }
}
