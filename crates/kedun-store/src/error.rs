//! Why the store refuses or fails. No message holds a stored value.

use kedun_model::ErrorKind;

/// The result of reading and of opening.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A failure of reading, opening or changing the schema.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process (or another [`crate::Store`] of this one) has the data open.
    #[error("the data directory {dir} is in use by another process")]
    InUse { dir: String },
    /// The key does not fit the file.
    #[error(
        "{file} cannot be opened: the database key is not the one it was made with, or it is not a database of this program"
    )]
    WrongKey { file: String },
    /// The configuration makes no sense.
    #[error("{0}")]
    Config(String),
    /// The database says no; the text is the engine's, without values.
    #[error("database: {0}")]
    Database(String),
    /// The database cannot be reached, is full or is too slow.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A column does not hold what the program expects.
    #[error("column {index}: expected {expected}, found {found}")]
    Column { index: usize, expected: &'static str, found: &'static str },
    /// A statement cannot be bound or may not be run here.
    #[error("statement refused: {0}")]
    Refused(&'static str),
    /// A migration cannot be applied.
    #[error("migration {id} ({name}), step {step}: {cause}")]
    Migration { id: u32, name: &'static str, step: usize, cause: String },
    /// Migrations contradict one another.
    #[error("the migrations are inconsistent: {0}")]
    Migrations(String),
    /// A field cannot become what the new definition says without losing its values.
    #[error("column {column} cannot change its type from {from} to {to}; give the field a new number")]
    TypeChange { column: String, from: &'static str, to: &'static str },
    /// The stored evidence cannot be read.
    #[error("evidence: {0}")]
    Ledger(#[from] kedun_ledger::LedgerError),
    /// A file of the data directory cannot be used.
    #[error("{what}: {cause}")]
    File { what: String, cause: std::io::Error },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Why a changeset was not applied. Nothing of it is then in the database; after
/// `Unavailable` by time-out of a disk that hangs, it may still appear.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A row that was required is not there, or not in the required number.
    #[error("precondition failed: {code}")]
    Precondition { code: &'static str },
    /// Rights changed since the decision was made.
    #[error("access rights changed meanwhile")]
    EpochChanged,
    /// A unique index has the value already.
    #[error("unique violation on {table} ({})", columns.join(", "))]
    UniqueViolation { table: String, columns: Vec<String> },
    /// The queue or the disk is full, the engine did not answer within two seconds, or failed.
    #[error("the store cannot write now")]
    Unavailable,
    /// A defect.
    #[error("{0}")]
    Internal(String),
}

impl From<StoreError> for kedun_model::Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Closed | StoreError::InUse { .. } => {
                Self::unavailable("store.unavailable").with_internal(error)
            }
            other => Self::internal(other),
        }
    }
}

impl From<CommitError> for kedun_model::Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Precondition { code } => Self::new(ErrorKind::Conflict, code),
            CommitError::EpochChanged => Self::conflict("access.changed"),
            CommitError::UniqueViolation { .. } => Self::conflict("store.not_unique").with_internal(&error),
            CommitError::Unavailable => Self::unavailable("store.unavailable"),
            CommitError::Internal(text) => Self::internal(text),
        }
    }
}

impl From<CommitError> for StoreError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Unavailable => StoreError::Unavailable("the write was not accepted".into()),
            other => StoreError::Database(other.to_string()),
        }
    }
}
