//! What one organisation is promised of an occasion, and when such promises can be kept.

use super::OrganisationKey;
use chrono::{DateTime, Utc};
use entity::kind::OrganisationKind;

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

/// What all organisations of one kind are promised together. What one of them has is counted for it and for
/// its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindQuota {
    /// The kind.
    pub kind: OrganisationKind,
    /// The seats kept for such organisations until the release; those kept for single ones are part of it.
    pub guaranteed: u32,
    /// The seats that they may have together at most, if there is a limit.
    pub maximum: Option<u32>,
    /// From when on their unused guarantee is for everyone. Without it, never.
    pub release_at: Option<DateTime<Utc>>,
}

impl KindQuota {
    /// The seats that no other kind may take now, when such organisations have taken so many.
    #[must_use]
    pub fn kept(&self, taken: u32, now: DateTime<Utc>) -> u32 {
        if self.release_at.is_some_and(|release_at| now >= release_at) {
            return 0;
        }
        self.guaranteed.saturating_sub(taken)
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
    /// The new capacity is too small for the seats that are taken and guaranteed.
    #[error(
        "{capacity} seats will not do: {taken} are taken and {kept} kept, so {least} are needed"
    )]
    CapacityTooSmall {
        /// The new capacity.
        capacity: u32,
        /// The seats taken by all.
        taken: u32,
        /// The free seats that are kept for somebody now.
        kept: u32,
        /// The fewest seats that would do.
        least: u32,
    },
    /// A kind of organisation has two quotas for one occasion.
    #[error("a kind of organisation has more than one quota")]
    KindTwice {
        /// The kind.
        kind: OrganisationKind,
    },
    /// Organisations of one kind are promised, or have, more than they may have together.
    #[error("organisations of one kind need {needed} seats, but at most {maximum} are allowed")]
    KindMaximumTooSmall {
        /// The kind.
        kind: OrganisationKind,
        /// The larger of their guarantee and of what they have taken and are promised one by one.
        needed: u32,
        /// Their maximum.
        maximum: u32,
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

/// The rules that one organisation's quota breaks by itself.
pub(super) fn above_maximum(quota: &Quota) -> [Option<QuotaError>; 2] {
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
