//! Who is connected: counts connections in all and by address.

use super::Connections;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// The connections that are open now.
#[derive(Clone, Debug)]
pub(super) struct Census(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: usize,
    per_address: usize,
    uncapped: Vec<IpAddr>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection's place, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    census: Census,
    address: IpAddr,
}

impl Census {
    pub(super) fn new(limits: &Connections) -> Self {
        Self(Arc::new(Inner {
            total: limits.total,
            per_address: limits.per_address,
            uncapped: limits.uncapped.clone(),
            open: Mutex::default(),
        }))
    }

    /// A place for one more connection from this address, if there is any.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.open();
        let here = open.by_address.get(&address).copied().unwrap_or(0);
        let capped = !self.0.uncapped.contains(&address);
        if open.all >= self.0.total || (capped && here >= self.0.per_address) {
            return None;
        }
        open.all += 1;
        open.by_address.insert(address, here + 1);
        Some(Place {
            census: self.clone(),
            address,
        })
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.census.open();
        open.all -= 1;
        if let Some(here) = open.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census() -> Census {
        Census::new(&Connections {
            total: 4,
            per_address: 2,
            uncapped: vec![address(9)],
            ..Connections::default()
        })
    }

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    #[test]
    fn an_address_gets_its_share_and_a_place_is_free_again_when_left() {
        let census = census();
        let first = census.admit(address(1));
        let _second = census.admit(address(1)).expect("two may come");

        assert!(census.admit(address(1)).is_none(), "a third may not");
        drop(first);
        assert!(census.admit(address(1)).is_some(), "one has left");
    }

    #[test]
    fn all_together_get_the_total_also_by_way_of_a_proxy() {
        let census = census();
        let _proxied: Vec<_> = (0..4).map(|_| census.admit(address(9)).unwrap()).collect();

        assert!(census.admit(address(9)).is_none());
        assert!(census.admit(address(1)).is_none());
    }

    #[test]
    fn an_address_without_connections_is_forgotten() {
        let census = census();

        for last in 0..200 {
            drop(census.admit(address(last)));
        }

        assert!(census.open().by_address.is_empty());
    }
}
