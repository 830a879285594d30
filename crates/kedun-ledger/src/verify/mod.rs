//! Going through a log from its beginning, with the first public key and nothing else to rely on.

mod report;
mod stream;

use crate::tree::{Frontier, Hash, empty_root};
use crate::{Anchor, Chain, EventHeader, LedgerError, Result, VerifierKey};

pub use report::{Problem, Report};
pub use stream::verify_stream;

/// An opened body with its salt, where the exporter may disclose it.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// The salt of the commitment.
    pub salt: [u8; 32],
    /// The body in clear.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Disclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disclosed").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// An event as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// The header.
    pub header: EventHeader,
    /// The leaf as stored; the verifier computes it anew and compares.
    pub leaf: Hash,
    /// The head of the chain after this event as stored, where the log stores it.
    pub chain: Option<Hash>,
    /// Salt and body, where disclosed.
    pub disclosed: Option<Disclosed>,
}

/// The state of the log before the first event to be verified; wrong values are found at the first checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The tree over the events before.
    pub frontier: Frontier,
    /// The chain over the events before.
    pub chain: Chain,
}

impl Start {
    /// The beginning of the log.
    pub fn beginning() -> Self {
        Self::default()
    }

    /// The state after events that are not part of the export (another period, or pruned).
    pub fn after(frontier: Frontier, chain: Chain) -> Result<Self> {
        if frontier.size() == 0 && chain != Chain::new() {
            return Err(LedgerError::malformed("start of the log"));
        }
        debug_assert!(frontier.size() > 0 || frontier.root() == empty_root());
        Ok(Self { frontier, chain })
    }
}

/// What the verifier believes beforehand.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The first public key of the log, learnt some other way than from the export.
    pub pinned: VerifierKey,
    /// Heads of the log kept where the operator of the log could not change them.
    pub anchors: Vec<Anchor>,
    /// How far an event may lie before an earlier one, in microseconds: events get their place when they commit but
    /// their time when they begin.
    pub time_slack: i64,
    /// How many events may follow the last checkpoint.
    pub max_tail: u64,
}

impl Trust {
    /// The pinned key, no anchors, half a minute of slack, and at most 1 000 events without a checkpoint.
    pub fn new(pinned: VerifierKey) -> Self {
        Self { pinned, anchors: Vec::new(), time_slack: 30_000_000, max_tail: 1_000 }
    }

    /// The same with heads kept outside.
    pub fn with_anchors(self, anchors: Vec<Anchor>) -> Self {
        Self { anchors, ..self }
    }
}
