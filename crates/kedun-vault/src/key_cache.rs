//! Unwrapped subject keys in memory, in order of last use.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use lru::LruCache;
use parking_lot::Mutex;

use crate::ids::SubjectId;
use crate::subject_key::SubjectKey;

const SHARDS: usize = 16;

type Shard = Mutex<LruCache<SubjectId, Arc<SubjectKey>>>;

/// A bounded cache, split so that readers seldom wait for each other.
pub(crate) struct KeyCache {
    shards: [Shard; SHARDS],
    per_shard: usize,
}

impl KeyCache {
    /// Holds about `capacity` keys, and at least one per shard.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::new(LruCache::unbounded())),
            per_shard: capacity.div_ceil(SHARDS).max(1),
        }
    }

    pub(crate) fn get(&self, subject: &SubjectId) -> Option<Arc<SubjectKey>> {
        self.shard(subject)?.lock().get(subject).cloned()
    }

    /// Keeps `key` unless a newer generation of the same subject is kept already.
    pub(crate) fn put(&self, key: &Arc<SubjectKey>) {
        let Some(shard) = self.shard(&key.subject) else { return };
        let mut shard = shard.lock();
        if shard.peek(&key.subject).is_some_and(|kept| kept.generation > key.generation) {
            return;
        }
        let replaced = shard.put(key.subject, Arc::clone(key));
        let evicted = if shard.len() > self.per_shard { shard.pop_lru() } else { None };
        // Wiping a key takes longer than the map operation: do it unlocked.
        drop(shard);
        drop((replaced, evicted));
    }

    pub(crate) fn forget(&self, subject: &SubjectId) {
        if let Some(shard) = self.shard(subject) {
            let removed = shard.lock().pop(subject);
            drop(removed);
        }
    }

    pub(crate) fn clear(&self) {
        for shard in &self.shards {
            shard.lock().clear();
        }
    }

    /// The last byte is random in every kind of UUID; the first ones may be a time.
    fn shard(&self, subject: &SubjectId) -> Option<&Shard> {
        let last = subject.0.last().copied().unwrap_or(0);
        self.shards.get(usize::from(last) % SHARDS)
    }
}
