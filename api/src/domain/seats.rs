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
//! Organisations of one kind may be promised seats together as well. What a kind keeps is the larger of its own
//! unused guarantee and of what its organisations keep one by one, so a seat is kept once:
//!
//! ```text
//! reserved(K) = max( kept(K), Σ kept(X) over every X of the kind K )
//! free(A)     = min( capacity − taken − Σ reserved(K) over every kind but A's − Σ kept(X) over A's kind but A,
//!                    maximum(A) − taken(A),
//!                    maximum(kind of A) − taken(kind of A) − Σ kept(X) over A's kind but A )
//! ```
//!
//! Without quotas of kinds that equals A's own kept seats plus the shared free seats, `capacity − taken − Σ kept(X)` over
//! everyone, cut by A's maximum. A's own guarantee is counted once. As long as
//! `taken + Σ kept(X) ≤ capacity` holds, taking what is free keeps it true: either `taken` grows by
//! one while `kept(A)` shrinks by one, or there was a shared seat. Time only lets `kept` shrink.

mod ledger;
mod quota;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use entity::kind::OrganisationKind;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub use ledger::{Counters, Difference, Movement, differences, replay};
pub use quota::{KindQuota, Quota, QuotaError};

/// The organisation that a seat or a quota belongs to.
pub type OrganisationKey = Uuid;

/// The party that waits in line.
pub type PartyKey = Uuid;

/// How many seats an occasion has: 0 to 2,147,483,647, so that every count fits the API's `Int`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The organisations of its kind would pass their maximum.
    #[error("the organisations of this kind have reached their maximum number of seats")]
    QuotaOfOrganisationKindFull,
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
            Self::QuotaOfOrganisationKindFull => "QUOTA_OF_ORGANISATION_KIND_FULL",
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// All seats.
    pub capacity: Capacity,
    /// One entry for each organisation that has a quota or a seat.
    pub quotas: Vec<Quota>,
    /// What kinds of organisations are promised together.
    pub kinds: Vec<KindQuota>,
    /// The kind of each organisation. Who is missing belongs to none that is promised anything.
    pub kind_of: BTreeMap<OrganisationKey, OrganisationKind>,
    /// Organisations whose agreement has ended: they keep the seats that they have and get no more, and nothing
    /// is kept for them.
    pub ended: BTreeSet<OrganisationKey>,
}

impl Occasion {
    /// The seats that are taken, by anyone.
    #[must_use]
    pub fn taken(&self) -> u32 {
        sum(self.quotas.iter().map(|quota| quota.taken))
    }

    /// The seats that organisations of the kind have taken.
    #[must_use]
    pub fn taken_by_kind(&self, kind: OrganisationKind) -> u32 {
        sum(self.of_kind(Some(kind)).map(|quota| quota.taken))
    }

    /// How many seats the organisation could take now.
    #[must_use]
    pub fn free_for(&self, organisation: OrganisationKey, now: DateTime<Utc>) -> u32 {
        let kind = self.kind_of.get(&organisation).copied();
        let kept_beside = self.kept_beside(organisation, kind, now);
        let other_kinds = self.groups().into_iter().filter(|group| *group != kind);
        let kept_for_others =
            sum(other_kinds.map(|group| self.reserved(group, now))).saturating_add(kept_beside);
        let left_of_kind = self.left_of_kind(kind).saturating_sub(kept_beside);
        self.left_for_all()
            .saturating_sub(kept_for_others)
            .min(self.left_of_maximum(organisation))
            .min(left_of_kind)
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
        if count > self.left_of_kind(self.kind_of.get(&organisation).copied()) {
            return Err(Refusal::QuotaOfOrganisationKindFull);
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
    ) -> Result<(), QuotaError> {
        let (taken, kept) = (self.taken(), self.kept(now));
        let least = taken.saturating_add(kept).max(self.guaranteed());
        if capacity.seats() < least {
            return Err(QuotaError::CapacityTooSmall {
                capacity: capacity.seats(),
                taken,
                kept,
                least,
            });
        }
        self.capacity = capacity;
        Ok(())
    }

    /// Whether the quotas are possible with the capacity and with what is taken: every rule that is broken, or
    /// none. To be asked when quotas change; `now` decides which guarantees are released.
    pub fn validate(&self, now: DateTime<Utc>) -> Result<(), Vec<QuotaError>> {
        let mut errors = Vec::new();
        let mut seen = BTreeSet::new();
        for quota in &self.quotas {
            if !seen.insert(quota.organisation) {
                errors.push(QuotaError::OrganisationTwice {
                    organisation: quota.organisation,
                });
            }
            errors.extend(quota::above_maximum(quota).into_iter().flatten());
        }
        let mut seen = BTreeSet::new();
        for quota in &self.kinds {
            if !seen.insert(quota.kind) {
                errors.push(QuotaError::KindTwice { kind: quota.kind });
            }
            let one_by_one = self
                .of_kind(Some(quota.kind))
                .map(|own| self.kept_by(own, now));
            let needed = self
                .taken_by_kind(quota.kind)
                .saturating_add(sum(one_by_one))
                .max(quota.guaranteed);
            if let Some(maximum) = quota.maximum.filter(|maximum| needed > *maximum) {
                errors.push(QuotaError::KindMaximumTooSmall {
                    kind: quota.kind,
                    needed,
                    maximum,
                });
            }
        }
        errors.extend(self.above_capacity(now));
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    fn above_capacity(&self, now: DateTime<Utc>) -> Option<QuotaError> {
        let capacity = self.capacity.seats();
        let guaranteed = self.guaranteed();
        if guaranteed > capacity {
            return Some(QuotaError::GuaranteesAboveCapacity {
                guaranteed,
                capacity,
            });
        }
        let (kept, free) = (self.kept(now), self.left_for_all());
        (kept > free).then_some(QuotaError::GuaranteesAboveFree { kept, free })
    }

    /// When the next guarantee will be released, if one will: the time to promote the waiting list.
    #[must_use]
    pub fn next_release(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let single = self
            .quotas
            .iter()
            .map(|quota| (quota.guaranteed, quota.release_at));
        let kinds = self
            .kinds
            .iter()
            .map(|quota| (quota.guaranteed, quota.release_at));
        single
            .chain(kinds)
            .filter(|(guaranteed, _)| *guaranteed > 0)
            .filter_map(|(_, release_at)| release_at)
            .filter(|release_at| now < *release_at)
            .min()
    }

    /// Where the seats are now.
    #[must_use]
    pub fn breakdown(&self, now: DateTime<Utc>) -> Breakdown {
        let left = self.left_for_all();
        let guaranteed_unused = self.kept(now).min(left);
        Breakdown {
            taken: self.taken(),
            guaranteed_unused,
            shared_free: left - guaranteed_unused,
        }
    }

    /// The seats promised by all quotas, released or not.
    fn guaranteed(&self) -> u32 {
        sum(self.groups().into_iter().map(|group| {
            let single = self
                .of_kind(group)
                .filter(|quota| !self.ended.contains(&quota.organisation));
            let single = sum(single.map(|quota| quota.guaranteed));
            single.max(self.kind_quota(group).map_or(0, |quota| quota.guaranteed))
        }))
    }

    /// The free seats that are kept for somebody now.
    fn kept(&self, now: DateTime<Utc>) -> u32 {
        sum(self
            .groups()
            .into_iter()
            .map(|group| self.reserved(group, now)))
    }

    /// The free seats that are kept for organisations of a kind, together or one by one.
    fn reserved(&self, kind: Option<OrganisationKind>, now: DateTime<Utc>) -> u32 {
        let one_by_one = sum(self.of_kind(kind).map(|quota| self.kept_by(quota, now)));
        let together = self
            .kind_quota(kind)
            .map_or(0, |quota| quota.kept(self.taken_by_kind(quota.kind), now));
        one_by_one.max(together)
    }

    /// The free seats that are kept for other organisations of the same kind.
    fn kept_beside(
        &self,
        organisation: OrganisationKey,
        kind: Option<OrganisationKind>,
        now: DateTime<Utc>,
    ) -> u32 {
        let others = self
            .of_kind(kind)
            .filter(|quota| quota.organisation != organisation);
        sum(others.map(|quota| self.kept_by(quota, now)))
    }

    fn kept_by(&self, quota: &Quota, now: DateTime<Utc>) -> u32 {
        if self.ended.contains(&quota.organisation) {
            return 0;
        }
        quota.kept(now)
    }

    /// The kinds that have a part in this: those of the organisations, and those with a quota of their own.
    fn groups(&self) -> BTreeSet<Option<OrganisationKind>> {
        let kinds = self.kinds.iter().map(|quota| Some(quota.kind));
        let of_organisations = self
            .quotas
            .iter()
            .map(|quota| self.kind_of.get(&quota.organisation).copied());
        kinds.chain(of_organisations).collect()
    }

    fn of_kind(&self, kind: Option<OrganisationKind>) -> impl Iterator<Item = &Quota> {
        self.quotas
            .iter()
            .filter(move |quota| self.kind_of.get(&quota.organisation).copied() == kind)
    }

    fn kind_quota(&self, kind: Option<OrganisationKind>) -> Option<&KindQuota> {
        self.kinds.iter().find(|quota| Some(quota.kind) == kind)
    }

    fn left_for_all(&self) -> u32 {
        self.capacity.seats().saturating_sub(self.taken())
    }

    fn left_of_maximum(&self, organisation: OrganisationKey) -> u32 {
        if self.ended.contains(&organisation) {
            return 0;
        }
        self.quota(organisation)
            .map_or(u32::MAX, Quota::left_of_maximum)
    }

    fn left_of_kind(&self, kind: Option<OrganisationKind>) -> u32 {
        let quota = self.kind_quota(kind);
        let limit = quota.and_then(|quota| Some((quota.kind, quota.maximum?)));
        limit.map_or(u32::MAX, |(kind, maximum)| {
            maximum.saturating_sub(self.taken_by_kind(kind))
        })
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
