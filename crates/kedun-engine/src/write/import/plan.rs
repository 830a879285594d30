//! What a batch comes to, before anything is written.

use std::collections::{HashMap, HashSet};

use kedun_guard::{Grant, RecordFacts};
use kedun_model::error::FieldError;
use kedun_model::{
    Action, Caller, Error, FieldDef, FieldId, FieldKind, RecordId, Result, SubjectId, Uniqueness, Value,
};
use kedun_store::Stmt;

use super::{ImportBatch, ImportRow, MAX_ROWS, OnMatch, RowOutcome};
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::read::row::RecordRow;
use crate::seal::SubjectKeys;
use crate::write::check::{Visible, broken, check_place, invalid, may_write, missing, reference};
use crate::write::equal::{lock, same_form};
use crate::write::numbers::Taken;
use crate::write::parse::{check_value, masks, wrong};
use crate::write::partner::company_of;
use crate::write::rules::{complete_new, following};
use crate::write::subject::via;

/// A record to be made.
pub(super) struct Birth {
    /// The position of its row in the batch.
    pub row: usize,
    pub id: RecordId,
    pub subject: SubjectId,
    pub values: Vec<Value>,
}

/// A record to be changed.
pub(super) struct Edit {
    /// The positions of its rows in the batch.
    pub rows: Vec<usize>,
    pub record: RecordRow,
    pub before: Vec<Value>,
    pub after: Vec<Value>,
}

/// A batch, decided.
pub(super) struct Plan {
    pub outcomes: Vec<RowOutcome>,
    pub births: Vec<Birth>,
    pub edits: Vec<Edit>,
    pub facts: RecordFacts,
    /// Under which conditions strict values stay unique.
    pub guards: Vec<(i64, Stmt, u64)>,
    pub numbers: Vec<Taken>,
    /// The keys of the subjects that records belong to or are.
    pub keys: SubjectKeys,
}

/// A row that was refused, by one code.
fn refused(code: &'static str) -> Vec<FieldError> {
    vec![FieldError { field: "_record".to_owned(), code: code.into(), args: Vec::new() }]
}

/// The checked cells of a row, or all that is wrong with them.
type Cells = Result<Vec<(usize, Value)>, Vec<FieldError>>;

struct Planner<'a> {
    inner: &'a Inner,
    object: &'a CatalogObject,
    positions: HashMap<FieldId, usize>,
}

impl Inner {
    /// Decides a batch.
    pub(super) async fn plan(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        batch: &ImportBatch,
    ) -> Result<Plan> {
        if batch.rows.len() > MAX_ROWS {
            return Err(Error::invalid("import.too_many_rows").arg("max", MAX_ROWS));
        }
        let grant = self.grant_for(caller, object, Action::Import, "import.batch", None).await?;
        let directory = self.directory(caller).await?;
        let now = self.ctx.now();
        let owner = batch.owner.unwrap_or_else(|| grant.person());
        invalid(check_place(&directory, Some(owner), None, None, now))?;
        let facts = RecordFacts {
            owner: Some(owner),
            unit: directory.directory.person(owner).and_then(|p| p.unit),
            partner: company_of(&directory, [owner, grant.person()]),
            source: Some(batch.source.code().to_owned()),
            ..RecordFacts::default()
        };
        if !grant.allows(&facts) {
            self.refused(caller, "import.batch", object.def.id, RecordId::NIL).await?;
            return Err(Error::forbidden("access.no_branch"));
        }
        let planner = Planner {
            inner: self,
            object,
            positions: object.def.fields.iter().enumerate().map(|(i, f)| (f.id, i)).collect(),
        };
        let references: Vec<_> = batch.rows.iter().flat_map(|r| planner.references(r)).collect();
        let visible =
            if references.is_empty() { Visible::new() } else { self.referable(caller, &references).await? };
        let mut edits = planner.edits(caller, batch).await?;
        let levels = grant.levels(&facts);
        let rules = self.writes.rules.get().map_or(&[][..], Vec::as_slice);

        // In order, so that rows are added at the end of every index that begins with or ends in the id.
        let mut fresh: Vec<RecordId> = batch.rows.iter().map(|_| RecordId(self.ctx.new_uuid())).collect();
        fresh.sort_unstable();
        let mut fresh = fresh.into_iter();
        let mut outcomes = Vec::with_capacity(batch.rows.len());
        let mut births: Vec<Birth> = Vec::new();
        for (i, row) in batch.rows.iter().enumerate() {
            let outcome = match row.match_existing {
                Some((id, _)) if batch.on_match == OnMatch::Skip => RowOutcome::Skipped(id),
                Some((id, version)) => {
                    let edit = edits.get_mut(&id);
                    planner.edit(i, row, id, version, edit, |f, v| broken(f, v, &visible, &directory, now))
                }
                None => match planner.cells(
                    row,
                    |f| levels.get(f),
                    |f, v| broken(f, v, &visible, &directory, now),
                ) {
                    Err(errors) => RowOutcome::Rejected(errors),
                    Ok(cells) => {
                        let mut values = vec![Value::Null; object.def.fields.len()];
                        for (position, value) in cells {
                            if let Some(slot) = values.get_mut(position) {
                                *slot = value;
                            }
                        }
                        complete_new(rules, object, &mut values);
                        let absent: Vec<FieldError> = missing(object, &values).collect();
                        if absent.is_empty() {
                            let id = fresh.next().unwrap_or_else(|| RecordId(self.ctx.new_uuid()));
                            births.push(Birth { row: i, id, subject: SubjectId(id.0), values });
                            RowOutcome::Created(id)
                        } else {
                            RowOutcome::Rejected(absent)
                        }
                    }
                },
            };
            outcomes.push(outcome);
        }
        let mut edits: Vec<Edit> = edits.into_values().filter_map(|e| e.edit.ok()).collect();
        for edit in &mut edits {
            let changed = |p: usize| edit.after.get(p) != edit.before.get(p);
            let mut follow = following(rules, object, &edit.after, changed);
            follow.retain(|(position, _)| !changed(*position));
            for (position, value) in follow {
                if let Some(slot) = edit.after.get_mut(position) {
                    *slot = value;
                }
            }
        }
        let guards = planner.unique(&mut births, &mut edits, &mut outcomes).await?;
        let keys = planner.subjects(&mut births, &mut edits, &mut outcomes).await?;
        edits.retain(|edit| {
            let same = edit.before == edit.after;
            for row in edit.rows.iter().filter(|_| same) {
                if let Some(outcome) = outcomes.get_mut(*row) {
                    *outcome = RowOutcome::Unchanged(edit.record.id);
                }
            }
            !same
        });
        let mut numbers = Vec::new();
        for (position, field) in object.def.fields.iter().enumerate() {
            if matches!(field.kind, FieldKind::AutoNumber { .. }) && !births.is_empty() {
                let taken = self.take_numbers(field, births.len()).await?;
                for (i, birth) in births.iter_mut().enumerate() {
                    if let Some(slot) = birth.values.get_mut(position) {
                        *slot = taken.value(field, i);
                    }
                }
                numbers.push(taken);
            }
        }
        Ok(Plan { outcomes, births, edits, facts, guards, numbers, keys })
    }
}

/// A record that rows match: an edit in the making, or why it may not be changed.
struct Matched {
    grant: Option<Grant>,
    edit: Result<Edit, &'static str>,
}

impl Planner<'_> {
    fn field(&self, id: FieldId) -> Option<(usize, &FieldDef)> {
        let position = *self.positions.get(&id)?;
        Some((position, self.object.def.fields.get(position)?))
    }

    fn references(&self, row: &ImportRow) -> Vec<(kedun_model::ObjectId, uuid::Uuid)> {
        row.values.iter().filter_map(|(id, value)| reference(self.field(*id)?.1, value)).collect()
    }

    /// The cells of a row that say something, checked.
    fn cells(
        &self,
        row: &ImportRow,
        level: impl Fn(FieldId) -> kedun_model::FieldLevel,
        broken: impl Fn(&FieldDef, &Value) -> Option<FieldError>,
    ) -> Cells {
        let (mut cells, mut errors) = (Vec::with_capacity(row.values.len()), Vec::new());
        for (id, value) in &row.values {
            let Some((position, field)) = self.field(*id) else {
                errors.extend(refused("field.unknown"));
                continue;
            };
            if value.is_null() {
                continue;
            }
            if let Err(code) = may_write(field, level(field.id)) {
                errors.push(wrong(field, code));
                continue;
            }
            match check_value(field, value) {
                Err(error) => errors.push(error),
                Ok(Value::Null) => {}
                Ok(value) => match broken(field, &value) {
                    Some(error) => errors.push(error),
                    None => cells.push((position, value)),
                },
            }
        }
        if errors.is_empty() { Ok(cells) } else { Err(errors) }
    }

    /// The records that rows match, read and opened.
    async fn edits(&self, caller: &Caller, batch: &ImportBatch) -> Result<HashMap<RecordId, Matched>> {
        let mut edits = HashMap::new();
        let mut ids: Vec<RecordId> =
            batch.rows.iter().filter_map(|r| r.match_existing.map(|(id, _)| id)).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() || batch.on_match == OnMatch::Skip {
            return Ok(edits);
        }
        let grant = self.inner.grant(caller, self.object, Action::Update).await.ok();
        let read = self.inner.grant(caller, self.object, Action::Read).await.ok();
        let mut records: Vec<RecordRow> =
            self.inner.stored(self.object, &ids).await?.into_iter().map(|s| s.row).collect();
        self.inner.fill_shares(self.object.def.id, &mut records, grant.iter().chain(read.iter())).await?;
        let subjects: Vec<SubjectId> = records.iter().map(|r| r.subject).collect();
        let keys = self.inner.subject_keys(&subjects).await?;
        let fields: Vec<&FieldDef> = self.object.def.fields.iter().collect();
        for record in records {
            let id = record.id;
            let seen = read.as_ref().is_some_and(|g| g.allows(&record.facts)) && record.deleted_at.is_none();
            let edit = if !seen {
                Err("not_found")
            } else if !grant.as_ref().is_some_and(|g| g.allows(&record.facts)) {
                Err("access.no_branch")
            } else {
                match self.inner.open_row(self.object, &fields, &record, &keys)? {
                    None => Err("subject.erased"),
                    Some(before) => Ok(Edit { rows: Vec::new(), record, after: before.clone(), before }),
                }
            };
            edits.insert(id, Matched { grant: grant.clone(), edit });
        }
        Ok(edits)
    }

    /// Takes a row into the edit of the record it matches.
    fn edit(
        &self,
        i: usize,
        row: &ImportRow,
        id: RecordId,
        version: u64,
        matched: Option<&mut Matched>,
        broken: impl Fn(&FieldDef, &Value) -> Option<FieldError>,
    ) -> RowOutcome {
        let Some(Matched { grant: Some(grant), edit }) = matched else {
            return RowOutcome::Rejected(refused("not_found"));
        };
        let edit = match edit {
            Ok(edit) => edit,
            Err(code) => return RowOutcome::Rejected(refused(code)),
        };
        if edit.record.version != version {
            return RowOutcome::Rejected(refused(crate::write::VERSION_CHANGED));
        }
        let cells = match self.cells(row, |f| grant.level(&edit.record.facts, f), broken) {
            Ok(cells) => cells,
            Err(errors) => return RowOutcome::Rejected(errors),
        };
        for (position, value) in &cells {
            if let (Some(field), Some(old)) =
                (self.object.def.fields.get(*position), edit.after.get(*position))
                && masks(field, value, old)
            {
                return RowOutcome::Rejected(vec![wrong(field, "field.masked_value")]);
            }
        }
        for (position, value) in cells {
            if let Some(slot) = edit.after.get_mut(position) {
                *slot = value;
            }
        }
        edit.rows.push(i);
        RowOutcome::Updated(id)
    }

    /// Rejects rows with a strict value that another record, or another row before, has.
    async fn unique(
        &self,
        births: &mut Vec<Birth>,
        edits: &mut Vec<Edit>,
        outcomes: &mut [RowOutcome],
    ) -> Result<Vec<(i64, Stmt, u64)>> {
        let mut guards = Vec::new();
        for (position, field) in self.object.def.fields.iter().enumerate() {
            if field.unique != Uniqueness::Strict {
                continue;
            }
            let values: Vec<Value> = edits
                .iter()
                .filter(|e| e.before.get(position) != e.after.get(position))
                .map(|e| (e.record.id, &e.after))
                .chain(births.iter().map(|b| (b.id, &b.values)))
                .filter_map(|(_, values)| values.get(position).cloned())
                .filter(|v| !v.is_null())
                .collect();
            let refs: Vec<&Value> = values.iter().collect();
            let equal = self.inner.equal(self.object, field, &refs).await?;
            let mut holders: HashMap<String, HashSet<RecordId>> = HashMap::new();
            for (i, record) in &equal.found {
                if let Some(form) = refs.get(*i).and_then(|v| same_form(field, v)) {
                    holders.entry(form).or_default().insert(record.id);
                }
            }
            let mut taken = |id: RecordId, value: Option<&Value>| {
                let Some(form) = value.and_then(|v| same_form(field, v)) else { return false };
                let holders = holders.entry(form).or_default();
                let other = holders.iter().any(|h| *h != id);
                holders.insert(id);
                other
            };
            let mut reject = |rows: &[usize]| {
                for row in rows {
                    if let Some(outcome) = outcomes.get_mut(*row) {
                        *outcome = RowOutcome::Rejected(vec![wrong(field, crate::write::DUPLICATE)]);
                    }
                }
            };
            edits.retain(|e| {
                let changed = e.before.get(position) != e.after.get(position);
                let bad = changed && taken(e.record.id, e.after.get(position));
                if bad {
                    reject(&e.rows);
                }
                !bad
            });
            births.retain(|b| {
                let bad = taken(b.id, b.values.get(position));
                if bad {
                    reject(&[b.row]);
                }
                !bad
            });
            if let Some((stmt, count)) = equal.guard {
                guards.push((lock(field), stmt, count));
            }
        }
        Ok(guards)
    }

    /// Finds whose keys seal the records; rejects rows of people whose data were erased, and
    /// changes that would give a record to another person.
    async fn subjects(
        &self,
        births: &mut Vec<Birth>,
        edits: &mut Vec<Edit>,
        outcomes: &mut [RowOutcome],
    ) -> Result<SubjectKeys> {
        let references: Vec<_> = births
            .iter()
            .filter_map(|b| via(self.object, &b.values))
            .chain(edits.iter().filter_map(|e| via(self.object, &e.after)))
            .collect();
        let subjects =
            if references.is_empty() { HashMap::new() } else { self.inner.subjects_via(&references).await? };
        let mut wanted: Vec<SubjectId> = edits.iter().map(|e| e.record.subject).collect();
        wanted.extend(subjects.values());
        let keys = self.inner.subject_keys(&wanted).await?;
        let mut reject = |rows: &[usize], code| {
            for row in rows {
                if let Some(outcome) = outcomes.get_mut(*row) {
                    *outcome = RowOutcome::Rejected(refused(code));
                }
            }
        };
        births.retain_mut(|birth| {
            let Some(reference) = via(self.object, &birth.values) else { return true };
            match subjects.get(&reference) {
                Some(subject) if keys.contains_key(subject) => {
                    birth.subject = *subject;
                    true
                }
                _ => {
                    reject(&[birth.row], "subject.erased");
                    false
                }
            }
        });
        edits.retain(|edit| {
            let own = SubjectId(edit.record.id.0);
            let subject = via(self.object, &edit.after).map_or(Some(own), |r| subjects.get(&r).copied());
            let stays = via(self.object, &edit.after) == via(self.object, &edit.before)
                || subject == Some(edit.record.subject);
            if !stays {
                reject(&edit.rows, "record.subject_changes");
            }
            stays
        });
        Ok(keys)
    }
}
