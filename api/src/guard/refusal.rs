//! Why a document is not run, in words that a developer can act on.

use super::Limit;
use crate::language::{Language, Text};
use async_graphql::{Error, ErrorExtensions, Pos, ServerError, parser};
use std::time::Duration;

/// Why a document is not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It asks for more than a limit allows.
    TooMuch(Limit, usize),
    /// The caller has used up its points; it may try again after this long.
    TooOften(Duration),
    /// A string has no end.
    OpenString,
    /// A fragment spreads itself.
    FragmentCycle,
    /// The caller may not read the schema here.
    Introspection,
    /// The way in is for queries only.
    QueriesOnly,
}

impl Refusal {
    /// The code that programs read.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooMuch(..) => "QUERY_TOO_COMPLEX",
            Self::TooOften(_) => "RATE_LIMITED",
            Self::OpenString => "GRAPHQL_PARSE_FAILED",
            Self::FragmentCycle | Self::Introspection => "GRAPHQL_VALIDATION_FAILED",
            Self::QueriesOnly => "METHOD_NOT_ALLOWED",
        }
    }

    /// What happened and what to do next, for a person.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::TooMuch(limit, most) => limit.exceeded(most),
            Self::TooOften(wait) => {
                let seconds = whole_seconds(wait);
                Text::filled(
                    format!("För många frågor på kort tid. Försök igen om {seconds} s."),
                    format!("Too many queries in a short time. Try again in {seconds} s."),
                )
            }
            Self::OpenString => Text::fixed(
                "En sträng saknar avslutande citattecken.",
                "A string has no closing quotation mark.",
            ),
            Self::FragmentCycle => Text::fixed(
                "Ett fragment innehåller sig självt. Bryt kedjan av fragment.",
                "A fragment contains itself. Break the chain of fragments.",
            ),
            Self::Introspection => Text::fixed(
                "Schemat får bara läsas av utvecklare och routrar. Läs filen `schema.graphql`, \
                 eller be om behörighet.",
                "Only developers and routers may read the schema here. Read the file \
                 `schema.graphql`, or ask for access.",
            ),
            Self::QueriesOnly => Text::fixed(
                "Med GET körs bara frågor. Skicka ändringar med POST.",
                "GET runs queries only. Send mutations by POST.",
            ),
        }
    }

    /// The refusal as an error of the answer.
    #[must_use]
    pub fn into_error(self, language: Language) -> ServerError {
        let error = Error::new(self.text().in_language(language)).extend_with(|_, values| {
            values.set("code", self.code());
            if let Self::TooOften(wait) = self {
                values.set("retryAfter", whole_seconds(wait));
            }
        });
        let mut error = error.into_server_error(Pos::default());
        error.locations.clear();
        error
    }
}

/// A time to wait as `Retry-After` has it: whole seconds, never too few.
#[must_use]
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// The parser draws the whole line with an arrow below it; what it missed stands last, and the
/// location stands in the error.
pub(super) fn parse_failed(error: parser::Error) -> ServerError {
    let mut error = ServerError::from(error);
    let missed = error
        .message
        .lines()
        .rev()
        .find_map(|line| line.trim_start().strip_prefix("= "));
    if let Some(missed) = missed {
        error.message = format!("Syntax error: {missed}");
    }
    error
        .extensions
        .get_or_insert_default()
        .set("code", "GRAPHQL_PARSE_FAILED");
    error
}
