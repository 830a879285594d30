//! Applying a batch: decided, sealed, and committed whole, once.

use std::sync::Arc;

use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, RecordId, Result};
use kedun_store::{Changeset, CommitError};

use super::plan::{Edit, Plan};
use super::seal::{Common, seal};
use super::{BatchReport, ImportBatch, RowOutcome};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::write::columns::{Column, texts};
use crate::write::create::holder;
use crate::write::history::{Version, changes as differences, write_history};
use crate::write::numbers::MOVED;
use crate::write::{ATTEMPTS, Attempt, DUPLICATE, VERSION_CHANGED, busy};

const DONE: &str = "import.batch_done";

impl Door {
    /// Applies a batch of an import. A batch with a number that is in already is not applied again:
    /// the answer is the one it got then.
    ///
    /// # Errors
    /// `access.*`; `import.too_many_rows`; `import.batch_differs` for another batch under the same
    /// number. Rows that cannot be taken are rejected one by one and fail nothing else.
    pub async fn import_batch(
        &self,
        caller: &Caller,
        object: &str,
        batch: impl Into<Arc<ImportBatch>>,
    ) -> Result<BatchReport> {
        let catalog = self.catalog();
        let object = Arc::clone(catalog.require(object)?);
        let batch = batch.into();
        for _ in 0..ATTEMPTS {
            if let Some(report) = self.inner().replayed(&batch).await? {
                return Ok(report);
            }
            let plan = self.inner().plan(caller, &object, &batch).await?;
            match apply(self.inner(), caller, &object, &batch, plan).await? {
                Attempt::Done(outcomes) => {
                    let rows = batch.rows.iter().map(|r| r.number).zip(outcomes).collect();
                    return Ok(BatchReport { replayed: false, rows });
                }
                Attempt::Again => tokio::task::yield_now().await,
            }
        }
        busy("store.busy")
    }

    /// What a batch would come to, without writing anything of it. Ids of new records mean nothing.
    pub async fn check_batch(
        &self,
        caller: &Caller,
        object: &str,
        batch: &ImportBatch,
    ) -> Result<BatchReport> {
        let catalog = self.catalog();
        let object = catalog.require(object)?;
        let inner = self.inner();
        let plan = inner.plan(caller, object, batch).await?;
        let draft = EventDraft::new("import.check", Outcome::Ok)
            .object(object.def.id)
            .detail("import", batch.import.to_string())
            .count("rows", i64::try_from(batch.rows.len()).unwrap_or(i64::MAX));
        inner.receipt(caller, draft)?.durable().await?;
        Ok(BatchReport {
            replayed: false,
            rows: batch.rows.iter().map(|r| r.number).zip(plan.outcomes).collect(),
        })
    }
}

async fn apply(
    inner: &Arc<Inner>,
    caller: &Caller,
    object: &Arc<CatalogObject>,
    batch: &Arc<ImportBatch>,
    plan: Plan,
) -> Result<Attempt<Vec<RowOutcome>>> {
    let now = inner.ctx.now();
    let Plan { outcomes, births, edits, facts, guards, numbers, keys } = plan;
    let born: Vec<RecordId> = births.iter().map(|b| b.id).collect();
    let (facts, keys) = (Arc::new(facts), Arc::new(keys));
    let common = Common {
        inner: Arc::clone(inner),
        object: Arc::clone(object),
        caller: caller.clone(),
        facts: Arc::clone(&facts),
        keys: Arc::clone(&keys),
        batch: Arc::clone(batch),
        at: now,
    };
    let sealed = seal(common, births).await?;

    let mut records = born.clone();
    records.extend(edits.iter().map(|e| e.record.id));
    let mut draft = EventDraft::new("import.batch", Outcome::Ok)
        .object(object.def.id)
        .records(records.clone())
        .detail("import", batch.import.to_string())
        .detail("batch", batch.batch.to_string());
    let report = BatchReport { replayed: false, rows: outcomes.iter().cloned().map(|o| (0, o)).collect() };
    for (name, n) in
        ["created", "updated", "unchanged", "skipped", "rejected"].into_iter().zip(report.counts())
    {
        draft = draft.count(name, i64::try_from(n).unwrap_or(i64::MAX));
    }
    let mut changes = Changeset::new(inner.evidence.prepare(caller, draft)?)
        .require_epoch(inner.org, caller.epoch)
        .require_rows(inner.batch_done(batch.import, batch.batch), 0, DONE)
        .exec_expect(inner.keep_batch(batch, &outcomes, now)?, 1, DONE);
    for (lock, stmt, count) in guards {
        changes = changes.lock(lock).require_rows(stmt, count, DUPLICATE);
    }
    for taken in &numbers {
        changes = inner.keep_numbers(changes, taken);
    }
    changes = changes.insert(object.def.id.table(), sealed.columns, sealed.records);
    let mut histories = sealed.histories;
    for edit in &edits {
        let key = keys.get(&edit.record.subject).ok_or_else(|| Error::conflict("subject.erased"))?;
        changes =
            changes.exec_expect(edit_record(inner, caller, object, edit, key, now)?, 1, VERSION_CHANGED);
        let version = Version {
            record: edit.record.id,
            version: edit.record.version + 1,
            at: now,
            action: "import",
            changes: differences(&object.def.fields, &edit.before, &edit.after),
            import: Some(batch.import),
            key,
        };
        histories.push(inner.history_row(caller, object, version)?);
    }
    changes = write_history(changes, histories);
    for key in sealed.keys {
        changes = changes.add_key(key);
    }
    if !records.is_empty() {
        changes = changes.touched(object.def.id.0, records.iter().map(|r| r.0).collect());
    }
    if let Err(error) = inner.store.commit(changes).await {
        return match error {
            CommitError::Precondition { code: DONE | DUPLICATE | VERSION_CHANGED | MOVED } => {
                Ok(Attempt::Again)
            }
            // Two of the same batch at once: the other one is in.
            CommitError::UniqueViolation { table, .. } if table == "import_batch" => Ok(Attempt::Again),
            other => Err(Inner::commit_error(other)),
        };
    }
    inner.arenas.add(object.def.id, &sealed.texts);
    for edit in &edits {
        inner.index(object, edit.record.id, edit.record.version + 1, Some(texts(object, &edit.after)));
    }
    inner.stats.moved(object.def.id, holder(&facts), i64::try_from(born.len()).unwrap_or(0));
    Ok(Attempt::Done(outcomes))
}

fn edit_record(
    inner: &Inner,
    caller: &Caller,
    object: &CatalogObject,
    edit: &Edit,
    key: &kedun_vault::SubjectKey,
    now: i64,
) -> Result<kedun_store::Stmt> {
    let record = &edit.record;
    let mut columns: Vec<Column> = Vec::new();
    for (field, (before, after)) in object.def.fields.iter().zip(edit.before.iter().zip(&edit.after)) {
        if before != after {
            inner.field_columns(object, field, key, record.id, after, &mut columns)?;
        }
    }
    let next = record.version + 1;
    inner.update_record(
        object,
        record.id,
        record.version,
        next,
        now,
        caller,
        &record.facts,
        record.subject,
        columns,
    )
}
