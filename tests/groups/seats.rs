//! Seats: made by who keeps the group, filled by the organisation whose they are.

use super::world::{
    appoint, group_of, organisation_of, powers, reads_papers, seat_for, seat_given,
};
use crate::{
    harness::{Server, on_both_databases},
    notices::world::myself,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn a_seat_opens_the_papers_from_its_first_day_and_closes_them_on_its_last(backend: Backend) {
        let server = Server::start(backend).await;
        let convener = server.by("region-kronoberg-coordinator");
        let (coordinator, member) = (server.by("vaxjo-coordinator"), server.by("vaxjo-member"));
        let group = group_of(&convener, json!({})).await;
        assert_eq!(powers(&member, &group).await, Value::Null, "nobody of Växjö sees it yet");

        let seat = seat_for(&convener, &group, &member, json!({})).await;

        let query = "query($id: ID!) { group(id: $id) { seats { totalCount nodes { vacant holder { id } capacity
            organisation { name } viewerCanFill } } organisations { name } conveners { name } } }";
        let seen = coordinator.ask(query, json!({ "id": group })).await;
        assert_eq!(seen.at("group/seats/nodes"), &json!([{ "vacant": true, "holder": null, "capacity": "ORDINARY",
            "organisation": { "name": "Växjö kommun" }, "viewerCanFill": true }]), "{}", seen.text);
        assert_eq!(seen.at("group/organisations"), &json!([{ "name": "Region Kronoberg" }, { "name": "Växjö kommun" }]));
        assert!(!reads_papers(&member, &group).await, "the organisation has a seat, the person has none");
        assert!(!reads_papers(&convener, &group).await, "whoever convenes does not read by that alone");

        let input = json!({ "fromDay": "2026-03-03", "untilDay": "2026-03-05", "decision": "KS 2026/14 § 7" });
        let given = appoint(&coordinator, &seat, &myself(&member).await, input).await;
        assert_eq!(given.at("appointToSeat/userErrors"), &json!([]), "{}", given.text);

        // Midnight in Sweden is 23:00 UTC in March.
        for (at, reads) in [
            ("2026-03-02T22:59:59Z", false),
            ("2026-03-02T23:00:00Z", true),
            ("2026-03-04T22:59:59Z", true),
            ("2026-03-04T23:00:00Z", false),
        ] {
            server.travel_to(at.parse().expect("an instant"));
            assert_eq!(reads_papers(&member, &group).await, reads, "{at}");
            assert_eq!(powers(&member, &group).await["viewerIsMember"], reads, "{at}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_the_seats_own_organisation_says_who_sits_there(backend: Backend) {
        let server = Server::start(backend).await;
        let convener = server.by("region-kronoberg-coordinator");
        let (coordinator, member) = (server.by("vaxjo-coordinator"), server.by("vaxjo-member"));
        let group = group_of(&convener, json!({ "sharing": "COUNTY", "county": "07" })).await;
        let seat = seat_for(&convener, &group, &member, json!({})).await;
        let person = myself(&member).await;

        for stranger in ["region-kronoberg-coordinator", "alvesta-coordinator", "vaxjo-member"] {
            let answer = appoint(&server.by(stranger), &seat, &person, json!({})).await;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{stranger}: {}", answer.text);
        }
        let elsewhere = appoint(&server.by("region-skane-coordinator"), &seat, &person, json!({})).await;
        assert_eq!(elsewhere.user_errors("appointToSeat"), ["NOT_FOUND"], "another county does not see it");
        let other = myself(&server.by("alvesta-member")).await;
        let answer = appoint(&coordinator, &seat, &other, json!({})).await;
        assert_eq!(answer.user_errors("appointToSeat"), ["NOT_FOUND"], "nobody of another organisation");

        seat_given(&coordinator, &seat, &member).await;

        assert!(reads_papers(&member, &group).await);
        assert_eq!(organisation_of(&member).await, organisation_of(&coordinator).await);
        server.stop().await;
    }
}

on_both_databases! {
    async fn days_have_years_of_four_digits(backend: Backend) {
        let server = Server::start(backend).await;
        let convener = server.by("region-kronoberg-coordinator");
        let member = server.by("alvesta-coordinator");
        let group = group_of(&convener, json!({})).await;
        let seat = seat_for(&convener, &group, &member, json!({})).await;
        let person = myself(&member).await;

        for day in ["+10000-01-01", "2200-01-01", "1899-12-31"] {
            let far = appoint(&member, &seat, &person, json!({ "fromDay": day })).await;
            assert_eq!(far.user_errors("appointToSeat"), ["INVALID_TIMES"], "{day}");
        }
        let end = json!({ "seatId": seat, "endsOn": "+10000-01-01" });
        assert_eq!(convener.mutate("endSeat", end, "seat { id }").await.user_errors("endSeat"), ["INVALID_TIMES"]);
        let last = appoint(&member, &seat, &person, json!({ "fromDay": "2199-12-31" })).await;
        assert_eq!(last.user_errors("appointToSeat"), [""; 0], "{}", last.text);
        assert!(!crate::groups::world::reads_papers(&member, &group).await, "not yet");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_network_by_role_is_convened_by_those_only_who_may_make_one(backend: Backend) {
        let server = Server::start(backend).await;
        let region = server.by("region-kronoberg-coordinator");
        let role = region.query("{ roleTypes { id code } }").await;
        let role = role.at("roleTypes").as_array().expect("roles").iter()
            .find(|role| role["code"] == "CHILD_RIGHTS_REPRESENTATIVE").expect("the role")["id"].clone();
        let association = organisation_of(&server.by("barnens-ratt-kronoberg-coordinator")).await;
        let board = organisation_of(&server.by("lansstyrelsen-kronoberg-coordinator")).await;
        let convened_with = async |with: &str| {
            let input = json!({ "kind": "NETWORK", "level": "COUNTY", "name": "Barnrättsombuden", "sharing": "COUNTY", "county": "07",
                "roleTypeId": role, "coConvenerIds": [with] });
            region.mutate("createGroup", input, "group { id version }").await
        };

        assert_eq!(convened_with(&association).await.user_errors("createGroup"), ["INVALID_VALUE"], "an association would read who is appointed");
        let made = convened_with(&board).await;
        let group = made.at("createGroup/group");
        assert!(group["id"].is_string(), "{}", made.text);
        let over = json!({ "groupId": group["id"], "expectedVersion": group["version"], "convenerIds": [association] });
        assert_eq!(region.mutate("updateGroup", over, "group { id }").await.user_errors("updateGroup"), ["INVALID_VALUE"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn no_group_stands_above_itself_through_one_that_is_not_seen(backend: Backend) {
        let server = Server::start(backend).await;
        let (vaxjo, region) = (server.by("vaxjo-coordinator"), server.by("region-kronoberg-coordinator"));
        let shared = json!({ "sharing": "COUNTY", "county": "07" });
        let top = group_of(&vaxjo, shared.clone()).await;
        let hidden = group_of(&region, json!({ "parentId": top })).await;
        let below = group_of(&region, json!({ "sharing": "COUNTY", "county": "07", "parentId": hidden })).await;
        let version = vaxjo.ask("query($id: ID!) { group(id: $id) { version } }", json!({ "id": top })).await;

        let input = json!({ "groupId": top, "expectedVersion": version.at("group/version"), "parentId": below });
        let answer = vaxjo.mutate("updateGroup", input, "group { id }").await;

        assert_eq!(answer.user_errors("updateGroup"), ["GROUP_CYCLE"], "{}", answer.text);
        server.stop().await;
    }
}
