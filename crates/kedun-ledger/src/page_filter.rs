//! A Bloom filter over the records of a page: answers "who saw this record" over list events.

use crate::{LedgerError, Result};

const HASHES: u64 = 7;
const BITS_PER_ID: usize = 10;
const MIN_BYTES: usize = 8;
const MAX_BYTES: usize = 4 << 20;

/// A set of record ids with false positives (about 0.8 % each) and no false negatives, 10 bits an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFilter {
    bits: Vec<u8>,
}

impl PageFilter {
    /// A filter sized for, and holding, these ids; beyond 3.3 million ids it stops growing and loses precision.
    pub fn of(ids: &[[u8; 16]]) -> Self {
        let bytes = ids.len().saturating_mul(BITS_PER_ID).div_ceil(8).clamp(MIN_BYTES, MAX_BYTES);
        let mut filter = Self { bits: vec![0; bytes] };
        for id in ids {
            for (byte, mask) in filter.places(id) {
                if let Some(slot) = filter.bits.get_mut(byte) {
                    *slot |= mask;
                }
            }
        }
        filter
    }

    /// Whether the id may be in the set; `false` is certain.
    pub fn might_contain(&self, id: &[u8; 16]) -> bool {
        self.places(id).all(|(byte, mask)| self.bits.get(byte).is_some_and(|slot| slot & mask != 0))
    }

    /// The stored form: a format byte, then the bits.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bits.len() + 1);
        out.push(1);
        out.extend_from_slice(&self.bits);
        out
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((1, bits)) if (MIN_BYTES..=MAX_BYTES).contains(&bits.len()) => {
                Ok(Self { bits: bits.to_vec() })
            }
            _ => Err(LedgerError::malformed("page filter")),
        }
    }

    /// The seven places of an id as byte position and mask, owned so that the caller may write.
    fn places(&self, id: &[u8; 16]) -> impl Iterator<Item = (usize, u8)> + use<> {
        let id = u128::from_be_bytes(*id);
        let low = u64::try_from(id & u128::from(u64::MAX)).unwrap_or_default();
        let high = u64::try_from(id >> 64).unwrap_or_default();
        let first = mix(high ^ mix(low));
        // Odd, so that the steps do not fall together.
        let step = mix(first ^ low) | 1;
        let bits = u64::try_from(self.bits.len()).unwrap_or(1).saturating_mul(8).max(1);
        (0..HASHES).map(move |round| {
            let bit = first.wrapping_add(round.wrapping_mul(step)) % bits;
            (usize::try_from(bit / 8).unwrap_or(usize::MAX), 1u8 << (bit % 8))
        })
    }
}

/// Spreads a 64-bit number over all its bits (multiply and shift, a bijection).
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Ids as the product makes them: a shared time prefix and a counter-like tail are the hard case.
    fn id(number: u64) -> [u8; 16] {
        let mut id = [0x01; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        id
    }

    #[test]
    fn finds_all_and_seldom_more() {
        for count in [1u64, 50, 1_000, 20_000] {
            let ids: Vec<_> = (0..count).map(id).collect();
            let filter = PageFilter::from_bytes(&PageFilter::of(&ids).to_bytes()).unwrap();
            assert!(ids.iter().all(|id| filter.might_contain(id)));
            let wrong = (1_000_000..1_020_000).filter(|n| filter.might_contain(&id(*n))).count();
            assert!(wrong < 400, "{wrong} of 20 000 false positives at {count} ids");
        }
    }

    #[test]
    fn size_follows_the_number_of_ids() {
        let ids: Vec<_> = (0..50).map(id).collect();
        assert_eq!(PageFilter::of(&ids).to_bytes().len(), 64);
        assert!(PageFilter::from_bytes(&[]).is_err());
        assert!(PageFilter::from_bytes(&[1, 0]).is_err());
        assert!(PageFilter::from_bytes(&[2; 20]).is_err());
    }
}
