//! How often a caller may ask: a bucket of points per caller that refills with time. It never
//! remembers more callers than it has room for.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How much a caller may spend, in points of complexity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Points that a caller has when it has been quiet.
    pub burst: u32,
    /// Points that come back each second.
    pub per_second: u32,
    /// Points that any request costs, whatever it asks for, also one that is refused.
    pub per_request: u32,
    /// Callers that are remembered. One that must be forgotten starts afresh.
    pub callers: usize,
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            burst: 20_000,
            per_second: 500,
            per_request: 5,
            callers: 20_000,
        }
    }
}

/// Whom points are taken from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Caller {
    /// The bearer of a token.
    Principal(String),
    /// Somebody without one, known only by where it calls from.
    Address(IpAddr),
}

impl Caller {
    /// An anonymous caller. A subscriber of IPv6 holds a whole /64, so that is what counts.
    pub(super) fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                Ipv6Addr::from(network).into()
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The buckets of all callers.
#[derive(Debug)]
pub(super) struct RateLimiter {
    rate: Rate,
    buckets: Mutex<HashMap<Caller, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    points: f64,
    at: Instant,
}

impl Bucket {
    fn refilled(self, rate: &Rate, now: Instant) -> f64 {
        let back = now.saturating_duration_since(self.at).as_secs_f64();
        (self.points + back * f64::from(rate.per_second)).min(f64::from(rate.burst))
    }
}

impl RateLimiter {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Takes what any request costs.
    pub(super) fn charge_request(&self, caller: &Caller, now: Instant) -> Result<(), Duration> {
        self.charge(caller, self.rate.per_request, now)
    }

    /// Takes points, or says how long the caller must wait until it has them. Nothing costs more
    /// than a full bucket, so that nothing is out of reach for ever.
    pub(super) fn charge(
        &self,
        caller: &Caller,
        points: u32,
        now: Instant,
    ) -> Result<(), Duration> {
        let price = f64::from(points.min(self.rate.burst));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= self.rate.callers && !buckets.contains_key(caller) {
            self.make_room(&mut buckets, now);
        }
        let full = Bucket {
            points: f64::from(self.rate.burst),
            at: now,
        };
        let bucket = buckets.entry(caller.clone()).or_insert(full);
        let points = bucket.refilled(&self.rate, now);
        let enough = points >= price;
        *bucket = Bucket {
            points: if enough { points - price } else { points },
            at: now,
        };
        if enough {
            return Ok(());
        }
        let missing = (price - points) / f64::from(self.rate.per_second.max(1));
        Err(Duration::from_secs_f64(missing.max(0.001)))
    }

    /// Forgets those whose bucket is full again, who lose nothing by it; if that is not enough,
    /// the half that has most left. Either way it pays for many new callers at once.
    fn make_room(&self, buckets: &mut HashMap<Caller, Bucket>, now: Instant) {
        let burst = f64::from(self.rate.burst);
        buckets.retain(|_, bucket| bucket.refilled(&self.rate, now) < burst);
        if buckets.len() <= self.rate.callers / 2 {
            return;
        }
        let mut left: Vec<_> = buckets
            .values()
            .map(|bucket| bucket.refilled(&self.rate, now))
            .collect();
        let middle = left.len() / 2;
        let (_, median, _) = left.select_nth_unstable_by(middle, f64::total_cmp);
        let median = *median;
        let mut to_forget = left.len() - middle;
        buckets.retain(|_, bucket| {
            let forget = to_forget > 0 && bucket.refilled(&self.rate, now) >= median;
            to_forget -= usize::from(forget);
            !forget
        });
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        self.buckets.lock().unwrap().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 100,
        per_second: 10,
        per_request: 1,
        callers: 10,
    };

    fn somebody(name: &impl ToString) -> Caller {
        Caller::Principal(name.to_string())
    }

    #[test]
    fn a_full_bucket_can_be_emptied_and_not_one_point_more() {
        let (limiter, now) = (RateLimiter::new(RATE), Instant::now());

        assert_eq!(limiter.charge(&somebody(&"a"), 100, now), Ok(()));
        let wait = limiter.charge(&somebody(&"a"), 1, now).unwrap_err();

        assert_eq!(wait, Duration::from_millis(100));
    }

    #[test]
    fn waiting_as_told_is_enough() {
        let (limiter, now) = (RateLimiter::new(RATE), Instant::now());
        limiter.charge(&somebody(&"a"), 100, now).unwrap();

        let wait = limiter.charge(&somebody(&"a"), 30, now).unwrap_err();

        let early = now + wait.mul_f64(0.9);
        assert!(limiter.charge(&somebody(&"a"), 30, early).is_err());
        assert_eq!(limiter.charge(&somebody(&"a"), 30, now + wait), Ok(()));
    }

    #[test]
    fn a_refused_request_takes_nothing() {
        let (limiter, now) = (RateLimiter::new(RATE), Instant::now());
        limiter.charge(&somebody(&"a"), 95, now).unwrap();

        limiter.charge(&somebody(&"a"), 6, now).unwrap_err();

        assert_eq!(limiter.charge(&somebody(&"a"), 5, now), Ok(()));
    }

    #[test]
    fn callers_do_not_pay_for_one_another() {
        let (limiter, now) = (RateLimiter::new(RATE), Instant::now());
        limiter.charge(&somebody(&"a"), 100, now).unwrap();

        assert_eq!(limiter.charge(&somebody(&"b"), 100, now), Ok(()));
    }

    #[test]
    fn what_costs_more_than_a_bucket_costs_a_bucket() {
        let (limiter, now) = (RateLimiter::new(RATE), Instant::now());

        assert_eq!(limiter.charge(&somebody(&"a"), u32::MAX, now), Ok(()));
        assert!(limiter.charge_request(&somebody(&"a"), now).is_err());
    }

    #[test]
    fn a_flood_of_callers_is_forgotten_and_a_spender_is_not() {
        let (limiter, now) = (RateLimiter::new(RATE), Instant::now());
        limiter.charge(&somebody(&"spender"), 100, now).unwrap();

        for number in 0..10_000 {
            limiter.charge_request(&somebody(&number), now).unwrap();
            assert!(limiter.remembered() <= RATE.callers);
        }

        assert!(
            limiter.charge_request(&somebody(&"spender"), now).is_err(),
            "the one with the emptiest bucket must be the last to be forgotten"
        );
    }

    #[test]
    fn the_addresses_of_one_subscriber_share_a_bucket() {
        let caller = |address: &str| Caller::at(address.parse().unwrap());

        assert_eq!(caller("2001:db8::1"), caller("2001:db8::ffff:1"));
        assert_ne!(caller("2001:db8:0:1::1"), caller("2001:db8:0:2::1"));
        assert_eq!(caller("::ffff:192.0.2.1"), caller("192.0.2.1"));
        assert_ne!(caller("192.0.2.1"), caller("192.0.2.2"));
    }
}
