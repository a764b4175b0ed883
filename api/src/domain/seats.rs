//! Who may have how many seats of an occasion. It never gives away a seat that is not there, nor
//! one that is kept for another organisation.
//!
//! Seats are counted by one sentence: **an organisation may take what is neither taken nor kept for
//! another, up to its own maximum.** A seat is kept for an organisation while its guarantee is not
//! used up and not released. With `kept(X) = guaranteed(X) − taken(X)` before X's release time (0
//! if negative, and 0 from that time on):
//!
//! ```text
//! free(A) = min( capacity − taken − Σ kept(X) over every X other than A,
//!                maximum(A) − taken(A) )
//! ```
//!
//! That equals A's own kept seats plus the shared free seats, `capacity − taken − Σ kept(X)` over
//! everyone, cut by A's maximum. A's own guarantee is counted once. As long as
//! `taken + Σ kept(X) ≤ capacity` holds, taking what is free keeps it true: either `taken` grows by
//! one while `kept(A)` shrinks by one, or there was a shared seat. Time only lets `kept` shrink.

mod ledger;
mod quota;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use ledger::{Counters, Difference, Movement, differences, replay};
pub use quota::{Quota, QuotaError, validate_quotas};

/// The organisation that a seat or a quota belongs to.
pub type OrganisationKey = Uuid;

/// The party that waits in line.
pub type PartyKey = Uuid;

/// How many seats an occasion has: 0 to 2,147,483,647, so that every count fits the API's `Int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capacity(u32);

impl Capacity {
    /// The number of seats.
    #[must_use]
    pub fn seats(self) -> u32 {
        self.0
    }
}

/// An occasion cannot have fewer than no seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a capacity cannot be negative: {0}")]
pub struct NegativeCapacity(pub i32);

impl TryFrom<i32> for Capacity {
    type Error = NegativeCapacity;

    fn try_from(seats: i32) -> Result<Self, Self::Error> {
        u32::try_from(seats)
            .map(Self)
            .map_err(|_| NegativeCapacity(seats))
    }
}

/// Why an organisation cannot have the seats it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Fewer seats are left than are asked for, whoever asks.
    #[error("the occasion does not have that many seats left")]
    OccasionFull,
    /// The organisation would pass its own maximum.
    #[error("the organisation has reached its maximum number of seats")]
    QuotaOfOrganisationFull,
    /// There are seats left, but they are kept for other organisations until their release.
    #[error("the seats left are kept for other organisations")]
    SeatsGuaranteedToOthers,
}

impl Refusal {
    /// The code by which the API and the ledger name the reason.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OccasionFull => "OCCASION_FULL",
            Self::QuotaOfOrganisationFull => "QUOTA_OF_ORGANISATION_FULL",
            Self::SeatsGuaranteedToOthers => "SEATS_GUARANTEED_TO_OTHERS",
        }
    }
}

/// More seats are given back than the organisation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given_back} seats cannot be given back, the organisation has {taken}")]
pub struct NotTaken {
    /// The seats that the organisation has.
    pub taken: u32,
    /// The seats that it was to give back.
    pub given_back: u32,
}

/// A party in the waiting list: one sign-up, or several that take seats together or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The party.
    pub party: PartyKey,
    /// The organisation whose seats they would be.
    pub organisation: OrganisationKey,
    /// How many seats it waits for.
    pub seats: u32,
}

/// What became of a waiting list. Whoever is in neither list still waits, with nobody let past.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promotion {
    /// The parties that got their seats, in the order of the line.
    pub promoted: Vec<PartyKey>,
    /// Those who were let past: there were seats that they may not use, or too few, and somebody behind them got
    /// one. In the order of the line, and why.
    pub passed_over: Vec<(PartyKey, Refusal)>,
}

/// Where the seats of an occasion are. The three add up to the capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// Taken seats.
    pub taken: u32,
    /// Free seats that are kept for an organisation until its release time.
    pub guaranteed_unused: u32,
    /// Free seats that any organisation below its maximum may take.
    pub shared_free: u32,
}

/// The seats of one occasion: how many there are, for whom, and who has taken how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// All seats.
    pub capacity: Capacity,
    /// One entry for each organisation that has a quota or a seat.
    pub quotas: Vec<Quota>,
}

impl Occasion {
    /// The seats that are taken, by anyone.
    #[must_use]
    pub fn taken(&self) -> u32 {
        sum(self.quotas.iter().map(|quota| quota.taken))
    }

    /// How many seats the organisation could take now.
    #[must_use]
    pub fn free_for(&self, organisation: OrganisationKey, now: DateTime<Utc>) -> u32 {
        self.left_for_all()
            .saturating_sub(self.kept_for_others(organisation, now))
            .min(self.left_of_maximum(organisation))
    }

    /// Takes seats for the organisation: all of them or none.
    pub fn take(
        &mut self,
        organisation: OrganisationKey,
        count: u32,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        if count > self.left_for_all() {
            return Err(Refusal::OccasionFull);
        }
        if count > self.left_of_maximum(organisation) {
            return Err(Refusal::QuotaOfOrganisationFull);
        }
        if count > self.free_for(organisation, now) {
            return Err(Refusal::SeatsGuaranteedToOthers);
        }
        self.quota_mut(organisation).taken += count;
        Ok(())
    }

    /// Gives back seats of the organisation. The waiting list is to be promoted after it.
    pub fn give_back(&mut self, organisation: OrganisationKey, count: u32) -> Result<(), NotTaken> {
        let taken = self.quota(organisation).map_or(0, |quota| quota.taken);
        if count > taken {
            return Err(NotTaken {
                taken,
                given_back: count,
            });
        }
        if count > 0 {
            self.quota_mut(organisation).taken -= count;
        }
        Ok(())
    }

    /// Takes seats for those who wait: again and again for the first in line whose organisation
    /// may use a seat.
    // One pass is enough: a seat that somebody takes never makes more seats free for another.
    pub fn promote(&mut self, queue: &[Waiting], now: DateTime<Utc>) -> Promotion {
        let mut promotion = Promotion::default();
        let mut refused = Vec::new();
        for waiting in queue {
            match self.take(waiting.organisation, waiting.seats, now) {
                Ok(()) => {
                    promotion.promoted.push(waiting.party);
                    // Somebody is passed over only when somebody behind gets a seat.
                    promotion.passed_over.append(&mut refused);
                }
                Err(Refusal::OccasionFull) if self.left_for_all() == 0 => break,
                // A party that is too large for the seats that are left does not keep others from them.
                Err(reason) => refused.push((waiting.party, reason)),
            }
        }
        promotion
    }

    /// Changes the number of seats, unless that would take away a seat that is taken or guaranteed.
    /// The waiting list is to be promoted after a rise.
    pub fn change_capacity(
        &mut self,
        capacity: Capacity,
        now: DateTime<Utc>,
    ) -> Result<(), Vec<QuotaError>> {
        let taken = self.taken();
        if capacity.seats() < taken {
            return Err(vec![QuotaError::CapacityBelowTaken {
                capacity: capacity.seats(),
                taken,
            }]);
        }
        validate_quotas(capacity, &self.quotas, now)?;
        self.capacity = capacity;
        Ok(())
    }

    /// When the next guarantee will be released, if one will: the time to promote the waiting list.
    #[must_use]
    pub fn next_release(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.quotas
            .iter()
            .filter(|quota| quota.guaranteed > 0)
            .filter_map(|quota| quota.release_at)
            .filter(|release_at| now < *release_at)
            .min()
    }

    /// Where the seats are now.
    #[must_use]
    pub fn breakdown(&self, now: DateTime<Utc>) -> Breakdown {
        let left = self.left_for_all();
        let guaranteed_unused = sum(self.quotas.iter().map(|quota| quota.kept(now))).min(left);
        Breakdown {
            taken: self.taken(),
            guaranteed_unused,
            shared_free: left - guaranteed_unused,
        }
    }

    fn left_for_all(&self) -> u32 {
        self.capacity.seats().saturating_sub(self.taken())
    }

    fn left_of_maximum(&self, organisation: OrganisationKey) -> u32 {
        self.quota(organisation)
            .map_or(u32::MAX, Quota::left_of_maximum)
    }

    fn kept_for_others(&self, organisation: OrganisationKey, now: DateTime<Utc>) -> u32 {
        sum(self
            .quotas
            .iter()
            .filter(|quota| quota.organisation != organisation)
            .map(|quota| quota.kept(now)))
    }

    fn quota(&self, organisation: OrganisationKey) -> Option<&Quota> {
        self.quotas
            .iter()
            .find(|quota| quota.organisation == organisation)
    }

    fn quota_mut(&mut self, organisation: OrganisationKey) -> &mut Quota {
        let place = self
            .quotas
            .iter()
            .position(|quota| quota.organisation == organisation)
            .unwrap_or_else(|| {
                self.quotas.push(Quota::open(organisation));
                self.quotas.len() - 1
            });
        &mut self.quotas[place]
    }
}

/// Adds up without overflow. A capacity is far below the limit, so a sum that meets it is too much
/// either way.
fn sum(counts: impl Iterator<Item = u32>) -> u32 {
    counts.fold(0, u32::saturating_add)
}
