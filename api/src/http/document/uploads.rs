//! How many documents are on their way at once: each holds a part in memory and a place on disk for minutes.

use super::super::{
    answer::{BUSY, Denied},
    rate_limit::Caller,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// In all.
const AT_ONCE: usize = 24;
/// Of one caller.
const OF_ONE: usize = 3;

/// The uploads that are under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads(Arc<Mutex<HashMap<Caller, usize>>>);

/// While this lives, a document is on its way.
#[derive(Debug)]
pub(super) struct Place {
    uploads: Uploads,
    caller: Caller,
}

impl Uploads {
    /// Lets one more begin, or says that the caller must wait.
    pub(super) fn take(&self, caller: Caller) -> Result<Place, Denied> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.get(&caller).is_some_and(|own| *own >= OF_ONE) {
            return Err(Denied::TooOften(BUSY));
        }
        if under_way.values().sum::<usize>() >= AT_ONCE {
            return Err(Denied::Unavailable);
        }
        *under_way.entry(caller.clone()).or_default() += 1;
        drop(under_way);
        Ok(Place {
            uploads: self.clone(),
            caller,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self
            .uploads
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = under_way.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                under_way.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(name: usize) -> Caller {
        Caller::Principal(name.to_string())
    }

    #[test]
    fn one_caller_sends_so_many_at_once_and_no_more() {
        let uploads = Uploads::default();
        let mut own: Vec<Place> = (0..OF_ONE)
            .map(|_| uploads.take(caller(1)).unwrap())
            .collect();

        assert_eq!(uploads.take(caller(1)).unwrap_err(), Denied::TooOften(BUSY));
        assert!(uploads.take(caller(2)).is_ok());
        own.pop();
        assert!(uploads.take(caller(1)).is_ok());
    }

    #[test]
    fn all_together_send_so_many_at_once_and_no_more() {
        let uploads = Uploads::default();
        let mut all: Vec<Place> = (0..AT_ONCE)
            .map(|name| uploads.take(caller(name)).unwrap())
            .collect();

        assert_eq!(
            uploads.take(caller(AT_ONCE)).unwrap_err(),
            Denied::Unavailable
        );
        all.pop();
        drop(uploads.take(caller(AT_ONCE)).unwrap());
        drop(all);
        assert!(uploads.0.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
