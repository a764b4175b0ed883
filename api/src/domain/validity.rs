//! Whether something that begins and ends is in force.

use chrono::{DateTime, Utc};

/// Whether it has begun and not ended: the beginning belongs to it, the end does not. What has no beginning was
/// never in force.
#[must_use]
pub fn in_force(
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    from.is_some_and(|from| from <= now) && until.is_none_or(|until| until > now)
}
