//! Checks of single values, each with its text for the operator.

use super::DatabaseUrl;
use reqwest::Url;
use std::net::IpAddr;
use std::path::Path;

/// What is wrong with a value, and what to do.
pub(super) type Wrong = (&'static str, &'static str);

/// Which addresses are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Scheme, host and port only.
    Origin,
    /// Also a path, but no query or fragment.
    Path,
    /// Also a query.
    Query,
}

/// An https address; http on loopback only.
pub(super) fn address(text: &str, part: Part) -> Result<Url, Wrong> {
    let url = Url::parse(text).map_err(|_| {
        (
            "is not an address.",
            "Write it whole, for example \"https://api.example.se\".",
        )
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        _ => {
            return Err((
                "is not https.",
                "Use https; http is accepted for 127.0.0.1, [::1] and localhost only.",
            ));
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err((
            "holds a user name or password.",
            "Leave them out of the address.",
        ));
    }
    if url.fragment().is_some() || (part != Part::Query && url.query().is_some()) {
        return Err((
            "has a query or fragment.",
            "Remove what begins with `?` or `#`.",
        ));
    }
    if part == Part::Origin && url.origin().ascii_serialization() != text {
        return Err((
            "is not an exact origin.",
            "Write scheme and host as browsers do: \"https://www.example.se\", no path, no `*`.",
        ));
    }
    Ok(url)
}

/// Whether an address can only mean this computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A database that we can use.
pub(super) fn database(text: &str) -> Result<DatabaseUrl, Wrong> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if !known.iter().any(|scheme| text.starts_with(scheme)) {
        return Err((
            "is neither SQLite nor PostgreSQL.",
            "Write \"postgres://user@host/samverkan\" or \"sqlite:///var/lib/samverkan/db.sqlite\".",
        ));
    }
    if text.contains(":memory:") || text.contains("mode=memory") {
        return Err((
            "is a database in memory, lost with its last connection.",
            "Name a file.",
        ));
    }
    Ok(DatabaseUrl(text.to_owned()))
}

/// The address of an `SQLite` file, which is made if it is missing.
pub(super) fn sqlite_url(path: &Path) -> String {
    let mut escaped = String::new();
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '?' => escaped.push_str("%3F"),
            '#' => escaped.push_str("%23"),
            other => escaped.push(other),
        }
    }
    format!("sqlite://{escaped}?mode=rwc")
}

/// The name that was probably meant: the nearest, if it is near enough.
pub(super) fn probably_meant<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (distance(written, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3))
        .map(|(_, name)| name)
}

/// How many letters must be added, removed or replaced to get from one name to the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *candidate);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
