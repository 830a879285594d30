//! How far each field of a record is seen.

use std::sync::Arc;

use kedun_model::{DataClass, FieldId, FieldLevel, GuardId, ObjectDef};

use crate::{Obligation, Pred, RecordFacts};

/// What the levels need to know of an object's fields, sorted by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldTable {
    pub(crate) fields: Vec<FieldInfo>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldInfo {
    pub(crate) id: FieldId,
    pub(crate) class: DataClass,
    pub(crate) off: bool,
}

impl FieldTable {
    pub(crate) fn new(def: &ObjectDef) -> FieldTable {
        let info = |f: &kedun_model::FieldDef| FieldInfo { id: f.id, class: f.class, off: f.off_by_default };
        let mut fields: Vec<FieldInfo> = def.fields.iter().map(info).collect();
        fields.sort_by_key(|f| f.id);
        FieldTable { fields }
    }

    pub(crate) fn position(&self, id: FieldId) -> Option<usize> {
        self.fields.binary_search_by_key(&id, |f| f.id).ok()
    }

    pub(crate) fn class(&self, id: FieldId) -> Option<DataClass> {
        self.fields.get(self.position(id)?).map(|f| f.class)
    }
}

/// The level of every field of one record for one grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldLevels {
    pub(crate) table: Arc<FieldTable>,
    pub(crate) levels: Vec<FieldLevel>,
}

impl FieldLevels {
    /// The level of a field; none for a field the object does not have.
    pub fn get(&self, field: FieldId) -> FieldLevel {
        self.table.position(field).and_then(|i| self.levels.get(i)).copied().unwrap_or_default()
    }

    /// Every field with its level, ordered by field.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, FieldLevel)> {
        self.table.fields.iter().map(|f| f.id).zip(self.levels.iter().copied())
    }
}

/// A guard that lowers the fields of a class, folded for one call.
#[derive(Debug, Clone)]
pub(crate) struct FieldGuard {
    pub(crate) guard: GuardId,
    pub(crate) class: DataClass,
    /// The rows concerned; all if absent.
    pub(crate) rows: Option<Pred>,
    /// What must be done first; a plain no if absent.
    pub(crate) obligation: Option<Obligation>,
    /// Whether the caller has done it.
    pub(crate) met: bool,
}

impl FieldGuard {
    /// The highest level left while the guard stands.
    pub(crate) fn cap(&self) -> FieldLevel {
        match self.obligation {
            _ if self.met => FieldLevel::Write,
            Some(_) => FieldLevel::Masked,
            None => FieldLevel::None,
        }
    }

    pub(crate) fn concerns(&self, class: DataClass, facts: &RecordFacts) -> bool {
        self.class == class && self.rows.as_ref().is_none_or(|p| p.hits(facts))
    }
}
