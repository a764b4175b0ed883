//! Reads settings from environment and file, and collects every mistake on the way.

use super::settings::{PREFIX, SETTINGS, Setting, variable};
use super::values::{self, Part, Wrong};
use super::{
    Bucket, BucketKey, CONFIG_VARIABLE, Certificates, Config, Database, DatabaseUrl, DocumentStore,
    Documents, Http, LogFormat, Mistakes, issuers,
};
use crate::identity::Registration;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;
use toml::{Table, Value};

/// The demonstration's data folder: a variable of the command line, which may stand beside the server's.
const DATA_VARIABLE: &str = "SAMVERKAN_DATA";

/// Variables of the test suite, which may stand beside the server's.
const TEST_PREFIX: &str = "SAMVERKAN_TEST_";

pub(super) struct Reader<'a> {
    file: &'a Table,
    environment: &'a BTreeMap<String, String>,
    mistakes: &'a mut Mistakes,
}

/// A value and where it stands.
struct Found<'a> {
    place: String,
    value: Raw<'a>,
}

enum Raw<'a> {
    Text(&'a str),
    Toml(&'a Value),
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        file: &'a Table,
        environment: &'a BTreeMap<String, String>,
        mistakes: &'a mut Mistakes,
    ) -> Self {
        Self {
            file,
            environment,
            mistakes,
        }
    }

    /// The whole configuration; none if a part of it is missing. Goes on after every mistake.
    pub(super) fn config(&mut self, folder: &Path) -> Option<Config> {
        self.refuse_unknown_variables();
        self.refuse_unknown_keys();
        let listen = self.parsed("listen", |text| {
            text.parse::<SocketAddr>().map_err(|_| {
                let remedy = "Write IP address and port, for example \"127.0.0.1:8000\".";
                ("is not an address to listen on.", remedy)
            })
        });
        let public_url = self.public_url(listen);
        let log = self.parsed("log", |text| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(("is no log format.", "Write \"text\" or \"json\".")),
        });
        let audience = self.optional("audience", |text| Ok(text.to_owned()));
        let audience = audience.or_else(|| public_url.clone());
        let cors_origins = self.list("cors_origins", |origin| {
            values::address(origin, Part::Origin).map(|_| origin.to_owned())
        });
        let trusted_proxies = self.list("trusted_proxies", |proxy| {
            let remedy = "Write the address of each proxy, for example \"10.0.0.5\".";
            proxy
                .parse::<IpAddr>()
                .map_err(|_| ("is not an IP address.", remedy))
        });
        let url = self.required("database.url", values::database);
        let limits = self.limits();
        let http = self.http();
        let certificates = self.certificates(folder);
        let documents = self.documents(folder);
        let issuers = self.issuers(folder, audience.as_deref().unwrap_or_default());
        Some(Config {
            listen: listen?,
            public_url: public_url?,
            log: log?,
            audience: audience?,
            cors_origins,
            trusted_proxies,
            database: Database {
                url: url?,
                ..limits
            },
            http,
            certificates,
            documents,
            issuers,
        })
    }

    fn public_url(&mut self, listen: Option<SocketAddr>) -> Option<String> {
        let parse = |text: &str| {
            values::address(text, Part::Path)?;
            Ok(text.trim_end_matches('/').to_owned())
        };
        match listen {
            // Only this computer can reach the server, so the address is known.
            Some(address) if address.ip().is_loopback() => self
                .optional("public_url", parse)
                .or_else(|| Some(format!("http://{address}"))),
            Some(_) => self.required("public_url", parse),
            None => self.optional("public_url", parse),
        }
    }

    /// A list: in the file as such, in the environment with commas between.
    fn list<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Vec<T> {
        let Some(found) = self.find(key) else {
            return Vec::new();
        };
        let items = match found.value {
            Raw::Text(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
            Raw::Toml(value) => self.strings(&found.place, value),
        };
        let mut list = Vec::new();
        for item in &items {
            match parse(item) {
                Ok(value) => list.push(value),
                Err(wrong) => self.wrong(&found.place, &format!("\"{item}\" "), wrong),
            }
        }
        list
    }

    /// The pool's limits, with an address still to be filled in.
    pub(super) fn limits(&mut self) -> Database {
        Database {
            url: DatabaseUrl(String::new()),
            max_connections: self.number("database.max_connections", 1..=500),
            acquire_timeout: self.seconds("database.acquire_timeout_seconds"),
            statement_timeout: self.seconds("database.statement_timeout_seconds"),
            lock_timeout: self.seconds("database.lock_timeout_seconds"),
            sign_ups_together: self.number("database.sign_ups_together", 1..=256),
        }
    }

    pub(super) fn http(&mut self) -> Http {
        Http {
            read_timeout: self.seconds("http.read_timeout_seconds"),
            request_timeout: self.seconds("http.request_timeout_seconds"),
            shutdown_timeout: self.seconds("http.shutdown_timeout_seconds"),
            connections_per_address: self.number("http.connections_per_address", 1..=100_000),
        }
    }

    fn certificates(&mut self, folder: &Path) -> Certificates {
        let mut file = |key| self.optional(key, |text| Ok(folder.join(text)));
        Certificates {
            key_file: file("certificates.key_file"),
            previous_keys_file: file("certificates.previous_keys_file"),
        }
    }

    fn documents(&mut self, folder: &Path) -> Documents {
        let place = self
            .optional("documents.folder", |text| Ok(folder.join(text)))
            .unwrap_or_default();
        let text = |text: &str| Ok(text.to_owned());
        let endpoint = self.optional("documents.endpoint", |text| {
            values::address(text, Part::Path).map(|_| text.trim_end_matches('/').to_owned())
        });
        let id = self.optional("documents.access_key_id", text);
        let secret = self.optional("documents.secret_access_key", text);
        if id.is_some() != secret.is_some() {
            let remedy = "Set documents.access_key_id and documents.secret_access_key, or neither.";
            self.mistakes
                .add("documents", "has one half of a key only.", remedy);
        }
        let key = id.zip(secret).map(|(id, secret)| BucketKey { id, secret });
        let region = self.optional("documents.region", text).unwrap_or_default();
        let store = if let Some(name) = self.optional("documents.bucket", text) {
            DocumentStore::Bucket(Bucket {
                name,
                region,
                endpoint,
                key,
            })
        } else {
            if endpoint.is_some() || key.is_some() {
                let remedy = "Set documents.bucket, or remove the endpoint and the key.";
                self.mistakes.add("documents.bucket", "is missing.", remedy);
            }
            DocumentStore::Folder(place)
        };
        Documents {
            store,
            most_bytes: self.most_bytes(),
        }
    }

    pub(super) fn most_bytes(&mut self) -> u64 {
        u64::from(self.number("documents.max_megabytes", 1..=1_000)) * 1_048_576
    }

    fn issuers(&mut self, folder: &Path, audience: &str) -> Vec<Registration> {
        match self.file.get("issuer") {
            None => Vec::new(),
            Some(Value::Array(tables)) => issuers::read(tables, folder, audience, self.mistakes),
            Some(_) => {
                let remedy = "Begin each issuer with a line `[[issuer]]`.";
                self.mistakes
                    .add("issuer", "is not a list of tables.", remedy);
                Vec::new()
            }
        }
    }

    /// The value of a setting: from the environment, else the file, else the table's default.
    fn find(&self, key: &str) -> Option<Found<'a>> {
        let name = variable(key);
        if let Some(text) = self.environment.get(&name) {
            return Some(Found {
                place: name,
                value: Raw::Text(text),
            });
        }
        let place = key.to_owned();
        let in_file = match key.split_once('.') {
            None => self.file.get(key),
            Some((section, name)) => self.file.get(section).and_then(|table| table.get(name)),
        };
        let default = || {
            let setting = SETTINGS.iter().find(|setting| setting.key == key)?;
            setting.default.filter(|text| !text.is_empty())
        };
        let value = in_file
            .map(Raw::Toml)
            .or_else(|| default().map(Raw::Text))?;
        Some(Found { place, value })
    }

    fn parsed<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let found = self.find(key)?;
        let text = match found.value {
            Raw::Text(text) => text,
            Raw::Toml(Value::String(text)) => text.as_str(),
            Raw::Toml(_) => {
                let remedy = "Put it in quotes.";
                self.mistakes.add(found.place, "is not a text.", remedy);
                return None;
            }
        };
        match parse(text) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong(&found.place, "", wrong);
                None
            }
        }
    }

    fn optional<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        self.parsed(key, parse)
    }

    fn required<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        if self.find(key).is_none() {
            let remedy = format!("Set {} or `{key}` in the file.", variable(key));
            self.mistakes.add(key, "is missing.", remedy);
        }
        self.parsed(key, parse)
    }

    fn seconds(&mut self, key: &str) -> Duration {
        Duration::from_secs(self.number(key, 1..=600).into())
    }

    /// A number within its range; the least one after a mistake, which is never used.
    fn number(&mut self, key: &str, range: RangeInclusive<u32>) -> u32 {
        let Some(found) = self.find(key) else {
            return *range.start();
        };
        let number = match found.value {
            Raw::Text(text) => text.parse().ok(),
            Raw::Toml(value) => value.as_integer().and_then(|number| number.try_into().ok()),
        };
        number
            .filter(|number| range.contains(number))
            .unwrap_or_else(|| {
                let (least, most) = (range.start(), range.end());
                self.mistakes.add(
                    found.place,
                    "is not a whole number in its range.",
                    format!("Write a number from {least} to {most}, without quotes in the file."),
                );
                *least
            })
    }

    fn strings(&mut self, place: &str, value: &Value) -> Vec<String> {
        issuers::strings(value).unwrap_or_else(|| {
            let remedy = "Write [\"one\", \"two\"].";
            self.mistakes.add(place, "is not a list of texts.", remedy);
            Vec::new()
        })
    }

    fn wrong(&mut self, place: &str, which: &str, (wrong, remedy): Wrong) {
        self.mistakes.add(place, format!("{which}{wrong}"), remedy);
    }

    fn refuse_unknown_variables(&mut self) {
        let known: BTreeSet<String> = SETTINGS
            .iter()
            .map(Setting::variable)
            .chain([CONFIG_VARIABLE.to_owned(), DATA_VARIABLE.to_owned()])
            .collect();
        for name in self.environment.keys() {
            let ours = name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX);
            if ours && !known.contains(name) && !is_from_kubernetes(name) {
                let meant = values::probably_meant(name, known.iter().map(String::as_str));
                self.unknown(name.clone(), meant);
            }
        }
    }

    fn refuse_unknown_keys(&mut self) {
        let keys = || SETTINGS.iter().map(|setting| setting.key);
        let sections: BTreeSet<&str> = keys()
            .filter_map(|key| key.split_once('.').map(|(section, _)| section))
            .collect();
        for (name, value) in self.file {
            match value {
                Value::Table(table) if sections.contains(name.as_str()) => {
                    for inner in table.keys() {
                        self.refuse_unknown_key(&format!("{name}.{inner}"));
                    }
                }
                _ if sections.contains(name.as_str()) => {
                    let remedy = format!("Write [{name}] on a line of its own.");
                    self.mistakes.add(name, "is not a table.", remedy);
                }
                _ if name == "issuer" => {}
                _ => self.refuse_unknown_key(name),
            }
        }
    }

    fn refuse_unknown_key(&mut self, key: &str) {
        let known = SETTINGS.iter().map(|setting| setting.key);
        if !known.clone().any(|name| name == key) {
            self.unknown(
                key.to_owned(),
                values::probably_meant(key, known.chain(["issuer"])),
            );
        }
    }

    fn unknown(&mut self, name: String, meant: Option<&str>) {
        let remedy = match meant {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => "Remove it.".to_owned(),
        };
        self.mistakes.add(name, "is no setting.", remedy);
    }
}

/// Kubernetes gives every container such variables for a service called `samverkan`.
fn is_from_kubernetes(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    rest == "PORT"
        || rest.starts_with("PORT_")
        || rest.starts_with("SERVICE_HOST")
        || rest.starts_with("SERVICE_PORT")
}
