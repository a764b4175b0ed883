//! What the operator decides: environment and file become one checked [`Config`], and every mistake
//! is reported at once. Must never print a secret.

mod file;
mod issuers;
mod mistake;
mod reader;
mod settings;
mod values;

use crate::identity::Registration;
use reader::Reader;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use mistake::{Mistake, Mistakes};
pub use settings::{ISSUER_SETTINGS, IssuerSetting, SETTINGS, Setting};

/// The environment variable that names the configuration file.
pub const CONFIG_VARIABLE: &str = "SAMVERKAN_CONFIG";

/// The checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where clients reach the API, without a slash at its end.
    pub public_url: String,
    /// How log lines look.
    pub log: LogFormat,
    /// What a token's `aud` must contain, unless an issuer's row says otherwise.
    pub audience: String,
    /// The web origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The database and its pool.
    pub database: Database,
    /// Limits of the HTTP server.
    pub http: Http,
    /// The keys of certificates.
    pub certificates: Certificates,
    /// The files of documents.
    pub documents: Documents,
    /// The registered issuers.
    pub issuers: Vec<Registration>,
}

/// The files of documents: where they lie, and how large one may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// Where they lie.
    pub store: DocumentStore,
    /// How many bytes one may have.
    pub most_bytes: u64,
}

/// Where the files of documents lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentStore {
    /// In a folder that every process of the server sees.
    Folder(PathBuf),
    /// In a bucket that is reached by the protocol of S3.
    Bucket(Bucket),
}

/// A bucket that is reached by the protocol of S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Where it is, if not with the inventor of the protocol.
    pub endpoint: Option<String>,
    /// The key that opens it; none: the one that the machine has by its role.
    pub key: Option<BucketKey>,
}

/// The key to a bucket. `Debug` does not show its secret half.
#[derive(Clone, PartialEq, Eq)]
pub struct BucketKey {
    /// The half that names it.
    pub id: String,
    secret: String,
}

impl BucketKey {
    /// The secret half: for the connection only, never for a log.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for BucketKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:<hidden>", self.id)
    }
}

/// Where the keys of certificates are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificates {
    /// The private key that signs; without it none are issued.
    pub key_file: Option<PathBuf>,
    /// The public keys of before.
    pub previous_keys_file: Option<PathBuf>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// For a log collector.
    Json,
}

/// The database and its pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// The most connections; on `SQLite`, of the readers.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is answered 503.
    pub acquire_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock.
    pub lock_timeout: Duration,
    /// How many sign-ups for one occasion share a transaction at most.
    pub sign_ups_together: u32,
}

/// A database's address. It may hold a password, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with everything in it: for the connection only, never for a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        write!(formatter, "{scheme}:<hidden>")
    }
}

/// Limits of the HTTP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Http {
    /// How long a request's headers may take to arrive, and then its body.
    pub read_timeout: Duration,
    /// How long a request may take to answer.
    pub request_timeout: Duration,
    /// How long open requests get at shutdown.
    pub shutdown_timeout: Duration,
    /// The most connections from one address.
    pub connections_per_address: u32,
}

impl Config {
    /// Reads the configuration of a production server from this process's environment and the file
    /// that `--config` or `SAMVERKAN_CONFIG` names.
    pub fn from_process(file: Option<&Path>) -> Result<Self, Mistakes> {
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            // Only our own, which alone are then refused if they are not text.
            name.starts_with(settings::PREFIX)
                .then(|| (name, value.to_string_lossy().into_owned()))
        });
        Self::load(file, environment)
    }

    /// As [`Config::from_process`], with the environment given.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Mistakes> {
        let environment: BTreeMap<_, _> = environment
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let path = file
            .map(Path::to_path_buf)
            .or_else(|| environment.get(CONFIG_VARIABLE).map(PathBuf::from));
        let mut mistakes = Mistakes::default();
        let table = match &path {
            None => toml::Table::new(),
            Some(path) => file::read(path, &mut mistakes),
        };
        let folder = path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let mut reader = Reader::new(&table, &environment, &mut mistakes);
        let config = reader.config(folder);
        mistakes.into_result(config)
    }

    /// The demonstration: a `SQLite` file in the data folder, reachable from this computer only.
    /// Its issuer is added by the caller, since making its key is work on disk.
    #[must_use]
    pub fn demonstration(data_dir: &Path, port: u16) -> Self {
        let none = BTreeMap::new();
        let mut mistakes = Mistakes::default();
        let table = toml::Table::new();
        let mut reader = Reader::new(&table, &none, &mut mistakes);
        let (limits, http) = (reader.limits(), reader.http());
        let most_bytes = reader.most_bytes();
        let public_url = format!("http://127.0.0.1:{port}");
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            audience: public_url.clone(),
            public_url,
            log: LogFormat::Text,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            database: Database {
                url: DatabaseUrl(values::sqlite_url(&data_dir.join("samverkan.sqlite"))),
                ..limits
            },
            http,
            certificates: Certificates::default(),
            documents: Documents {
                store: DocumentStore::Folder(data_dir.join("documents")),
                most_bytes,
            },
            issuers: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
