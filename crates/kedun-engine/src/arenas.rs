//! The search arenas of the installation, one per object with searchable fields.

use std::collections::HashMap;
use std::sync::Arc;

use kedun_arena::{Arena, FieldSpec, TextKind};
use kedun_model::{FieldKind, ObjectDef, ObjectId};
use parking_lot::RwLock;

/// The arenas by object.
#[derive(Default, Debug)]
pub struct Arenas(RwLock<HashMap<ObjectId, Arc<Arena>>>);

impl Arenas {
    /// The arena of an object; none where no field is searchable.
    pub fn get(&self, object: ObjectId) -> Option<Arc<Arena>> {
        self.0.read().get(&object).cloned()
    }

    /// Makes the arena of an object that has none yet or whose searchable fields changed; the new
    /// arena is empty and not ready.
    pub fn ensure(&self, def: &ObjectDef) -> Option<Arc<Arena>> {
        let specs = specs(def);
        if specs.is_empty() {
            self.0.write().remove(&def.id);
            return None;
        }
        let mut arenas = self.0.write();
        if let Some(arena) = arenas.get(&def.id)
            && arena.fields() == specs
        {
            return Some(Arc::clone(arena));
        }
        let arena = Arc::new(Arena::new(specs));
        arenas.insert(def.id, Arc::clone(&arena));
        Some(arena)
    }

    /// All arenas, for status and metrics.
    pub fn all(&self) -> Vec<(ObjectId, Arc<Arena>)> {
        self.0.read().iter().map(|(id, arena)| (*id, Arc::clone(arena))).collect()
    }
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
