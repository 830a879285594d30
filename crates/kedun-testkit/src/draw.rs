//! Deterministic drawing: every record has a generator of its own, so any record can be made alone.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The random choices of one record.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// Returns the generator for record `index` of a stream.
    pub(crate) fn new(seed: u64, stream: u64, index: usize) -> Self {
        let mut bytes = [0; 32];
        let words = [seed, stream, index_word(index)];
        for (target, word) in bytes.chunks_exact_mut(8).zip(words) {
            target.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// Returns a number below `bound`, 0 when that is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// Returns an index below `bound`, 0 when that is 0.
    pub(crate) fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(index_word(bound))).unwrap_or(0)
    }

    /// Whether it happens, with a probability in percent.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns one of the items.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.index(items.len())).copied().unwrap_or_default()
    }

    /// Returns one of the items, each as often as its weight says.
    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> u64) -> Option<&'a T> {
        let mut left = self.below(items.iter().map(&weight).sum());
        items.iter().find(|item| {
            let own = weight(item);
            let here = left < own;
            left = left.saturating_sub(own);
            here
        })
    }
}

/// Returns an index as a word.
pub(crate) fn index_word(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// Maps `index` to a number below `count` so that different indexes below `count` get different numbers.
///
/// A small Feistel network over the next power of four, walked until it lands below `count`.
pub(crate) fn scatter(seed: u64, salt: u64, index: u64, count: u64) -> u64 {
    if count < 2 {
        return 0;
    }
    let bits = (64 - (count - 1).leading_zeros()).div_ceil(2);
    let mask = (1_u64 << bits) - 1;
    let mut at = index % count;
    loop {
        let (mut left, mut right) = (at >> bits, at & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(seed ^ mix(salt ^ (round << 56) ^ right)) & mask));
        }
        at = left << bits | right;
        if at < count {
            return at;
        }
    }
}

fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn scattering_is_a_permutation() {
        for count in [1, 2, 3, 100, 1000, 4097] {
            let all: BTreeSet<u64> = (0..count).map(|n| scatter(7, 1, n, count)).collect();
            assert_eq!(all, (0..count).collect());
        }
        assert_ne!(scatter(7, 1, 5, 1 << 40), scatter(8, 1, 5, 1 << 40));
    }

    #[test]
    fn weights_are_followed() {
        let mut draw = Draw::new(1, 2, 3);
        let heads = (0..10_000).filter(|_| draw.weighted(&[9_u64, 1], |w| *w) == Some(&9)).count();
        assert!((8_800..9_200).contains(&heads), "{heads}");
    }
}
