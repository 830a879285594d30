//! 32 secret bytes that are wiped when dropped.

use zeroize::Zeroize;

use crate::entropy::Entropy;
use crate::error::{Result, VaultError};

/// A 256-bit key on the heap, so that moving it leaves no copies behind.
pub(crate) struct KeyBytes(Box<[u8; 32]>);

impl KeyBytes {
    pub(crate) fn zeroed() -> Self {
        Self(Box::new([0; 32]))
    }

    pub(crate) fn random(entropy: &dyn Entropy) -> Self {
        let mut key = Self::zeroed();
        entropy.fill(key.as_mut());
        key
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self> {
        if bytes.len() != 32 {
            return Err(VaultError::Malformed("a key"));
        }
        let mut key = Self::zeroed();
        key.as_mut().copy_from_slice(bytes);
        Ok(key)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn as_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

impl Drop for KeyBytes {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl std::fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyBytes")
    }
}
