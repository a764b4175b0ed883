//! The rules themselves: set, replaced, taken away; and the logs, which only the organisation's administrators read.

use super::world::{ADMINISTRATOR, erase, keep, retain, somebody};
use crate::harness::{Server, on_both_databases};
use serde_json::json;

const RULES: &str = "{ retentionRules { kind months decision } }";

on_both_databases! {
    async fn a_rule_is_set_replaced_and_taken_away(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by(ADMINISTRATOR);
        let months = async || {
            let rules = administrator.query(RULES).await;
            let rules = rules.at("retentionRules").as_array().expect("a list").clone();
            rules.iter().map(|rule| (rule["kind"].clone(), rule["months"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(months().await, []);

        keep(&server, "PARTICIPATION", Some(24)).await;
        keep(&server, "AUDIT_LOG", Some(12)).await;
        keep(&server, "PARTICIPATION", Some(36)).await;
        let both = months().await;
        let gone = keep(&server, "AUDIT_LOG", None).await;

        assert_eq!(both, [(json!("AUDIT_LOG"), json!(12)), (json!("PARTICIPATION"), json!(36))]);
        assert!(gone.at("setRetention/retentionRule").is_null());
        assert_eq!(months().await, [(json!("PARTICIPATION"), json!(36))]);
        let elsewhere = server.by("vaxjo-administrator").query(RULES).await;
        assert_eq!(elsewhere.at("retentionRules"), &json!([]), "another organisation has rules of its own");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_logs_are_for_the_organisations_administrators(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        erase(&server, ADMINISTRATOR, &person).await.data();
        keep(&server, "AUDIT_LOG", Some(1)).await;
        server.travel(chrono::TimeDelta::days(40));
        assert_eq!(retain(&server).await.get("AUDIT_LOG"), Some(&1), "the entry of the erasure");
        let logs = "{ erasureLog { nodes { personId } } retentionLog { nodes { kind months records } } }";

        let own = server.by(ADMINISTRATOR).query(logs).await;
        let other = server.by("vaxjo-administrator").query(logs).await;
        let retained = "{ retentionLog { nodes { kind } } }";
        let coordinator = server.by("region-kronoberg-coordinator").query(retained).await;

        assert_eq!(own.at("erasureLog/nodes"), &json!([{ "personId": person }]));
        let reached = json!([{ "kind": "AUDIT_LOG", "months": 1, "records": 1 }]);
        assert_eq!(own.at("retentionLog/nodes"), &reached);
        assert_eq!(other.at("erasureLog/nodes"), &json!([]));
        assert_eq!(other.at("retentionLog/nodes"), &json!([]));
        assert_eq!(coordinator.codes(), ["FORBIDDEN"]);
        let erased = server.by("region-kronoberg-coordinator").query("{ erasureLog { nodes { personId } } }").await;
        assert_eq!(erased.codes(), ["FORBIDDEN"]);
        server.stop().await;
    }
}
