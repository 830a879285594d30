//! Checking proofs, with nothing but hashes at hand (RFC 9162, 2.1.3.2 and 2.1.4.2).

use super::{Hash, empty_root, node_hash};
use crate::{LedgerError, Result};

/// Accepts when `proof` shows that `leaf` stands at `seq` in the tree of `size` leaves with this `root`.
pub fn verify_inclusion(leaf: &Hash, seq: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<()> {
    if seq >= size {
        return Err(LedgerError::OutsideTree { position: seq, size });
    }
    let mut walk = Walk { node: seq, last: size - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        hash = if walk.step()? { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
    }
    accept(walk.last == 0 && hash == *root)
}

/// Accepts when `proof` shows that the tree of `old` leaves is the beginning of the tree of `new` leaves.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<()> {
    if old > new {
        return Err(LedgerError::OutsideTree { position: old, size: new });
    }
    if old == new {
        return accept(proof.is_empty() && old_root == new_root);
    }
    if old == 0 {
        return accept(proof.is_empty() && *old_root == empty_root());
    }
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(LedgerError::ProofRejected)?
    };
    let mut walk = Walk { node: old - 1, last: new - 1 };
    while walk.node & 1 == 1 {
        walk.up();
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if walk.step()? {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
    }
    accept(walk.last == 0 && old_hash == *old_root && new_hash == *new_root)
}

/// The way up from a node, and from the last node of its level.
struct Walk {
    node: u64,
    last: u64,
}

impl Walk {
    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    /// Goes up past the next sibling; true when that sibling stands on the left.
    fn step(&mut self) -> Result<bool> {
        if self.last == 0 {
            return Err(LedgerError::ProofRejected);
        }
        let left = self.node & 1 == 1 || self.node == self.last;
        if left {
            // A last node without a right sibling rises unchanged to the level where it has a left one.
            while self.node & 1 == 0 && self.node != 0 {
                self.up();
            }
        }
        self.up();
        Ok(left)
    }
}

fn accept(holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(LedgerError::ProofRejected) }
}
