//! An organisation's own system: a member, or a coordinator where its scope says so, and never a person.

use crate::harness::{Server, on_both_databases};
use serde_json::json;

const VAXJO: &str = "2120000662";
const COORDINATE: &str = "samverkan:coordinate";

on_both_databases! {
    async fn a_service_has_the_lowest_role_unless_a_scope_gives_more(backend: Backend) {
        let server = Server::start(backend).await;

        for (scopes, role) in [
            (&[][..], "MEMBER"),
            (&["samverkan:administrate"], "MEMBER"),
            (&["SAMVERKAN:COORDINATE"], "MEMBER"),
            (&["samverkan:coordinate:all"], "MEMBER"),
            (&[COORDINATE], "COORDINATOR"),
            (&["openid", COORDINATE], "COORDINATOR"),
        ] {
            let answer = server.service(VAXJO, scopes).query("{ viewer { organisation { name } role } }").await;

            assert_eq!(answer.at("viewer/organisation/name"), "Växjö kommun");
            assert_eq!(answer.at("viewer/role"), role, "{scopes:?}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_coordinating_service_publishes_and_a_plain_one_does_not(backend: Backend) {
        let server = Server::start(backend).await;
        let input = json!({ "title": "By a system", "format": "HALF_DAY", "sharing": "ORGANISATION" });

        let plain = server.service(VAXJO, &[]).mutate("createTraining", input.clone(), "training { id }").await;
        let coordinating = server.service(VAXJO, &[COORDINATE]).mutate("createTraining", input, "training { id }").await;

        assert_eq!(plain.codes(), ["FORBIDDEN"], "{}", plain.text);
        let id = coordinating.at("createTraining/training/id");
        let published = server.service(VAXJO, &[COORDINATE]).mutate("publishTraining", json!({ "trainingId": id }), "training { status }").await;
        assert_eq!(published.at("publishTraining/training/status"), "PUBLISHED");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_service_is_no_administrator_and_speaks_for_one_organisation_only(backend: Backend) {
        let server = Server::start(backend).await;
        let service = server.service(VAXJO, &[COORDINATE, "samverkan:administrate"]);
        let draft = server.by("region-kronoberg-coordinator").query("{ trainings(filter: {statuses: [DRAFT]}) { nodes { id } } }").await;
        let id = draft.at("trainings/nodes/0/id");

        let audit = service.query("{ auditLog { nodes { at } } }").await;
        let unit = service.mutate("addUnits", json!({ "units": [{ "name": "X", "kind": "WORKPLACE" }] }), "added").await;
        let other = service.mutate("publishTraining", json!({ "trainingId": id }), "training { id }").await;

        assert_eq!(audit.codes(), ["FORBIDDEN"], "{}", audit.text);
        assert_eq!(unit.codes(), ["FORBIDDEN"], "{}", unit.text);
        assert_eq!(other.user_errors("publishTraining"), ["NOT_FOUND"]);
        server.stop().await;
    }
}
