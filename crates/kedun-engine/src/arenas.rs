//! The search arenas of the installation, one per object with searchable fields.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use kedun_arena::{Arena, FieldSpec, RecordKey, TextKind};
use kedun_model::{FieldKind, ObjectDef, ObjectId, RecordId};
use lru::LruCache;
use parking_lot::{Mutex, RwLock};
use tokio::sync::{Notify, watch};
use zeroize::Zeroizing;

/// The texts of a record for the arena, by number of the field; `None` empties one.
pub(crate) type Texts = Vec<(u32, Option<Zeroizing<String>>)>;

/// Of how many records the version last put into an arena is remembered.
const REMEMBERED: usize = 32_768;

/// The arenas by object.
pub struct Arenas {
    by_object: RwLock<HashMap<ObjectId, Arc<Arena>>>,
    /// The version of each record that was written last, so that of two changes whose
    /// commits are reported in the wrong order the later one stays.
    latest: Mutex<LruCache<(ObjectId, RecordId), u64>>,
    /// Rung when there is an arena to fill.
    pub(crate) wanting: Arc<Notify>,
    /// Counts the arenas that became ready.
    pub(crate) filled: watch::Sender<u64>,
}

impl Default for Arenas {
    fn default() -> Self {
        let latest = LruCache::new(NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN));
        Arenas {
            by_object: RwLock::default(),
            latest: Mutex::new(latest),
            wanting: Arc::default(),
            filled: watch::channel(0).0,
        }
    }
}

impl std::fmt::Debug for Arenas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.by_object.read().iter()).finish()
    }
}

impl Arenas {
    /// The arena of an object; none where no field is searchable.
    pub fn get(&self, object: ObjectId) -> Option<Arc<Arena>> {
        self.by_object.read().get(&object).cloned()
    }

    /// Makes the arena of an object that has none yet or whose searchable fields changed; the new
    /// arena is empty and not ready until the filler has been there.
    pub fn ensure(&self, def: &ObjectDef) -> Option<Arc<Arena>> {
        let specs = specs(def);
        if specs.is_empty() {
            self.by_object.write().remove(&def.id);
            return None;
        }
        let mut arenas = self.by_object.write();
        if let Some(arena) = arenas.get(&def.id)
            && arena.fields() == specs
        {
            if !arena.ready() {
                self.wanting.notify_one();
            }
            return Some(Arc::clone(arena));
        }
        let arena = Arc::new(Arena::new(specs));
        arenas.insert(def.id, Arc::clone(&arena));
        self.wanting.notify_one();
        Some(arena)
    }

    /// All arenas, for status and metrics.
    pub fn all(&self) -> Vec<(ObjectId, Arc<Arena>)> {
        self.by_object.read().iter().map(|(id, arena)| (*id, Arc::clone(arena))).collect()
    }

    /// Whether every arena holds all its records.
    pub fn ready(&self) -> bool {
        self.by_object.read().values().all(|arena| arena.ready())
    }

    /// Puts what a version of a record says into the arena, or takes the record out; does nothing
    /// where a later version was there before.
    pub(crate) fn apply(&self, object: ObjectId, record: RecordId, version: u64, texts: Option<Texts>) {
        let Some(arena) = self.get(object) else { return };
        // The lock is held while the arena changes: two versions of one record must not cross.
        let mut latest = self.latest.lock();
        if latest.peek(&(object, record)).is_some_and(|known| *known > version) {
            return;
        }
        latest.put((object, record), version);
        put(&arena, record, texts);
    }

    /// As [`Arenas::apply`], where the version may go back: an import was undone.
    pub(crate) fn reset(&self, object: ObjectId, record: RecordId, version: u64, texts: Option<Texts>) {
        let Some(arena) = self.get(object) else { return };
        let mut latest = self.latest.lock();
        latest.put((object, record), version);
        put(&arena, record, texts);
    }

    /// Puts many new records into the arena.
    pub(crate) fn add(&self, object: ObjectId, records: &[(RecordId, Texts)]) {
        let Some(arena) = self.get(object) else { return };
        arena.upsert_batch(records.iter().map(|(id, texts)| (RecordKey(id.bytes()), borrowed(texts))));
    }
}

fn put(arena: &Arena, record: RecordId, texts: Option<Texts>) {
    match texts {
        Some(texts) => arena.upsert(RecordKey(record.bytes()), &borrowed(&texts)),
        None => arena.remove(RecordKey(record.bytes())),
    }
}

/// The texts as the arena takes them.
pub(crate) fn borrowed(texts: &Texts) -> Vec<(u32, Option<&str>)> {
    texts.iter().map(|(field, text)| (*field, text.as_ref().map(|t| t.as_str()))).collect()
}

/// Whether an arena was made for this definition.
pub(crate) fn fits(arena: &Arena, def: &ObjectDef) -> bool {
    arena.fields() == specs(def)
}

/// What an object's arena holds: every searchable field, sealed or not.
fn specs(def: &ObjectDef) -> Vec<FieldSpec> {
    def.fields
        .iter()
        .filter(|f| f.searchable)
        .filter_map(|f| Some(FieldSpec { field: f.id.0, kind: text_kind(&f.kind)? }))
        .collect()
}

/// How the text of a field is normalised; none for kinds without text.
pub fn text_kind(kind: &FieldKind) -> Option<TextKind> {
    match kind {
        FieldKind::Name => Some(TextKind::Name),
        FieldKind::Phone => Some(TextKind::Phone),
        FieldKind::Email => Some(TextKind::Email),
        FieldKind::Code { .. } | FieldKind::AutoNumber { .. } => Some(TextKind::Code),
        FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::Url => Some(TextKind::Text),
        _ => None,
    }
}
