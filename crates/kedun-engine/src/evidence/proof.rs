//! The head of the log, and the proof that an event is in it.

use kedun_ledger::{Checkpoint, EventHeader, Hash, Outcome, SignedNote, VerifierKey, verify_inclusion};
use kedun_model::{Caller, Capability, Error, Result};
use kedun_store::EventFilter;

use super::anchors::AnchorStatus;
use super::prepare::{EventDraft, Evidence};
use super::start_check::EvidenceState;

/// The head of the log.
#[derive(Debug, Clone)]
pub struct EvidenceHead {
    /// The number of events.
    pub size: u64,
    pub root: Hash,
    /// The newest signed head.
    pub checkpoint: Option<CheckpointView>,
    /// The first public key of the log, which verifiers pin.
    pub public_key: String,
    /// How many times the key changed since.
    pub key_changes: u64,
    pub anchors: Vec<AnchorStatus>,
    /// Whether the log is known to be broken.
    pub state: EvidenceState,
    /// How far the clock lies behind the newest signed head, microseconds.
    pub clock_behind: i64,
}

/// A signed head.
#[derive(Debug, Clone)]
pub struct CheckpointView {
    pub size: u64,
    /// Microseconds of UTC.
    pub at: i64,
    pub note: String,
}

/// The proof that an event is in the log, for whoever holds a signed head.
#[derive(Debug, Clone)]
pub struct EventProof {
    pub header: EventHeader,
    pub leaf: Hash,
    pub size: u64,
    pub root: Hash,
    pub path: Vec<Hash>,
    pub checkpoint: CheckpointView,
    /// Whether the path leads from the leaf to the signed root.
    pub verified: bool,
}

impl Evidence {
    /// The first public key of the log.
    ///
    /// # Errors
    /// The store's; `internal` when the key is gone.
    pub async fn public_key(&self) -> Result<VerifierKey> {
        let keys = self.0.keys().await?;
        let first = keys.first().filter(|key| key.index == 0);
        first.ok_or_else(|| Error::internal("the first key of the evidence log is gone"))?.verifier()
    }

    /// The head of the log with its newest signature and its anchors. Needs `evidence_read`.
    ///
    /// # Errors
    /// `forbidden`; the store's.
    pub async fn head(&self, caller: &Caller) -> Result<EvidenceHead> {
        self.require(caller, Capability::EvidenceRead, "evidence.head").await?;
        self.head_for_operator().await
    }

    /// As [`Evidence::head`], for the program's own status and command line.
    ///
    /// # Errors
    /// The store's.
    pub async fn head_for_operator(&self) -> Result<EvidenceHead> {
        let head = self.0.store.ledger_head().await?;
        let checkpoint = match self.0.store.checkpoints(1).await?.into_iter().next() {
            Some(row) => Some(checkpoint_view(row)?),
            None => None,
        };
        let keys = self.0.keys().await?;
        Ok(EvidenceHead {
            size: head.size,
            root: head.root,
            public_key: keys.first().map(|key| key.public.clone()).unwrap_or_default(),
            key_changes: keys.last().map_or(0, |key| key.index),
            anchors: self.anchor_status(checkpoint.as_ref().map_or(0, |c| c.size)),
            checkpoint,
            state: self.state(),
            clock_behind: self.clock_behind().await,
        })
    }

    /// The proof that the event at `seq` is under the newest signed head, which is signed first when
    /// it does not cover the event yet. Needs `evidence_read`.
    ///
    /// # Errors
    /// `forbidden`; `not_found` when there is no such event; the store's.
    pub async fn proof(&self, caller: &Caller, seq: u64) -> Result<EventProof> {
        self.require(caller, Capability::EvidenceRead, "evidence.proof").await?;
        let filter = EventFilter {
            org: Some(self.0.org.0),
            from_seq: Some(seq),
            before_seq: seq.checked_add(1),
            limit: 1,
            ..EventFilter::default()
        };
        let event = self.0.store.events(&filter).await?.into_iter().next();
        let header = event.ok_or_else(|| Error::not_found("not_found"))?.header;
        let draft = EventDraft::new("evidence.proof", Outcome::Ok)
            .count("seq", i64::try_from(seq).unwrap_or(i64::MAX));
        self.commit(caller, draft).await?;
        let mut newest = self.0.store.checkpoints(1).await?.into_iter().next();
        if newest.as_ref().is_none_or(|row| row.size <= seq) {
            self.cover().await?;
            newest = self.0.store.checkpoints(1).await?.into_iter().next();
        }
        let row =
            newest.filter(|row| row.size > seq).ok_or_else(|| Error::unavailable("evidence.not_signed"))?;
        let checkpoint = checkpoint_view(row)?;
        let note: SignedNote = checkpoint.note.parse().map_err(Error::internal)?;
        let signed = Checkpoint::parse(&note).map_err(Error::internal)?;
        let path = self.0.store.inclusion_proof(seq, signed.size).await?;
        let leaf = header.leaf();
        let verified = verify_inclusion(&leaf, seq, signed.size, &path, &signed.root).is_ok();
        Ok(EventProof { header, leaf, size: signed.size, root: signed.root, path, checkpoint, verified })
    }
}

fn checkpoint_view(row: kedun_store::CheckpointRow) -> Result<CheckpointView> {
    let note = String::from_utf8(row.note).map_err(Error::internal)?;
    Ok(CheckpointView { size: row.size, at: row.at, note })
}
