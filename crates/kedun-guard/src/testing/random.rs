//! A small reproducible source of choices.

use uuid::Uuid;

/// SplitMix64: the same seed gives the same organisation for ever.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.number().checked_rem(n).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the list; none of an empty one.
    pub fn pick<T: Clone>(&mut self, list: &[T]) -> Option<T> {
        let n = u64::try_from(list.len()).unwrap_or(0);
        usize::try_from(self.below(n)).ok().and_then(|i| list.get(i)).cloned()
    }

    /// One of the list, in `percent` of 100 cases.
    pub fn maybe<T: Clone>(&mut self, percent: u64, list: &[T]) -> Option<T> {
        if self.chance(percent) { self.pick(list) } else { None }
    }

    /// Each of the list in `percent` of 100 cases.
    pub fn some_of<T: Clone>(&mut self, percent: u64, list: &[T]) -> Vec<T> {
        list.iter().filter(|_| self.chance(percent)).cloned().collect()
    }

    pub fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.number(), self.number())
    }

    /// So many ids.
    pub fn ids<T: From<Uuid>>(&mut self, n: u64) -> Vec<T> {
        (0..n).map(|_| T::from(self.uuid())).collect()
    }
}
