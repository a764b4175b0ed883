//! Entering and changing initiatives.

use super::world::{COLLEAGUE, KEEPER, PARTY, STRANGER, change, enter, initiative, seen};
use crate::{
    groups::world::{group_of, organisation_of},
    harness::{Server, on_both_databases},
    notices::world::myself,
    seats::world::id,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn an_initiative_is_checked_before_it_is_entered(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let party = organisation_of(&server.by(PARTY)).await;
        let elsewhere = group_of(&server.by(STRANGER), json!({})).await;
        let stranger = myself(&server.by(STRANGER)).await;
        let refused = async |otherwise: Value| enter(&keeper, otherwise).await.user_errors("createInitiative");

        for (otherwise, code) in [
            (json!({ "name": " " }), "INVALID_VALUE"),
            (json!({ "name": "Pelle 19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "description": "19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "code": "små bokstäver" }), "INVALID_VALUE"),
            (json!({ "code": "A".repeat(51) }), "INVALID_VALUE"),
            (json!({ "county": "99" }), "INVALID_VALUE"),
            (json!({ "sharing": "COUNTY" }), "INVALID_VALUE"),
            (json!({ "sharing": "SELECTED" }), "INVALID_VALUE"),
            (json!({ "validFrom": "2016", "validTo": "2015" }), "INVALID_TIMES"),
            (json!({ "parties": [{}] }), "INVALID_VALUE"),
            (json!({ "parties": [{ "organisationId": party, "name": "Alvesta" }] }), "INVALID_VALUE"),
            (json!({ "parties": [{ "organisationId": party, "number": 1 }] }), "INVALID_VALUE"),
            (json!({ "parties": [{ "name": "Föreningar", "number": 0 }] }), "INVALID_VALUE"),
            (json!({ "parties": [{ "organisationId": party }, { "organisationId": party }] }), "INVALID_VALUE"),
            (json!({ "parties": [{ "organisationId": party.replace(|letter: char| letter.is_ascii_digit(), "0") }] }), "NOT_FOUND"),
            (json!({ "parties": [{ "name": "Föreningar", "since": "2020", "until": "2019" }] }), "INVALID_TIMES"),
            (json!({ "parties": [{ "name": "Föreningar", "note": "19121212-1212" }] }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "parts": [{ "kind": "OTHER", "name": "" }] }), "INVALID_VALUE"),
            (json!({ "parts": [{ "kind": "OTHER", "name": "Rådet", "groupId": elsewhere }] }), "INVALID_VALUE+NOT_FOUND"),
            (json!({ "parts": [{ "kind": "GROUP", "name": "Rådet", "groupId": elsewhere }] }), "NOT_FOUND"),
            (json!({ "contact": { "personId": stranger } }), "NOT_FOUND"),
            (json!({ "idempotencyKey": "" }), "INVALID_VALUE"),
        ] {
            assert_eq!(refused(otherwise.clone()).await.join("+"), code, "{otherwise}");
        }

        let words = json!({ "parties": [{ "name": "Idéburna organisationer", "note": "ett antal" }, { "name": "Kommuner", "number": 8 }] });
        let kept = enter(&keeper, words).await;
        assert_eq!(kept.at("createInitiative/initiative/parties"), &json!([
            { "name": "Idéburna organisationer", "number": null, "note": "ett antal", "organisation": null },
            { "name": "Kommuner", "number": 8, "note": null, "organisation": null },
        ]), "{}", kept.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_code_is_unique_among_those_of_one_keeper(backend: Backend) {
        let server = Server::start(backend).await;
        let (keeper, other) = (server.by(KEEPER), server.by(STRANGER));
        let coded = json!({ "code": "MODELLEN" });

        let first = enter(&keeper, coded.clone()).await;
        let again = enter(&keeper, coded.clone()).await.user_errors("createInitiative");
        let elsewhere = enter(&other, coded).await.user_errors("createInitiative");

        assert_eq!((again, elsewhere), (vec!["CODE_TAKEN".to_owned()], Vec::new()));
        let first = id(&first, "createInitiative/initiative/id");
        let same = change(&keeper, &first, 1, json!({ "code": "MODELLEN", "name": "Ny" })).await;
        assert_eq!(same.at("updateInitiative/initiative/name"), "Ny", "its own code is not taken");
        let taken = change(&keeper, &first, 2, json!({ "code": "KRONOBARNSMODELLEN" })).await;
        assert_eq!(taken.user_errors("updateInitiative"), ["CODE_TAKEN"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_same_request_enters_one_initiative(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let input = json!({ "idempotencyKey": "en", "code": "MODELLEN" });

        let first = enter(&keeper, input.clone()).await;
        let again = enter(&keeper, input).await;
        let other = enter(&keeper, json!({ "idempotencyKey": "en", "name": "Annan" })).await;

        assert_eq!(first.at("createInitiative/initiative/code"), "MODELLEN");
        assert_eq!(first.at("createInitiative"), again.at("createInitiative"));
        assert_eq!(other.user_errors("createInitiative"), ["IDEMPOTENCY_KEY_REUSED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn of_two_who_change_the_second_is_told_and_nothing_is_lost(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let id = initiative(&server, json!({})).await;

        let first = change(&keeper, &id, 1, json!({ "name": "Först", "parties": null })).await;
        let second = change(&server.by("region-kronoberg-administrator"), &id, 1, json!({ "name": "Sedan" })).await;

        assert_eq!(first.at("updateInitiative/initiative/version"), 2, "{}", first.text);
        assert_eq!(second.user_errors("updateInitiative"), ["CONFLICT"]);
        let now = seen(&keeper, &id, "name parties { name }").await;
        assert_eq!(now, json!({ "name": "Först", "parties": [] }));
        for field in ["name", "level", "status", "sharing"] {
            let emptied = change(&keeper, &id, 2, json!({ field: null })).await;
            assert_eq!(emptied.user_errors("updateInitiative"), ["INVALID_VALUE"], "{field}");
        }
        let shared = change(&keeper, &id, 2, json!({ "sharing": "COUNTY" })).await;
        assert_eq!(shared.user_errors("updateInitiative"), ["INVALID_VALUE"], "no county is named");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_contact_person_changes_it_as_a_coordinator_does_until_somebody_else_is(backend: Backend) {
        let server = Server::start(backend).await;
        let (keeper, contact) = (server.by(KEEPER), server.by(COLLEAGUE));
        let id = initiative(&server, json!({})).await;
        assert_eq!(change(&contact, &id, 1, json!({ "name": "Ny" })).await.codes(), ["FORBIDDEN"]);

        let person = myself(&contact).await;
        change(&keeper, &id, 1, json!({ "contact": { "personId": person } })).await.data();
        let own = contact.query("{ viewer { initiatives(first: 50) { totalCount nodes { name viewerCanEdit } } } }").await;
        assert_eq!(own.at("viewer/initiatives"), &json!({ "totalCount": 1, "nodes": [{ "name": "Länets modell", "viewerCanEdit": true }] }));
        let changed = change(&contact, &id, 2, json!({ "name": "Ny" })).await;
        assert_eq!(changed.at("updateInitiative/initiative/name"), "Ny", "{}", changed.text);

        change(&keeper, &id, 3, json!({ "contact": null })).await.data();
        assert_eq!(change(&contact, &id, 4, json!({ "name": "Igen" })).await.codes(), ["FORBIDDEN"]);
        assert_eq!(change(&server.by(PARTY), &id, 4, json!({ "name": "Igen" })).await.codes(), ["FORBIDDEN"], "a party does not change the entry");
        assert_eq!(change(&server.by(STRANGER), &id, 4, json!({})).await.user_errors("updateInitiative"), ["NOT_FOUND"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_is_erased_answers_for_nothing_any_more(backend: Backend) {
        let server = Server::start(backend).await;
        let person = myself(&server.by(COLLEAGUE)).await;
        let otherwise = json!({ "contactFunction": "Strateg", "contact": { "personId": person, "namePublished": true } });
        let id = initiative(&server, otherwise).await;

        let administrator = server.by("region-kronoberg-administrator");
        let erased = administrator.mutate("erasePerson", json!({ "personId": person }), "__typename").await;

        assert_eq!(erased.user_errors("erasePerson"), [""; 0], "{}", erased.text);
        let now = seen(&server.by(KEEPER), &id, "contactFunction contact { namePublished }").await;
        assert_eq!(now, json!({ "contactFunction": "Strateg", "contact": null }));
        server.stop().await;
    }
}
