//! When an anchor is due, and how it fares.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use super::{Anchor, AnchorError};

/// A head that was not anchored for this long raises the alarm.
const ALARM_US: i64 = 3_600_000_000;
const SECOND_US: i64 = 1_000_000;
const LONGEST_PAUSE_US: i64 = 900 * SECOND_US;

/// How an anchor fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnchorStatus {
    pub kind: &'static str,
    pub place: String,
    /// When a head was left there last, microseconds of UTC.
    pub last_at: Option<i64>,
    /// The number of events that head covers.
    pub last_size: u64,
    /// How long events have been waiting for this anchor, microseconds; 0 when it holds the newest head.
    pub lag: i64,
    /// Whether the last attempt succeeded.
    pub ok: bool,
    /// The code of the last failure.
    pub problem: Option<&'static str>,
    /// Whether the lag is longer than an hour.
    pub alarm: bool,
}

/// An anchor with what became of the attempts so far.
pub(in crate::evidence) struct AnchorSlot {
    pub anchor: Arc<dyn Anchor>,
    every: i64,
    state: Mutex<SlotState>,
}

#[derive(Default)]
struct SlotState {
    last_at: Option<i64>,
    last_size: u64,
    tried_at: Option<i64>,
    failures: u32,
    problem: Option<&'static str>,
    /// Since when a newer head has been waiting.
    waiting_since: Option<i64>,
}

impl AnchorSlot {
    pub fn new(anchor: Arc<dyn Anchor>, every: i64) -> Self {
        AnchorSlot { anchor, every, state: Mutex::default() }
    }

    /// Goes on from what another process left there.
    pub fn remember(&self, size: u64, at: i64) {
        let mut state = self.state.lock();
        state.last_at = Some(at);
        state.last_size = size;
        state.tried_at = Some(at);
    }

    /// Notes that what lies there cannot be read.
    pub fn unreadable(&self, error: &AnchorError) {
        self.state.lock().problem = Some(error.code());
    }

    /// The name in the table of attempts.
    pub fn name(&self) -> String {
        format!("{}:{}", self.anchor.kind(), self.anchor.place())
    }

    /// Whether a head of this size is to be left there now.
    pub fn due(&self, size: u64, now: i64) -> bool {
        let mut state = self.state.lock();
        if size <= state.last_size {
            state.waiting_since = None;
            return false;
        }
        state.waiting_since.get_or_insert(now);
        let pause = match state.failures {
            0 => self.every,
            failures => (SECOND_US << failures.min(20)).min(LONGEST_PAUSE_US),
        };
        // A clock that was set back must not keep anchors waiting.
        state.tried_at.is_none_or(|at| !(0..pause).contains(&now.saturating_sub(at)))
    }

    /// Notes what came of an attempt.
    pub fn settle(&self, size: u64, now: i64, outcome: &Result<Vec<u8>, AnchorError>) {
        let mut state = self.state.lock();
        state.tried_at = Some(now);
        match outcome {
            Ok(_) => {
                state.last_at = Some(now);
                state.last_size = size;
                state.failures = 0;
                state.problem = None;
                state.waiting_since = None;
            }
            Err(error) => {
                state.failures = state.failures.saturating_add(1);
                state.problem = Some(error.code());
            }
        }
    }

    /// How it fares when the newest signed head is of this size.
    pub fn status(&self, size: u64, now: i64) -> AnchorStatus {
        let state = self.state.lock();
        let lag = match state.waiting_since {
            Some(since) if size > state.last_size => now.saturating_sub(since).max(0),
            _ => 0,
        };
        AnchorStatus {
            kind: self.anchor.kind(),
            place: self.anchor.place().to_owned(),
            last_at: state.last_at,
            last_size: state.last_size,
            lag,
            ok: state.problem.is_none(),
            problem: state.problem,
            alarm: lag > ALARM_US,
        }
    }
}
