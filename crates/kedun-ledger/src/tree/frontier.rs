//! The right edge of the tree: all that is needed to append and to know the root.

use super::{Hash, MAX_SIZE, TreeNode, empty_root, node_hash};
use crate::encoding::Cursor;
use crate::{LedgerError, Result};

const VERSION: u8 = 1;
const PART: &str = "tree frontier";
const STORED_LEVELS: u8 = 8;

/// The roots of the complete subtrees that make up the tree, largest first: one for each bit of its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and returns the nodes it completed at levels 8, 16, 24 …, to be stored for proofs.
    pub fn append(&mut self, leaf: Hash) -> Vec<TreeNode> {
        let mut completed = Vec::new();
        let mut hash = leaf;
        let merges = usize::try_from(self.size.trailing_ones()).unwrap_or_default();
        for level in (1..=63u8).take(merges) {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            if level % STORED_LEVELS == 0 {
                completed.push(TreeNode { level, index: self.size >> level, hash });
            }
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
        completed
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The stored form: a version byte, the size, then 32 bytes for each bit set in the size.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(9 + self.peaks.len() * 32);
        out.push(VERSION);
        out.extend_from_slice(&self.size.to_be_bytes());
        for peak in &self.peaks {
            out.extend_from_slice(peak);
        }
        out
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut cursor = Cursor::new(bytes, PART);
        if cursor.u8()? != VERSION {
            return Err(LedgerError::malformed(PART));
        }
        let size = cursor.u64()?;
        if size > MAX_SIZE {
            return Err(LedgerError::TooLarge { part: PART, limit: MAX_SIZE });
        }
        let mut peaks = Vec::new();
        for _ in 0..size.count_ones() {
            peaks.push(cursor.array()?);
        }
        cursor.end()?;
        Ok(Self { size, peaks })
    }
}
