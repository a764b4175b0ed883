//! Chance that falls the same way each time: the same seed gives the same data.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Builder, Uuid};

/// A source of chance of its own for each thing, so that a change of one thing leaves the others as they were.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice for the thing of that name and number.
    #[must_use]
    pub fn of(seed: u64, thing: &str, number: usize) -> Self {
        let named = thing.bytes().fold(seed, |state, byte| {
            scramble(state ^ u64::from(byte)).rotate_left(7)
        });
        Self(scramble(named ^ (number as u64).rotate_left(32)))
    }

    fn next(&mut self) -> u64 {
        // Splitmix: steps of the golden ratio, scrambled.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scramble(self.0)
    }

    /// A number below the limit, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = limit.max(1) as u64;
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// A number from the first to the last.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = usize::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of several; the list is not empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// An id of version 7, as if it had been made at that instant.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        let mut rest = [0; 10];
        rest[..8].copy_from_slice(&self.next().to_le_bytes());
        rest[8..].copy_from_slice(&self.next().to_le_bytes()[..2]);
        Builder::from_unix_timestamp_millis(milliseconds, &rest).into_uuid()
    }

    /// An instant between two.
    pub fn instant(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = (to - from).num_seconds().max(0);
        from + TimeDelta::seconds(self.between(0, seconds))
    }
}

fn scramble(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_and_another_seed_or_thing_something_else() {
        let roll = |seed, thing, number| Dice::of(seed, thing, number).id(crate::instant());

        assert_eq!(roll(1, "training", 5), roll(1, "training", 5));
        assert_ne!(roll(1, "training", 5), roll(2, "training", 5));
        assert_ne!(roll(1, "training", 5), roll(1, "occasion", 5));
        assert_ne!(roll(1, "training", 5), roll(1, "training", 6));
    }

    #[test]
    fn ids_sort_as_their_instants_do() {
        let mut dice = Dice::of(1, "sign-up", 0);
        let early = dice.id(crate::instant());
        let late = dice.id(crate::instant() + TimeDelta::seconds(1));

        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_both_ends() {
        let mut dice = Dice::of(1, "bounds", 0);
        let thrown: Vec<i64> = (0..1000).map(|_| dice.between(-2, 3)).collect();

        assert_eq!(thrown.iter().min(), Some(&-2));
        assert_eq!(thrown.iter().max(), Some(&3));
    }
}
