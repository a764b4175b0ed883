//! The one table of settings: names, defaults and meanings. The documentation is checked against it.

/// What our environment variables begin with.
pub(super) const PREFIX: &str = "SAMVERKAN_";

/// One setting of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its path in the file.
    pub key: &'static str,
    /// What it is without the operator; none if it must be set, or follows from another.
    pub default: Option<&'static str>,
    /// The meaning, for the documentation.
    pub about: &'static str,
}

impl Setting {
    /// The environment variable that outranks the file.
    #[must_use]
    pub fn variable(&self) -> String {
        variable(self.key)
    }
}

/// The environment variable of a setting.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_ascii_uppercase())
}

/// One setting of an `[[issuer]]` table. Issuers are registered in the file only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuerSetting {
    /// Its name in the table.
    pub key: &'static str,
    /// The meaning, for the documentation.
    pub about: &'static str,
}

const fn setting(key: &'static str, default: Option<&'static str>, about: &'static str) -> Setting {
    Setting {
        key,
        default,
        about,
    }
}

const fn of_issuer(key: &'static str, about: &'static str) -> IssuerSetting {
    IssuerSetting { key, about }
}

/// Every setting of the server.
pub const SETTINGS: [Setting; 25] = [
    setting(
        "listen",
        Some("127.0.0.1:8000"),
        "Address and port to listen on.",
    ),
    setting(
        "public_url",
        None,
        "Where clients reach the API. Follows from `listen` while that is loopback.",
    ),
    setting(
        "log",
        Some("text"),
        "`text` for a terminal, `json` for a log collector.",
    ),
    setting(
        "audience",
        None,
        "What a token's `aud` must contain. The public address if it is not set.",
    ),
    setting(
        "cors_origins",
        Some(""),
        "Web origins whose pages may call the API, in the environment with commas between.",
    ),
    setting(
        "database.url",
        None,
        "`sqlite://…` or `postgres://…`. Must be set.",
    ),
    setting(
        "database.max_connections",
        Some("16"),
        "The most connections to the database.",
    ),
    setting(
        "database.acquire_timeout_seconds",
        Some("3"),
        "How long a request waits for a connection before it is answered 503.",
    ),
    setting(
        "database.statement_timeout_seconds",
        Some("10"),
        "How long a statement may take.",
    ),
    setting(
        "database.lock_timeout_seconds",
        Some("3"),
        "How long a statement waits for a lock.",
    ),
    setting(
        "database.sign_ups_together",
        Some("64"),
        "How many sign-ups for one occasion that wait for each other share a transaction. 1: each has its own.",
    ),
    setting(
        "http.read_timeout_seconds",
        Some("10"),
        "How long a request's headers may take to arrive, and then its body.",
    ),
    setting(
        "http.request_timeout_seconds",
        Some("10"),
        "How long a request may take to answer.",
    ),
    setting(
        "http.shutdown_timeout_seconds",
        Some("20"),
        "How long open requests get at shutdown.",
    ),
    setting(
        "trusted_proxies",
        Some(""),
        "Addresses of reverse proxies whose `X-Forwarded-For` is believed, in the environment with commas between.",
    ),
    setting(
        "http.connections_per_address",
        Some("100"),
        "The most connections from one address; raise it behind a proxy.",
    ),
    setting(
        "certificates.key_file",
        Some(""),
        "The private key that signs certificates (PEM); a relative path starts at this file. Without it none are issued.",
    ),
    setting(
        "certificates.previous_keys_file",
        Some(""),
        "The public keys that signed before, as a key set: they stay published.",
    ),
    setting(
        "documents.folder",
        Some("documents"),
        "The folder of the documents' files; a relative path starts at this file. Every process must see the same one.",
    ),
    setting(
        "documents.bucket",
        Some(""),
        "A bucket of S3 for the documents' files, instead of the folder.",
    ),
    setting(
        "documents.region",
        Some("eu-north-1"),
        "The bucket's region.",
    ),
    setting(
        "documents.endpoint",
        Some(""),
        "Where the bucket is reached (https), if it is with another maker than Amazon.",
    ),
    setting(
        "documents.access_key_id",
        Some(""),
        "The key that opens the bucket. Without it, the role that the machine has there.",
    ),
    setting(
        "documents.secret_access_key",
        Some(""),
        "The key's secret half.",
    ),
    setting(
        "documents.max_megabytes",
        Some("25"),
        "How large a document may be, in units of 1,048,576 bytes.",
    ),
];

/// Every setting of an issuer.
pub const ISSUER_SETTINGS: [IssuerSetting; 14] = [
    of_issuer("name", "A short name for the log."),
    of_issuer("url", "What `iss` is in its tokens, byte for byte."),
    of_issuer(
        "mode",
        "`single`: speaks for one organisation. `by_claim`: for those of `organisations`.",
    ),
    of_issuer(
        "organisations",
        "Organisation numbers that the issuer may speak for.",
    ),
    of_issuer(
        "organisation_claim",
        "With `by_claim`, the claim that names the organisation. OIDC Sweden's `orgNumber` if it is not set.",
    ),
    of_issuer("keys_url", "Where its key set is fetched from (https)."),
    of_issuer(
        "keys_file",
        "A key set on disk instead; a relative path starts at this file.",
    ),
    of_issuer(
        "algorithms",
        "What it may sign with. RS256, PS256, ES256, EdDSA if it is not set.",
    ),
    of_issuer(
        "accepted_type",
        "`at+jwt`, or `jwt` for a provider that marks access tokens no better.",
    ),
    of_issuer(
        "audience",
        "What `aud` must contain, if other than the server's.",
    ),
    of_issuer(
        "clients",
        "Clients whose tokens are accepted. All if it is not set.",
    ),
    of_issuer(
        "service_clients",
        "Clients that act for the organisation, not for a person.",
    ),
    of_issuer(
        "introspection_clients",
        "Developers' tools and routers, which may read the schema.",
    ),
    of_issuer(
        "max_lifetime_seconds",
        "The longest life of a token, at most a day. 3600 if it is not set.",
    ),
];
