//! The answer of the guard, which nobody else can make.

use std::sync::Arc;

use kedun_model::{Action, Caller, FieldId, FieldLevel, ObjectId, PersonId};

use crate::compile::{Entry, tidy};
use crate::effective::earliest;
use crate::levels::{FieldGuard, FieldTable};
use crate::obligation::class_rule;
use crate::{Discharged, FieldLevels, Obligation, Pred, RecordFacts, RowFilter};

/// What a caller may do with records of one object by one action, at one moment.
///
/// Made by [`crate::Directory::compile`] and [`crate::Plan::bind`] only. It is for one request:
/// it stands for the moment it was made and for the epoch the caller carried.
#[derive(Debug, Clone)]
pub struct Grant {
    pub(crate) object: ObjectId,
    pub(crate) action: Action,
    pub(crate) person: PersonId,
    pub(crate) epoch: u64,
    pub(crate) now: i64,
    pub(crate) valid_until: Option<i64>,
    pub(crate) rows: RowFilter,
    pub(crate) table: Arc<FieldTable>,
    /// One side per principal; everything must be given by all.
    pub(crate) sides: Vec<Side>,
    /// What guards put on the whole action.
    pub(crate) guarded: Vec<Obligation>,
    /// The same, and what the classes of the fields demand.
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) discharged: Discharged,
}

/// What one principal brings.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub(crate) entries: Arc<Vec<Entry>>,
    pub(crate) field_guards: Vec<FieldGuard>,
    /// Rows that stay hidden until something is done.
    pub(crate) conditional: Vec<(Pred, Obligation)>,
    /// The rows as they would be if all of that were done.
    pub(crate) strict: RowFilter,
}

impl Grant {
    /// The object it is for.
    pub fn object(&self) -> ObjectId {
        self.object
    }

    /// The action it is for.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The person whose rights these are: the caller, or whom the caller acts for.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The access epoch under which it was decided.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The moment it stands for; expiries of shares are compared with it.
    pub fn at(&self) -> i64 {
        self.now
    }

    /// The moment from which it must be asked again, in microseconds of UTC.
    pub fn valid_until(&self) -> Option<i64> {
        self.valid_until
    }

    /// The rows.
    pub fn rows(&self) -> &RowFilter {
        &self.rows
    }

    /// Whether the record is among the rows.
    pub fn allows(&self, facts: &RecordFacts) -> bool {
        self.rows.matches(facts, self.now)
    }

    /// Whether a record may be turned from `before` into `after` under this grant.
    ///
    /// Both images must be among the rows. A change of owner, team, unit or partner is a transfer:
    /// only a grant of [`Action::Transfer`] allows it.
    pub fn allows_write(&self, before: &RecordFacts, after: &RecordFacts) -> bool {
        let moved = before.owner != after.owner
            || before.team != after.team
            || before.unit != after.unit
            || before.partner != after.partner;
        (!moved || self.action == Action::Transfer) && self.allows(before) && self.allows(after)
    }

    /// The level of each field of the record; none of any where the record is not allowed.
    pub fn levels(&self, facts: &RecordFacts) -> FieldLevels {
        let levels = if self.allows(facts) {
            self.table.fields.iter().enumerate().map(|(i, f)| self.level_at(i, f.id, facts)).collect()
        } else {
            vec![FieldLevel::None; self.table.fields.len()]
        };
        FieldLevels { table: Arc::clone(&self.table), levels }
    }

    /// The level of one field of the record; none where the record is not allowed.
    pub fn level(&self, facts: &RecordFacts, field: FieldId) -> FieldLevel {
        match self.table.position(field) {
            Some(i) if self.allows(facts) => self.level_at(i, field, facts),
            _ => FieldLevel::None,
        }
    }

    fn level_at(&self, position: usize, field: FieldId, facts: &RecordFacts) -> FieldLevel {
        let Some(class) = self.table.class(field) else {
            return FieldLevel::None;
        };
        let of_side = |side: &Side| {
            let given = side
                .entries
                .iter()
                .filter(|e| e.branch.matches(facts, self.now))
                .filter_map(|e| e.levels.get(position).copied())
                .max()
                .unwrap_or_default();
            let caps = side.field_guards.iter().filter(|g| g.concerns(class, facts)).map(FieldGuard::cap);
            caps.fold(given, FieldLevel::min)
        };
        let level = self.sides.iter().map(of_side).min().unwrap_or_default();
        // Of an erased record a stub is left: nothing of it can be read any more.
        if facts.erased { level.min(FieldLevel::Masked) } else { level }
    }

    /// The highest level that any reachable row may give the field.
    pub fn field_level_max(&self, field: FieldId) -> FieldLevel {
        self.bound(field, false)
    }

    /// The level that every reachable row gives the field at least; what a filter, an order, a
    /// group or a formula over all rows must ask for.
    pub fn field_level_min(&self, field: FieldId) -> FieldLevel {
        self.bound(field, true)
    }

    fn bound(&self, field: FieldId, least: bool) -> FieldLevel {
        let (Some(position), Some(class)) = (self.table.position(field), self.table.class(field)) else {
            return FieldLevel::None;
        };
        let of_side = |side: &Side| {
            let levels = side.entries.iter().filter_map(|e| e.levels.get(position).copied());
            let given = if least { levels.min() } else { levels.max() }.unwrap_or_default();
            let caps = side
                .field_guards
                .iter()
                .filter(|g| g.class == class && (least || g.rows.is_none()))
                .map(FieldGuard::cap);
            caps.fold(given, FieldLevel::min)
        };
        self.sides.iter().map(of_side).min().unwrap_or_default()
    }

    /// Everything that the action rests on, met or not: what guards put on the whole action, and
    /// what the classes of the object's fields demand of a reveal.
    pub fn obligations(&self) -> &[Obligation] {
        &self.obligations
    }

    /// What the caller has still to do for the action on all fields of the object.
    pub fn missing(&self, caller: &Caller) -> Vec<Obligation> {
        self.unmet(self.obligations.clone(), caller)
    }

    /// What the caller has still to do for the action on these fields of this record.
    ///
    /// To be asked before [`Grant::levels`]: an open obligation holds a field at masked.
    pub fn missing_for(&self, caller: &Caller, facts: &RecordFacts, fields: &[FieldId]) -> Vec<Obligation> {
        let mut list = self.guarded.clone();
        for class in fields.iter().filter_map(|f| self.table.class(*f)) {
            list.extend_from_slice(class_rule(self.action, class));
            let guards = self.sides.iter().flat_map(|s| &s.field_guards);
            list.extend(guards.filter(|g| g.concerns(class, facts)).filter_map(|g| g.obligation));
        }
        self.unmet(tidy(list), caller)
    }

    /// What would have to be done for the record to be among the rows; empty where it already is,
    /// or where nothing helps.
    pub fn step_up(&self, facts: &RecordFacts) -> Vec<Obligation> {
        let open = self.sides.iter().flat_map(|s| &s.conditional).filter(|(pred, _)| pred.hits(facts));
        let steps: Vec<Obligation> = open.map(|(_, obligation)| *obligation).collect();
        if self.sides.iter().all(|s| s.strict.matches(facts, self.now)) { tidy(steps) } else { Vec::new() }
    }

    fn unmet(&self, list: Vec<Obligation>, caller: &Caller) -> Vec<Obligation> {
        list.into_iter().filter(|o| !o.met(caller, self.discharged, self.now)).collect()
    }

    /// What both grants allow; the rights remain those of the first one's person.
    ///
    /// Two grants that are not for the same object, action and moment have nothing in common.
    #[must_use]
    pub fn intersect(&self, other: &Grant) -> Grant {
        let same = self.object == other.object
            && self.action == other.action
            && self.now == other.now
            && self.table == other.table;
        let rows = if same { self.rows.intersect(&other.rows) } else { RowFilter::default() };
        Grant {
            rows,
            valid_until: earliest(self.valid_until, other.valid_until),
            sides: self.sides.iter().chain(&other.sides).cloned().collect(),
            guarded: tidy(self.guarded.iter().chain(&other.guarded).copied().collect()),
            obligations: tidy(self.obligations.iter().chain(&other.obligations).copied().collect()),
            epoch: self.epoch.min(other.epoch),
            ..self.clone()
        }
    }
}
