//! The real clock and the real randomness: the one place where they enter.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use kedun_model::context::uuid_v7;
use kedun_model::{Clock, Context, IdSource};
use kedun_vault::{Entropy, SystemEntropy};
use uuid::Uuid;

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    fn now(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|d| i64::try_from(d.as_micros()).ok())
            .unwrap_or(0)
    }
}

struct SystemIds;

impl IdSource for SystemIds {
    fn uuid(&self, at: i64) -> Uuid {
        let mut random = [0; 10];
        SystemEntropy.fill(&mut random);
        uuid_v7(at, random)
    }

    fn random(&self, buf: &mut [u8]) {
        SystemEntropy.fill(buf);
    }
}

/// The context of a running program.
pub fn context() -> Context {
    Context { clock: Arc::new(SystemClock), ids: Arc::new(SystemIds) }
}
