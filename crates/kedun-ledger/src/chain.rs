//! The chain of leaves: a cheap local check of order.

use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// The head of the chain; each event moves it to SHA-256(head ‖ leaf), from 32 zero bytes.
///
/// The 64-byte input has another length than that of a leaf (99 bytes or more) and of a node (65).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain(Hash);

impl Chain {
    /// The chain before the first event.
    pub fn new() -> Self {
        Self::default()
    }

    /// The chain whose head was stored.
    pub fn from_head(head: Hash) -> Self {
        Self(head)
    }

    /// Adds a leaf and returns the new head.
    pub fn append(&mut self, leaf: &Hash) -> Hash {
        self.0 = Sha256::new().chain_update(self.0).chain_update(leaf).finalize().into();
        self.0
    }

    /// The head.
    pub fn head(&self) -> Hash {
        self.0
    }
}
