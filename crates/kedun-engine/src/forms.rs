//! What the fields with a blind index say, or said once: so that a value that is new is known to be new
//! without opening the records that share its token. Of a million records sixteen share each, and a file
//! of new people would open them all for every row.
//!
//! Invariant: what this process commits to such a field was noted before, and what was there at its start
//! was noted when the arena of the object was filled. A value that is not known is therefore in no living
//! record; one that is known may be, and is looked for. What another node commits is noted when the change
//! feed brings it, as with all that is found in memory.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use kedun_model::{FieldDef, FieldId, Uniqueness};
use parking_lot::RwLock;

use crate::catalog::CatalogObject;
use crate::door::Inner;

/// The forms by field, as 32 bits of a hash with a key of this process; two share one with a chance of
/// one in four billion.
#[derive(Default)]
pub(crate) struct Forms {
    hasher: RandomState,
    marks: RwLock<HashMap<FieldId, HashSet<u32>>>,
}

impl Forms {
    /// Notes a canonical form.
    pub fn note(&self, field: FieldId, form: &str) {
        let mark = self.mark(form);
        self.marks.write().entry(field).or_default().insert(mark);
    }

    /// Whether the form was noted; true now and then of one that was not.
    fn knows(&self, field: FieldId, form: &str) -> bool {
        let mark = self.mark(form);
        self.marks.read().get(&field).is_some_and(|marks| marks.contains(&mark))
    }

    fn mark(&self, form: &str) -> u32 {
        u32::try_from(self.hasher.hash_one(form) >> 32).unwrap_or(u32::MAX)
    }
}

impl Inner {
    /// Whether no living record says `form` in a field. Of a strict field it is never said: what another
    /// node has just written is not known here yet, and must count there.
    pub(crate) fn is_new(&self, object: &CatalogObject, field: &FieldDef, form: &str) -> bool {
        let arena = self.arenas.get(object.def.id);
        // Asked first: what is noted until it is filled is known after.
        let filled = arena.is_some_and(|a| a.ready() && a.fields().iter().any(|f| f.field == field.id.0));
        filled && field.unique != Uniqueness::Strict && !self.forms.knows(field.id, form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_known_in_its_field_alone() {
        let forms = Forms::default();
        let (mobile, id_no) = (FieldId(3), FieldId(4));
        for n in 0..1_000 {
            forms.note(mobile, &format!("1380013{n:04}"));
        }
        assert!((0..1_000).all(|n| forms.knows(mobile, &format!("1380013{n:04}"))));
        assert!(!forms.knows(id_no, "13800130001"));
        let strangers = (0..1_000).filter(|n| forms.knows(mobile, &format!("1390013{n:04}"))).count();
        assert!(strangers < 3);
    }
}
