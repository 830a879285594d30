//! The rows that whoever calls keeps in the key database.

use std::fmt;

use crate::ids::SubjectId;

/// A wrapped subject key (table `dek`).
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub subject: SubjectId,
    /// Counts from 1; a subject has several only while values are re-sealed.
    pub generation: u32,
    /// The epoch whose key wraps this one.
    pub epoch: u32,
    pub wrapped: Vec<u8>,
    /// HMAC-SHA256 under the key itself: proves which key the row holds.
    pub commitment: [u8; 32],
    /// Microseconds of UTC.
    pub created_at: i64,
}

/// A wrapped epoch key.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochRow {
    /// Counts from 1.
    pub epoch: u32,
    /// Empty once the key is destroyed.
    pub wrapped: Vec<u8>,
    /// Microseconds of UTC.
    pub created_at: i64,
    /// Set when the key was destroyed; such a row is never loaded.
    pub retired_at: Option<i64>,
}

/// A wrapped secret that belongs to no person.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretRow {
    pub name: String,
    /// The epoch whose key wraps this one.
    pub epoch: u32,
    pub wrapped: Vec<u8>,
    /// Microseconds of UTC.
    pub created_at: i64,
}

/// Names of the secrets that every installation has.
pub mod secret_names {
    /// The root of all blind-index keys.
    pub const INDEX_ROOT: &str = "index-root";
    /// The Ed25519 seed that signs checkpoints of the evidence log.
    pub const AUDIT_SIGNING_SEED: &str = "audit-signing-seed";
    /// The key of the encrypted database file.
    pub const DATABASE_KEY: &str = "database-key";
    /// The pepper of session and token hashes.
    pub const SESSION_PEPPER: &str = "session-pepper";

    /// Made when the vault is, 32 bytes each.
    pub const STANDING: [&str; 4] = [INDEX_ROOT, AUDIT_SIGNING_SEED, DATABASE_KEY, SESSION_PEPPER];

    /// The key of event bodies that concern no person, one per month: `audit-dek-2026-11`.
    pub fn audit_dek(year: i32, month: u8) -> String {
        format!("audit-dek-{year:04}-{month:02}")
    }
}

impl fmt::Debug for KeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRow")
            .field("subject", &self.subject)
            .field("generation", &self.generation)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EpochRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpochRow")
            .field("epoch", &self.epoch)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SecretRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretRow")
            .field("name", &self.name)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}
