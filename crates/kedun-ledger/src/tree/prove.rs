//! Making proofs from stored leaves and nodes.

use super::{Hash, empty_root, node_hash};
use crate::{LedgerError, Result};

/// Where proofs get their hashes: leaves, and the nodes that [`Frontier::append`](super::Frontier::append)
/// returned when they were completed.
pub trait LeafSource {
    /// The leaf at a position.
    fn leaf(&self, seq: u64) -> Result<Hash>;

    /// The node at `level8` (the height itself: 8, 16, 24 …, as in [`TreeNode`](super::TreeNode)); `None` when not stored, which
    /// costs reading what lies below it.
    fn node(&self, level8: u8, index: u64) -> Option<Hash>;

    /// `count` (1 to 256) leaves from `from` on, in order; a store overrides this with one query.
    fn leaves(&self, from: u64, count: u64) -> Result<Vec<Hash>> {
        (from..from.saturating_add(count)).map(|seq| self.leaf(seq)).collect()
    }
}

/// The root of the first `size` leaves.
pub fn root_at(source: &impl LeafSource, size: u64) -> Result<Hash> {
    if size == 0 { Ok(empty_root()) } else { range_hash(source, 0, size) }
}

/// The proof that the leaf at `seq` is in the tree of `size` leaves, lowest sibling first (RFC 6962, 2.1.1).
pub fn inclusion_proof(source: &impl LeafSource, seq: u64, size: u64) -> Result<Vec<Hash>> {
    if seq >= size {
        return Err(LedgerError::OutsideTree { position: seq, size });
    }
    let (mut low, mut high) = (0, size);
    let mut siblings = Vec::new();
    while high - low > 1 {
        let middle = low + split(high - low);
        if seq < middle {
            siblings.push((middle, high));
            high = middle;
        } else {
            siblings.push((low, middle));
            low = middle;
        }
    }
    siblings.into_iter().rev().map(|(from, to)| range_hash(source, from, to)).collect()
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves (RFC 6962, 2.1.2);
/// empty when `old` is 0 or equals `new`.
pub fn consistency_proof(source: &impl LeafSource, old: u64, new: u64) -> Result<Vec<Hash>> {
    if old > new {
        return Err(LedgerError::OutsideTree { position: old, size: new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut low, mut high) = (0, new);
    let mut ranges = Vec::new();
    while old != high {
        let middle = low + split(high - low);
        if old <= middle {
            ranges.push((middle, high));
            high = middle;
        } else {
            ranges.push((low, middle));
            low = middle;
        }
    }
    // The checker knows the old root; only a part of it that is not the whole must be given.
    if low != 0 {
        ranges.push((low, high));
    }
    ranges.into_iter().rev().map(|(from, to)| range_hash(source, from, to)).collect()
}

/// The largest power of two below `count`, which is 2 or more.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The hash over `low..high`, a range as RFC 6962 splits them: a power of two in it is aligned.
fn range_hash(source: &impl LeafSource, low: u64, high: u64) -> Result<Hash> {
    let count = high - low;
    if count.is_power_of_two() {
        let level = u8::try_from(count.trailing_zeros()).unwrap_or(63);
        return complete(source, level, low >> level);
    }
    let middle = low + split(count);
    Ok(node_hash(&range_hash(source, low, middle)?, &range_hash(source, middle, high)?))
}

/// The root of a complete subtree, from a stored node where there is one.
fn complete(source: &impl LeafSource, level: u8, index: u64) -> Result<Hash> {
    if level == 0 {
        return source.leaf(index);
    }
    if level.is_multiple_of(8)
        && let Some(hash) = source.node(level, index)
    {
        return Ok(hash);
    }
    if level > 8 {
        let left = complete(source, level - 1, index << 1)?;
        return Ok(node_hash(&left, &complete(source, level - 1, (index << 1) | 1)?));
    }
    let (from, count) = (index << level, 1 << level);
    let mut hashes = source.leaves(from, count)?;
    if u64::try_from(hashes.len()).ok() != Some(count) {
        return Err(LedgerError::LeafUnavailable { seq: from });
    }
    while hashes.len() > 1 {
        hashes = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.first().copied().ok_or(LedgerError::LeafUnavailable { seq: from })
}
