//! Turns what happened to a request into an HTTP answer: status, headers and a body whose keys
//! keep the order of the query.

use super::{negotiation::Media, parameters::Malformed};
use crate::{
    app::{UserError, UserErrorCode},
    error::Error,
    guard::{Limit, Limits, Refusal, whole_seconds},
    language::{Language, Text},
    masking::INTERNAL_ERROR,
};
use async_graphql::{Response, ServerError, Value, resolver_utils::enum_value};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use std::{io, time::Duration};

/// How long a client waits before it asks a busy server again.
pub(super) const BUSY: Duration = Duration::from_secs(2);

/// Why a request got no answer from the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    /// The client accepts nothing that we have.
    NotAcceptable,
    /// The body is not said to be JSON.
    UnsupportedMediaType,
    /// Neither GET nor POST.
    Method,
    /// The token is not accepted.
    Unauthenticated,
    /// The bearer has no place here.
    Forbidden,
    /// The database does not answer in time.
    Unavailable,
    /// The caller has used up its points.
    TooOften(Duration),
    /// The body is larger than allowed.
    BodyTooLarge(usize),
    /// The body did not arrive in time, or the client broke off.
    BodyTooSlow,
    /// The parameters cannot be read.
    Malformed(Malformed),
    /// A query took too long and was cut.
    QueryTimedOut,
    /// A mutation took too long; it goes on without an answer.
    MutationTimedOut,
    /// A resolver panicked, or a list could not be made.
    Broken,
    /// There is no such list that the caller may see.
    NotFound,
    /// The caller sees the thing and may not have the list.
    MayNot,
    /// Only somebody who is signed in may have it.
    SignInFirst,
    /// A list is fetched with GET.
    OnlyGet,
    /// `separator` is none of ours.
    Separator,
    /// A document is sent with POST.
    OnlyPost,
    /// There is no such document, group, meeting or item that the caller may see.
    Nowhere,
    /// The body does not say how long it is.
    LengthRequired,
    /// The document is larger than allowed.
    DocumentTooLarge(u64),
    /// The document is of a kind that is not taken, or its name, its declared type and its first bytes do not agree.
    FileType,
    /// The address says too little of the document, or something that cannot be read.
    Description,
    /// The document has no bytes.
    EmptyDocument,
}

impl Denied {
    fn status(self) -> StatusCode {
        match self {
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedMediaType | Self::FileType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Method | Self::OnlyGet | Self::OnlyPost => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthenticated | Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::MayNot => StatusCode::FORBIDDEN,
            Self::NotFound | Self::Nowhere => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::BodyTooLarge(_) | Self::DocumentTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::LengthRequired => StatusCode::LENGTH_REQUIRED,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed(_) | Self::Separator | Self::Description | Self::EmptyDocument => {
                StatusCode::BAD_REQUEST
            }
            Self::QueryTimedOut | Self::MutationTimedOut => StatusCode::GATEWAY_TIMEOUT,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::UnsupportedMediaType | Self::FileType => "UNSUPPORTED_MEDIA_TYPE",
            Self::Method | Self::OnlyGet | Self::OnlyPost => "METHOD_NOT_ALLOWED",
            Self::Unauthenticated | Self::SignInFirst => "UNAUTHENTICATED",
            Self::Forbidden | Self::MayNot => "FORBIDDEN",
            Self::NotFound | Self::Nowhere => "NOT_FOUND",
            Self::Unavailable => "UNAVAILABLE",
            Self::TooOften(_) => "RATE_LIMITED",
            Self::BodyTooLarge(_) | Self::DocumentTooLarge(_) => "PAYLOAD_TOO_LARGE",
            Self::LengthRequired => "LENGTH_REQUIRED",
            Self::BodyTooSlow => "REQUEST_TIMEOUT",
            Self::Malformed(_) | Self::Separator | Self::Description | Self::EmptyDocument => {
                "BAD_REQUEST"
            }
            Self::QueryTimedOut | Self::MutationTimedOut => "TIMEOUT",
            Self::Broken => "INTERNAL_SERVER_ERROR",
        }
    }

    fn header(self, challenge: &HeaderValue) -> Option<(header::HeaderName, HeaderValue)> {
        match self {
            Self::Method => Some((header::ALLOW, HeaderValue::from_static("GET, POST"))),
            Self::OnlyGet => Some((header::ALLOW, HeaderValue::from_static("GET"))),
            Self::OnlyPost => Some((header::ALLOW, HeaderValue::from_static("POST"))),
            Self::Unauthenticated | Self::SignInFirst => {
                Some((header::WWW_AUTHENTICATE, challenge.clone()))
            }
            Self::Unavailable => Some(retry_after(BUSY)),
            Self::TooOften(wait) => Some(retry_after(wait)),
            Self::BodyTooSlow => Some((header::CONNECTION, HeaderValue::from_static("close"))),
            _ => None,
        }
    }

    fn text(self) -> Text {
        match self {
            Self::NotAcceptable => Text::fixed(
                "Svar finns som `application/json` och `application/graphql-response+json`.",
                "Answers come as `application/json` and `application/graphql-response+json`.",
            ),
            Self::UnsupportedMediaType => Text::fixed(
                "Skicka `application/json` i UTF-8.",
                "Send `application/json` in UTF-8.",
            ),
            Self::Method => Text::fixed("Använd GET eller POST.", "Use GET or POST."),
            Self::Unauthenticated => Text::fixed(
                "Inloggningen godtas inte. Logga in på nytt.",
                "The token is not accepted. Sign in again.",
            ),
            Self::Forbidden => Text::fixed(
                "Inloggningen är giltig men har ingen plats här. Vänd dig till den som \
                 administrerar din organisation.",
                "The token is valid but has no place here. Turn to whoever administers your \
                 organisation.",
            ),
            Self::Unavailable => Text::fixed(
                "Tjänsten är upptagen. Försök igen om en liten stund.",
                "The service is busy. Try again in a moment.",
            ),
            Self::TooOften(wait) => Refusal::TooOften(wait).text(),
            Self::BodyTooLarge(most) => Text::filled(
                format!("Begäran får vara högst {most} byte. Dela den i flera."),
                format!("The body may be at most {most} bytes. Split the request."),
            ),
            Self::BodyTooSlow => Text::fixed(
                "Begäran kom inte fram i tid. Försök igen.",
                "The body did not arrive in time. Try again.",
            ),
            Self::Malformed(malformed) => malformed.text(),
            Self::QueryTimedOut => Text::fixed(
                "Frågan tog för lång tid. Be om mindre.",
                "The query took too long. Ask for less.",
            ),
            Self::MutationTimedOut => Text::fixed(
                "Ändringen tog för lång tid att svara på, men kan ändå ha gjorts. Läs efter \
                 innan du gör om den.",
                "The mutation took too long to answer, but may have been made. Read before you \
                 repeat it.",
            ),
            Self::Broken => Text::fixed(INTERNAL_ERROR, INTERNAL_ERROR),
            Self::NotFound => Text::fixed(
                "Det finns ingen sådan lista som du får se.",
                "There is no such list that you may see.",
            ),
            Self::MayNot => Error::Forbidden.text(),
            Self::SignInFirst => Error::Unauthenticated.text(),
            Self::OnlyGet => Text::fixed("Använd GET.", "Use GET."),
            Self::OnlyPost => Text::fixed("Använd POST.", "Use POST."),
            Self::Nowhere => Text::fixed(
                "Det finns inget sådant dokument, ingen sådan grupp, inget sådant möte och ingen sådan punkt som du \
                 får se.",
                "There is no such document, group, meeting or item that you may see.",
            ),
            Self::LengthRequired => Text::fixed(
                "Ange filens storlek i huvudet Content-Length.",
                "Say how large the file is in the header Content-Length.",
            ),
            Self::DocumentTooLarge(most) => Text::filled(
                format!("Ett dokument får ha högst {most} byte. Gör det mindre eller dela det."),
                format!("A document may have at most {most} bytes. Make it smaller or divide it."),
            ),
            Self::FileType => Text::fixed(
                "Filen tas inte emot. Skicka PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT, CSV, PNG eller JPEG; filnamnets \
                 ändelse, Content-Type och innehållet ska stämma överens.",
                "The file is not taken. Send PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT, CSV, PNG or JPEG; the ending of \
                 the file's name, Content-Type and the content must agree.",
            ),
            Self::Description => Text::fixed(
                "Adressen ska ha `place` (id för en grupp, ett möte eller en punkt), `title` och `fileName`, var och en en \
                 gång; `idempotencyKey` får finnas, inget annat.",
                "The address must have `place` (the id of a group, a meeting or an item), `title` and `fileName`, each once; \
                 `idempotencyKey` may be there, nothing else.",
            ),
            Self::EmptyDocument => Text::fixed("Filen är tom.", "The file is empty."),
            Self::Separator => Text::fixed(
                "`separator` ska vara `semicolon`, `comma` eller `tab`.",
                "`separator` must be `semicolon`, `comma` or `tab`.",
            ),
        }
    }
}

/// An answer, before it is given its content type.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The code of the first error, or `OK`: for the log and the meters.
    pub code: String,
}

impl Answer {
    /// The answer to a request that did not reach the schema.
    pub(super) fn denied(denied: Denied, language: Language, challenge: &HeaderValue) -> Self {
        let mut error = ServerError::new(denied.text().in_language(language), None);
        let values = error.extensions.get_or_insert_default();
        values.set("code", denied.code());
        Self {
            status: denied.status(),
            headers: denied.header(challenge).into_iter().collect(),
            body: request_errors(&[error]),
            code: denied.code().to_owned(),
        }
    }

    /// The answer to a document that was not taken for something that its sender can mend.
    pub(super) fn to_be_mended(errors: &[UserError], language: Language) -> Self {
        let told: Vec<ServerError> = errors
            .iter()
            .map(|error| {
                let text = error.text_of().in_language(language);
                let mut told = ServerError::new(text, None);
                let values = told.extensions.get_or_insert_default();
                values.set("code", enum_value(error.code_of()));
                let field = error.field_of().iter().cloned().map(Value::String);
                values.set("field", Value::List(field.collect()));
                told
            })
            .collect();
        let status = match errors.first().map(UserError::code_of) {
            Some(UserErrorCode::GroupClosed | UserErrorCode::IdempotencyKeyReused) => {
                StatusCode::CONFLICT
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self {
            status,
            headers: HeaderMap::new(),
            body: request_errors(&told),
            code: "BAD_USER_INPUT".to_owned(),
        }
    }

    /// The answer of the schema. `executed` tells an error of a field, which stands beside
    /// `data`, from an error of the request, which comes without.
    pub(super) fn from_schema(
        response: &Response,
        executed: bool,
        media: Media,
        language: Language,
        limits: &Limits,
    ) -> Self {
        let code = first_code(&response.errors).unwrap_or("OK").to_owned();
        if !executed {
            return Self::request_error(&response.errors, code, media);
        }
        let mut headers = response.http_headers.clone();
        let mut status = StatusCode::OK;
        if code == "UNAVAILABLE" && response.data == Value::Null {
            status = StatusCode::SERVICE_UNAVAILABLE;
            headers.extend([retry_after(BUSY)]);
        }
        let mut body = Capped {
            bytes: Vec::new(),
            most: limits.answer_bytes,
        };
        if serde_json::to_writer(&mut body, response).is_err() {
            let refusal = Refusal::TooMuch(Limit::AnswerBytes, limits.answer_bytes);
            let short = Response::from_errors(vec![refusal.into_error(language)]);
            return Self::from_schema(&short, true, media, language, limits);
        }
        Self {
            status,
            headers,
            body: body.bytes,
            code,
        }
    }

    fn request_error(errors: &[ServerError], code: String, media: Media) -> Self {
        let (status, header) = match code.as_str() {
            "RATE_LIMITED" => (
                StatusCode::TOO_MANY_REQUESTS,
                Some(retry_after(wait(errors))),
            ),
            "METHOD_NOT_ALLOWED" => (
                StatusCode::METHOD_NOT_ALLOWED,
                Some((header::ALLOW, HeaderValue::from_static("POST"))),
            ),
            _ if media == Media::Json => (StatusCode::OK, None),
            _ => (StatusCode::BAD_REQUEST, None),
        };
        Self {
            status,
            headers: header.into_iter().collect(),
            body: request_errors(errors),
            code,
        }
    }
}

fn first_code(errors: &[ServerError]) -> Option<&str> {
    match errors.first()?.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

fn wait(errors: &[ServerError]) -> Duration {
    errors
        .first()
        .and_then(|error| error.extensions.as_ref()?.get("retryAfter"))
        .and_then(|value| match value {
            Value::Number(seconds) => seconds.as_u64().map(Duration::from_secs),
            _ => None,
        })
        .unwrap_or(BUSY)
}

pub(super) fn retry_after(wait: Duration) -> (header::HeaderName, HeaderValue) {
    (header::RETRY_AFTER, whole_seconds(wait).into())
}

fn request_errors(errors: &[ServerError]) -> Vec<u8> {
    #[derive(Serialize)]
    struct RequestErrors<'a> {
        errors: &'a [ServerError],
    }
    serde_json::to_vec(&RequestErrors { errors }).unwrap_or_default()
}

/// Takes bytes up to a limit: an answer that is too large is not first built whole.
struct Capped {
    bytes: Vec<u8>,
    most: usize,
}

impl io::Write for Capped {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + part.len() > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
