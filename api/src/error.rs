//! What can go wrong, and what a caller is told about it.
//!
//! `Error` has no `Display`, so that the blanket conversion in async-graphql cannot turn a database's
//! words into an answer: each error passes through [`From<Error>`] below, which has one text a kind.

use crate::language::Text;
use async_graphql::ErrorExtensions;
use sea_orm::{DbErr, RuntimeErr, SqlxError};
use std::{error::Error as StdError, sync::Arc};

/// What a resolver fails with.
#[derive(Clone, Debug)]
pub enum Error {
    /// The viewer may see the thing, but may not do that with it.
    Forbidden,
    /// The operation needs somebody who is signed in.
    Unauthenticated,
    /// An argument is wrong, in a way that the schema cannot express.
    BadInput(Text),
    /// The database did not answer in time; the same request may go through later.
    Unavailable,
    /// A fault of ours: logged, never shown.
    Internal(Arc<dyn StdError + Send + Sync>),
}

/// The result of everything that can fail so.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A fault of ours with words for the log.
    pub fn internal(what: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(what.into().into())
    }

    /// The code of `extensions.code`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden => "FORBIDDEN",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::BadInput(_) => "BAD_USER_INPUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL_SERVER_ERROR",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Forbidden => Text::fixed(
                "Du får inte göra detta för din organisation. Be en samordnare eller administratör.",
                "You may not do this for your organisation. Ask a coordinator or an administrator.",
            ),
            Self::Unauthenticated => Text::fixed(
                "Logga in först: skicka en giltig åtkomsttoken i huvudet Authorization.",
                "Sign in first: send a valid access token in the Authorization header.",
            ),
            Self::BadInput(text) => text.clone(),
            Self::Unavailable => Text::fixed(
                "Databasen svarar inte i tid. Försök igen om en stund.",
                "The database does not answer in time. Try again in a moment.",
            ),
            Self::Internal(_) => Text::fixed(
                "Internt fel. Felet är loggat; uppge svarets X-Request-Id om du hör av dig.",
                "Internal error. It has been logged; name the answer's X-Request-Id if you write to us.",
            ),
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(_)) {
            return Self::Unavailable;
        }
        if is_out_of_reach(&error) {
            tracing::warn!(%error, "the database is out of reach");
            return Self::Unavailable;
        }
        match sql_state(&error).as_deref() {
            // Somebody held a lock for too long, or the statement took too long.
            Some("55P03" | "57014") => Self::Unavailable,
            // PostgreSQL keeps every character but U+0000.
            Some("22021") => Self::BadInput(Text::fixed(
                "Texten innehåller ett tecken som inte kan lagras. Ta bort det.",
                "The text holds a character that cannot be stored. Take it out.",
            )),
            _ => Self::internal(error),
        }
    }
}

/// Whether the connection broke, or the server stops, starts or has no connection left.
fn is_out_of_reach(error: &DbErr) -> bool {
    let (DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner)) = error else {
        return false;
    };
    let RuntimeErr::SqlxError(inner) = inner else {
        return false;
    };
    match &**inner {
        // A connection that breaks in the middle of an answer may show in its messages or its state only.
        SqlxError::Io(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::Protocol(_)
        | SqlxError::BeginFailed => true,
        _ => sql_state(error).is_some_and(|code| {
            matches!(&*code, "57P01" | "57P02" | "57P03" | "53300") || code.starts_with("08")
        }),
    }
}

/// The database's own code for what went wrong.
pub(crate) fn sql_state(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(error) | DbErr::Query(error) | DbErr::Conn(error)) = error else {
        return None;
    };
    let RuntimeErr::SqlxError(error) = error else {
        return None;
    };
    Some(error.as_database_error()?.code()?.into_owned())
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        if let Error::Internal(source) = &error {
            tracing::error!(%source, "a resolver failed");
        }
        let text = error.text();
        let code = error.code();
        // The text stays beside the message, for the language to be chosen when the answer is written.
        let mut graphql = Self::new(text.english().to_owned());
        graphql.source = Some(Arc::new(text));
        graphql.extend_with(|_, extensions| extensions.set("code", code))
    }
}
