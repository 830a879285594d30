//! What changed, told after the commit.

use uuid::Uuid;

/// Records of an object that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    pub object: u32,
    pub ids: Vec<Uuid>,
    /// Whether this node made the change.
    pub local: bool,
    /// The number of the commit.
    pub commit: u64,
}

/// The ids one after the other, 16 bytes each, as the table `feed` keeps them.
pub(crate) fn pack(ids: &[Uuid]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.as_bytes().iter().copied()).collect()
}

/// What [`pack`] wrote; surplus bytes are dropped.
pub(crate) fn unpack(bytes: &[u8]) -> Vec<Uuid> {
    bytes.as_chunks::<16>().0.iter().map(|id| Uuid::from_bytes(*id)).collect()
}
