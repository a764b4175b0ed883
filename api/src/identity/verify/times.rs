//! When a token holds.

use crate::identity::token::Members;
use crate::identity::{Issuer, Rejection};
use chrono::{DateTime, TimeDelta, Utc};

/// How far an issuer's clock may be from ours.
pub const LEEWAY_SECONDS: i64 = 30;

/// The last second of the year 9999. Beyond it a number is milliseconds, or nonsense.
const LATEST: i64 = 253_402_300_799;

/// Checks `exp`, `nbf` and `iat`, and returns when the token ends.
pub(super) fn check(
    payload: &Members,
    issuer: &Issuer,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Rejection> {
    let leeway = TimeDelta::seconds(LEEWAY_SECONDS);
    let expires =
        instant(payload, "exp", Rejection::ExpiryMalformed)?.ok_or(Rejection::ExpiryMissing)?;
    if now >= expires + leeway {
        return Err(Rejection::Expired);
    }
    let not_before = instant(payload, "nbf", Rejection::NotBeforeMalformed)?;
    if not_before.is_some_and(|instant| instant > now + leeway) {
        return Err(Rejection::NotYetValid);
    }
    let began =
        instant(payload, "iat", Rejection::IssuedAtMalformed)?.ok_or(Rejection::IssuedAtMissing)?;
    if began > now + leeway {
        return Err(Rejection::IssuedInFuture);
    }
    if expires <= began {
        return Err(Rejection::ExpiresBeforeIssued);
    }
    if expires - began > issuer.max_lifetime {
        return Err(Rejection::LivesTooLong);
    }
    Ok(expires)
}

/// A whole number of seconds. RFC 7519 would allow fractions; no provider needs them, and each
/// reader rounds them in its own way.
fn instant(
    payload: &Members,
    claim: &str,
    malformed: Rejection,
) -> Result<Option<DateTime<Utc>>, Rejection> {
    let Some(value) = payload.get(claim) else {
        return Ok(None);
    };
    value
        .as_i64()
        .filter(|seconds| (0..=LATEST).contains(seconds))
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map(Some)
        .ok_or(malformed)
}
