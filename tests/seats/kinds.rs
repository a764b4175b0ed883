//! Quotas for kinds of organisations: seats kept for all associations together, a maximum for all municipalities.

use super::world::{
    ORGANISER, assert_consistent, colleagues, day, instant, moment, occasion, place, seat_counts,
    seats, sign_up,
};
use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const NGO: &str = "barnens-ratt-kronoberg-coordinator";
const ACCEPTED: [&str; 0] = [];

async fn try_share(server: &Server, occasion: &str, kinds: Value) -> Vec<String> {
    let input = json!({ "occasionId": occasion, "quotas": [], "kindQuotas": kinds });
    let organiser = server.by(ORGANISER);
    let answer = organiser
        .mutate("setSeatQuotas", input, "occasion { id }")
        .await;
    answer.user_errors("setSeatQuotas")
}

on_both_databases! {
    async fn seats_kept_for_associations_are_for_any_of_them_until_their_release(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 4).await;
        let kinds = json!([{ "organisationKind": "NGO", "guaranteed": 2, "releaseAt": instant(day(5)) }]);
        assert_eq!(try_share(&server, &key, kinds).await, ACCEPTED);
        let (vaxjo, ngo) = (server.by(VAXJO), server.by(NGO));

        assert_eq!(seats(&vaxjo, &key).await[3], Some(2));
        assert_eq!(seats(&ngo, &key).await[3], Some(4));
        assert_eq!(seat_counts(&vaxjo, &key).await, [0, 0, 0, 2, 2, 0]);
        let own = sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 3).await).await;
        assert_eq!(own[2].outcome(), ("WAITLISTED", Some(1), Some("SEATS_GUARANTEED_TO_OTHERS")));
        let kept = sign_up(&ngo, &key, &colleagues(&server, NGO, 1).await).await;
        assert_eq!(kept[0].outcome(), ("CONFIRMED", None, None));
        server.travel_to(day(5) - moment());
        assert_eq!(seats(&vaxjo, &key).await[3], Some(0));
        server.travel_to(day(5));
        assert_eq!(seats(&vaxjo, &key).await[3], Some(1));
        let late = sign_up(&ngo, &key, &colleagues(&server, NGO, 1).await).await;

        assert_eq!(place(&vaxjo, &own[2].id).await.status, "CONFIRMED", "who waited comes first");
        assert_eq!(late[0].outcome(), ("WAITLISTED", Some(1), Some("OCCASION_FULL")));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_maximum_for_municipalities_counts_all_of_them_and_can_be_raised(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        let most = |maximum: i32| json!([{ "organisationKind": "MUNICIPALITY", "maximum": maximum }]);
        assert_eq!(try_share(&server, &key, most(2)).await, ACCEPTED);
        let (vaxjo, alvesta) = (server.by(VAXJO), server.by(ALVESTA));
        sign_up(&vaxjo, &key, &colleagues(&server, VAXJO, 2).await).await;

        let waiting = sign_up(&alvesta, &key, &colleagues(&server, ALVESTA, 1).await).await;
        assert_eq!(waiting[0].outcome(), ("WAITLISTED", Some(1), Some("QUOTA_OF_ORGANISATION_KIND_FULL")));
        assert_eq!(seats(&alvesta, &key).await[3], Some(0));
        assert_eq!(seats(&server.by(NGO), &key).await[3], Some(3));
        assert_eq!(try_share(&server, &key, most(1)).await, ["MAXIMUM_TOO_SMALL"]);
        assert_eq!(try_share(&server, &key, most(3)).await, ACCEPTED);

        assert_eq!(place(&alvesta, &waiting[0].id).await.status, "CONFIRMED");
        assert_eq!(try_share(&server, &key, json!([])).await, ACCEPTED);
        assert_eq!(seats(&alvesta, &key).await[3], Some(2), "no quota of a kind is left");
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn quotas_of_kinds_are_seen_by_the_kind_and_the_organisers_only(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        let kinds = json!([
            { "organisationKind": "MUNICIPALITY", "maximum": 2 },
            { "organisationKind": "NGO", "guaranteed": 1 },
        ]);
        assert_eq!(try_share(&server, &key, kinds).await, ACCEPTED);
        sign_up(&server.by(VAXJO), &key, &colleagues(&server, VAXJO, 1).await).await;
        let query = "query($id: ID!) { occasion(id: $id) { kindQuotas { organisationKind guaranteed maximum taken } } }";
        let seen = async |persona: &str| {
            let answer = server.by(persona).ask(query, json!({ "id": key })).await;
            answer.at("occasion/kindQuotas").clone()
        };

        let municipality = json!({ "organisationKind": "MUNICIPALITY", "guaranteed": 0, "maximum": 2, "taken": 1 });
        let ngo = json!({ "organisationKind": "NGO", "guaranteed": 1, "maximum": null, "taken": 0 });
        assert_eq!(seen(ALVESTA).await, json!([municipality]));
        assert_eq!(seen(NGO).await, json!([ngo]));
        assert_eq!(seen(ORGANISER).await, json!([municipality, ngo]));
        assert_eq!(seen("lansstyrelsen-kronoberg-coordinator").await, json!([]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn impossible_quotas_of_kinds_are_refused(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        let kind = |guaranteed: i32, maximum: Option<i32>| json!({ "organisationKind": "NGO", "guaranteed": guaranteed, "maximum": maximum });

        for (case, kinds, expected) in [
            ("twice", json!([kind(1, None), kind(1, None)]), &["INVALID_VALUE"][..]),
            ("negative", json!([kind(-1, None)]), &["INVALID_VALUE"]),
            ("a negative maximum", json!([kind(0, Some(-1))]), &["INVALID_VALUE"]),
            ("more than there is", json!([kind(6, None)]), &["GUARANTEES_EXCEED_CAPACITY"]),
            ("all there is", json!([kind(5, None)]), &[]),
            ("a guarantee above the maximum", json!([kind(3, Some(2))]), &["MAXIMUM_TOO_SMALL"]),
            ("a guarantee equal to the maximum", json!([kind(3, Some(3))]), &[]),
        ] {
            assert_eq!(try_share(&server, &key, kinds).await, expected, "{case}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_capacity_that_is_too_small_says_what_it_would_take(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 5).await;
        let kinds = json!([{ "organisationKind": "NGO", "guaranteed": 2 }]);
        assert_eq!(try_share(&server, &key, kinds).await, ACCEPTED);
        sign_up(&server.by(VAXJO), &key, &colleagues(&server, VAXJO, 2).await).await;
        let organiser = server.by(ORGANISER);
        let version = organiser.ask("query($id: ID!) { occasion(id: $id) { version } }", json!({ "id": key })).await;
        let input = json!({ "occasionId": key, "expectedVersion": version.at("occasion/version"), "capacity": 3 });

        let answer = organiser.mutate("updateOccasion", input.clone(), "occasion { id }").await;

        assert_eq!(answer.user_errors("updateOccasion"), ["CAPACITY_TOO_SMALL"]);
        assert!(answer.text.contains("2 are taken and 2 free ones guaranteed. Give at least 4") || answer.text.contains("Ange minst 4"), "{}", answer.text);
        let mut enough = input;
        enough["capacity"] = json!(4);
        let answer = organiser.mutate("updateOccasion", enough, "occasion { id }").await;
        assert_eq!(answer.user_errors("updateOccasion"), ACCEPTED);
        server.stop().await;
    }
}
