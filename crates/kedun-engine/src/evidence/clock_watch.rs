//! The clock of the machine beside a clock that nobody sets.
//!
//! Ends of roles, shares and sessions are moments of the clock. Set back, it is held by what was signed; set
//! forward, it ends things before their time and makes later events look old, so the evidence says when that
//! happened. A machine that slept looks the same.

use std::time::Duration;

use kedun_ledger::Outcome;
use kedun_model::{Error, Result};
use kedun_store::EventFilter;

use super::prepare::{EventDraft, Evidence};
use crate::door::system_caller;

const ACTION: &str = "evidence.clock_jump";
/// A clock that gained more than this on the other was set forward; what keeps clocks right moves them less.
const JUMP_US: i64 = 60_000_000;
/// How many jumps are told.
const TOLD: u32 = 100;

impl Evidence {
    /// Compares the clock with `monotonic`, a time that runs evenly from any beginning; to be called every second.
    /// Where the clock was set forward, that is written down, and told in seconds.
    ///
    /// # Errors
    /// The store's; the next call tries again.
    pub async fn watch_clock(&self, monotonic: Duration) -> Result<Option<i64>> {
        let shared = &self.0;
        let monotonic = i64::try_from(monotonic.as_micros()).map_err(Error::internal)?;
        let offset = shared.ctx.now().saturating_sub(monotonic);
        let mut last = shared.clock_offset.lock().await;
        let gained = offset.saturating_sub(last.unwrap_or(offset));
        if gained <= JUMP_US {
            // Small steps add up; a step back begins anew.
            *last = Some(last.map_or(offset, |last| last.min(offset)));
            return Ok(None);
        }
        let seconds = gained / 1_000_000;
        tracing::warn!(seconds, "the clock was set forward");
        let draft = EventDraft::new(ACTION, Outcome::Ok).count("seconds", seconds).sensitive();
        self.commit(&system_caller(shared.org), draft).await?;
        *last = Some(offset);
        Ok(Some(seconds))
    }

    /// When the clock was set forward, moments after `from`, the newest first, at most 100; microseconds of UTC.
    ///
    /// # Errors
    /// The store's.
    pub async fn clock_jumps(&self, from: i64) -> Result<Vec<i64>> {
        let filter = EventFilter {
            org: Some(self.0.org.0),
            from_at: Some(from),
            action: Some(ACTION.to_owned()),
            limit: TOLD,
            ..EventFilter::default()
        };
        Ok(self.0.store.events(&filter).await?.iter().map(|event| event.header.at).collect())
    }
}
