//! RFC 9728: what a client can find out about this API before it has a token.

use serde::Serialize;

/// Where the document is served.
pub const WELL_KNOWN_PATH: &str = "/.well-known/oauth-protected-resource";

/// The protected resource's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProtectedResource {
    /// The API's public address.
    pub resource: String,
    /// The registered issuers.
    pub authorization_servers: Vec<String>,
    /// Tokens come in the `Authorization` header, and nowhere else.
    pub bearer_methods_supported: [&'static str; 1],
    /// What the API is called.
    pub resource_name: &'static str,
    /// The scopes that a token can be granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
}

impl ProtectedResource {
    /// The document for an API at this public address (without a slash at its end).
    pub fn new(
        public_url: &str,
        issuers: impl IntoIterator<Item = String>,
        scopes: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            resource: public_url.to_owned(),
            authorization_servers: issuers.into_iter().collect(),
            bearer_methods_supported: ["header"],
            resource_name: "Samverkan",
            scopes_supported: scopes.into_iter().collect(),
        }
    }

    /// The `WWW-Authenticate` header of every 401: the same whatever was wrong with the token.
    #[must_use]
    pub fn challenge(&self) -> String {
        let resource = &self.resource;
        format!("Bearer error=\"invalid_token\", resource_metadata=\"{resource}{WELL_KNOWN_PATH}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_the_resource_and_its_issuers() {
        let document = ProtectedResource::new(
            "https://api.example",
            ["https://login.example".to_owned()],
            ["read".to_owned()],
        );

        assert_eq!(
            serde_json::to_value(&document).unwrap(),
            serde_json::json!({
                "resource": "https://api.example",
                "authorization_servers": ["https://login.example"],
                "bearer_methods_supported": ["header"],
                "resource_name": "Samverkan",
                "scopes_supported": ["read"],
            })
        );
        assert_eq!(
            document.challenge(),
            "Bearer error=\"invalid_token\", \
             resource_metadata=\"https://api.example/.well-known/oauth-protected-resource\""
        );
    }
}
