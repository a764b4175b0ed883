//! Registered issuers: for each, what it may sign with, and for whom it may speak.

use super::Algorithm;
use chrono::TimeDelta;
use std::collections::{BTreeSet, HashMap};

/// OIDC Sweden's claim for the number of the organisation that a person acts for.
pub const ORG_NUMBER: &str = "https://id.oidc.se/claim/orgNumber";

/// OIDC Sweden's claim for a person's id within an organisation: `id@number`.
pub const ORG_AFFILIATION: &str = "https://id.oidc.se/claim/orgAffiliation";

/// Which values of `typ` a row accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedType {
    /// `at+jwt` only, as RFC 9068 has it.
    AccessToken,
    /// Also `JWT`, for a provider that marks its access tokens no better.
    AlsoPlainJwt,
}

/// For which organisations an issuer may speak. Numbers are normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// One organisation, whatever the token says; a claim that names one must agree.
    Single(String),
    /// The organisation that a claim names, within the allowed set.
    ByClaim {
        /// The claim's name.
        claim: String,
        /// The organisations that the issuer may speak for.
        allowed: BTreeSet<String>,
    },
}

/// One row of the register of issuers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// A short name for the log.
    pub name: String,
    /// What `iss` must be, byte for byte.
    pub url: String,
    /// What `aud` must contain.
    pub audience: String,
    /// What it may sign with.
    pub algorithms: BTreeSet<Algorithm>,
    /// Which `typ` it may use.
    pub accepted_type: AcceptedType,
    /// For whom it may speak.
    pub binding: Binding,
    /// The clients whose tokens are accepted; empty means any.
    pub clients: BTreeSet<String>,
    /// Clients that act for the organisation, not for a person.
    pub service_clients: BTreeSet<String>,
    /// Developers' tools and routers, which may read the schema.
    pub introspection_clients: BTreeSet<String>,
    /// The longest time between `iat` and `exp`.
    pub max_lifetime: TimeDelta,
}

impl Issuer {
    /// Whether a client may use the API. A client in one of the special lists needs no second line.
    #[must_use]
    pub fn admits(&self, client: &str) -> bool {
        self.clients.is_empty()
            || [
                &self.clients,
                &self.service_clients,
                &self.introspection_clients,
            ]
            .iter()
            .any(|list| list.contains(client))
    }
}

/// The register: issuers by address.
#[derive(Clone, Debug, Default)]
pub struct Issuers {
    by_url: HashMap<String, Issuer>,
}

impl Issuers {
    /// The issuer whose address is exactly this.
    #[must_use]
    pub fn get(&self, url: &str) -> Option<&Issuer> {
        self.by_url.get(url)
    }
}

impl FromIterator<Issuer> for Issuers {
    fn from_iter<I: IntoIterator<Item = Issuer>>(issuers: I) -> Self {
        Self {
            by_url: issuers
                .into_iter()
                .map(|issuer| (issuer.url.clone(), issuer))
                .collect(),
        }
    }
}
