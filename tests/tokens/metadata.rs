//! RFC 9728: what a client learns before it has a token.

use super::bad_tokens::world::{BY_CLAIM, LISTED, SINGLE};
use super::issuers::{Registered, with_token};
use crate::harness::on_both_databases;

on_both_databases! {
    async fn the_resource_says_whose_tokens_it_takes(backend: Backend) {
        let registered = Registered::start(backend).await;

        let refused = with_token(&registered.server, "nonsense").await;
        let metadata = registered.server.get("/.well-known/oauth-protected-resource").await;

        assert_eq!(
            refused.header("www-authenticate"),
            Some("Bearer error=\"invalid_token\", resource_metadata=\"https://api.test/.well-known/oauth-protected-resource\"")
        );
        assert_eq!(metadata.status, 200);
        assert_eq!(metadata.header("content-type"), Some("application/json"));
        assert_eq!(metadata.body["resource"], "https://api.test");
        assert_eq!(metadata.body["bearer_methods_supported"], serde_json::json!(["header"]));
        assert_eq!(metadata.body["scopes_supported"], serde_json::json!(["samverkan:coordinate"]));
        let issuers = metadata.body["authorization_servers"].as_array().expect("a list");
        for issuer in [SINGLE, BY_CLAIM, LISTED] {
            assert!(issuers.contains(&issuer.into()), "{issuer} is registered, but not named in {issuers:?}");
        }
        registered.stop().await;
    }
}
