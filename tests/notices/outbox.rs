//! What the seat book tells: each cause, who is told of it, and who is not.

use super::world::{myself, of_organisation, outbox, own, strangers, told};
use crate::{
    harness::{Server, on_both_databases},
    seats::{
        operations::housekeeping,
        world::{
            ORGANISER, assert_consistent, colleagues, day, occasion, occasion_of, places, sign_up,
            training, withdraw,
        },
    },
};
use api::{
    config::Config,
    metrics::Metrics,
    viewer::{Database, notice::Waiting},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use std::sync::Arc;

const ALVESTA: &str = "alvesta-coordinator";
const MEMBER: &str = "alvesta-member";
const NOTHING: [&str; 0] = [];

on_both_databases! {
    async fn whoever_moves_up_is_told_and_so_are_the_own_coordinators_and_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let organiser = server.by(ORGANISER);
        let first = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 1).await).await;
        let member = server.by(MEMBER);
        let waiting = sign_up(&member, &key, &[myself(&member).await]).await;
        assert_eq!(waiting[0].status, "WAITLISTED");
        assert_eq!(outbox(&server).await, 0, "nobody is told what the answer said");

        assert_eq!(withdraw(&organiser, &first[0].id).await, NOTHING);

        let expected = [told("PROMOTED", &waiting[0].id)];
        assert_eq!(own(&member).await, expected);
        assert_eq!(of_organisation(&server.by(ALVESTA)).await.as_deref(), Some(&expected[..]));
        assert_eq!(own(&server.by(ALVESTA)).await, [], "a coordinator is not the person");
        assert_eq!(of_organisation(&member).await, None, "a member reads the own notices only");
        for stranger in strangers(&server, &[ALVESTA]) {
            assert_eq!(own(&stranger).await, []);
            assert!(of_organisation(&stranger).await.is_none_or(|told| told.is_empty()));
        }
        assert_eq!(outbox(&server).await, 1);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn whom_the_organiser_takes_out_is_told_and_who_leaves_is_not(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        let alvesta = server.by(ALVESTA);
        let member = server.by(MEMBER);
        let people = [myself(&member).await, colleagues(&server, ALVESTA, 1).await.remove(0)];
        let places = sign_up(&alvesta, &key, &people).await;

        assert_eq!(withdraw(&alvesta, &places[1].id).await, NOTHING);
        assert_eq!(outbox(&server).await, 0, "what the own organisation did it knows");
        assert_eq!(withdraw(&server.by(ORGANISER), &places[0].id).await, NOTHING);

        assert_eq!(own(&member).await, [told("REMOVED", &places[0].id)]);
        assert_eq!(outbox(&server).await, 1);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_cancelled_occasion_tells_everybody_with_a_place_once(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let organiser = server.by(ORGANISER);
        let member = server.by(MEMBER);
        let gone = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 1).await).await;
        assert_eq!(withdraw(&organiser, &gone[0].id).await, NOTHING);
        let own_people = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 2).await).await;
        let waiting = sign_up(&member, &key, &[myself(&member).await]).await;

        let input = json!({ "occasionId": key, "reason": "Sjukdom" });
        let refused = server.by(ALVESTA).mutate("cancelOccasion", input.clone(), "occasion { id }").await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        assert_eq!(outbox(&server).await, 0, "what did not happen is not told");
        let done = organiser.mutate("cancelOccasion", input.clone(), "occasion { id }").await;
        assert_eq!(done.user_errors("cancelOccasion"), NOTHING);
        let again = organiser.mutate("cancelOccasion", input, "occasion { id }").await;
        assert_eq!(again.user_errors("cancelOccasion"), ["OCCASION_CANCELLED"]);

        let mut expected: Vec<_> = own_people.iter().map(|place| told("CANCELLED", &place.id)).collect();
        expected.sort();
        assert_eq!(of_organisation(&organiser).await, Some(expected));
        assert_eq!(own(&member).await, [told("CANCELLED", &waiting[0].id)]);
        assert_eq!(outbox(&server).await, 3, "who had left is not told");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_held_seat_that_runs_out_is_told_to_the_coordinators_who_held_it(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let closes = json!({ "signUpClosesAt": crate::seats::world::instant(day(10)) });
        let key = occasion_of(&server, &training, &closes).await;
        let alvesta = server.by(ALVESTA);
        let input = json!({ "occasionId": key, "heldSeats": 2 });
        let answer = alvesta.mutate("signUp", input, "signUps { id status position reason }").await;
        let held = places(&answer);

        server.travel_to(day(10));
        housekeeping(&server).await;

        let mut expected: Vec<_> = held.iter().map(|place| told("HOLD_EXPIRED", &place.id)).collect();
        expected.sort();
        assert_eq!(of_organisation(&alvesta).await, Some(expected));
        assert_eq!(own(&server.by(MEMBER)).await, [], "it is nobody's in particular");
        assert_eq!(of_organisation(&server.by(ORGANISER)).await, Some(vec![]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_release_by_the_clock_tells_those_who_move_up(backend: Backend) {
        use crate::seats::world::{Share, set_quotas, share};
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let kept = Share { release_at: Some(day(5)), ..share("vaxjo-coordinator", 1, None) };
        set_quotas(&server, &key, &[kept]).await;
        let member = server.by(MEMBER);
        let waiting = sign_up(&member, &key, &[myself(&member).await]).await;

        server.travel_to(day(5));
        housekeeping(&server).await;
        housekeeping(&server).await;

        assert_eq!(own(&member).await, [told("PROMOTED", &waiting[0].id)], "once, however often the job runs");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_outbox_is_counted_and_what_was_delivered_is_forgotten_after_ninety_days(backend: Backend) {
        use entity::notice::{Column, Entity};
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        sign_up(&server.by(ALVESTA), &key, &colleagues(&server, ALVESTA, 3).await).await;
        let input = json!({ "occasionId": key, "reason": "Sjukdom" });
        server.by(ORGANISER).mutate("cancelOccasion", input, "occasion { id }").await.data();
        let cancelled = server.clock.now();
        assert_eq!(waiting(&server).await, Waiting { notices: 3, since: Some(cancelled) });

        let all = Entity::find().all(&server.database).await.expect("the outbox can be read");
        let delivered = day(1);
        let done = Entity::update_many()
            .col_expr(Column::DeliveredAt, Expr::value(delivered))
            .filter(Column::Id.is_in(all.iter().take(2).map(|row| row.id)))
            .exec(&server.database)
            .await;
        assert_eq!(done.expect("two are delivered").rows_affected, 2);
        assert_eq!(waiting(&server).await, Waiting { notices: 1, since: Some(cancelled) });

        server.travel_to(delivered + chrono::TimeDelta::days(90));
        assert_eq!(housekeeping(&server).await.notices_forgotten, 0, "on the day itself they are still there");
        server.travel(crate::seats::world::moment());
        assert_eq!(housekeeping(&server).await.notices_forgotten, 2);

        assert_eq!(outbox(&server).await, 1, "what has not been delivered stays");
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_empty_outbox_has_waited_since_never(backend: Backend) {
        let server = Server::start(backend).await;

        assert_eq!(waiting(&server).await, Waiting::default());
        server.stop().await;
    }
}

/// What the operator is told.
async fn waiting(server: &Server) -> Waiting {
    let environment = [
        ("SAMVERKAN_DATABASE_URL", server.database_url.as_str()),
        ("SAMVERKAN_PUBLIC_URL", "https://api.test"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, environment).expect("a good configuration");
    let database = Database::connect(&config.database, &Arc::new(Metrics::default())).await;
    let database = database.expect("connections");
    let waiting = database
        .waiting_notices()
        .await
        .expect("the outbox can be counted");
    database.close().await;
    waiting
}
