//! Signing the head of the log: every 10 seconds, every 1,000 events, and right after what is sensitive.

use std::time::Duration;

use kedun_ledger::{Checkpoint, KeyRatchet};
use kedun_model::{Error, Result};
use kedun_store::CheckpointRow;

use super::prepare::Evidence;
use super::scan::Tip;
use super::start_check::{Break, EvidenceState};

/// The lease of the node that signs.
const SIGNER: &str = "signer";
const EVERY_EVENTS: u64 = 1_000;
const EVERY_US: i64 = 10_000_000;
/// Sensitive events that come close together are covered by one signature.
const SENSITIVE_US: i64 = 200_000;
const DAY_US: i64 = 86_400_000_000;
/// A clock this far behind what was signed is reported.
const CLOCK_SLACK_US: i64 = 5_000_000;

/// What the signer of this process knows; nothing of it can be changed in the database.
#[derive(Default)]
pub(super) struct Signing {
    ratchet: Option<KeyRatchet>,
    /// The log as far as this process followed it.
    tip: Option<Tip>,
    /// The largest size this process signed.
    size: u64,
    /// When it signed last, by its own clock.
    at: Option<i64>,
    /// How far the clock lies behind the newest checkpoint, microseconds.
    pub behind: i64,
}

impl Evidence {
    /// Signs the head of the log if that is due; to be called every fraction of a second.
    ///
    /// # Errors
    /// The store's. A log that does not fit what was signed is not signed on, and no error:
    /// see [`Evidence::state`].
    pub async fn tick(&self) -> Result<Option<u64>> {
        self.ensure_months().await?;
        self.sign(false).await
    }

    /// Signs the head of the log now, if there are events after the newest checkpoint. Returns the
    /// size that was signed.
    ///
    /// # Errors
    /// As [`Evidence::tick`].
    pub async fn sign_now(&self) -> Result<Option<u64>> {
        self.0.store.flush_sequencer().await?;
        self.sign(true).await
    }

    /// Waits until all events of this moment are under a signed head, whichever node signs it.
    /// Returns the largest signed size, which stays below where nobody signs.
    ///
    /// # Errors
    /// As [`Evidence::tick`].
    pub async fn cover(&self) -> Result<u64> {
        let store = &self.0.store;
        store.flush_sequencer().await?;
        let wanted = store.ledger_head().await?.size;
        for attempt in 0..25 {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            self.sign(true).await?;
            let size = store.checkpoints(1).await?.first().map_or(0, |row| row.size);
            if size >= wanted || self.state() != EvidenceState::Whole {
                return Ok(size);
            }
        }
        Ok(store.checkpoints(1).await?.first().map_or(0, |row| row.size))
    }

    async fn sign(&self, at_once: bool) -> Result<Option<u64>> {
        let shared = &self.0;
        let mut signing = shared.signing.lock().await;
        let now = shared.ctx.now();
        let newest = shared.store.checkpoints(1).await?.into_iter().next();
        let last = newest.as_ref().map_or(0, |row| row.size);
        if last < signing.size {
            let detail =
                format!("the checkpoint of size {} is gone, {last} is the largest left", signing.size);
            self.report(Break::new("evidence.checkpoint_missing", detail)).await;
            return Ok(None);
        }
        let stored = shared.stored_tip().await?;
        if stored.size() == last {
            return Ok(None);
        }
        if !at_once && !self.due(&signing, &stored, newest.as_ref(), now).await? {
            return Ok(None);
        }
        if !shared.lease(SIGNER).await? {
            // Another node signs, so what this one followed may soon be far behind.
            *signing = Signing { size: signing.size, ..Signing::default() };
            return Ok(None);
        }
        let latest = match self.follow(&mut signing, stored, newest.as_ref()).await? {
            Ok(latest) => latest,
            Err(found) => {
                self.report(found).await;
                return Ok(None);
            }
        };
        let Some(tip) = signing.tip.clone() else { return Ok(None) };
        if tip.size() == last {
            return Ok(None);
        }
        // The time of signed heads never runs backwards, whatever the clock does.
        let signed_at = newest.as_ref().map_or(now, |row| row.at.max(now));
        let behind = signed_at.saturating_sub(now);
        signing.behind = behind;
        if behind > CLOCK_SLACK_US {
            tracing::warn!(behind_us = behind, "the clock lies behind the newest signed checkpoint");
        }
        let at = latest.map_or(signed_at, |latest| latest.max(signed_at));
        let ratchet = self.current_key(&mut signing, &tip, at).await?;
        let origin = ratchet.signer().verifier().name().to_owned();
        let head =
            Checkpoint { origin, size: tip.size(), root: tip.tree.root(), at, chain: tip.chain.head() };
        let note = head.sign(&[ratchet.signer()]).map_err(Error::internal);
        signing.ratchet = Some(ratchet);
        let row =
            CheckpointRow { size: head.size, at, root: head.root, note: note?.to_string().into_bytes() };
        shared.store.put_checkpoint(&row).await?;
        signing.size = head.size;
        signing.at = Some(now);
        Ok(Some(head.size))
    }

    async fn due(
        &self,
        signing: &Signing,
        stored: &Tip,
        newest: Option<&CheckpointRow>,
        now: i64,
    ) -> Result<bool> {
        let last = newest.map_or(0, |row| row.size);
        if stored.size() < last {
            return Ok(true);
        }
        if stored.size() == last {
            return Ok(false);
        }
        // After a start, or a step of the clock backwards, the time of the last signature says nothing.
        let since = signing.at.map_or(i64::MAX, |at| now.saturating_sub(at));
        if stored.size() - last >= EVERY_EVENTS || !(0..EVERY_US).contains(&since) {
            return Ok(true);
        }
        Ok(since >= SENSITIVE_US && self.0.sensitive_since(last).await?)
    }

    /// Reads the events since this process signed last and compares what they give with what is
    /// stored. Somebody who rewrites the log cannot have it signed.
    async fn follow(
        &self,
        signing: &mut Signing,
        stored: Tip,
        newest: Option<&CheckpointRow>,
    ) -> Result<std::result::Result<Option<i64>, Break>> {
        let shared = &self.0;
        let mut tip = match (signing.tip.take(), newest) {
            (Some(tip), _) => tip,
            (None, None) => Tip::beginning(),
            (None, Some(row)) => {
                let checkpoint = match shared.signed_head(row).await? {
                    Ok(checkpoint) => checkpoint,
                    Err(found) => return Ok(Err(found)),
                };
                if let Err(found) = shared.grew_from(&checkpoint, &stored).await? {
                    return Ok(Err(found));
                }
                stored.clone()
            }
        };
        if stored.size() < tip.size() {
            let detail = format!("the log had {} events and now has {}", tip.size(), stored.size());
            signing.tip = Some(tip);
            return Ok(Err(Break::new("evidence.truncated", detail)));
        }
        let before = tip.clone();
        let latest = shared.advance(&mut tip, stored.size()).await?;
        if tip.is(&stored) {
            signing.tip = Some(tip);
            return Ok(Ok(latest));
        }
        let detail =
            format!("the events from {} to {} do not give the stored head", before.size(), stored.size());
        signing.tip = Some(before);
        Ok(Err(Break::new("evidence.rewritten", detail)))
    }

    /// The key of the day. A day without events needs no key of its own, and the event of the last
    /// change is none.
    async fn current_key(&self, signing: &mut Signing, tip: &Tip, at: i64) -> Result<KeyRatchet> {
        let shared = &self.0;
        let row = shared
            .newest_key()
            .await?
            .ok_or_else(|| Error::internal("the keys of the evidence log are gone"))?;
        let ratchet = match signing.ratchet.take() {
            Some(ratchet) if ratchet.index() == row.index => ratchet,
            _ => shared.ratchet(&row).await?,
        };
        if at.div_euclid(DAY_US) > row.at.div_euclid(DAY_US) && tip.size() > row.size.saturating_add(1) {
            return self.hand_over(ratchet, at, tip.size(), tip.tree.root()).await;
        }
        Ok(ratchet)
    }

    /// How far the clock lies behind the newest signed checkpoint, microseconds; 0 when it does not.
    pub async fn clock_behind(&self) -> i64 {
        self.0.signing.lock().await.behind
    }

    /// Signs for as long as the process lives.
    pub(super) async fn sign_for_ever(self) {
        let mut wait = Duration::from_secs(1);
        loop {
            tokio::select! {
                () = self.0.hurry.notified() => {
                    // The event is prepared, its commit is on the way.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                () = tokio::time::sleep(wait) => {}
            }
            wait = Duration::from_secs(1);
            if let Err(error) = self.tick().await {
                tracing::warn!(%error, "the head of the evidence log could not be signed");
                wait = Duration::from_secs(5);
            }
        }
    }
}
