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
        match error {
            DbErr::ConnectionAcquire(_) => Self::Unavailable,
            busy if is_busy_or_gone(&busy) => {
                tracing::warn!(error = %busy, "the database is busy or gone");
                Self::Unavailable
            }
            other => Self::internal(other),
        }
    }
}

/// Whether the database waited in vain for a lock, was too slow, or cannot be reached: nothing is wrong with
/// the request, which may go through later.
fn is_busy_or_gone(error: &DbErr) -> bool {
    let (DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) = error else {
        return false;
    };
    let RuntimeErr::SqlxError(error) = error else {
        return false;
    };
    match &**error {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed => true,
        // PostgreSQL: a lock was not had in time, a statement took too long, the server stops or starts or has no
        // connection left, or has closed this one.
        SqlxError::Database(error) => error.code().is_some_and(|code| {
            matches!(
                &*code,
                "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "53300"
            ) || code.starts_with("08")
        }),
        _ => false,
    }
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
