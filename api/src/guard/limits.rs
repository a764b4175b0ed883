//! The table of limits: the one place where they and their defaults stand.

use crate::language::{Language, Text};
use std::time::Duration;

/// How much one request may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of the query text.
    pub query_bytes: usize,
    /// Tokens of the query text.
    pub tokens: usize,
    /// Brackets inside one another, outside strings and comments; also selection sets inside one
    /// another when fragments are followed. Each level is a frame on the worker's stack.
    pub nesting: usize,
    /// Selections after every fragment is written out where it is spread.
    pub fields: usize,
    /// Fields inside one another.
    pub depth: usize,
    /// Fields inside one another below `__schema` and `__type`: code generators unwrap types
    /// nine levels deep.
    pub introspection_depth: usize,
    /// Renamed fields.
    pub aliases: usize,
    /// Fields at the top of one operation.
    pub root_fields: usize,
    /// Directives, wherever they stand.
    pub directives: usize,
    /// Operations in one document.
    pub operations: usize,
    /// Representations handed to `_entities`.
    pub representations: usize,
    /// Points of complexity; a list multiplies by the rows that it asks for.
    pub complexity: usize,
    /// Errors in one answer.
    pub errors: usize,
    /// Bytes of one answer.
    pub answer_bytes: usize,
    /// Time from the whole request to the answer.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 * 1024,
            query_bytes: 32 * 1024,
            tokens: 2_000,
            nesting: 32,
            fields: 1_000,
            depth: 10,
            introspection_depth: 20,
            aliases: 30,
            root_fields: 20,
            directives: 50,
            operations: 5,
            representations: 200,
            complexity: 2_000,
            errors: 10,
            answer_bytes: 5_000_000,
            time: Duration::from_secs(10),
        }
    }
}

/// The complexity of a list field, for its `complexity` attribute: the rows that it asks for, times
/// what each row costs.
///
/// It stops far above any limit and far below overflow: the library adds up fields with a plain
/// `+`, where two that only saturated would come out as almost nothing.
#[must_use]
pub fn list_complexity(rows: usize, each: usize) -> usize {
    const CEILING: usize = 1_000_000;
    rows.max(1).saturating_mul(each).min(CEILING)
}

/// A limit that a document can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::query_bytes`].
    QueryBytes,
    /// [`Limits::tokens`].
    Tokens,
    /// [`Limits::nesting`].
    Nesting,
    /// [`Limits::fields`].
    Fields,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::introspection_depth`].
    IntrospectionDepth,
    /// [`Limits::aliases`].
    Aliases,
    /// [`Limits::root_fields`].
    RootFields,
    /// [`Limits::directives`].
    Directives,
    /// [`Limits::operations`].
    Operations,
    /// [`Limits::representations`].
    Representations,
    /// [`Limits::complexity`].
    Complexity,
    /// [`Limits::answer_bytes`].
    AnswerBytes,
}

impl Limit {
    /// What is counted, as in "at most 30 …", and what to do about it.
    fn words(self) -> (Text, Text) {
        let split = Text::fixed(
            "Dela frågan, eller skicka värden som variabler.",
            "Split the query, or send values as variables.",
        );
        match self {
            Self::QueryBytes => (Text::fixed("byte frågetext", "bytes of query text"), split),
            Self::Tokens => (Text::fixed("ordled", "tokens"), split),
            Self::Nesting => (
                Text::fixed(
                    "nivåer av parenteser eller fragment i varandra",
                    "levels of brackets or fragments inside one another",
                ),
                Text::fixed(
                    "Skicka nästlade värden som variabler, och nästla färre fragment.",
                    "Send nested values as variables, and nest fewer fragments.",
                ),
            ),
            Self::Fields => (
                Text::fixed(
                    "fält sedan fragmenten vecklats ut",
                    "fields once fragments are expanded",
                ),
                Text::fixed(
                    "Be om färre fält, eller dela frågan.",
                    "Ask for fewer fields, or split the query.",
                ),
            ),
            Self::Depth => (
                Text::fixed(
                    "nivåer av fält i varandra",
                    "levels of fields inside one another",
                ),
                Text::fixed(
                    "Hämta de inre objekten i en egen fråga.",
                    "Fetch the inner objects in a query of their own.",
                ),
            ),
            Self::IntrospectionDepth => (
                Text::fixed(
                    "nivåer under `__schema` och `__type`",
                    "levels below `__schema` and `__type`",
                ),
                Text::fixed(
                    "Använd den vanliga introspektionsfrågan.",
                    "Use the standard introspection query.",
                ),
            ),
            Self::Aliases => (
                Text::fixed("alias", "aliases"),
                Text::fixed(
                    "Dela frågan, eller be om en lista.",
                    "Split the query, or ask for a list.",
                ),
            ),
            Self::RootFields => (
                Text::fixed(
                    "fält överst i en operation",
                    "fields at the top of an operation",
                ),
                Text::fixed("Dela operationen.", "Split the operation."),
            ),
            Self::Directives => (
                Text::fixed("direktiv", "directives"),
                Text::fixed(
                    "Ta bort de direktiv som inte behövs.",
                    "Leave out the directives that are not needed.",
                ),
            ),
            Self::Operations => (
                Text::fixed("operationer i ett dokument", "operations in one document"),
                Text::fixed(
                    "Skicka bara den operation som ska köras.",
                    "Send only the operation that should run.",
                ),
            ),
            Self::Representations => (
                Text::fixed(
                    "representationer till `_entities`",
                    "representations for `_entities`",
                ),
                Text::fixed(
                    "Skicka dem i flera omgångar.",
                    "Send them in several requests.",
                ),
            ),
            Self::Complexity => (
                Text::fixed("poängs komplexitet", "points of complexity"),
                Text::fixed(
                    "Sänk `first` eller `last`, eller be om färre fält.",
                    "Lower `first` or `last`, or ask for fewer fields.",
                ),
            ),
            Self::AnswerBytes => (
                Text::fixed("byte svar", "bytes of answer"),
                Text::fixed(
                    "Be om färre rader eller fält. En ändring som ingick är gjord.",
                    "Ask for fewer rows or fields. A change that was part of it has been made.",
                ),
            ),
        }
    }

    /// What a person reads whose query asks for more than `most`.
    pub(super) fn exceeded(self, most: usize) -> Text {
        let (counted, advice) = self.words();
        Text::filled(
            format!(
                "Frågan är för stor: högst {most} {} tillåts. {}",
                counted.in_language(Language::Swedish),
                advice.in_language(Language::Swedish),
            ),
            format!(
                "The query is too large: at most {most} {} are allowed. {}",
                counted.in_language(Language::English),
                advice.in_language(Language::English),
            ),
        )
    }
}
