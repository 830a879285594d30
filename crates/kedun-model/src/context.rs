//! Time, randomness and ids, injected so that every clock can be tested in virtual time.

use std::sync::Arc;

use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Microseconds of UTC since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;
}

/// Makes ids and random bytes.
pub trait IdSource: Send + Sync {
    /// A new UUID v7 for the moment `at` (microseconds of UTC).
    fn uuid(&self, at: i64) -> Uuid;
    /// Fills `buf` with bytes fit for keys.
    fn random(&self, buf: &mut [u8]);
}

/// The outside world as business code sees it.
#[derive(Clone)]
pub struct Context {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
}

impl Context {
    /// Now, in microseconds of UTC.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// A new id, ordered by time.
    pub fn new_uuid(&self) -> Uuid {
        self.ids.uuid(self.clock.now())
    }

    /// An array of random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut buf = [0; N];
        self.ids.random(&mut buf);
        buf
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Context")
    }
}

/// Builds a UUID v7 from a moment and 10 random bytes.
pub fn uuid_v7(at: i64, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
