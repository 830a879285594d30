//! A mapping made ready for many rows.

use std::hash::{BuildHasher, RandomState};

use kedun_arena::{TextKind, canonical};
use kedun_engine::CatalogObject;
use kedun_model::{Error, FieldDef, FieldKind, Result, Uniqueness, Value};

use super::mapping::{Relation, stores_in_clear};
use super::types::{Mapping, OnMatch};
use crate::coerce::{self, DateRules, Reason};
use crate::rejects::Rejection;
use crate::sheet::{Cell, Row};

/// Decimals of money.
const DECIMALS: u8 = 2;

/// One column that is taken.
pub(crate) struct Slot {
    pub column: usize,
    pub field: FieldDef,
    pub relation: Option<SlotRelation>,
    /// Whether the cells are looked at for personal data, because they would lie in clear.
    pub watched: bool,
}

/// How the texts of a column name records.
pub(crate) struct SlotRelation {
    /// The key of the other object.
    pub to: String,
    pub relation: Relation,
}

/// What is done with each row.
pub(crate) struct ImportPlan {
    pub object: String,
    pub slots: Vec<Slot>,
    /// The slots by which records are recognised.
    pub match_by: Vec<usize>,
    /// The slots in which no two rows of the file may agree.
    pub distinct: Vec<usize>,
    pub on_match: OnMatch,
    pub source: String,
    pub basis: String,
    rules: DateRules,
    hasher: RandomState,
}

/// The values of a row, one per slot.
pub(crate) type Values = Vec<Value>;

impl ImportPlan {
    /// # Errors
    /// `import.mapping` when a field of the mapping is gone.
    pub fn new(object: &CatalogObject, mapping: &Mapping) -> Result<Self> {
        let mut slots = Vec::with_capacity(mapping.columns.len());
        for (column, key) in &mapping.columns {
            let gone =
                || Error::invalid("import.mapping").field(format!("columns.{column}"), "field.unknown");
            let field = object.field(key).cloned().ok_or_else(gone)?;
            let relation = match &field.kind {
                FieldKind::Reference { to, .. } => Some(SlotRelation {
                    to: to.clone(),
                    relation: mapping.relations.get(key).cloned().ok_or_else(gone)?,
                }),
                _ => None,
            };
            let creates = relation.as_ref().is_some_and(|r| r.relation.create_missing);
            let watched = !mapping.acknowledged && (creates || stores_in_clear(&field));
            slots.push(Slot { column: *column, field, relation, watched });
        }
        let slot_of = |key: &String| slots.iter().position(|s| &s.field.key == key);
        let match_by: Vec<usize> = mapping.match_by.iter().filter_map(slot_of).collect();
        let strict = (0..).zip(&slots).filter(|(_, s)| s.field.unique == Uniqueness::Strict).map(|(i, _)| i);
        let mut distinct = match_by.clone();
        distinct.extend(strict.filter(|i| !match_by.contains(i)));
        Ok(ImportPlan {
            object: object.def.key.clone(),
            slots,
            match_by,
            distinct,
            on_match: mapping.on_match,
            source: mapping.source.clone(),
            basis: mapping.basis.clone(),
            rules: DateRules { order: mapping.options.date_order, ..DateRules::default() },
            hasher: RandomState::new(),
        })
    }

    /// The values of a row, or all that is wrong with it.
    pub fn values(&self, row: &Row) -> Result<Values, Vec<Rejection>> {
        let mut wrong = Vec::new();
        if let Some(problem) = &row.problem {
            wrong.push(Rejection { column: None, reason: problem.clone() });
        }
        let mut values = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            let cell = row.cells.get(slot.column).unwrap_or(&Cell::Empty);
            let value = match coerce::value(cell, &slot.field.kind, &self.rules, DECIMALS) {
                Ok(Value::Null) if slot.field.required => Err(Reason::Required),
                other => other,
            };
            match value {
                Ok(value) => values.push(value),
                Err(reason) => wrong.push(Rejection { column: Some(slot.column), reason }),
            }
        }
        if wrong.is_empty() { Ok(values) } else { Err(wrong) }
    }

    /// For each slot in which rows may not agree, a number of what the row says there. Two rows that
    /// say different things share one with a chance of about one in 10^13 a pair.
    pub fn marks<'a>(&'a self, values: &'a [Value]) -> impl Iterator<Item = u64> + 'a {
        self.distinct.iter().filter_map(|i| {
            let (slot, value) = (self.slots.get(*i)?, values.get(*i)?);
            let form = canonical(kind(&slot.field.kind), value.as_text()?);
            (!form.is_empty()).then(|| self.hasher.hash_one((*i, form)))
        })
    }

    /// The column of a field.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.slots.iter().find(|s| s.field.key == key).map(|s| s.column)
    }

    /// The key of the field that a column is for.
    pub fn key(&self, column: usize) -> Option<&str> {
        self.slots.iter().find(|s| s.column == column).map(|s| s.field.key.as_str())
    }
}

fn kind(kind: &FieldKind) -> TextKind {
    match kind {
        FieldKind::Name => TextKind::Name,
        FieldKind::Phone => TextKind::Phone,
        FieldKind::Email => TextKind::Email,
        FieldKind::Code { .. } => TextKind::Code,
        _ => TextKind::Text,
    }
}

/// What the engine says of a row, as a reason for people.
pub(crate) fn reason(code: &str, args: &[(std::borrow::Cow<'static, str>, String)]) -> Reason {
    let max = || args.iter().find(|(name, _)| name == "max").and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
    match code {
        "field.required" => Reason::Required,
        "field.too_long" => Reason::TooLong { max: max() },
        "field.not_a_number" => Reason::NotANumber,
        "field.out_of_range" => Reason::OutOfRange,
        "field.not_a_date" => Reason::NotADate,
        "field.not_a_boolean" => Reason::NotABoolean,
        "field.not_a_phone" => Reason::NotAPhone,
        "field.not_an_email" => Reason::NotAnEmail,
        "field.not_a_url" => Reason::NotAUrl,
        "field.not_an_option" => Reason::UnknownOption,
        "field.no_write" | "field.unknown" | "access.no_branch" | "not_found" => Reason::NotAllowed,
        "field.read_only" => Reason::NotImportable,
        "relation.not_found" => Reason::RelationNotFound,
        "record.duplicate" => Reason::DuplicateExisting,
        "record.version_changed" => Reason::ChangedMeanwhile,
        _ => Reason::NotAccepted,
    }
}
