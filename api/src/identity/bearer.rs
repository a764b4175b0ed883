//! The one bearer header of a request.

use super::Rejection;
use axum::http::{HeaderMap, header::AUTHORIZATION};

/// The longest `Authorization` header that is read at all.
pub const MAX_AUTHORIZATION_BYTES: usize = 16 * 1024;

/// The token in a request's headers; none when there is no `Authorization` header: an anonymous
/// viewer, not an error.
pub fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Rejection> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Rejection::AuthorizationRepeated);
    }
    if value.len() > MAX_AUTHORIZATION_BYTES {
        return Err(Rejection::AuthorizationTooLong);
    }
    let text = value
        .to_str()
        .map_err(|_| Rejection::AuthorizationUnreadable)?;
    token_of(text).map(Some)
}

/// The token in the text of one header, or in what a WebSocket sends in its place.
pub fn token_of(authorization: &str) -> Result<&str, Rejection> {
    if authorization.len() > MAX_AUTHORIZATION_BYTES {
        return Err(Rejection::AuthorizationTooLong);
    }
    let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if scheme.is_empty() {
        return Err(Rejection::TokenMissing);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Rejection::SchemeNotBearer);
    }
    let token = token.trim_matches(' ');
    if token.is_empty() {
        return Err(Rejection::TokenMissing);
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn no_header_is_an_anonymous_caller() {
        assert_eq!(bearer_token(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c"] {
            assert_eq!(
                bearer_token(&headers(&[value.as_bytes()])),
                Ok(Some("a.b.c"))
            );
        }
    }

    #[test]
    fn a_header_that_is_not_one_bearer_token_is_refused() {
        let long = format!("Bearer {}", "a".repeat(MAX_AUTHORIZATION_BYTES - 6));
        let cases: [(&[&[u8]], Rejection); 9] = [
            (
                &[b"Bearer a", b"Bearer a"],
                Rejection::AuthorizationRepeated,
            ),
            (&[b"Bearer a", b""], Rejection::AuthorizationRepeated),
            (&[b"Basic YTpi"], Rejection::SchemeNotBearer),
            (&[b"a.b.c"], Rejection::SchemeNotBearer),
            (&[b"Bearer"], Rejection::TokenMissing),
            (&[b"Bearer   "], Rejection::TokenMissing),
            (&[b""], Rejection::TokenMissing),
            (&[b"Bearer \xe5"], Rejection::AuthorizationUnreadable),
            (&[long.as_bytes()], Rejection::AuthorizationTooLong),
        ];
        for (values, reason) in cases {
            assert_eq!(bearer_token(&headers(values)), Err(reason));
        }
    }

    #[test]
    fn a_header_of_exactly_the_longest_length_is_read() {
        let token = "a".repeat(MAX_AUTHORIZATION_BYTES - 7);
        let value = format!("Bearer {token}");

        assert_eq!(value.len(), MAX_AUTHORIZATION_BYTES);
        assert_eq!(
            bearer_token(&headers(&[value.as_bytes()])),
            Ok(Some(token.as_str()))
        );
    }
}
