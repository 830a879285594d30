//! Unambiguous encoding of what a ciphertext or a derived key is bound to.

/// A list of parts, each preceded by its length, so that no two different
/// lists have the same bytes.
pub(crate) struct Framed(Vec<u8>);

impl Framed {
    /// Starts with a label that names the use and its version.
    pub(crate) fn new(label: &str) -> Self {
        Self(Vec::with_capacity(160)).part(label.as_bytes())
    }

    pub(crate) fn part(mut self, bytes: &[u8]) -> Self {
        // Every caller bounds what it frames far below 4 GiB (see MAX_PLAINTEXT);
        // saturating keeps this function total.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&len.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn u32(self, value: u32) -> Self {
        self.part(&value.to_be_bytes())
    }

    pub(crate) fn i64(self, value: i64) -> Self {
        self.part(&value.to_be_bytes())
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}
