//! The waiting list: its order, why somebody waits, and who moves up when a seat comes free.

use super::world::{
    ORGANISER, Share, assert_consistent, colleagues, day, occasion, place, seats, set_capacity,
    set_quotas, share, sign_up, withdraw,
};
use crate::harness::{Caller, Server, on_both_databases};
use entity::kind::AuditAction;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

/// What has become of several sign-ups.
async fn outcomes(caller: &Caller<'_>, ids: &[&str]) -> Vec<(String, Option<i64>, Option<String>)> {
    let mut outcomes = Vec::new();
    for id in ids {
        let place = place(caller, id).await;
        outcomes.push((place.status, place.position, place.reason));
    }
    outcomes
}

fn confirmed() -> (String, Option<i64>, Option<String>) {
    ("CONFIRMED".to_owned(), None, None)
}

fn waits(position: i64, reason: &str) -> (String, Option<i64>, Option<String>) {
    (
        "WAITLISTED".to_owned(),
        Some(position),
        Some(reason.to_owned()),
    )
}

fn ended(status: &str) -> (String, Option<i64>, Option<String>) {
    (status.to_owned(), None, None)
}

on_both_databases! {
    async fn who_waits_learns_the_place_in_line_and_the_reason(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 3).await;
        set_quotas(&server, &key, &[share(VAXJO, 1, Some(1)), share(ALVESTA, 0, Some(1))]).await;
        let of_vaxjo = colleagues(&server, VAXJO, 2).await;
        let of_alvesta = colleagues(&server, ALVESTA, 2).await;
        let own = colleagues(&server, ORGANISER, 3).await;
        let (vaxjo, alvesta, organiser) = (server.by(VAXJO), server.by(ALVESTA), server.by(ORGANISER));

        let first = sign_up(&alvesta, &key, &of_alvesta).await;
        let second = sign_up(&organiser, &key, &own[..2]).await;
        let third = sign_up(&vaxjo, &key, &of_vaxjo).await;
        let fourth = sign_up(&organiser, &key, &own[2..]).await;

        assert_eq!(first[0].outcome(), ("CONFIRMED", None, None));
        assert_eq!(first[1].outcome(), ("WAITLISTED", Some(1), Some("QUOTA_OF_ORGANISATION_FULL")));
        assert_eq!(second[0].outcome(), ("CONFIRMED", None, None));
        assert_eq!(second[1].outcome(), ("WAITLISTED", Some(2), Some("SEATS_GUARANTEED_TO_OTHERS")));
        assert_eq!(third[0].outcome(), ("CONFIRMED", None, None), "the kept seat was Växjö's");
        assert_eq!(third[1].outcome(), ("WAITLISTED", Some(3), Some("OCCASION_FULL")));
        assert_eq!(fourth[0].outcome(), ("WAITLISTED", Some(4), Some("OCCASION_FULL")));
        assert_eq!(seats(&organiser, &key).await, [Some(3), Some(3), Some(4), Some(0)]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_withdrawal_moves_the_first_up_who_may_use_the_seat(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        set_quotas(&server, &key, &[share(ALVESTA, 0, Some(1))]).await;
        let (vaxjo, alvesta, organiser) = (server.by(VAXJO), server.by(ALVESTA), server.by(ORGANISER));
        let a = sign_up(&alvesta, &key, &colleagues(&server, ALVESTA, 2).await).await;
        let b = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 1).await).await;
        let c = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 2).await).await;
        assert_eq!(c[0].outcome(), ("WAITLISTED", Some(2), Some("OCCASION_FULL")));

        // The answer to the withdrawal itself shows the seat taken again: both happen in one commit.
        let input = json!({ "signUpId": b[0].id });
        let selection = "signUp { status } occasion { seats { taken waiting } }";
        let answer = organiser.mutate("withdraw", input, selection).await;

        assert_eq!(answer.at("withdraw/signUp/status"), "WITHDRAWN");
        assert_eq!(*answer.at("withdraw/occasion/seats"), json!({ "taken": 2, "waiting": 2 }));
        let ids = [a[1].id.as_str(), &c[0].id, &c[1].id];
        let now = outcomes(&organiser, &ids).await;
        assert_eq!(
            now,
            [waits(1, "QUOTA_OF_ORGANISATION_FULL"), confirmed(), waits(2, "OCCASION_FULL")],
            "who is first has met the maximum and is passed over, without losing the place in line"
        );
        let moved = entity::audit_entry::Entity::find()
            .filter(entity::audit_entry::Column::Action.eq(AuditAction::Promote))
            .filter(entity::audit_entry::Column::Subject.eq(c[0].id.as_str()))
            .count(&server.database)
            .await;
        assert_eq!(moved.expect("the audit log can be read"), 1, "moving up is in the audit log");

        // Alvesta's own seat coming free is one that Alvesta may use.
        assert_eq!(withdraw(&alvesta, &a[0].id).await, ACCEPTED);
        assert_eq!(outcomes(&organiser, &[&a[1].id]).await, [confirmed()]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_leaves_the_line_closes_the_gap_and_frees_no_seat(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let organiser = server.by(ORGANISER);
        let places = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 4).await).await;

        assert_eq!(withdraw(&organiser, &places[1].id).await, ACCEPTED);

        let ids: Vec<&str> = places.iter().map(|place| place.id.as_str()).collect();
        assert_eq!(
            outcomes(&organiser, &ids).await,
            [confirmed(), ended("WITHDRAWN"), waits(1, "OCCASION_FULL"), waits(2, "OCCASION_FULL")]
        );
        assert_eq!(seats(&organiser, &key).await[1..3], [Some(1), Some(2)]);
        assert_eq!(withdraw(&organiser, &places[1].id).await, ["SIGN_UP_ENDED"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_organiser_removes_and_others_may_not(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let people = colleagues(&server, VAXJO, 2).await;
        let places = sign_up(&server.by(VAXJO), &key, &people).await;
        let organiser = server.by(ORGANISER);

        let strangers = withdraw(&server.by(ALVESTA), &places[0].id).await;
        let members = withdraw(&server.by("vaxjo-member"), &places[0].id).await;
        assert_eq!((strangers, members), (vec!["NOT_FOUND".to_owned()], vec!["NOT_FOUND".to_owned()]));
        assert_eq!(seats(&organiser, &key).await[1..3], [Some(1), Some(1)]);

        assert_eq!(withdraw(&organiser, &places[0].id).await, ACCEPTED);

        let ids = [places[0].id.as_str(), &places[1].id];
        assert_eq!(outcomes(&organiser, &ids).await, [ended("CANCELLED"), confirmed()]);
        let causes = entity::seat_movement::Entity::find()
            .filter(entity::seat_movement::Column::Cause.eq("REMOVAL"))
            .count(&server.database)
            .await;
        assert_eq!(causes.expect("the ledger can be read"), 1, "the ledger says who ended it");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn more_seats_move_the_line_up_and_fewer_than_taken_are_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let organiser = server.by(ORGANISER);
        let places = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 4).await).await;
        let ids: Vec<&str> = places.iter().map(|place| place.id.as_str()).collect();

        assert_eq!(set_capacity(&server, &key, 3).await, ACCEPTED);

        assert_eq!(
            outcomes(&organiser, &ids).await,
            [confirmed(), confirmed(), confirmed(), waits(1, "OCCASION_FULL")]
        );
        assert_eq!(set_capacity(&server, &key, 2).await, ["CAPACITY_TOO_SMALL"]);
        assert_eq!(seats(&organiser, &key).await[..3], [Some(3), Some(3), Some(1)]);
        assert_eq!(withdraw(&organiser, ids[3]).await, ACCEPTED);
        assert_eq!(withdraw(&organiser, ids[2]).await, ACCEPTED);
        assert_eq!(set_capacity(&server, &key, 2).await, ACCEPTED);
        assert_eq!(set_capacity(&server, &key, 1).await, ["CAPACITY_TOO_SMALL"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_cancelled_occasion_ends_every_sign_up(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let organiser = server.by(ORGANISER);
        let own = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 1).await).await;
        let others = sign_up(&server.by(VAXJO), &key, &colleagues(&server, VAXJO, 2).await).await;
        assert_eq!(others[1].status, "WAITLISTED");

        let input = json!({ "occasionId": key, "reason": "Sjukdom" });
        let selection = "occasion { status cancellationReason seats { taken waiting } }";
        let answer = organiser.mutate("cancelOccasion", input.clone(), selection).await;

        assert_eq!(answer.user_errors("cancelOccasion"), ACCEPTED);
        let occasion = json!({
            "status": "CANCELLED",
            "cancellationReason": "Sjukdom",
            "seats": { "taken": 0, "waiting": 0 },
        });
        assert_eq!(*answer.at("cancelOccasion/occasion"), occasion);
        let ids = [own[0].id.as_str(), &others[0].id, &others[1].id];
        assert_eq!(outcomes(&organiser, &ids).await, vec![ended("CANCELLED"); 3]);
        assert_eq!(withdraw(&organiser, ids[0]).await, ["SIGN_UP_ENDED"]);
        let again = organiser.mutate("cancelOccasion", input, "occasion { id }").await;
        assert_eq!(again.user_errors("cancelOccasion"), ["OCCASION_CANCELLED"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_the_time_has_released_goes_to_the_line_before_whoever_comes_next(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let kept = Share { release_at: Some(day(5)), ..share(VAXJO, 2, None) };
        set_quotas(&server, &key, &[kept]).await;
        let organiser = server.by(ORGANISER);
        let early = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 1).await).await;
        assert_eq!(early[0].outcome(), ("WAITLISTED", Some(1), Some("SEATS_GUARANTEED_TO_OTHERS")));

        server.travel_to(day(5));
        let late = sign_up(&server.by(ALVESTA), &key, &colleagues(&server, ALVESTA, 2).await).await;

        assert_eq!(outcomes(&organiser, &[&early[0].id]).await, [confirmed()]);
        assert_eq!(late[0].outcome(), ("CONFIRMED", None, None));
        assert_eq!(late[1].outcome(), ("WAITLISTED", Some(1), Some("OCCASION_FULL")));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_withdrawal_also_ends_what_the_time_has_just_moved_up(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let kept = Share { release_at: Some(day(5)), ..share(VAXJO, 1, None) };
        set_quotas(&server, &key, &[kept]).await;
        let organiser = server.by(ORGANISER);
        let places = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 2).await).await;

        server.travel_to(day(5));
        assert_eq!(withdraw(&organiser, &places[0].id).await, ACCEPTED);

        let ids = [places[0].id.as_str(), &places[1].id];
        assert_eq!(outcomes(&organiser, &ids).await, [ended("WITHDRAWN"), confirmed()]);
        assert_eq!(seats(&organiser, &key).await[1..3], [Some(1), Some(0)]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}
