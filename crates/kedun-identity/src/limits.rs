//! How often somebody may try. Counted per account and source together, per
//! source, and per account, so that a stranger who guesses cannot lock the owner out:
//! the owner comes from another source, and the account's own limit is wide.

use std::collections::HashMap;
use std::hash::Hash;

use kedun_model::{Error, ErrorKind, Result};
use parking_lot::Mutex;

const MINUTE: i64 = 60_000_000;
/// Buckets kept before those that are full again are thrown away.
const SWEEP_AT: usize = 50_000;

struct Bucket {
    tokens: f64,
    at: i64,
}

/// A token bucket per key: `burst` at once, refilled to `burst` within `window` microseconds.
struct Buckets<K> {
    burst: f64,
    window: i64,
    held: Mutex<HashMap<K, Bucket>>,
}

impl<K: Hash + Eq> Buckets<K> {
    fn new(burst: u32, window: i64) -> Self {
        Buckets { burst: f64::from(burst), window, held: Mutex::new(HashMap::new()) }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a wait in seconds, bounded by the window")]
    fn take(&self, key: K, now: i64) -> Result<(), i64> {
        let mut held = self.held.lock();
        if held.len() >= SWEEP_AT {
            let window = self.window;
            held.retain(|_, b| now.saturating_sub(b.at) < window);
        }
        let rate = self.burst / micros(self.window);
        let bucket = held.entry(key).or_insert(Bucket { tokens: self.burst, at: now });
        let passed = micros(now.saturating_sub(bucket.at).max(0));
        bucket.tokens = (bucket.tokens + passed * rate).min(self.burst);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            Ok(())
        } else {
            Err((((1.0 - bucket.tokens) / rate / 1e6).ceil() as i64).max(1))
        }
    }

    fn reset(&self, key: &K) {
        self.held.lock().remove(key);
    }
}

fn micros(n: i64) -> f64 {
    // Windows and waits are far below 2^53 microseconds.
    f64::from(u32::try_from(n / 1_000).unwrap_or(u32::MAX)) * 1_000.0
}

/// The limits of everything that can be guessed.
pub struct Limits {
    pair: Buckets<(String, String)>,
    source: Buckets<String>,
    account: Buckets<String>,
    code: Buckets<[u8; 16]>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            pair: Buckets::new(6, 10 * MINUTE),
            source: Buckets::new(60, 10 * MINUTE),
            account: Buckets::new(60, 60 * MINUTE),
            code: Buckets::new(5, 5 * MINUTE),
        }
    }
}

impl Limits {
    /// Counts a try to sign in.
    ///
    /// # Errors
    /// `limited` with `retry_after` in seconds.
    pub fn sign_in(&self, login: &str, source: &str, now: i64) -> Result<()> {
        self.source.take(source.to_owned(), now).map_err(limited)?;
        self.pair.take((login.to_owned(), source.to_owned()), now).map_err(limited)?;
        self.account.take(login.to_owned(), now).map_err(limited)
    }

    /// Forgets the failures of somebody who has proved to be the owner.
    pub fn signed_in(&self, login: &str, source: &str) {
        self.pair.reset(&(login.to_owned(), source.to_owned()));
        self.account.reset(&login.to_owned());
    }

    /// Counts a try of a six-digit or recovery code.
    ///
    /// # Errors
    /// `limited` with `retry_after` in seconds.
    pub fn code(&self, person: [u8; 16], now: i64) -> Result<()> {
        self.code.take(person, now).map_err(limited)
    }

    /// Forgets the wrong codes of somebody who gave a right one.
    pub fn code_accepted(&self, person: [u8; 16]) {
        self.code.reset(&person);
    }
}

fn limited(seconds: i64) -> Error {
    Error::new(ErrorKind::Limited, "limited").arg("retry_after", seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_lock_the_owner_out() {
        let limits = Limits::default();
        let refused = (0..1_000).filter(|_| limits.sign_in("wang", "10.0.0.9", 0).is_err()).count();
        assert!(refused >= 994, "a guesser gets six tries, {refused} of 1,000 were refused");
        assert!(limits.sign_in("wang", "10.0.0.1", 0).is_ok(), "the owner comes from elsewhere");
    }

    #[test]
    fn tries_come_back_with_time() {
        let limits = Limits::default();
        while limits.sign_in("wang", "10.0.0.9", 0).is_ok() {}
        assert!(limits.sign_in("wang", "10.0.0.9", 30_000_000).is_err());
        assert!(limits.sign_in("wang", "10.0.0.9", 10 * MINUTE).is_ok());
    }

    #[test]
    fn a_source_that_sprays_over_accounts_is_stopped() {
        let limits = Limits::default();
        let passed = (0..500).filter(|i| limits.sign_in(&format!("p{i}"), "10.0.0.9", 0).is_ok()).count();
        assert_eq!(passed, 60);
    }
}
