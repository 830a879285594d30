//! An opened value.

use zeroize::Zeroizing;

use crate::error::{Result, VaultError};

/// A plaintext that is wiped when dropped and shows itself to no formatter.
pub struct Plain(Zeroizing<Vec<u8>>);

impl Plain {
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The plaintext.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The plaintext as UTF-8, or [`VaultError::NotText`].
    pub fn as_str(&self) -> Result<&str> {
        std::str::from_utf8(&self.0).map_err(|_not_utf8| VaultError::NotText)
    }

    /// The plaintext, still wiped when dropped.
    pub fn into_zeroizing(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plain")
    }
}
