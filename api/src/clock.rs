//! The one place that reads the time, so that tests can set it.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::{Arc, RwLock};

/// Where the time comes from: the machine's clock, or an instant that a test set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<RwLock<DateTime<Utc>>>>,
}

impl Clock {
    /// A clock that stands still until [`Clock::set`] moves it.
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self {
            fixed: Some(Arc::new(RwLock::new(at))),
        }
    }

    /// Moves a fixed clock; the machine's clock is not ours to move, so there it does nothing.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.fixed {
            *fixed
                .write()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = at;
        }
    }

    /// The present instant, cut to microseconds: what both databases can store.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the machine's clock"
        )]
        let now = self.fixed.as_ref().map_or_else(Utc::now, |fixed| {
            *fixed
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        });
        now.trunc_subsecs(6)
    }
}
