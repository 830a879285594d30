//! Why the ledger refuses.

/// The result of every fallible function of this crate.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// A refusal; `code` is stable, the message is for people and holds no personal data.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Bytes or text do not have the shape that `part` must have.
    #[error("{part} is not well formed")]
    Malformed { part: &'static str },
    /// Something is larger than this format allows; `limit` is in bytes or items.
    #[error("{part} is larger than {limit}")]
    TooLarge { part: &'static str, limit: u64 },
    /// An export lacks a file it must have.
    #[error("the file {file} is missing")]
    FileMissing { file: &'static str },
    /// A proof was asked for positions the tree does not have.
    #[error("the tree has no position {position} at size {size}")]
    OutsideTree { position: u64, size: u64 },
    /// The source of leaves cannot give this one.
    #[error("the leaf {seq} cannot be read")]
    LeafUnavailable { seq: u64 },
    /// The source of leaves failed for a reason of its own.
    #[error("the source of leaves failed")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A Merkle proof does not lead to the root given.
    #[error("the proof does not lead to this root")]
    ProofRejected,
    /// A signature is absent, by another key, or wrong.
    #[error("no valid signature by the expected key")]
    BadSignature,
    /// A key, seed or key name cannot be used.
    #[error("the key cannot be used")]
    BadKey,
    /// Reading or writing failed underneath.
    #[error("reading or writing failed")]
    Io(#[from] std::io::Error),
}

impl LedgerError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "ledger.malformed",
            Self::TooLarge { .. } => "ledger.too_large",
            Self::FileMissing { .. } => "ledger.file_missing",
            Self::OutsideTree { .. } => "ledger.outside_tree",
            Self::LeafUnavailable { .. } => "ledger.leaf_unavailable",
            Self::Source(_) => "ledger.source",
            Self::ProofRejected => "ledger.proof_rejected",
            Self::BadSignature => "ledger.bad_signature",
            Self::BadKey => "ledger.bad_key",
            Self::Io(_) => "ledger.io",
        }
    }

    pub(crate) fn malformed(part: &'static str) -> Self {
        Self::Malformed { part }
    }
}
