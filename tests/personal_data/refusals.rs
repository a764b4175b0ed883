//! Who may not erase, export or decide, and that a refusal changes nothing.

use super::world::{ADMINISTRATOR, erase, somebody};
use crate::{
    access::behind::contents,
    harness::{Server, on_both_databases},
    seats::world::colleagues,
};
use serde_json::json;

on_both_databases! {
    async fn only_administrators_erase_and_only_their_own(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let of_alvesta = colleagues(&server, "alvesta-coordinator", 1).await.remove(0);
        let before = contents(&server).await;

        for persona in ["region-kronoberg-coordinator", "region-kronoberg-member", "alvesta-coordinator"] {
            assert_eq!(erase(&server, persona, &person).await.codes(), ["FORBIDDEN"], "{persona}");
        }
        let other = erase(&server, "vaxjo-administrator", &person).await;
        let others = erase(&server, ADMINISTRATOR, &of_alvesta).await;

        assert_eq!(other.user_errors("erasePerson"), ["NOT_FOUND"]);
        assert_eq!(others.user_errors("erasePerson"), ["NOT_FOUND"]);
        assert_eq!(before, contents(&server).await, "a refusal changes nothing");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_last_administrator_is_kept_until_there_is_another(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by(ADMINISTRATOR);
        let me = administrator.query("{ viewer { person { id } } }").await;
        let me = me.at("viewer/person/id").as_str().expect("an id").to_owned();
        let before = contents(&server).await;

        let last = erase(&server, ADMINISTRATOR, &me).await;

        assert_eq!(last.user_errors("erasePerson"), ["LAST_ADMINISTRATOR"]);
        assert_eq!(before, contents(&server).await, "a refusal changes nothing");
        let another = json!({ "name": "Ny Person", "email": "ny@kronoberg.example", "role": "ADMINISTRATOR", "subject": "ny-person" });
        administrator.mutate("addMember", another, "membership { id }").await.data();
        assert_eq!(erase(&server, ADMINISTRATOR, &me).await.user_errors("erasePerson"), [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_decision_names_nobody_and_months_are_possible(backend: Backend) {
        let server = Server::start(backend).await;
        let administrator = server.by(ADMINISTRATOR);
        let person = somebody(&server).await;
        let before = contents(&server).await;

        let erasing = json!({ "personId": person, "decision": "om 811228-9874" });
        let erasing = administrator.mutate("erasePerson", erasing, "erasure { at }").await;
        let ruling = json!({ "kind": "AUDIT_LOG", "months": 12, "decision": "om 811228-9874" });
        let ruling = administrator.mutate("setRetention", ruling, "retentionRule { kind }").await;

        assert_eq!(erasing.user_errors("erasePerson"), ["PERSONAL_ID_NOT_ALLOWED"]);
        assert_eq!(ruling.user_errors("setRetention"), ["PERSONAL_ID_NOT_ALLOWED"]);
        for months in [i32::MIN, -1, 0, 1201] {
            let input = json!({ "kind": "AUDIT_LOG", "months": months });
            let answer = administrator.mutate("setRetention", input, "retentionRule { kind }").await;
            assert_eq!(answer.user_errors("setRetention"), ["INVALID_VALUE"], "{months}");
        }
        assert_eq!(before, contents(&server).await, "a refusal changes nothing");
        for months in [1, 1200] {
            let input = json!({ "kind": "AUDIT_LOG", "months": months });
            let answer = administrator.mutate("setRetention", input, "retentionRule { months }").await;
            assert_eq!(answer.at("setRetention/retentionRule/months"), months);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_the_person_and_administrators_get_an_export(backend: Backend) {
        let server = Server::start(backend).await;
        let person = somebody(&server).await;
        let query = "query($person: ID) { personalData(personId: $person) { personId } }";
        let ask = async |persona: &str| server.by(persona).ask(query, json!({ "person": person })).await;

        for persona in ["region-kronoberg-coordinator", "region-kronoberg-member", "alvesta-member"] {
            assert_eq!(ask(persona).await.codes(), ["FORBIDDEN"], "{persona}");
        }
        assert!(ask("vaxjo-administrator").await.at("personalData").is_null(), "another organisation's administrator");
        assert_eq!(ask(ADMINISTRATOR).await.at("personalData/personId"), &json!(person));
        let anonymous = server.anonymous().ask(query, json!({ "person": person })).await;
        assert_eq!(anonymous.codes(), ["UNAUTHENTICATED"]);
        server.stop().await;
    }
}
