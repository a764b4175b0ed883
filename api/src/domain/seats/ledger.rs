//! The counters as the ledger tells them. It finds differences and never repairs one.

use std::collections::{BTreeMap, BTreeSet};

use super::OrganisationKey;

/// One row of the ledger: how an organisation's counters changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The organisation.
    pub organisation: OrganisationKey,
    /// Seats taken, or given back if negative.
    pub seats: i32,
    /// Sign-ups that joined the waiting list, or left it if negative.
    pub waiting: i32,
}

/// What an organisation has. Below zero only if the ledger is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Seats taken.
    pub taken: i64,
    /// Sign-ups in the waiting list.
    pub waiting: i64,
}

/// An organisation whose counters are not what the ledger says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The organisation.
    pub organisation: OrganisationKey,
    /// What its movements add up to.
    pub ledger: Counters,
    /// What is stored.
    pub stored: Counters,
}

/// Adds up the movements of an occasion, for each organisation.
#[must_use]
pub fn replay(movements: &[Movement]) -> BTreeMap<OrganisationKey, Counters> {
    let mut counters: BTreeMap<OrganisationKey, Counters> = BTreeMap::new();
    for movement in movements {
        let counter = counters.entry(movement.organisation).or_default();
        counter.taken += i64::from(movement.seats);
        counter.waiting += i64::from(movement.waiting);
    }
    counters
}

/// The organisations whose stored counters differ from the replayed ledger, in the order of their
/// keys. Who is missing on one side counts as zero there.
#[must_use]
pub fn differences(
    ledger: &BTreeMap<OrganisationKey, Counters>,
    stored: &BTreeMap<OrganisationKey, Counters>,
) -> Vec<Difference> {
    let organisations: BTreeSet<_> = ledger.keys().chain(stored.keys()).copied().collect();
    let of = |counters: &BTreeMap<OrganisationKey, Counters>, organisation: &OrganisationKey| {
        counters.get(organisation).copied().unwrap_or_default()
    };
    organisations
        .into_iter()
        .map(|organisation| Difference {
            organisation,
            ledger: of(ledger, &organisation),
            stored: of(stored, &organisation),
        })
        .filter(|difference| difference.ledger != difference.stored)
        .collect()
}
