//! Undoing an import: what it changed goes back to what it was, what it made is removed with its
//! history and its keys. The events stay. A record that somebody changed since is left alone.

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, ImportId, RecordId, Result, SubjectId, Value};
use kedun_store::{Changeset, CommitError, sq};
use sq::{Expr, ExprTrait};

use super::undo_plan::{Removal, Restoration, Undo};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::seal::vault_subject;
use crate::write::columns::{Column, texts};
use crate::write::create::holder;
use crate::write::{ATTEMPTS, VERSION_CHANGED, busy, signed};

/// How many skipped records are named; the others are counted.
const NAMED: usize = 10_000;

/// How far an undo has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UndoProgress {
    pub removed: u64,
    pub restored: u64,
    pub skipped: u64,
}

/// What came of an undo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoReport {
    pub done: UndoProgress,
    /// Object, record and why: `changed`, `referenced`, `erased`, `not_allowed`. At most 10,000.
    pub skipped: Vec<(String, RecordId, &'static str)>,
}

impl Door {
    /// Undoes an import in batches and tells how far it has come after each. An undo that was
    /// interrupted is taken up by calling it again.
    ///
    /// # Errors
    /// `access.*`; `access.changed` where rights changed meanwhile: to be called again with a fresh caller.
    pub async fn undo_import(
        &self,
        caller: &Caller,
        import: ImportId,
        mut progress: impl FnMut(UndoProgress) + Send,
    ) -> Result<UndoReport> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let mut report = UndoReport::default();
        // What was changed first, so that nothing it says now stands in the way of a removal.
        for object in catalog.objects() {
            let mut after = None;
            loop {
                let page = inner.restorations(caller, object, import, after).await?;
                report.skip(object, page.skipped);
                inner.restore_batch(caller, object, import, page.plan).await?.add(&mut report.done);
                progress(report.done);
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        // Those that refer before those that are referred to; within an object the youngest first.
        for object in catalog.objects().iter().rev() {
            let mut after = None;
            loop {
                let page = inner.removals(caller, object, import, after).await?;
                report.skip(object, page.skipped);
                inner.remove_batch(caller, object, import, page.plan).await?.add(&mut report.done);
                progress(report.done);
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        let done = report.done;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let draft = EventDraft::new("import.undone", Outcome::Ok)
            .detail("import", import.to_string())
            .count("removed", count(done.removed))
            .count("restored", count(done.restored))
            .count("skipped", count(done.skipped));
        inner.receipt(caller, draft)?.durable().await?;
        Ok(report)
    }
}

impl UndoReport {
    fn skip(&mut self, object: &CatalogObject, skipped: Vec<(RecordId, &'static str)>) {
        for (id, reason) in skipped {
            self.done.skipped += 1;
            if self.skipped.len() < NAMED {
                self.skipped.push((object.def.key.clone(), id, reason));
            }
        }
    }
}

impl UndoProgress {
    fn add(self, to: &mut UndoProgress) {
        to.removed += self.removed;
        to.restored += self.restored;
        to.skipped += self.skipped;
    }
}

impl Inner {
    fn undo_event(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        import: ImportId,
        records: Vec<RecordId>,
    ) -> Result<Changeset> {
        let draft = EventDraft::new("import.undo", Outcome::Ok)
            .object(object.def.id)
            .detail("import", import.to_string())
            .count("records", i64::try_from(records.len()).unwrap_or(i64::MAX))
            .records(records.clone());
        Ok(Changeset::new(self.evidence.prepare(caller, draft)?)
            .require_epoch(self.org, caller.epoch)
            .touched(object.def.id.0, records.iter().map(|r| r.0).collect()))
    }

    /// Puts records back; one that was changed at the last moment is taken out and the rest tried again.
    async fn restore_batch(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        import: ImportId,
        mut plan: Vec<Restoration>,
    ) -> Result<UndoProgress> {
        let mut skipped = 0;
        for _ in 0..ATTEMPTS {
            if plan.is_empty() {
                return Ok(UndoProgress { skipped, ..UndoProgress::default() });
            }
            let ids: Vec<RecordId> = plan.iter().map(|r| r.record.id).collect();
            let mut changes = self.undo_event(caller, object, import, ids.clone())?;
            for restoration in &plan {
                changes = changes.exec_expect(self.put_back(object, restoration)?, 1, VERSION_CHANGED);
                let delete = sq::Query::delete()
                    .from_table("record_history")
                    .and_where(self.history_of(object, restoration.record.id))
                    .and_where(Expr::col("version").gt(signed(restoration.version)?))
                    .to_owned();
                let versions = restoration.record.version - restoration.version;
                changes =
                    changes.exec_expect(self.store.dialect().delete(&delete), versions, VERSION_CHANGED);
            }
            match self.store.commit(changes).await {
                Ok(_) => {
                    for r in &plan {
                        self.arenas.reset(
                            object.def.id,
                            r.record.id,
                            r.version,
                            Some(texts(object, &r.values)),
                        );
                        self.stats.moved(object.def.id, holder(&r.record.facts), -1);
                        self.stats.moved(object.def.id, holder(&r.facts), 1);
                    }
                    let restored = u64::try_from(plan.len()).unwrap_or(u64::MAX);
                    return Ok(UndoProgress { restored, skipped, removed: 0 });
                }
                Err(CommitError::Precondition { code: VERSION_CHANGED }) => {
                    let now = self.stored(object, &ids).await?;
                    let before = plan.len();
                    plan.retain(|r| {
                        now.iter().any(|s| s.row.id == r.record.id && s.row.version == r.record.version)
                    });
                    skipped += u64::try_from(before - plan.len()).unwrap_or(0);
                }
                Err(error) => return Err(Inner::commit_error(error)),
            }
        }
        busy("store.busy")
    }

    /// The UPDATE that puts a record back, bookkeeping and all.
    fn put_back(&self, object: &CatalogObject, r: &Restoration) -> Result<kedun_store::Stmt> {
        let mut columns: Vec<Column> = Vec::new();
        for (field, (now, then)) in object.def.fields.iter().zip(r.now.iter().zip(&r.values)) {
            if now != then {
                self.field_columns(object, field, &r.key, r.record.id, then, &mut columns)?;
            }
        }
        let owner = r.facts.owner.ok_or_else(|| Error::internal("a record without an owner"))?;
        let mut update = sq::Query::update();
        update
            .table(object.def.id.table())
            .value("version", signed(r.version)?)
            .value("updated_at", r.updated_at)
            .value("updated_by", r.updated_by.0)
            .value("owner_id", owner.0)
            .value("unit_id", sq::Value::Uuid(r.facts.unit.map(|u| u.0)))
            .value("team_id", sq::Value::Uuid(r.facts.team.map(|t| t.0)))
            .value("partner_id", sq::Value::Uuid(r.facts.partner.map(|p| p.0)));
        for (column, value) in columns {
            update.value(column, value);
        }
        update
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("id").eq(r.record.id.0))
            .and_where(Expr::col("version").eq(signed(r.record.version)?));
        Ok(self.store.dialect().update(&update))
    }

    /// Removes records with all that hangs on them, then their keys.
    async fn remove_batch(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        import: ImportId,
        mut plan: Vec<Removal>,
    ) -> Result<UndoProgress> {
        let mut skipped = 0;
        for _ in 0..ATTEMPTS {
            if plan.is_empty() {
                return Ok(UndoProgress { skipped, ..UndoProgress::default() });
            }
            let ids: Vec<RecordId> = plan.iter().map(|r| r.record.id).collect();
            let mut changes = self.undo_event(caller, object, import, ids.clone())?;
            for removal in &plan {
                let delete = sq::Query::delete()
                    .from_table(object.def.id.table())
                    .and_where(Expr::col("org").eq(self.org.0))
                    .and_where(Expr::col("id").eq(removal.record.id.0))
                    .and_where(Expr::col("version").eq(signed(removal.record.version)?))
                    .to_owned();
                let history = sq::Query::delete()
                    .from_table("record_history")
                    .and_where(self.history_of(object, removal.record.id))
                    .to_owned();
                changes = changes
                    .exec_expect(self.store.dialect().delete(&delete), 1, VERSION_CHANGED)
                    .exec(self.store.dialect().delete(&history));
            }
            let shares = sq::Query::delete()
                .from_table("share")
                .and_where(Expr::col("org").eq(self.org.0))
                .and_where(Expr::col("object").eq(i64::from(object.def.id.0)))
                .and_where(kedun_store::in_uuids(
                    self.store.dialect(),
                    Expr::col(crate::write::share::RECORD),
                    ids.iter().map(|id| id.0).collect(),
                ))
                .to_owned();
            changes = changes.exec(self.store.dialect().delete(&shares));
            match self.store.commit(changes).await {
                Ok(_) => {
                    let own: Vec<SubjectId> = plan
                        .iter()
                        .filter(|r| r.record.subject.0 == r.record.id.0)
                        .map(|r| r.record.subject)
                        .collect();
                    self.store.destroy_keys(&own).await?;
                    for r in &plan {
                        self.vault.forget(&vault_subject(SubjectId(r.record.id.0)));
                        self.arenas.reset(object.def.id, r.record.id, r.record.version, None);
                        self.stats.moved(object.def.id, holder(&r.record.facts), -1);
                    }
                    let removed = u64::try_from(plan.len()).unwrap_or(u64::MAX);
                    return Ok(UndoProgress { removed, skipped, restored: 0 });
                }
                Err(CommitError::Precondition { code: VERSION_CHANGED }) => {
                    let now = self.stored(object, &ids).await?;
                    let before = plan.len();
                    plan.retain(|r| {
                        now.iter().any(|s| s.row.id == r.record.id && s.row.version == r.record.version)
                    });
                    skipped += u64::try_from(before - plan.len()).unwrap_or(0);
                }
                Err(error) => return Err(Inner::commit_error(error)),
            }
        }
        busy("store.busy")
    }

    pub(super) fn history_of(&self, object: &CatalogObject, record: RecordId) -> Expr {
        Expr::col("org")
            .eq(self.org.0)
            .and(Expr::col("object").eq(i64::from(object.def.id.0)))
            .and(Expr::col("record").eq(record.0))
    }

    /// The grant to undo on an object; none where the caller may not import there.
    pub(super) async fn undo_grant(
        &self,
        caller: &Caller,
        object: &CatalogObject,
    ) -> Option<kedun_guard::Grant> {
        self.grant(caller, object, Action::Import).await.ok()
    }

    /// Values with changes taken back.
    pub(super) fn taken_back(object: &CatalogObject, values: &mut [Value], field: u32, from: Value) {
        let position = object.def.fields.iter().position(|f| f.id.0 == field);
        if let Some(slot) = position.and_then(|p| values.get_mut(p)) {
            *slot = from;
        }
    }
}

/// A page of an undo: what is to be done, what is left alone, where the next page begins.
pub(super) type Page<T> = Undo<T>;
