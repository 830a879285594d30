//! What a verification of the live log finds, and by what.

use kedun_ledger::Problem;
use serde::Serialize;

/// What showed that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The positions of the events.
    Sequence,
    /// The sealed body does not fit its header, or not its commitment.
    Body,
    /// The stored nodes of the tree, or the stored head.
    Tree,
    /// The chain of leaves.
    Chain,
    /// A signed head.
    Checkpoint,
    /// The keys that sign.
    Key,
    /// A head that was kept outside.
    Anchor,
    /// The index that answers who saw a record.
    Index,
    /// The times of events.
    Time,
}

/// Something that an unchanged log cannot show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable code.
    pub kind: &'static str,
    /// The event, or the size of the head, that it is about.
    pub seq: Option<u64>,
    pub detail: String,
    pub by: FoundBy,
}

impl Finding {
    pub(super) fn new(
        kind: &'static str,
        seq: impl Into<Option<u64>>,
        by: FoundBy,
        detail: impl Into<String>,
    ) -> Self {
        Finding { kind, seq: seq.into(), by, detail: detail.into() }
    }
}

impl From<&Problem> for Finding {
    fn from(problem: &Problem) -> Self {
        use FoundBy::*;
        let (by, seq) = match problem {
            Problem::EditedEvent { seq } => (Body, Some(*seq)),
            Problem::ChainBroken { seq } => (Chain, Some(*seq)),
            Problem::MissingEvent { seq } | Problem::Reordered { seq } | Problem::DuplicateSeq { seq } => {
                (Sequence, Some(*seq))
            }
            Problem::TruncatedBelowCheckpoint { size, .. }
            | Problem::RootMismatch { size, .. }
            | Problem::BadSignature { size } => (Checkpoint, Some(*size)),
            Problem::BadKeyCertificate { index } => (Key, Some(*index)),
            Problem::ConsistencyBroken { between: (_, size) } => (Checkpoint, Some(*size)),
            Problem::AnchorMissing { size } | Problem::AnchorMismatch { size } => (Anchor, Some(*size)),
            Problem::TimeWentBack { seq } => (Time, Some(*seq)),
            Problem::CheckpointTimeWentBack { size } => (Time, Some(*size)),
            Problem::UncoveredTail { from, .. } => (Checkpoint, Some(*from)),
            Problem::FileDiffersFromManifest { .. } => (Sequence, None),
        };
        Finding::new(problem.code(), seq, by, problem.to_string())
    }
}
