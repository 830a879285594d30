//! Comparing the log with what was signed and anchored, quickly: at the start, and before signing.

use kedun_ledger::{Anchor as Head, Checkpoint, KeyChain, Outcome, SignedNote, verify_consistency};
use kedun_model::{Error, Result};
use kedun_store::{Changeset, CheckpointRow};
use serde::Serialize;

use super::prepare::{EventDraft, Evidence, Shared};
use super::scan::Tip;
use super::signing_keys::certificates;
use crate::door::system_caller;

/// Whether the log still is what was signed and anchored, as far as is known without reading all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EvidenceState {
    #[default]
    Whole,
    /// Somebody changed the log underneath, or an older copy was restored. Reading goes on; only
    /// people can settle it.
    Broken {
        /// The stable code of the first break that was seen.
        problem: &'static str,
        detail: String,
    },
}

/// A break of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Break {
    pub problem: &'static str,
    pub detail: String,
}

impl Break {
    pub fn new(problem: &'static str, detail: impl Into<String>) -> Self {
        Break { problem, detail: detail.into() }
    }
}

impl Evidence {
    /// Whether the log is known to be broken.
    pub fn state(&self) -> EvidenceState {
        self.0.state.read().clone()
    }

    /// Compares the log with its newest checkpoint.
    pub(super) async fn check_start(&self) -> Result<()> {
        if let Err(found) = self.0.fits_checkpoint().await? {
            self.report(found).await;
        }
        Ok(())
    }

    /// Compares the log with heads that were kept outside; the largest speaks for those below it.
    pub(super) async fn check_heads(&self, heads: &[Head]) -> Result<()> {
        let Some(head) = heads.iter().max_by_key(|head| head.size) else { return Ok(()) };
        let size = self.0.store.ledger_head().await?.size;
        let found = if head.size > size {
            Some(Break::new(
                "evidence.anchor_missing",
                format!("{} holds size {}, the log has {size} events", head.place, head.size),
            ))
        } else if head.size > 0 && !self.0.store.root_at(head.size).await.is_ok_and(|root| root == head.root)
        {
            Some(Break::new(
                "evidence.anchor_mismatch",
                format!("{} holds another root for size {}", head.place, head.size),
            ))
        } else {
            None
        };
        if let Some(found) = found {
            self.report(found).await;
        }
        Ok(())
    }

    /// Says loudly, once, that the log is broken, and writes it down in what remains of the log.
    pub(super) async fn report(&self, found: Break) {
        {
            let mut state = self.0.state.write();
            if *state != EvidenceState::Whole {
                return;
            }
            *state = EvidenceState::Broken { problem: found.problem, detail: found.detail.clone() };
        }
        tracing::error!(problem = found.problem, detail = %found.detail, "THE EVIDENCE LOG IS BROKEN");
        let draft =
            EventDraft::new("evidence.broken", Outcome::Failed).detail("problem", found.problem).sensitive();
        let written = match self.prepare(&system_caller(self.0.org), draft) {
            Ok(event) => self.0.store.commit(Changeset::new(event)).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::error!(%error, "the break of the evidence could not be written down");
        }
    }
}

impl Shared {
    /// Whether the stored head is one that the newest checkpoint can have grown into.
    async fn fits_checkpoint(&self) -> Result<std::result::Result<(), Break>> {
        let (tip, rows) = self.ends().await?;
        if rows < tip.size() {
            return Ok(Err(Break::new(
                "evidence.truncated",
                format!("the log has {rows} events, its head says {}", tip.size()),
            )));
        }
        match self.store.checkpoints(1).await?.first() {
            None => Ok(Ok(())),
            Some(row) => match self.signed_head(row).await? {
                Err(found) => Ok(Err(found)),
                Ok(checkpoint) => self.grew_from(&checkpoint, &tip).await,
            },
        }
    }

    /// The head in a stored checkpoint, when a key of this log signed it.
    pub(super) async fn signed_head(
        &self,
        row: &CheckpointRow,
    ) -> Result<std::result::Result<Checkpoint, Break>> {
        let unsigned = |why: &str| {
            Break::new("evidence.bad_signature", format!("checkpoint of size {}: {why}", row.size))
        };
        let keys = self.keys().await?;
        let Some(first) = keys.first().filter(|key| key.index == 0) else {
            return Ok(Err(Break::new(
                "evidence.keys_missing",
                "the log was signed, but its first key is gone",
            )));
        };
        let (notes, _) = certificates(&keys);
        let checked = (|| {
            let note: SignedNote = std::str::from_utf8(&row.note).ok()?.parse().ok()?;
            let (chain, _) = KeyChain::follow(&first.public.parse().ok()?, notes.into_iter().map(Ok)).ok()?;
            chain.checkpoint(&note).ok()
        })();
        Ok(match checked {
            None => Err(unsigned("no key of this log signed it")),
            Some(head) if head.size != row.size || head.root != row.root => {
                Err(unsigned("it was signed for another head"))
            }
            Some(head) => Ok(head),
        })
    }

    /// Whether `tip` is a later state of the log that `old` was the head of.
    pub(super) async fn grew_from(
        &self,
        old: &Checkpoint,
        tip: &Tip,
    ) -> Result<std::result::Result<(), Break>> {
        if tip.size() < old.size {
            return Ok(Err(Break::new(
                "evidence.truncated",
                format!("a signed head covers {} events, the log has {}", old.size, tip.size()),
            )));
        }
        let grew = match self.store.consistency_proof(old.size, tip.size()).await {
            Ok(proof) => {
                verify_consistency(old.size, tip.size(), &old.root, &tip.tree.root(), &proof).is_ok()
            }
            // A leaf that is gone, or a row that cannot be read.
            Err(kedun_store::StoreError::Ledger(_) | kedun_store::StoreError::Column { .. }) => false,
            Err(other) => return Err(other.into()),
        };
        Ok(if grew {
            Ok(())
        } else {
            Err(Break::new(
                "evidence.rewritten",
                format!("the log is not the one whose head of size {} was signed", old.size),
            ))
        })
    }
}
