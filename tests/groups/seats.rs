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
