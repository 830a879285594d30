//! A byte buffer that zeroes what it gives back.

use std::ops::Range;
use zeroize::Zeroize;

/// A growing byte buffer whose memory is zeroed before it is released, also when it grows or shrinks.
#[derive(Default)]
pub(crate) struct SecretBytes {
    bytes: Vec<u8>,
}

impl SecretBytes {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    pub(crate) fn extend(&mut self, more: &[u8]) {
        let needed = self.bytes.len().saturating_add(more.len());
        if needed > self.bytes.capacity() {
            self.move_to(needed.max(self.bytes.capacity().saturating_mul(2)).max(64));
        }
        self.bytes.extend_from_slice(more);
    }

    pub(crate) fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    pub(crate) fn fill(&mut self, range: Range<usize>, byte: u8) {
        if let Some(part) = self.bytes.get_mut(range) {
            part.fill(byte);
        }
    }

    pub(crate) fn shrink(&mut self) {
        if self.bytes.len() < self.bytes.capacity() {
            self.move_to(self.bytes.len());
        }
    }

    // A `Vec` that grows by itself leaves its old memory as it was.
    fn move_to(&mut self, capacity: usize) {
        let mut wider = Vec::with_capacity(capacity);
        wider.extend_from_slice(&self.bytes);
        self.bytes.zeroize();
        self.bytes = wider;
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_survives_growth_and_shrinking() {
        let mut secret = SecretBytes::default();
        let mut plain = Vec::new();
        for n in 0..5_000_u32 {
            secret.extend(&n.to_le_bytes());
            plain.extend_from_slice(&n.to_le_bytes());
        }
        secret.fill(4..8, 0xFF);
        plain[4..8].fill(0xFF);
        secret.shrink();
        assert_eq!(secret.as_slice(), plain);
        assert!(secret.capacity() < plain.len() + 64);
    }
}
