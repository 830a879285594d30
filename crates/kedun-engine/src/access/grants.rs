//! What people hold, kept while rights stay as they are, and bound to each call.

use std::num::NonZeroUsize;
use std::sync::Arc;

use kedun_guard::{Denied, Discharged, Grant, Plan};
use kedun_model::{Action, Caller, ObjectId, PersonId};
use lru::LruCache;
use parking_lot::Mutex;

use super::DirectoryEntry;
use crate::catalog::CatalogObject;

/// How many plans are kept: about 1,000 people with 20 each.
const KEPT: usize = 20_000;

/// What a plan depends on, besides time.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Key {
    person: PersonId,
    object: ObjectId,
    object_version: u64,
    action: Action,
    directory: u64,
}

/// The plans of late, and the refusals; a refusal stands until the directory changes.
pub(crate) struct Grants(Mutex<LruCache<Key, Result<Arc<Plan>, Denied>>>);

impl Default for Grants {
    fn default() -> Self {
        Grants(Mutex::new(LruCache::new(NonZeroUsize::new(KEPT).unwrap_or(NonZeroUsize::MIN))))
    }
}

impl Grants {
    /// The grant of this call.
    pub fn grant(
        &self,
        directory: &DirectoryEntry,
        caller: &Caller,
        object: &CatalogObject,
        action: Action,
        now: i64,
    ) -> Result<Grant, Denied> {
        if caller.acting_for.is_some() {
            // The meeting of two principals' rights; seldom, and made by the guard alone.
            return directory.directory.compile(caller, object.def.id, action, &object.def, now);
        }
        let key = Key {
            person: caller.person,
            object: object.def.id,
            object_version: object.version,
            action,
            directory: directory.version,
        };
        self.plan(directory, key, object, now)?.bind(caller, Discharged::default(), now)
    }

    fn plan(
        &self,
        directory: &DirectoryEntry,
        key: Key,
        object: &CatalogObject,
        now: i64,
    ) -> Result<Arc<Plan>, Denied> {
        if let Some(kept) = self.0.lock().get(&key) {
            match kept {
                Ok(plan) if plan.valid_until().is_some_and(|t| t <= now) => {}
                kept => return kept.clone(),
            }
        }
        let plan =
            directory.directory.plan(key.person, key.object, key.action, &object.def, now).map(Arc::new);
        self.0.lock().put(key, plan.clone());
        plan
    }

    /// Forgets all, after definitions changed.
    pub fn clear(&self) {
        self.0.lock().clear();
    }
}
