//! Putting a record into the recycle bin.

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, RecordId, Result};
use kedun_store::{Changeset, CommitError, sq};
use sq::{Expr, ExprTrait};

use super::create::holder;
use super::history::Version;
use super::update::version_changed;
use super::{VERSION_CHANGED, signed};
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;

const CODE: &str = "record.delete";

impl Door {
    /// Puts a record that is still at `version` into the recycle bin, and returns its new version.
    ///
    /// # Errors
    /// `not_found`, `access.*`, `record.version_changed`.
    pub async fn delete(&self, caller: &Caller, object: &str, id: RecordId, version: u64) -> Result<u64> {
        let catalog = self.catalog();
        let object = catalog.require(object)?;
        let inner = self.inner();
        let (row, _grant) = inner.writable(caller, object, Action::Delete, CODE, id).await?;
        if row.deleted_at.is_some() {
            return Err(Error::not_found("not_found"));
        }
        if row.version != version {
            return Err(version_changed(row.version));
        }
        let (now, next) = (inner.ctx.now(), version + 1);
        let update = sq::Query::update()
            .table(object.def.id.table())
            .value("version", signed(next)?)
            .value("deleted_at", now)
            .value("deleted_by", caller.person.0)
            .value("updated_at", now)
            .value("updated_by", caller.person.0)
            .and_where(Expr::col("org").eq(inner.org.0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("version").eq(signed(version)?))
            .and_where(Expr::col("deleted_at").is_null())
            .to_owned();
        let draft =
            EventDraft::new(CODE, Outcome::Ok).object(object.def.id).record(id).subjects(vec![row.subject]);
        let mut changes = Changeset::new(inner.evidence.prepare(caller, draft)?)
            .require_epoch(inner.org, caller.epoch)
            .exec_expect(inner.store.dialect().update(&update), 1, VERSION_CHANGED)
            .touched(object.def.id.0, vec![id.0]);
        // Of an erased record no history can be sealed any more; the event says what was done.
        if let Some(key) = inner.subject_keys(&[row.subject]).await?.get(&row.subject) {
            let version = Version {
                record: id,
                version: next,
                at: now,
                action: "delete",
                changes: Vec::new(),
                import: None,
                key,
            };
            changes = inner.with_history(changes, caller, object, version)?;
        }
        match inner.store.commit(changes).await {
            Ok(_) => {}
            Err(CommitError::Precondition { code: VERSION_CHANGED }) => {
                let current = inner.stored(object, &[id]).await?.first().map_or(version, |s| s.row.version);
                return Err(version_changed(current));
            }
            Err(error) => return Err(Inner::commit_error(error)),
        }
        inner.index(object, id, next, None);
        inner.stats.moved(object.def.id, holder(&row.facts), -1);
        Ok(next)
    }
}
