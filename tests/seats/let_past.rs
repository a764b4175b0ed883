//! Who waits and is let past: an organisation whose agreement has ended, and somebody who is busy elsewhere.

use super::{
    ledger::movements,
    operations::housekeeping,
    world::{
        ORGANISER, assert_consistent, colleagues, occasion, offer_seats, place, seats, set_quotas,
        share, sign_up, withdraw,
    },
};
use crate::harness::{Server, on_both_databases};
use entity::kind::{MovementCause, SeatReason};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];
const CONFIRMED: (&str, Option<i64>, Option<&str>) = ("CONFIRMED", None, None);

async fn end_agreement(server: &Server, organisation_number: &str) {
    let now = server.clock.now().format("%Y-%m-%d %H:%M:%S+00:00");
    let statement = format!(
        "UPDATE organisation SET partner_until = '{now}' WHERE organisation_number = '{organisation_number}'"
    );
    server.sql(&statement).await;
}

/// Who was let past, and why.
async fn passed_over(server: &Server, occasion: &str) -> Vec<(String, Option<SeatReason>)> {
    let rows = movements(server, occasion, 0).await;
    rows.iter()
        .filter(|row| row.cause == MovementCause::PassedOver)
        .map(|row| (row.sign_up_id.to_string(), row.reason))
        .collect()
}

on_both_databases! {
    async fn what_was_kept_for_an_ended_agreement_is_free_for_others_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 4).await;
        set_quotas(&server, &key, &[share(ALVESTA, 2, Some(2))]).await;
        let (vaxjo, organiser) = (server.by(VAXJO), server.by(ORGANISER));
        let ended = sign_up(&server.by(ALVESTA), &key, &colleagues(&server, ALVESTA, 1).await).await;
        let own = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 3).await).await;
        assert_eq!(own[2].outcome(), ("WAITLISTED", Some(1), Some("SEATS_GUARANTEED_TO_OTHERS")));

        end_agreement(&server, "2120000639").await;
        assert_eq!(seats(&vaxjo, &key).await[3], Some(1), "the seat is shown as free");
        let next = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 1).await).await;

        assert_eq!(place(&vaxjo, &own[2].id).await.outcome(), CONFIRMED, "who waited comes first");
        assert_eq!(next[0].outcome(), ("WAITLISTED", Some(1), Some("OCCASION_FULL")));
        assert_eq!(place(&organiser, &ended[0].id).await.outcome(), CONFIRMED, "a seat that it has stays");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_waits_for_an_ended_agreement_is_let_past_also_when_its_own_seat_comes_free(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let (vaxjo, organiser) = (server.by(VAXJO), server.by(ORGANISER));
        let ended = sign_up(&server.by(ALVESTA), &key, &colleagues(&server, ALVESTA, 3).await).await;
        let own = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 2).await).await;

        end_agreement(&server, "2120000639").await;
        assert_eq!(withdraw(&organiser, &ended[0].id).await, ACCEPTED);

        assert_eq!(place(&vaxjo, &own[0].id).await.outcome(), CONFIRMED);
        let waits = ("WAITLISTED", Some(1), Some("QUOTA_OF_ORGANISATION_FULL"));
        assert_eq!(place(&organiser, &ended[2].id).await.outcome(), waits);
        let expected = [(ended[2].id.clone(), Some(SeatReason::QuotaOfOrganisationFull))];
        assert_eq!(passed_over(&server, &key).await, expected);
        assert_eq!(place(&organiser, &ended[1].id).await.outcome(), CONFIRMED, "a seat that it has stays");
        housekeeping(&server).await;
        assert_eq!(place(&organiser, &ended[2].id).await.outcome(), waits, "and it goes on waiting");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_got_a_place_elsewhere_at_the_time_waits_until_it_is_given_back(backend: Backend) {
        let server = Server::start(backend).await;
        let (key, elsewhere) = (occasion(&server, 1).await, occasion(&server, 5).await);
        let (vaxjo, alvesta) = (server.by(VAXJO), server.by(ALVESTA));
        let seat = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 1).await).await;
        let person = colleagues(&server, ALVESTA, 1).await;
        let busy = sign_up(&alvesta, &key, &person).await;
        let other = sign_up(&alvesta, &elsewhere, &person).await;
        let next = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 1).await).await;
        assert_eq!(other[0].outcome(), CONFIRMED, "who only waits may take a place elsewhere");

        assert_eq!(withdraw(&vaxjo, &seat[0].id).await, ACCEPTED);
        assert_eq!(place(&vaxjo, &next[0].id).await.outcome(), CONFIRMED);
        let waits = ("WAITLISTED", Some(1), Some("BUSY_ELSEWHERE"));
        assert_eq!(place(&alvesta, &busy[0].id).await.outcome(), waits);
        let expected = [(busy[0].id.clone(), Some(SeatReason::BusyElsewhere))];
        assert_eq!(passed_over(&server, &key).await, expected);

        assert_eq!(withdraw(&vaxjo, &next[0].id).await, ACCEPTED);
        assert_eq!(housekeeping(&server).await.promoted, 0, "still busy");
        assert_eq!(seats(&vaxjo, &key).await[1..3], [Some(0), Some(1)]);
        assert_eq!(withdraw(&alvesta, &other[0].id).await, ACCEPTED);
        assert_eq!(housekeeping(&server).await.promoted, 1, "free again, at the next movement");
        assert_eq!(place(&alvesta, &busy[0].id).await.outcome(), CONFIRMED);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

/// Ends the membership that somebody has with an organisation.
async fn leave(server: &Server, person: &str) {
    let now = server.clock.now().format("%Y-%m-%d %H:%M:%S+00:00");
    let id = crate::access::behind::literal(server, crate::personal_data::world::uuid(person));
    let statement = format!("UPDATE membership SET active_until = '{now}' WHERE person_id = {id}");
    server.sql(&statement).await;
}

on_both_databases! {
    async fn who_has_left_the_organisation_keeps_the_place_in_line_for_a_colleague(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let (vaxjo, alvesta) = (server.by(VAXJO), server.by(ALVESTA));
        let first = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 1).await).await;
        let people = colleagues(&server, ALVESTA, 3).await;
        let left = sign_up(&alvesta, &key, &people[..1]).await;
        let next = sign_up(&alvesta, &key, &people[1..2]).await;
        leave(&server, &people[0]).await;

        assert_eq!(withdraw(&vaxjo, &first[0].id).await, ACCEPTED);

        assert_eq!(place(&alvesta, &next[0].id).await.outcome(), CONFIRMED);
        let waits = ("WAITLISTED", Some(1), Some("MEMBERSHIP_ENDED"));
        assert_eq!(place(&alvesta, &left[0].id).await.outcome(), waits);
        assert_eq!(passed_over(&server, &key).await, [(left[0].id.clone(), Some(SeatReason::MembershipEnded))]);
        assert_consistent(&server).await;
        let replace = serde_json::json!({ "signUpId": left[0].id, "personId": people[2] });
        let replaced = alvesta.mutate("replaceParticipant", replace, "signUp { status }").await;
        assert_eq!(replaced.user_errors("replaceParticipant"), ACCEPTED, "{}", replaced.text);
        assert_eq!(withdraw(&alvesta, &next[0].id).await, ACCEPTED);
        assert_eq!(place(&alvesta, &left[0].id).await.outcome(), CONFIRMED, "the colleague has the place");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_accepts_a_seat_for_somebody_who_has_left(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        offer_seats(&server, &key, 8).await;
        let (vaxjo, alvesta) = (server.by(VAXJO), server.by(ALVESTA));
        let first = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 1).await).await;
        let person = colleagues(&server, ALVESTA, 1).await;
        let offered = sign_up(&alvesta, &key, &person).await;
        assert_eq!(withdraw(&vaxjo, &first[0].id).await, ACCEPTED);
        leave(&server, &person[0]).await;
        let answer = async |mutation: &str| {
            let input = serde_json::json!({ "signUpId": offered[0].id });
            alvesta.mutate(mutation, input, "signUp { status }").await.user_errors(mutation)
        };

        assert_eq!(answer("acceptOffer").await, ["MEMBERSHIP_ENDED"]);
        assert_eq!(answer("declineOffer").await, ACCEPTED);
        assert_consistent(&server).await;
        server.stop().await;
    }
}
