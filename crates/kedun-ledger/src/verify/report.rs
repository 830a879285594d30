//! What a verification found.

use std::fmt;

use crate::tree::Hash;

const MAX_PROBLEMS: usize = 1_000;

/// Something that an unchanged log cannot show.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// The header does not give the stored leaf, or the body does not give the commitment.
    EditedEvent { seq: u64 },
    /// The stored chain does not lead from the event before to this one.
    ChainBroken { seq: u64 },
    /// An event is not there.
    MissingEvent { seq: u64 },
    /// An event stands after a later one.
    Reordered { seq: u64 },
    /// An event is there twice.
    DuplicateSeq { seq: u64 },
    /// A signed head covers more events than there are.
    TruncatedBelowCheckpoint { size: u64, events: u64 },
    /// The events up to `size` do not give the signed root; up to `proven` they do.
    RootMismatch { size: u64, proven: u64 },
    /// A checkpoint is not signed by the key that was in use at its size.
    BadSignature { size: u64 },
    /// A certificate is not signed by the key before it; it and all later ones are not believed.
    BadKeyCertificate { index: u64 },
    /// Two signed heads cannot both be of one growing log.
    ConsistencyBroken { between: (u64, u64) },
    /// An anchor holds a size that the log does not reach.
    AnchorMissing { size: u64 },
    /// The log does not give the root that an anchor holds.
    AnchorMismatch { size: u64 },
    /// An event lies further before an earlier one than clocks explain.
    TimeWentBack { seq: u64 },
    /// A checkpoint lies before an earlier one, or before events it covers.
    CheckpointTimeWentBack { size: u64 },
    /// More events follow the last good checkpoint than may; nobody signed them.
    UncoveredTail { from: u64, events: u64 },
    /// A file is not the one that the manifest of the export describes.
    FileDiffersFromManifest { file: String },
}

impl Problem {
    /// The stable code of this kind of problem.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EditedEvent { .. } => "evidence.edited_event",
            Self::ChainBroken { .. } => "evidence.chain_broken",
            Self::MissingEvent { .. } => "evidence.missing_event",
            Self::Reordered { .. } => "evidence.reordered",
            Self::DuplicateSeq { .. } => "evidence.duplicate_seq",
            Self::TruncatedBelowCheckpoint { .. } => "evidence.truncated_below_checkpoint",
            Self::RootMismatch { .. } => "evidence.root_mismatch",
            Self::BadSignature { .. } => "evidence.bad_signature",
            Self::BadKeyCertificate { .. } => "evidence.bad_key_certificate",
            Self::ConsistencyBroken { .. } => "evidence.consistency_broken",
            Self::AnchorMissing { .. } => "evidence.anchor_missing",
            Self::AnchorMismatch { .. } => "evidence.anchor_mismatch",
            Self::TimeWentBack { .. } => "evidence.time_went_back",
            Self::CheckpointTimeWentBack { .. } => "evidence.checkpoint_time_went_back",
            Self::UncoveredTail { .. } => "evidence.uncovered_tail",
            Self::FileDiffersFromManifest { .. } => "evidence.file_differs_from_manifest",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EditedEvent { seq } => {
                write!(f, "event {seq} was changed: its content does not give its stored hash")
            }
            Self::ChainBroken { seq } => write!(f, "the chain breaks at event {seq}"),
            Self::MissingEvent { seq } => write!(f, "event {seq} is missing"),
            Self::Reordered { seq } => write!(f, "event {seq} stands after a later event"),
            Self::DuplicateSeq { seq } => write!(f, "event {seq} is there twice"),
            Self::TruncatedBelowCheckpoint { size, events } => {
                write!(f, "a signed head covers {size} events, but the log ends after {events}")
            }
            Self::RootMismatch { size, proven } => write!(
                f,
                "the events do not give the signed root at size {size}; they do up to size {proven}, so the change lies between"
            ),
            Self::BadSignature { size } => {
                write!(f, "the checkpoint of size {size} is not signed by the key in use at that size")
            }
            Self::BadKeyCertificate { index } => {
                write!(f, "the certificate of key {index} is not signed by the key before it")
            }
            Self::ConsistencyBroken { between: (first, second) } => {
                write!(f, "the signed heads of sizes {first} and {second} are not of one growing log")
            }
            Self::AnchorMissing { size } => {
                write!(f, "an anchor holds size {size}, which the log does not reach")
            }
            Self::AnchorMismatch { size } => {
                write!(f, "the events do not give the root that an anchor holds for size {size}")
            }
            Self::TimeWentBack { seq } => write!(f, "event {seq} lies before the events that precede it"),
            Self::CheckpointTimeWentBack { size } => {
                write!(f, "the checkpoint of size {size} lies before what it covers")
            }
            Self::UncoveredTail { from, events } => {
                write!(f, "{events} events from {from} on are covered by no checkpoint")
            }
            Self::FileDiffersFromManifest { file } => {
                write!(f, "the file {file} is not the one that the manifest describes")
            }
        }
    }
}

/// What was checked and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// The name of the log.
    pub origin: String,
    /// The position of the first event.
    pub from: u64,
    /// The position after the last event.
    pub to: u64,
    /// Events read.
    pub events: u64,
    /// Disclosed bodies checked against their commitments.
    pub bodies: u64,
    /// Checkpoints read.
    pub checkpoints: u64,
    /// Checkpoints whose signature and root hold.
    pub checkpoints_good: u64,
    /// Key certificates that hold.
    pub key_changes: u64,
    /// Anchors kept outside whose root holds.
    pub anchors: u64,
    /// Anchors inside the export whose root holds; they prove nothing against its maker.
    pub anchors_inside: u64,
    /// Checkpoints, certificates and anchors whose root could not be computed: they lie before the start, or after an event
    /// that is missing.
    pub unproven: u64,
    /// Events after the last good checkpoint.
    pub tail: u64,
    /// The root over all events, in hex; absent when events are missing.
    pub root: Option<String>,
    /// The smallest time of an event, microseconds since 1970 UTC.
    pub first_at: Option<i64>,
    /// The largest time of an event, microseconds since 1970 UTC.
    pub last_at: Option<i64>,
    /// The problems, at most 1 000.
    pub problems: Vec<Problem>,
    /// Problems beyond those listed.
    pub problems_omitted: u64,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty() && self.problems_omitted == 0
    }

    pub(crate) fn add(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.problems_omitted = self.problems_omitted.saturating_add(1);
        }
    }

    /// Adds `MissingEvent` for a whole gap, whose length an attacker chooses.
    pub(crate) fn add_missing(&mut self, from: u64, to: u64) {
        let room = u64::try_from(MAX_PROBLEMS.saturating_sub(self.problems.len())).unwrap_or_default();
        let listed = to.min(from.saturating_add(room));
        self.problems.extend((from..listed).map(|seq| Problem::MissingEvent { seq }));
        self.problems_omitted = self.problems_omitted.saturating_add(to.saturating_sub(listed));
    }

    pub(crate) fn saw_time(&mut self, at: i64) {
        self.first_at = Some(self.first_at.map_or(at, |first| first.min(at)));
        self.last_at = Some(self.last_at.map_or(at, |last| last.max(at)));
    }

    pub(crate) fn set_root(&mut self, root: &Hash) {
        self.root = Some(hex::encode(root));
    }
}
