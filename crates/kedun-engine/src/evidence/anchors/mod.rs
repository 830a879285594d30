//! Leaving signed heads of the log where the operator of this database cannot change them.
//!
//! A log that was rewritten or cut off together with its signing key is found by nothing but a head
//! that was kept elsewhere. An anchor carries no personal data: a size, a root, a time.

mod config;
mod file;
mod publish;
mod slot;
mod trust;
mod webhook;

use futures::future::BoxFuture;
use kedun_ledger::{Anchor as Head, Checkpoint};

pub use config::AnchorConfig;
pub use file::FileAnchor;
pub(super) use slot::AnchorSlot;
pub use slot::AnchorStatus;
pub use webhook::WebhookAnchor;

/// A place outside of the database where heads of the log are kept.
pub trait Anchor: Send + Sync {
    /// `file` or `webhook`.
    fn kind(&self) -> &'static str;

    /// Where it is, without secrets.
    fn place(&self) -> &str;

    /// Leaves a signed head there; durable on return. Gives what the place answered.
    fn publish<'a>(&'a self, head: &'a AnchoredHead) -> BoxFuture<'a, Result<Vec<u8>, AnchorError>>;

    /// The heads that lie there, where they can be read back.
    fn kept(&self) -> BoxFuture<'_, Result<Vec<Head>, AnchorError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// What is left at an anchor.
#[derive(Debug, Clone)]
pub struct AnchoredHead {
    pub checkpoint: Checkpoint,
    /// The signed note.
    pub note: String,
    /// The first public key of the log.
    pub public_key: String,
}

/// Why a head could not be left at an anchor.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    #[error("the configuration of the anchor: {0}")]
    Config(String),
    #[error("the anchor cannot be written or read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the anchor holds a head that this log never had: {0}")]
    OtherLog(String),
    #[error("the anchor is at a private address, which is not allowed in its configuration")]
    PrivateAddress,
    #[error("the anchor answered with status {0}")]
    Status(u16),
    #[error("the anchor cannot be reached: {0}")]
    Unreachable(String),
    #[error("the anchor did not answer in time")]
    Timeout,
}

impl AnchorError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "anchor.config",
            Self::Io(_) => "anchor.io",
            Self::OtherLog(_) => "anchor.other_log",
            Self::PrivateAddress => "anchor.private_address",
            Self::Status(_) => "anchor.status",
            Self::Unreachable(_) => "anchor.unreachable",
            Self::Timeout => "anchor.timeout",
        }
    }
}
