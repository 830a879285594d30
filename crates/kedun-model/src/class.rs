//! How closely a field must be kept.

use serde::{Deserialize, Serialize};

/// The class of a field's data; required for every field before it can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DataClass {
    /// No protection beyond that of the record.
    P0,
    /// A business contact or business secret: readable by those who see the record.
    P1,
    /// Personal: sealed with the subject's key, masked unless shown on purpose.
    P2,
    /// Sensitive personal: as P2, and revealed only with a purpose and a fresh second factor.
    P3,
}

impl DataClass {
    /// Whether values of this class are stored as ciphertext.
    pub fn sealed(self) -> bool {
        self >= DataClass::P2
    }
}
