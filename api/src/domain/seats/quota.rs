//! What one organisation is promised of an occasion, and when such promises can be kept.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Capacity, OrganisationKey, sum};

/// What one organisation is promised of an occasion, and what it has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The organisation.
    pub organisation: OrganisationKey,
    /// The seats kept for it until the release.
    pub guaranteed: u32,
    /// The seats that it may have at most, if there is a limit.
    pub maximum: Option<u32>,
    /// From when on its unused guarantee is for everyone. Without it, never.
    pub release_at: Option<DateTime<Utc>>,
    /// The seats that it has.
    pub taken: u32,
}

impl Quota {
    /// Nothing guaranteed, no limit, nothing taken: how an organisation without a quota stands.
    #[must_use]
    pub fn open(organisation: OrganisationKey) -> Self {
        Self {
            organisation,
            guaranteed: 0,
            maximum: None,
            release_at: None,
            taken: 0,
        }
    }

    /// Whether the guarantee has been given up for everyone. The release time itself is released.
    #[must_use]
    pub fn is_released(&self, now: DateTime<Utc>) -> bool {
        self.release_at.is_some_and(|release_at| now >= release_at)
    }

    /// The seats that nobody else may take now: the unused guarantee, unless it is released.
    #[must_use]
    pub fn kept(&self, now: DateTime<Utc>) -> u32 {
        if self.is_released(now) {
            return 0;
        }
        self.guaranteed.saturating_sub(self.taken)
    }

    pub(super) fn left_of_maximum(&self) -> u32 {
        self.maximum
            .map_or(u32::MAX, |maximum| maximum.saturating_sub(self.taken))
    }
}

/// A rule that quotas and a capacity break together, with the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// An organisation has two quotas for one occasion.
    #[error("the organisation {organisation} has more than one quota")]
    OrganisationTwice {
        /// The organisation.
        organisation: OrganisationKey,
    },
    /// An organisation is promised more than it may have.
    #[error("{guaranteed} seats are guaranteed, but at most {maximum} are allowed")]
    GuaranteeAboveMaximum {
        /// The organisation.
        organisation: OrganisationKey,
        /// Its guarantee.
        guaranteed: u32,
        /// Its maximum.
        maximum: u32,
    },
    /// An organisation has already taken more than it may have.
    #[error("{taken} seats are taken, but at most {maximum} are allowed")]
    TakenAboveMaximum {
        /// The organisation.
        organisation: OrganisationKey,
        /// The seats that it has.
        taken: u32,
        /// Its maximum.
        maximum: u32,
    },
    /// More is promised than there is.
    #[error("{guaranteed} seats are guaranteed, but there are {capacity}")]
    GuaranteesAboveCapacity {
        /// The sum of all guarantees, released or not.
        guaranteed: u32,
        /// All seats.
        capacity: u32,
    },
    /// More is taken than there is.
    #[error("{taken} seats are taken, but there are {capacity}")]
    TakenAboveCapacity {
        /// The seats taken by all.
        taken: u32,
        /// All seats.
        capacity: u32,
    },
    /// The new capacity is too small for the seats that are taken.
    #[error("the capacity cannot become {capacity}, since {taken} seats are taken")]
    CapacityBelowTaken {
        /// The new capacity.
        capacity: u32,
        /// The seats taken by all.
        taken: u32,
    },
    /// The seats that would be kept for somebody are already taken by others.
    #[error("{kept} seats would have to be kept, but {free} are free")]
    GuaranteesAboveFree {
        /// The unused, unreleased guarantees.
        kept: u32,
        /// The seats that nobody has taken.
        free: u32,
    },
}

/// Whether the quotas are possible with the capacity and with what is taken: every rule that is
/// broken, or none.
///
/// To be asked when quotas or the capacity change. `now` decides which guarantees are released.
pub fn validate_quotas(
    capacity: Capacity,
    quotas: &[Quota],
    now: DateTime<Utc>,
) -> Result<(), Vec<QuotaError>> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for quota in quotas {
        if !seen.insert(quota.organisation) {
            errors.push(QuotaError::OrganisationTwice {
                organisation: quota.organisation,
            });
        }
        errors.extend(above_maximum(quota).into_iter().flatten());
    }
    errors.extend(above_capacity(capacity.seats(), quotas, now));
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn above_maximum(quota: &Quota) -> [Option<QuotaError>; 2] {
    let Quota {
        organisation,
        guaranteed,
        taken,
        ..
    } = *quota;
    let maximum = quota.maximum.unwrap_or(u32::MAX);
    [
        (guaranteed > maximum).then_some(QuotaError::GuaranteeAboveMaximum {
            organisation,
            guaranteed,
            maximum,
        }),
        (taken > maximum).then_some(QuotaError::TakenAboveMaximum {
            organisation,
            taken,
            maximum,
        }),
    ]
}

fn above_capacity(capacity: u32, quotas: &[Quota], now: DateTime<Utc>) -> Option<QuotaError> {
    let guaranteed = sum(quotas.iter().map(|quota| quota.guaranteed));
    let taken = sum(quotas.iter().map(|quota| quota.taken));
    let kept = sum(quotas.iter().map(|quota| quota.kept(now)));
    let free = capacity.saturating_sub(taken);
    if guaranteed > capacity {
        return Some(QuotaError::GuaranteesAboveCapacity {
            guaranteed,
            capacity,
        });
    }
    if taken > capacity {
        return Some(QuotaError::TakenAboveCapacity { taken, capacity });
    }
    (kept > free).then_some(QuotaError::GuaranteesAboveFree { kept, free })
}
