//! Taking a record out of the recycle bin.

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, FieldDef, RecordId, Result, Value};
use kedun_store::{Changeset, CommitError, sq};
use sq::{Expr, ExprTrait};

use super::columns::texts;
use super::create::holder;
use super::history::Version;
use super::update::version_changed;
use super::{ATTEMPTS, Attempt, DUPLICATE, VERSION_CHANGED, busy, signed};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::read::view::RecordView;

const CODE: &str = "record.restore";

impl Door {
    /// Takes a record that is still at `version` out of the recycle bin and shows it.
    ///
    /// # Errors
    /// `not_found`, `access.*`, `record.version_changed`, `record.duplicate` where a value that must
    /// be unique was given to another record meanwhile.
    pub async fn restore(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        version: u64,
    ) -> Result<RecordView> {
        let catalog = self.catalog();
        let object = catalog.require(object)?;
        for _ in 0..ATTEMPTS {
            match self.inner().try_restore(caller, object, id, version).await? {
                Attempt::Done(version) => return self.shown(caller, object, id, version).await,
                Attempt::Again => tokio::task::yield_now().await,
            }
        }
        busy("store.busy")
    }
}

impl Inner {
    async fn try_restore(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        id: RecordId,
        version: u64,
    ) -> Result<Attempt<u64>> {
        let (row, _grant) = self.writable(caller, object, Action::Restore, CODE, id).await?;
        if row.deleted_at.is_none() {
            return Err(Error::not_found("not_found"));
        }
        if row.version != version {
            return Err(version_changed(row.version));
        }
        let values = self.opened(object, &row).await?;
        let set: Vec<(&FieldDef, &Value)> = object.def.fields.iter().zip(&values).collect();
        // What only warns has warned when it was entered.
        let guards = self.unique(object, &set, true, Some(id)).await?;
        let sealing = self.sealing(id, row.subject, false).await?;
        self.note_forms(object, &values);
        let (now, next) = (self.ctx.now(), version + 1);
        let update = sq::Query::update()
            .table(object.def.id.table())
            .value("version", signed(next)?)
            .value("deleted_at", sq::Value::BigInt(None))
            .value("deleted_by", sq::Value::Uuid(None))
            .value("updated_at", now)
            .value("updated_by", caller.person.0)
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("version").eq(signed(version)?))
            .and_where(Expr::col("deleted_at").is_not_null())
            .to_owned();
        let draft =
            EventDraft::new(CODE, Outcome::Ok).object(object.def.id).record(id).subjects(vec![row.subject]);
        let mut changes =
            Changeset::new(self.evidence.prepare(caller, draft)?).require_epoch(self.org, caller.epoch);
        for (lock, stmt, count) in guards {
            changes = changes.lock(lock).require_rows(stmt, count, DUPLICATE);
        }
        changes = changes
            .exec_expect(self.store.dialect().update(&update), 1, VERSION_CHANGED)
            .touched(object.def.id.0, vec![id.0]);
        let history = Version {
            record: id,
            version: next,
            at: now,
            action: "restore",
            changes: Vec::new(),
            import: None,
            key: &sealing.key,
        };
        changes = self.with_history(changes, caller, object, history)?;
        match self.store.commit(changes).await {
            Ok(_) => {}
            Err(CommitError::Precondition { code: DUPLICATE }) => return Ok(Attempt::Again),
            Err(CommitError::Precondition { code: VERSION_CHANGED }) => {
                let current = self.stored(object, &[id]).await?.first().map_or(version, |s| s.row.version);
                return Err(version_changed(current));
            }
            Err(error) => return Err(Inner::commit_error(error)),
        }
        self.index(object, id, next, Some(texts(object, &values)));
        self.stats.moved(object.def.id, holder(&row.facts), 1);
        Ok(Attempt::Done(next))
    }
}
