//! One batch against the store: what its rows refer to, which records they are about, and what comes of it.

use kedun_engine::write::{ImportBatch, ImportRow, OnMatch as EngineOnMatch, RowOutcome, Source};
use kedun_model::error::FieldError;
use kedun_model::{Caller, Result, Value};

use super::Inner;
use super::handlers::Work;
use super::pass::{Bad, Batch, Good, add_finding};
use super::plan::{ImportPlan, reason};
use super::relations::{Make, Named, NamedBySlot};
use super::types::{Counts, OnMatch, Outcome, SampleChange, SampleRow};
use crate::coerce::Reason;
use crate::rejects::Rejection;

/// Whether a batch is only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Check,
    Run,
}

/// What came of a batch.
pub(crate) struct Staged {
    pub counts: Counts,
    /// The rows that were not taken, in the order of the file.
    pub bad: Vec<Bad>,
    /// The first rows, if any were asked for.
    pub sample: Vec<SampleRow>,
}

/// A row on its way to the engine.
struct Ready {
    good: Good,
    row: ImportRow,
    /// Fields whose record the import would make first.
    pending: Vec<usize>,
}

impl Inner {
    /// Checks or applies a batch; `sample` rows are shown masked.
    pub(crate) async fn stage(
        &self,
        work: Work<'_>,
        mode: Mode,
        batch: Batch,
        sample: usize,
    ) -> Result<Staged> {
        let Work { caller, plan, import, .. } = work;
        let Batch { number, rows, good, mut bad, findings, .. } = batch;
        let make = match mode {
            Mode::Check => Make::Pretend,
            Mode::Run => Make::In(number),
        };
        let named = self.named(work, &good, make).await?;
        let mut ready = Vec::with_capacity(good.len());
        for row in good {
            match resolve(plan, &named, row) {
                Ok(row) => ready.push(row),
                Err(refused) => bad.push(refused),
            }
        }
        let mut ready = self.recognise(caller, plan, ready, &mut bad).await?;

        let engine_rows = ready.iter_mut().map(|r| std::mem::replace(&mut r.row, blank())).collect();
        let engine_batch = ImportBatch {
            import,
            batch: number,
            source: Source::Import,
            purpose: Some(plan.source.clone()),
            basis: Some(plan.basis.clone()),
            owner: None,
            on_match: match plan.on_match {
                OnMatch::Skip => EngineOnMatch::Skip,
                OnMatch::Update => EngineOnMatch::Update,
            },
            rows: engine_rows,
        };
        let report = match mode {
            Mode::Check => self.door.check_batch(caller, &plan.object, &engine_batch).await?,
            Mode::Run => self.apply(work, &plan.object, engine_batch).await?,
        };

        let mut staged =
            Staged { counts: Counts { rows, ..Counts::default() }, bad: Vec::new(), sample: Vec::new() };
        for (column, kind, n) in findings {
            add_finding(&mut staged.counts.findings, column, kind, n);
        }
        for (ready, (_, outcome)) in ready.into_iter().zip(report.rows) {
            let outcome = match outcome {
                RowOutcome::Created(_) => Outcome::New,
                RowOutcome::Updated(_) => Outcome::Changed,
                RowOutcome::Unchanged(_) => Outcome::Unchanged,
                RowOutcome::Skipped(_) => {
                    bad.push(Bad::duplicate(ready.good.number, ready.good.cells));
                    continue;
                }
                RowOutcome::Rejected(errors) if mode == Mode::Check && ready.only_pending(plan, &errors) => {
                    Outcome::New
                }
                RowOutcome::Rejected(errors) => {
                    bad.push(rejected(plan, ready.good, &errors));
                    continue;
                }
            };
            match outcome {
                Outcome::Changed => staged.counts.changed += 1,
                Outcome::Unchanged => staged.counts.unchanged += 1,
                _ => staged.counts.new += 1,
            }
            if staged.sample.len() < sample {
                staged.sample.push(shown(plan, &ready.good, outcome));
            }
        }
        bad.sort_by_key(|b| b.number);
        for row in &bad {
            match row.outcome {
                Outcome::Duplicate => staged.counts.duplicate += 1,
                _ => staged.counts.rejected += 1,
            }
            for (column, reason) in &row.reasons {
                staged.counts.reason(reason.code(), column.and_then(|c| plan.key(c)));
            }
            if staged.sample.len() < sample {
                staged.sample.push(refusal(plan, row));
            }
        }
        staged.sample.sort_by_key(|s| s.row);
        staged.bad = bad;
        Ok(staged)
    }

    /// Finds the records that rows are about. Rows about several, or about one that the caller does not
    /// see, are duplicates that nothing can be done with.
    async fn recognise(
        &self,
        caller: &Caller,
        plan: &ImportPlan,
        mut ready: Vec<Ready>,
        bad: &mut Vec<Bad>,
    ) -> Result<Vec<Ready>> {
        if plan.match_by.is_empty() || ready.is_empty() {
            return Ok(ready);
        }
        let by: Vec<&str> =
            plan.match_by.iter().filter_map(|i| plan.slots.get(*i)).map(|s| s.field.key.as_str()).collect();
        let values: Vec<Vec<Value>> = ready
            .iter()
            .map(|r| {
                plan.match_by.iter().map(|i| r.good.values.get(*i).cloned().unwrap_or(Value::Null)).collect()
            })
            .collect();
        let matches = self.door.match_rows(caller, &plan.object, &by, &values).await?;
        let mut kept = Vec::with_capacity(ready.len());
        for (mut row, hit) in ready.drain(..).zip(matches) {
            match (hit.visible.as_slice(), hit.hidden) {
                ([], 0) => kept.push(row),
                ([one], 0) => {
                    row.row.match_existing = Some(*one);
                    kept.push(row);
                }
                _ => bad.push(Bad::duplicate(row.good.number, row.good.cells)),
            }
        }
        Ok(kept)
    }
}

impl Ready {
    /// Whether nothing is wrong but that a record to be made first is not there yet.
    fn only_pending(&self, plan: &ImportPlan, errors: &[FieldError]) -> bool {
        let pending =
            |key: &str| self.pending.iter().any(|i| plan.slots.get(*i).is_some_and(|s| s.field.key == key));
        !errors.is_empty() && errors.iter().all(|e| e.code == "field.required" && pending(&e.field))
    }
}

fn blank() -> ImportRow {
    ImportRow { number: 0, values: Vec::new(), match_existing: None }
}

/// Puts records in the place of texts that name them.
fn resolve(plan: &ImportPlan, named: &NamedBySlot, good: Good) -> Result<Ready, Bad> {
    let mut values = Vec::with_capacity(plan.slots.len());
    let mut wrong = Vec::new();
    let mut pending = Vec::new();
    for (index, (slot, value)) in plan.slots.iter().zip(&good.values).enumerate() {
        if slot.relation.is_none() {
            values.push((slot.field.id, value.clone()));
            continue;
        }
        let Some(text) = value.as_text() else { continue };
        match named.get(&index).and_then(|texts| texts.get(text)) {
            Some(Named::One(id)) => values.push((slot.field.id, Value::Id(id.0))),
            Some(Named::ToBeMade) => pending.push(index),
            Some(Named::Ambiguous) => {
                wrong.push(Rejection { column: Some(slot.column), reason: Reason::RelationAmbiguous });
            }
            Some(Named::None) | None => {
                wrong.push(Rejection { column: Some(slot.column), reason: Reason::RelationNotFound });
            }
        }
    }
    if wrong.is_empty() {
        let row = ImportRow { number: good.number, values, match_existing: None };
        Ok(Ready { good, row, pending })
    } else {
        Err(Bad::new(good.number, good.cells, wrong))
    }
}

fn rejected(plan: &ImportPlan, good: Good, errors: &[FieldError]) -> Bad {
    let reasons = errors
        .iter()
        .map(|e| Rejection { column: plan.column(&e.field), reason: reason(&e.code, &e.args) })
        .collect();
    Bad::new(good.number, good.cells, reasons)
}

/// A row that is taken, as it is shown: sealed fields masked.
fn shown(plan: &ImportPlan, good: &Good, outcome: Outcome) -> SampleRow {
    let changes = plan
        .slots
        .iter()
        .zip(&good.values)
        .filter(|(_, value)| !value.is_null())
        .map(|(slot, value)| {
            let text = match kedun_engine::value_to_json(value) {
                serde_json::Value::String(text) => text,
                serde_json::Value::Array(keys) => {
                    keys.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", ")
                }
                other => other.to_string(),
            };
            let hidden =
                slot.field.sealed() || slot.relation.as_ref().is_some_and(|r| r.relation.by != "name");
            let text = if hidden { slot.field.mask.apply(&text) } else { text };
            SampleChange { field: Some(slot.field.key.clone()), text: Some(text), code: None }
        })
        .collect();
    SampleRow { row: good.number, outcome, changes }
}

/// A row that is not taken, as it is shown: what is wrong, and nothing of its cells.
fn refusal(plan: &ImportPlan, row: &Bad) -> SampleRow {
    let changes = row
        .reasons
        .iter()
        .map(|(column, reason)| SampleChange {
            field: column.and_then(|c| plan.key(c)).map(str::to_owned),
            text: None,
            code: Some(reason.code().to_owned()),
        })
        .collect();
    SampleRow { row: row.number, outcome: row.outcome, changes }
}
