//! The `[[issuer]]` tables: the register of who may speak for whom.

use super::Mistakes;
use super::settings::ISSUER_SETTINGS;
use super::values::{self, Part, Wrong};
use crate::demo::issuer::DEMO_ISSUER_URL;
use crate::identity::{
    AcceptedType, Algorithm, Binding, Issuer, KeyPlace, ORG_NUMBER, Registration, organisation,
};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

const DEFAULT_LIFETIME: i64 = 3600;
const LONGEST_LIFETIME: i64 = 24 * 3600;

/// Reads every table; those with mistakes are left out, and the mistakes say why.
pub(super) fn read(
    tables: &[Value],
    folder: &Path,
    audience: &str,
    mistakes: &mut Mistakes,
) -> Vec<Registration> {
    let mut names = BTreeSet::new();
    let mut urls = BTreeSet::new();
    let mut registrations = Vec::new();
    for (place, value) in tables.iter().enumerate() {
        let label = format!("issuer[{}]", place + 1);
        let Some(table) = value.as_table() else {
            mistakes.add(
                label,
                "is not a table.",
                "Begin each issuer with `[[issuer]]`.",
            );
            continue;
        };
        let mut row = Row {
            table,
            label,
            mistakes,
        };
        row.refuse_unknown();
        let Some(registration) = row.registration(folder, audience) else {
            continue;
        };
        if !names.insert(registration.issuer.name.clone()) {
            row.wrong(
                "name",
                ("stands twice.", "Give every issuer a name of its own."),
            );
        }
        if !urls.insert(registration.issuer.url.clone()) {
            row.wrong(
                "url",
                ("is registered twice.", "Write one table for each issuer."),
            );
        }
        registrations.push(registration);
    }
    registrations
}

/// The texts of a list; none if it is something else.
pub(super) fn strings(value: &Value) -> Option<Vec<String>> {
    value
        .as_array()?
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect()
}

struct Row<'a> {
    table: &'a Table,
    label: String,
    mistakes: &'a mut Mistakes,
}

impl Row<'_> {
    fn registration(&mut self, folder: &Path, audience: &str) -> Option<Registration> {
        let name = self.required("name");
        let url = self.url();
        let binding = self.binding();
        let keys = self.keys(folder);
        let algorithms = self.algorithms();
        let accepted_type = self.accepted_type();
        let own_audience = self.text("audience");
        let clients = self.clients();
        let service_clients = self.list("service_clients");
        let introspection_clients = self.list("introspection_clients");
        let max_lifetime = self.max_lifetime();
        let issuer = Issuer {
            name: name?,
            url: url?,
            audience: own_audience.unwrap_or_else(|| audience.to_owned()),
            algorithms,
            accepted_type,
            binding: binding?,
            clients,
            service_clients,
            introspection_clients,
            max_lifetime,
        };
        Some(Registration {
            issuer,
            keys: keys?,
        })
    }

    /// An empty list would let every client in, and hardly be meant so.
    fn clients(&mut self) -> BTreeSet<String> {
        let clients = self.list("clients");
        if self.table.contains_key("clients") && clients.is_empty() {
            let remedy = "Name the clients that may use the API, or remove the line to accept all.";
            self.wrong("clients", ("names none.", remedy));
        }
        clients
    }

    fn url(&mut self) -> Option<String> {
        let url = self.required("url")?;
        match values::address(&url, Part::Path) {
            Err(wrong) => self.wrong("url", wrong),
            Ok(parsed) if is_for_demonstration(&parsed) => self.wrong(
                "url",
                (
                    "is the demonstration's issuer, whose tokens anyone can make.",
                    "Remove it: production takes tokens of real providers only.",
                ),
            ),
            Ok(_) => {}
        }
        Some(url)
    }

    fn binding(&mut self) -> Option<Binding> {
        let mode = self.required("mode");
        let numbers = self.organisations();
        let claim = self.text("organisation_claim");
        match (mode.as_deref()?, numbers.len()) {
            ("single", _) if claim.is_some() => {
                let remedy = "Remove it, or set mode to \"by_claim\".";
                self.wrong(
                    "organisation_claim",
                    ("means nothing with \"single\".", remedy),
                );
                None
            }
            ("single", 1) => numbers.into_iter().next().map(Binding::Single),
            ("single", _) => {
                let remedy = "Name the one organisation whose issuer it is.";
                self.wrong("organisations", ("does not name exactly one.", remedy));
                None
            }
            ("by_claim", 0) => {
                let remedy = "Name the organisations that it may speak for.";
                self.wrong("organisations", ("names none.", remedy));
                None
            }
            ("by_claim", _) => Some(Binding::ByClaim {
                claim: claim.unwrap_or_else(|| ORG_NUMBER.to_owned()),
                allowed: numbers,
            }),
            _ => {
                let remedy = "Write \"single\" or \"by_claim\".";
                self.wrong("mode", ("is no mode.", remedy));
                None
            }
        }
    }

    fn organisations(&mut self) -> BTreeSet<String> {
        let mut numbers = BTreeSet::new();
        for written in self.list("organisations") {
            match organisation::normalise(&written) {
                Some(number) => {
                    numbers.insert(number);
                }
                None => self.mistakes.add(
                    format!("{}.organisations", self.label),
                    format!("\"{written}\" is no organisation number."),
                    "Write its ten digits, for example \"212000-1355\".",
                ),
            }
        }
        numbers
    }

    fn keys(&mut self, folder: &Path) -> Option<KeyPlace> {
        match (self.text("keys_url"), self.text("keys_file")) {
            (Some(url), None) => match values::address(&url, Part::Query) {
                Ok(url) => Some(KeyPlace::Address(url)),
                Err(wrong) => {
                    self.wrong("keys_url", wrong);
                    None
                }
            },
            (None, Some(file)) => Some(KeyPlace::File(folder.join(file))),
            (None, None) => {
                let remedy = "Set keys_url to the provider's `jwks_uri`, or keys_file.";
                self.wrong("keys_url", ("is missing.", remedy));
                None
            }
            (Some(_), Some(_)) => {
                self.wrong(
                    "keys_file",
                    ("stands beside keys_url.", "Keep one of them."),
                );
                None
            }
        }
    }

    fn algorithms(&mut self) -> BTreeSet<Algorithm> {
        if !self.table.contains_key("algorithms") {
            return Algorithm::USUAL.into();
        }
        let names = self.list("algorithms");
        if names.is_empty() {
            let remedy = "Name at least one, or remove the line.";
            self.wrong("algorithms", ("names none.", remedy));
        }
        let mut algorithms = BTreeSet::new();
        for name in names {
            if let Ok(algorithm) = name.parse() {
                algorithms.insert(algorithm);
                continue;
            }
            let known = Algorithm::ALL.map(Algorithm::as_str).join(", ");
            self.mistakes.add(
                format!("{}.algorithms", self.label),
                format!("\"{name}\" is not accepted."),
                format!("Choose among {known}; shared secrets (HS…) and `none` never are."),
            );
        }
        algorithms
    }

    fn accepted_type(&mut self) -> AcceptedType {
        match self.text("accepted_type").as_deref() {
            None | Some("at+jwt") => AcceptedType::AccessToken,
            Some("jwt") => AcceptedType::AlsoPlainJwt,
            Some(_) => {
                let remedy = "Write \"at+jwt\" or \"jwt\".";
                self.wrong("accepted_type", ("is no type of token.", remedy));
                AcceptedType::AccessToken
            }
        }
    }

    fn max_lifetime(&mut self) -> TimeDelta {
        let Some(value) = self.table.get("max_lifetime_seconds") else {
            return TimeDelta::seconds(DEFAULT_LIFETIME);
        };
        let seconds = value
            .as_integer()
            .filter(|seconds| (1..=LONGEST_LIFETIME).contains(seconds));
        TimeDelta::seconds(seconds.unwrap_or_else(|| {
            let remedy = "Write a whole number from 1 to 86400, without quotes.";
            self.wrong("max_lifetime_seconds", ("is no lifetime.", remedy));
            DEFAULT_LIFETIME
        }))
    }

    fn required(&mut self, key: &str) -> Option<String> {
        let text = self.text(key);
        if !self.table.contains_key(key) {
            self.wrong(key, ("is missing.", "Add it to the table."));
        }
        text
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.table.get(key)?;
        let text = value.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.wrong(key, ("is not a text, or empty.", "Write it in quotes."));
        }
        text.map(str::to_owned)
    }

    fn list(&mut self, key: &str) -> BTreeSet<String> {
        let Some(value) = self.table.get(key) else {
            return BTreeSet::new();
        };
        let list = strings(value).unwrap_or_else(|| {
            self.wrong(
                key,
                ("is not a list of texts.", "Write [\"one\", \"two\"]."),
            );
            Vec::new()
        });
        list.into_iter().collect()
    }

    fn wrong(&mut self, key: &str, (wrong, remedy): Wrong) {
        self.mistakes
            .add(format!("{}.{key}", self.label), wrong, remedy);
    }

    fn refuse_unknown(&mut self) {
        let known = ISSUER_SETTINGS.map(|setting| setting.key);
        for key in self.table.keys() {
            if known.contains(&key.as_str()) {
                continue;
            }
            let remedy = match values::probably_meant(key, known) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => "Remove it.".to_owned(),
            };
            self.mistakes
                .add(format!("{}.{key}", self.label), "is no setting.", remedy);
        }
    }
}

/// Whatever the spelling: the host is what matters.
fn is_for_demonstration(url: &reqwest::Url) -> bool {
    let demonstration = DEMO_ISSUER_URL.trim_start_matches("https://");
    url.host_str()
        .is_some_and(|host| host.trim_end_matches('.') == demonstration)
}
