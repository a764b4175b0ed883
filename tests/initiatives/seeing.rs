//! Who sees an initiative and what of it, on both sides of each boundary.

use super::world::{
    COLLEAGUE, KEEPER, NEIGHBOUR, PARTY, PARTYS_MEMBER, STRANGER, change, initiative, leave, seen,
};
use crate::{
    access::behind::execute,
    groups::world::{group_of, organisation_of},
    harness::{Server, on_both_databases},
    notices::world::myself,
};
use serde_json::{Value, json};

/// Whether each of a keeper's member, a party's member, a neighbour, a stranger and anybody sees it.
async fn who_sees(server: &Server, id: &str) -> [bool; 5] {
    let mut sees = [false; 5];
    for (place, who) in [COLLEAGUE, PARTYS_MEMBER, NEIGHBOUR, STRANGER]
        .into_iter()
        .enumerate()
    {
        sees[place] = !seen(&server.by(who), id, "name").await.is_null();
    }
    sees[4] = !seen(&server.anonymous(), id, "name").await.is_null();
    sees
}

on_both_databases! {
    async fn an_initiative_is_seen_as_far_as_it_is_shared_and_always_by_its_parties(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let id = initiative(&server, json!({})).await;
        let neighbour = organisation_of(&server.by(NEIGHBOUR)).await;

        assert_eq!(who_sees(&server, &id).await, [true, true, false, false, false]);
        for (version, sharing, wanted) in [
            (1, json!({ "sharing": "SELECTED", "sharedWithIds": [neighbour] }), [true, true, true, false, false]),
            (2, json!({ "sharing": "COUNTY", "county": "07" }), [true, true, true, false, false]),
            (3, json!({ "sharing": "COUNTY", "county": "10" }), [true, true, false, true, false]),
            (4, json!({ "sharing": "PARTNERS" }), [true, true, true, true, false]),
            (5, json!({ "sharing": "PUBLIC" }), [true, true, true, true, true]),
            (6, json!({ "sharing": "ORGANISATION" }), [true, true, false, false, false]),
        ] {
            let changed = change(&keeper, &id, version, sharing.clone()).await;
            assert_eq!(changed.user_errors("updateInitiative"), [""; 0], "{}", changed.text);
            assert_eq!(who_sees(&server, &id).await, wanted, "{sharing}");
        }

        // With whom it is shared is for those who keep it.
        let shared = "sharedWith { name }";
        assert!(seen(&keeper, &id, shared).await["sharedWith"].is_array());
        assert_eq!(seen(&server.by(PARTY), &id, shared).await["sharedWith"], Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_party_sees_an_initiative_until_the_day_on_which_it_is_one_no_more(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by(PARTYS_MEMBER);
        let party = organisation_of(&member).await;
        let until = async |day: &str| {
            let parties = json!([{ "organisationId": party, "since": "2020", "until": day }]);
            let id = initiative(&server, json!({ "parties": parties })).await;
            !seen(&member, &id, "name").await.is_null()
        };

        // It is the second of March 2026.
        assert!(until("2026-03-02").await, "the last day counts");
        assert!(!until("2026-03-01").await);
        assert!(until("2026").await, "a year lasts until its end");
        assert!(!until("2025").await);
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_leaves_sees_no_more_unless_it_is_shared(backend: Backend) {
        let server = Server::start(backend).await;
        let (keeper, party) = (server.by(KEEPER), server.by(PARTY));
        let hidden = initiative(&server, json!({})).await;
        let open = initiative(&server, json!({ "sharing": "PARTNERS" })).await;
        assert_eq!(leave(&server.by(PARTYS_MEMBER), &hidden).await.codes(), ["FORBIDDEN"], "a member does not take the organisation out");
        assert_eq!(leave(&server.by(STRANGER), &hidden).await.user_errors("leaveInitiative"), ["NOT_FOUND"]);
        assert_eq!(leave(&server.by(STRANGER), &open).await.codes(), ["FORBIDDEN"], "no party");
        assert_eq!(leave(&keeper, &open).await.codes(), ["FORBIDDEN"], "the keeper is no party by keeping");

        let gone = leave(&party, &hidden).await;
        assert_eq!((gone.user_errors("leaveInitiative"), gone.at("leaveInitiative/initiative")), (Vec::new(), &Value::Null));
        assert_eq!(seen(&party, &hidden, "name").await, Value::Null);
        leave(&party, &open).await.data();
        let told = seen(&party, &open, "name viewerCanLeave viewerCanAddActivity parties { until }").await;
        assert_eq!(told, json!({ "name": "Länets modell", "viewerCanLeave": false, "viewerCanAddActivity": false, "parties": [] }));
        assert_eq!(leave(&party, &open).await.codes(), ["FORBIDDEN"], "once");

        // The keeper knows that it was one; what it is about to write is a conflict; the same list brings nobody back.
        let former = seen(&keeper, &hidden, "version parties { name } all: parties(includeFormer: true) { until organisation { id } }").await;
        assert_eq!((&former["version"], &former["parties"], &former["all"][0]["until"]), (&json!(2), &json!([]), &json!("2026-03-02")));
        let stale = change(&keeper, &hidden, 1, json!({ "name": "Ny" })).await;
        assert_eq!(stale.user_errors("updateInitiative"), ["CONFLICT"]);
        let same = json!([{ "organisationId": former["all"][0]["organisation"]["id"], "until": "2026-03-02" }]);
        change(&keeper, &hidden, 2, json!({ "parties": same })).await.data();
        assert_eq!(seen(&party, &hidden, "name").await, Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_contact_is_named_to_the_keepers_people_and_to_others_where_it_is_published(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let contact = myself(&server.by(COLLEAGUE)).await;
        let otherwise = json!({ "sharing": "PARTNERS", "contactFunction": "Strateg", "contact": { "personId": contact } });
        let id = initiative(&server, otherwise).await;
        let fields = "contactFunction contact { namePublished person { name } }";
        let named = async |who: &str| seen(&server.by(who), &id, fields).await["contact"]["person"]["name"].clone();

        assert_eq!(named(COLLEAGUE).await, "David Rosenqvist");
        assert_eq!(seen(&server.by(PARTY), &id, fields).await, json!({ "contactFunction": "Strateg", "contact": null }));
        let published = json!({ "contact": { "personId": contact, "namePublished": true } });
        change(&keeper, &id, 1, published).await.data();
        assert_eq!(named(PARTY).await, "David Rosenqvist");
        assert_eq!(named(STRANGER).await, "David Rosenqvist");

        // Reading it is written to the log of the organisation that reads.
        assert_eq!(named(KEEPER).await, "David Rosenqvist");
        let log = "{ auditLog(first: 100) { nodes { personId } } }";
        let log = server.by("region-kronoberg-administrator").query(log).await;
        assert!(log.text.contains(&contact), "{}", log.text);

        // Whoever has protected identity is named to nobody else.
        execute(&server, "UPDATE person SET protected_identity = true WHERE name = 'David Rosenqvist'").await;
        assert_eq!(named(PARTY).await, Value::Null);
        assert_eq!(named(KEEPER).await, "David Rosenqvist");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_a_part_refers_to_is_seen_by_its_own_rules(backend: Backend) {
        let server = Server::start(backend).await;
        let keeper = server.by(KEEPER);
        let group = group_of(&keeper, json!({})).await;
        let parts = json!([
            { "kind": "GROUP", "name": "Rådet", "groupId": group },
            { "kind": "OTHER", "name": "Ett gemensamt språk" },
        ]);
        let id = initiative(&server, json!({ "parts": parts })).await;
        let fields = "parts { kind name group { name } }";

        let own = seen(&keeper, &id, fields).await;
        assert_eq!(own["parts"][0], json!({ "kind": "GROUP", "name": "Rådet", "group": { "name": "Barnrättsrådet" } }));
        let of_a_member = seen(&server.by(PARTY), &id, fields).await;
        assert_eq!(of_a_member["parts"][0], json!({ "kind": "GROUP", "name": "Rådet", "group": null }));
        server.stop().await;
    }
}
