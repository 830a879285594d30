//! One import as stored, and the statements that read and move it.

use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, ImportId, JobId, PersonId, Result};
use kedun_store::sq::{self, Expr, ExprTrait, Query, SelectStatement, UpdateStatement};
use kedun_store::{Changeset, NewJob, Row};

use super::types::{Counts, FileDetails, ImportState, Mapping, Progress, SampleRow};
use super::{Inner, signed};

/// How long a file is kept after its import was done, or since it was uploaded: 7 days.
pub(crate) const KEPT: i64 = 7 * 86_400 * 1_000_000;

/// An import as stored.
#[derive(Debug, Clone)]
pub(crate) struct ImportRow {
    pub id: ImportId,
    /// The key of the object.
    pub object: String,
    pub person: PersonId,
    pub state: ImportState,
    pub bytes: u64,
    /// Sealed [`FileDetails`]; empty once the file is gone.
    pub details: Vec<u8>,
    pub mapping: Option<Mapping>,
    pub counts: Option<Counts>,
    /// Sealed rows.
    pub sample: Option<Vec<u8>>,
    pub progress: Option<Progress>,
    pub job: Option<JobId>,
    /// Why it failed.
    pub code: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Until when it can be undone and its file is kept.
    pub keep_until: i64,
    pub gone: bool,
}

const COLUMNS: [&str; 16] = [
    "id",
    "object",
    "person",
    "state",
    "bytes",
    "details",
    "mapping",
    "counts",
    "sample",
    "progress",
    "job",
    "code",
    "created_at",
    "updated_at",
    "keep_until",
    "gone",
];

fn json<T: serde::de::DeserializeOwned>(row: &Row, column: usize) -> Result<Option<T>> {
    row.opt_text(column)?.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
}

fn read(row: &Row) -> Result<ImportRow> {
    Ok(ImportRow {
        id: ImportId(row.get_uuid(0)?),
        object: row.get_text(1)?,
        person: PersonId(row.get_uuid(2)?),
        state: ImportState::parse(&row.get_text(3)?)?,
        bytes: row.get_u64(4)?,
        details: row.get_blob(5)?,
        mapping: json(row, 6)?,
        counts: json(row, 7)?,
        sample: row.opt_blob(8)?,
        progress: json(row, 9)?,
        job: row.opt_uuid(10)?.map(JobId),
        code: row.opt_text(11)?,
        created_at: row.get_i64(12)?,
        updated_at: row.get_i64(13)?,
        keep_until: row.get_i64(14)?,
        gone: row.get_bool(15)?,
    })
}

/// A move of an import by a person: allowed from some states only, with its event.
pub(crate) struct Move<'a> {
    pub from: &'a [ImportState],
    pub to: ImportState,
    pub action: &'static str,
    pub set: Vec<(&'static str, Expr)>,
    pub job: Option<NewJob>,
    pub details: Vec<(&'static str, String)>,
    pub counts: Vec<(&'static str, u64)>,
}

impl Inner {
    pub(crate) fn select_imports(&self) -> SelectStatement {
        Query::select()
            .columns(COLUMNS)
            .from("import_file")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned()
    }

    pub(crate) async fn imports_of(&self, statement: &SelectStatement) -> Result<Vec<ImportRow>> {
        let store = self.door.store();
        store.query(&store.dialect().select(statement)).await?.iter().map(read).collect()
    }

    pub(crate) async fn load(&self, id: ImportId) -> Result<Option<ImportRow>> {
        let statement = self.select_imports().and_where(Expr::col("id").eq(id.0)).to_owned();
        Ok(self.imports_of(&statement).await?.into_iter().next())
    }

    /// An UPDATE of one import while it is in one of these states.
    pub(crate) fn update_import(&self, id: ImportId, from: &[ImportState]) -> UpdateStatement {
        Query::update()
            .table("import_file")
            .value("updated_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("state").is_in(from.iter().map(|s| s.code())))
            .to_owned()
    }

    /// Moves an import with its event, under the rights the caller was seen with.
    ///
    /// # Errors
    /// `import.state` when it is in another state.
    pub(crate) async fn move_import(
        &self,
        caller: &Caller,
        import: &ImportRow,
        step: Move<'_>,
    ) -> Result<()> {
        if !step.from.contains(&import.state) {
            return Err(wrong_state(import.state));
        }
        let mut draft = EventDraft::new(step.action, Outcome::Ok).detail("import", import.id.to_string());
        if let Some(object) = self.door.catalog().object(&import.object) {
            draft = draft.object(object.def.id);
        }
        for (name, value) in step.details {
            draft = draft.detail(name, value);
        }
        for (name, n) in step.counts {
            draft = draft.count(name, signed(n));
        }
        let mut update = self.update_import(import.id, step.from);
        update.value("state", step.to.code());
        for (column, value) in step.set {
            update.value(column, value);
        }
        let store = self.door.store();
        let mut changes = Changeset::new(self.door.evidence().prepare(caller, draft)?)
            .require_epoch(self.org(), caller.epoch)
            .exec_expect(store.dialect().update(&update), 1, "import.state");
        if let Some(job) = step.job {
            changes = changes.job(job);
        }
        store.commit(changes).await?;
        Ok(())
    }

    /// Notes how far a job has come; false when the import is not in `state` any more, or given to another job.
    pub(crate) async fn note(
        &self,
        id: ImportId,
        state: ImportState,
        job: JobId,
        progress: &Progress,
    ) -> Result<bool> {
        let text = serde_json::to_string(progress).map_err(Error::internal)?;
        let mut update = self.update_import(id, &[state]);
        update.value("progress", text).and_where(Expr::col("job").eq(job.0));
        self.housekeep(&update).await
    }

    /// Runs an update of one import without evidence; whether it found the import so.
    pub(crate) async fn housekeep(&self, update: &UpdateStatement) -> Result<bool> {
        let store = self.door.store();
        let rows = store.housekeeping(vec![store.dialect().update(update)]).await?;
        Ok(rows.first() == Some(&1))
    }

    /// What was found out about the file.
    pub(crate) async fn details(&self, import: &ImportRow) -> Result<FileDetails> {
        if import.gone {
            return Err(Error::conflict("import.expired"));
        }
        self.key(import.id).await?.open_json(0, &import.details)
    }

    /// The rows shown after the check.
    pub(crate) async fn sample(&self, import: &ImportRow) -> Result<Vec<SampleRow>> {
        match &import.sample {
            Some(sealed) if !import.gone => self.key(import.id).await?.open_json(1, sealed),
            _ => Ok(Vec::new()),
        }
    }
}

/// The error of an act that does not fit the state.
pub(crate) fn wrong_state(state: ImportState) -> Error {
    Error::conflict("import.state").arg("state", state.code())
}

/// A text column set to nothing.
pub(crate) fn no_text() -> Expr {
    sq::Value::String(None).into()
}

/// A column of bytes set to nothing.
pub(crate) fn no_bytes() -> Expr {
    sq::Value::Bytes(None).into()
}
