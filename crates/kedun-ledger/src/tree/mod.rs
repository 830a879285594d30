//! The Merkle tree of RFC 6962 over SHA-256: growing it, proving from it, checking proofs.

mod check;
mod frontier;
mod prove;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

pub use check::{verify_consistency, verify_inclusion};
pub use frontier::Frontier;
pub use prove::{LeafSource, consistency_proof, inclusion_proof, root_at};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The largest tree, in leaves: positions fit a signed 64-bit column.
pub const MAX_SIZE: u64 = (1 << 63) - 1;

/// The root of a complete subtree of 2^`level` leaves, the `index`-th of its level, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// The height above the leaves: 8, 16, 24 …
    pub level: u8,
    /// Leaves `index · 2^level` up to, not including, `(index + 1) · 2^level`.
    pub index: u64,
    /// The hash of the subtree.
    pub hash: Hash,
}

pub(crate) fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0u8]).chain_update(bytes).finalize().into()
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1u8]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}
