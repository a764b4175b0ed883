//! Quotas: what can be agreed, whom it keeps seats for, and until when.

use super::world::{
    COORDINATORS, ORGANISER, Share, assert_consistent, colleagues, day, moment, occasion, place,
    quotas_input, seats, set_capacity, set_quotas, share, sign_up, try_set_quotas,
};
use crate::harness::{Server, on_both_databases};
use entity::id::OrganisationId;
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

/// How many seats an organisation could take now.
async fn free(server: &Server, persona: &str, occasion: &str) -> Option<i64> {
    seats(&server.by(persona), occasion).await[3]
}

on_both_databases! {
    async fn quotas_that_cannot_be_kept_are_refused_each_at_its_boundary(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 4).await;
        let people = colleagues(&server, ORGANISER, 2).await;
        sign_up(&server.by(ORGANISER), &key, &people).await;
        let released = || Share { release_at: Some(day(0)), ..share(VAXJO, 3, None) };

        for (case, shares, expected) in [
            ("an organisation twice", vec![share(VAXJO, 1, None), share(VAXJO, 1, None)], &["INVALID_VALUE"][..]),
            ("a negative guarantee", vec![share(VAXJO, -1, None)], &["INVALID_VALUE"]),
            ("a negative maximum", vec![share(VAXJO, 0, Some(-1))], &["INVALID_VALUE"]),
            ("a guarantee above the maximum", vec![share(VAXJO, 2, Some(1))], &["MAXIMUM_TOO_SMALL"]),
            ("a guarantee equal to the maximum", vec![share(VAXJO, 2, Some(2))], &[]),
            ("a maximum below what is taken", vec![share(ORGANISER, 0, Some(1))], &["MAXIMUM_TOO_SMALL"]),
            ("a maximum equal to what is taken", vec![share(ORGANISER, 0, Some(2))], &[]),
            ("guarantees above the capacity", vec![share(VAXJO, 2, None), share(ORGANISER, 3, None)], &["GUARANTEES_EXCEED_CAPACITY"]),
            ("guarantees equal to the capacity", vec![share(VAXJO, 2, None), share(ORGANISER, 2, None)], &[]),
            ("more kept than is free", vec![share(VAXJO, 3, None)], &["GUARANTEES_EXCEED_CAPACITY"]),
            ("as much kept as is free", vec![share(VAXJO, 2, None)], &[]),
            ("more guaranteed than is free, but released", vec![released()], &[]),
            ("no maximum at all, none guaranteed", vec![share(VAXJO, 0, Some(0))], &[]),
            ("no quotas", vec![], &[]),
        ] {
            assert_eq!(try_set_quotas(&server, &key, &shares).await, expected, "{case}");
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_refused_change_of_quotas_changes_nothing(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 4).await;
        set_quotas(&server, &key, &[share(VAXJO, 2, Some(3))]).await;
        let quotas = "query($id: ID!) { occasion(id: $id) {
            quotas { organisation { name } guaranteed maximum releaseAt taken } seats { taken freeForViewer }
        } }";
        let organiser = server.by(ORGANISER);
        let before = organiser.ask(quotas, json!({ "id": key })).await.text;

        let shares = [share(ALVESTA, 1, None), share(VAXJO, 9, None)];
        assert_eq!(try_set_quotas(&server, &key, &shares).await, ["GUARANTEES_EXCEED_CAPACITY"]);
        let stranger = server.by(VAXJO);
        let input = quotas_input(&server, &key, &[]).await;
        let refused = stranger.mutate("setSeatQuotas", input, "occasion { id }").await;

        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        assert_eq!(organiser.ask(quotas, json!({ "id": key })).await.text, before);
        server.stop().await;
    }
}

on_both_databases! {
    async fn quotas_are_for_organisations_that_exist_and_at_most_four_hundred(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 4).await;
        let organiser = server.by(ORGANISER);
        let many = |number: usize| -> Value {
            let row = || json!({ "organisationId": OrganisationId::new().to_string(), "guaranteed": 0 });
            json!({ "occasionId": key, "quotas": (0..number).map(|_| row()).collect::<Vec<_>>() })
        };

        let unknown = organiser.mutate("setSeatQuotas", many(1), "occasion { id }").await;
        let too_many = organiser.mutate("setSeatQuotas", many(401), "occasion { id }").await;

        assert_eq!(unknown.user_errors("setSeatQuotas"), ["NOT_FOUND"]);
        let field = unknown.at("setSeatQuotas/userErrors/0/field");
        assert_eq!(*field, json!(["quotas", "0", "organisationId"]));
        assert_eq!(too_many.user_errors("setSeatQuotas"), ["INVALID_VALUE"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_cancelled_occasion_has_no_quotas_to_set(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 4).await;
        set_quotas(&server, &key, &[share(VAXJO, 1, None)]).await;

        let input = json!({ "occasionId": key, "reason": "Sjukdom" });
        server.by(ORGANISER).mutate("cancelOccasion", input, "occasion { id }").await.data();

        assert_eq!(try_set_quotas(&server, &key, &[]).await, ["OCCASION_CANCELLED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn each_organisation_sees_what_it_could_take_until_the_release_and_after(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 10).await;
        let kept = Share { release_at: Some(day(5)), ..share(VAXJO, 4, Some(6)) };
        set_quotas(&server, &key, &[kept, share(ALVESTA, 2, Some(3))]).await;

        for (at, expected) in [
            (day(5) - moment(), [6, 3, 4, 4, 4, 4]),
            (day(5), [6, 3, 8, 8, 8, 8]),
        ] {
            server.travel_to(at);
            for (persona, expected) in COORDINATORS.into_iter().zip(expected) {
                assert_eq!(free(&server, persona, &key).await, Some(expected), "{persona} at {at}");
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_is_free_for_me_is_what_i_get(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 10).await;
        let shares = [share(VAXJO, 3, Some(4)), share(ALVESTA, 1, Some(2)), share(COORDINATORS[2], 2, None)];
        set_quotas(&server, &key, &shares).await;

        for persona in COORDINATORS {
            let free = free(&server, persona, &key).await.expect("a number");
            let people = colleagues(&server, persona, 5).await;
            let places = sign_up(&server.by(persona), &key, &people).await;
            let confirmed = places.iter().filter(|place| place.status == "CONFIRMED").count();
            assert_eq!(i64::try_from(confirmed), Ok(free.min(5)), "{persona}");
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn new_quotas_move_the_line_up_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        set_quotas(&server, &key, &[share(VAXJO, 2, None)]).await;
        let organiser = server.by(ORGANISER);
        let places = sign_up(&organiser, &key, &colleagues(&server, ORGANISER, 2).await).await;
        assert_eq!(places[0].reason.as_deref(), Some("SEATS_GUARANTEED_TO_OTHERS"));

        set_quotas(&server, &key, &[share(VAXJO, 1, None)]).await;

        assert_eq!(place(&organiser, &places[0].id).await.outcome(), ("CONFIRMED", None, None));
        assert_eq!(place(&organiser, &places[1].id).await.outcome().0, "WAITLISTED");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn fewer_seats_than_are_guaranteed_are_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        set_quotas(&server, &key, &[share(VAXJO, 2, None)]).await;
        sign_up(&server.by(ORGANISER), &key, &colleagues(&server, ORGANISER, 2).await).await;

        assert_eq!(set_capacity(&server, &key, 3).await, ["CAPACITY_TOO_SMALL"]);
        assert_eq!(set_capacity(&server, &key, 4).await, ACCEPTED);
        assert_consistent(&server).await;
        server.stop().await;
    }
}
