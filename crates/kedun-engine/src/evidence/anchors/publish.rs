//! Taking anchors into use, and leaving heads at them.

use std::sync::Arc;
use std::time::Duration;

use kedun_ledger::{Anchor as Head, SignedNote};
use kedun_model::{Error, Result};
use kedun_store::AnchorRow;

use super::{Anchor, AnchorConfig, AnchorError, AnchorSlot, AnchorStatus, AnchoredHead};
use crate::evidence::Evidence;

const TIMEOUT: Duration = Duration::from_secs(20);
/// What is kept of an answer, in bytes.
const RECEIPT: usize = 512;

impl Evidence {
    /// Takes anchors into use: what they hold is compared with the log at once.
    ///
    /// # Errors
    /// `anchor.config` when one cannot be made; the store's. An anchor that does not fit the log is
    /// no error: see [`Evidence::state`].
    pub async fn use_anchors(&self, configs: Vec<AnchorConfig>) -> Result<()> {
        let mut anchors = Vec::new();
        for config in configs {
            anchors.push(config.build().map_err(|e| Error::invalid(e.code()).with_internal(e))?);
        }
        self.use_anchor_places(anchors).await
    }

    /// As [`Evidence::use_anchors`], with anchors of any kind and the microseconds between two heads.
    ///
    /// # Errors
    /// The store's.
    pub async fn use_anchor_places(&self, anchors: Vec<(Arc<dyn Anchor>, i64)>) -> Result<()> {
        let rows = self.0.store.anchors(1_000).await?;
        let mut slots = Vec::new();
        for (anchor, every) in anchors {
            let slot = AnchorSlot::new(anchor, every);
            if let Some(row) = rows.iter().find(|row| row.ok && row.target == slot.name()) {
                slot.remember(row.size, row.at);
            }
            slots.push(Arc::new(slot));
        }
        *self.0.anchors.write() = slots;
        let heads = self.kept_heads().await;
        self.check_heads(&heads).await
    }

    /// The heads that anchors hold and give back. One that cannot be read counts as a failure of it.
    pub(in crate::evidence) async fn kept_heads(&self) -> Vec<Head> {
        let slots = self.0.anchors.read().clone();
        let mut heads = Vec::new();
        for slot in slots {
            match slot.anchor.kept().await {
                Ok(kept) => heads.extend(kept),
                Err(error) => {
                    tracing::warn!(anchor = %slot.name(), %error, "an anchor of the evidence cannot be read");
                    slot.unreadable(&error);
                }
            }
        }
        heads
    }

    /// Leaves the newest signed head at every anchor that is due; to be called every few seconds.
    /// Returns how many took it.
    ///
    /// # Errors
    /// The store's; an anchor that fails is no error: see [`Evidence::anchor_status`].
    pub async fn anchor_tick(&self) -> Result<usize> {
        let slots = self.0.anchors.read().clone();
        if slots.is_empty() {
            return Ok(0);
        }
        let Some(row) = self.0.store.checkpoints(1).await?.into_iter().next() else { return Ok(0) };
        let now = self.0.ctx.now();
        let due: Vec<_> = slots.into_iter().filter(|slot| slot.due(row.size, now)).collect();
        if due.is_empty() {
            return Ok(0);
        }
        let checkpoint = match self.0.signed_head(&row).await? {
            Ok(checkpoint) => checkpoint,
            Err(found) => {
                self.report(found).await;
                return Ok(0);
            }
        };
        let note = String::from_utf8(row.note).map_err(Error::internal)?;
        note.parse::<SignedNote>().map_err(Error::internal)?;
        let public_key = self.public_key().await?.to_string();
        let head = AnchoredHead { checkpoint, note, public_key };
        let done = futures::future::join_all(due.iter().map(|slot| self.publish(slot, &head, now))).await;
        let mut taken = 0;
        for outcome in done {
            taken += usize::from(outcome?);
        }
        Ok(taken)
    }

    async fn publish(&self, slot: &AnchorSlot, head: &AnchoredHead, now: i64) -> Result<bool> {
        let outcome = match tokio::time::timeout(TIMEOUT, slot.anchor.publish(head)).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(AnchorError::Timeout),
        };
        slot.settle(head.checkpoint.size, now, &outcome);
        if let Err(error) = &outcome {
            tracing::warn!(anchor = %slot.name(), %error, "an anchor of the evidence did not take the signed head");
        }
        let mut receipt = match &outcome {
            Ok(answer) => answer.clone(),
            Err(error) => error.code().as_bytes().to_vec(),
        };
        receipt.truncate(RECEIPT);
        let ok = outcome.is_ok();
        let row = AnchorRow { size: head.checkpoint.size, target: slot.name(), at: now, ok, receipt };
        self.0.store.put_anchor(&row).await?;
        Ok(ok)
    }

    /// How the anchors fare.
    pub fn anchor_status(&self, size: u64) -> Vec<AnchorStatus> {
        let now = self.0.ctx.now();
        self.0.anchors.read().iter().map(|slot| slot.status(size, now)).collect()
    }

    /// Anchors for as long as the process lives.
    pub(in crate::evidence) async fn anchor_for_ever(self) {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            if let Err(error) = self.anchor_tick().await {
                tracing::warn!(%error, "the evidence could not be anchored");
            }
        }
    }
}
