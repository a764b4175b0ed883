//! Chance that can be repeated: the same seed gives the same choices.

/// `SplitMix64`, the plainest generator that is good enough for this.
pub struct Random(u64);

impl Random {
    /// From a seed and the place that it is for.
    pub fn new(seed: u64, place: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ place.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0, below the end.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("a small number");
        usize::try_from(self.next() % end).expect("a small number")
    }

    /// The same as a count of seats.
    pub fn seats(&mut self, from: u32, to: u32) -> u32 {
        let width = usize::try_from(to - from).expect("a small number");
        from + u32::try_from(self.below(width + 1)).expect("a small number")
    }

    /// One of some things, which leaves them.
    pub fn take<T>(&mut self, things: &mut Vec<T>) -> Option<T> {
        let place = self.below(things.len());
        (!things.is_empty()).then(|| things.swap_remove(place))
    }
}
