//! The export of a log: five files that a verifier needs nothing else beside.
//!
//! | File | Content |
//! |---|---|
//! | `events.bin` | the events, length-framed: see below |
//! | `checkpoints.txt` | signed notes with a blank line between, by growing size |
//! | `keys.txt` | key certificates, as signed notes, from the first on |
//! | `anchors.txt` | one anchor a line, or checkpoints as signed notes; `#` begins a remark |
//! | `MANIFEST.json` | [`Manifest`]: name of the log, where the export begins, size and SHA-256 of each file |
//!
//! `events.bin` begins with the eight bytes `KDNEVT1\n`. Each event follows as: the length of the rest in 32 bits; the
//! canonical header with its 32-bit length; the stored leaf; one byte of flags (1: the stored chain follows, 2: a
//! disclosed body follows); the chain, 32 bytes; the salt, 32 bytes, and the body with its 32-bit length. Numbers are big endian.
//!
//! The manifest is not signed: it finds damage on the way, not tampering.

mod events;
mod notes;
mod read;
#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};

use crate::encoding::{from_base64, hash_from_base64, to_base64};
use crate::tree::Frontier;
use crate::{Chain, LedgerError, Result, Start};

pub use events::{EventsReader, EventsWriter, MAX_BODY};
pub use notes::{Notes, read_anchors};
pub use read::{Bundle, BundleSource};
pub use write::{BundleTarget, BundleWriter};

/// The name of the file of events.
pub const EVENTS: &str = "events.bin";
/// The name of the file of checkpoints.
pub const CHECKPOINTS: &str = "checkpoints.txt";
/// The name of the file of key certificates.
pub const KEYS: &str = "keys.txt";
/// The name of the file of anchors.
pub const ANCHORS: &str = "anchors.txt";
/// The name of the manifest.
pub const MANIFEST: &str = "MANIFEST.json";

const FORMAT: &str = "kedun-evidence/1";
const MAX_MANIFEST: u64 = 64 << 10;
const PART: &str = "manifest";

/// The description of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `kedun-evidence/1`.
    pub format: String,
    /// The name of the log.
    pub origin: String,
    /// When the export was made, microseconds since 1970 UTC.
    pub made_at: i64,
    /// The position of the first event.
    pub first_seq: u64,
    /// The number of events.
    pub events: u64,
    /// The tree before the first event, base64.
    pub frontier: String,
    /// The chain before the first event, base64.
    pub chain: String,
    /// The files.
    pub files: Vec<FileEntry>,
}

/// The size and hash of one file of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The name.
    pub name: String,
    /// The length.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

impl Manifest {
    fn new(origin: &str, start: &Start, made_at: i64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            origin: origin.to_owned(),
            made_at,
            first_seq: start.frontier.size(),
            events: 0,
            frontier: to_base64(&start.frontier.to_bytes()),
            chain: to_base64(&start.chain.head()),
            files: Vec::new(),
        }
    }

    fn from_json(json: &[u8]) -> Result<Self> {
        let manifest: Self = serde_json::from_slice(json).ok().ok_or(LedgerError::malformed(PART))?;
        if manifest.format == FORMAT { Ok(manifest) } else { Err(LedgerError::malformed(PART)) }
    }

    /// The state of the log before the first event.
    pub fn start(&self) -> Result<Start> {
        let frontier = Frontier::from_bytes(&from_base64(&self.frontier, PART)?)?;
        if frontier.size() != self.first_seq {
            return Err(LedgerError::malformed(PART));
        }
        Start::after(frontier, Chain::from_head(hash_from_base64(&self.chain, PART)?))
    }
}
