//! The jobs of imports: who does what, and what becomes of an import whose job ends badly.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kedun_flow::{JobHandler, JobRun, Stopped};
use kedun_model::{Caller, Error, ErrorKind, ImportId, PersonId, Result};

use super::caller::Payload;
use super::plan::ImportPlan;
use super::row::ImportRow;
use super::sweep::Sweeping;
use super::types::ImportState;
use super::{Imports, Inner};

pub(crate) const CHECK: &str = "import.check";
pub(crate) const RUN: &str = "import.run";
pub(crate) const UNDO: &str = "import.undo";

/// How often a runner tries a job whose store is not available, at most.
const ATTEMPTS: u32 = 20;

/// Whose work a job is.
pub(crate) struct Actor {
    pub person: PersonId,
    pub payload: Payload,
    /// The key of the object.
    pub object: String,
}

impl Actor {
    /// The person with the rights of this moment.
    pub async fn caller(&self, inner: &Inner) -> Result<Caller> {
        inner.caller_now(self.person, &self.payload, &self.object).await
    }
}

/// What a batch is worked on with.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub actor: &'a Actor,
    /// The person as of the beginning of the batch.
    pub caller: &'a Caller,
    pub plan: &'a ImportPlan,
    pub import: ImportId,
}

struct Handler {
    imports: Imports,
    kind: &'static str,
    /// The state in which an import waits for this job.
    state: ImportState,
    /// Files are swept as long as there is somebody to do jobs.
    _sweeping: Arc<Sweeping>,
}

pub(super) fn all(imports: &Imports) -> Vec<Arc<dyn JobHandler>> {
    let sweeping = Arc::new(imports.keep_house());
    [(CHECK, ImportState::Checking), (RUN, ImportState::Running), (UNDO, ImportState::Undoing)]
        .into_iter()
        .map(|(kind, state)| {
            let handler: Arc<dyn JobHandler> =
                Arc::new(Handler { imports: imports.clone(), kind, state, _sweeping: Arc::clone(&sweeping) });
            handler
        })
        .collect()
}

impl JobHandler for Handler {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Vec<u8>>> {
        Box::pin(async move {
            let payload: Payload = serde_json::from_slice(&run.job().payload).map_err(Error::internal)?;
            let id = ImportId(payload.import);
            let Some(import) = self.imports.load(id).await? else { return Ok(Vec::new()) };
            // Paused, cancelled or given to another job before this one began.
            if import.state != self.state || import.job != Some(run.id()) {
                return Ok(Vec::new());
            }
            let actor = Actor { person: import.person, payload, object: import.object.clone() };
            // A panic must not leave the import waiting for ever.
            let ended = AssertUnwindSafe(self.work(run, import, &actor)).catch_unwind().await;
            let Err(error) =
                ended.unwrap_or_else(|_panic| Err(Error::internal("a job of an import panicked")))
            else {
                return Ok(Vec::new());
            };
            if self.is_final(run, &error).await? {
                self.fail(run, id, &error).await?;
            }
            Err(error)
        })
    }
}

impl Handler {
    async fn work(&self, run: &JobRun, import: ImportRow, actor: &Actor) -> Result<()> {
        match self.kind {
            CHECK => self.imports.check_file(run, import, actor).await,
            RUN => self.imports.run_file(run, import, actor).await,
            _ => self.imports.undo_all(run, import, actor).await,
        }
    }

    /// Whether nobody will take the job up again.
    async fn is_final(&self, run: &JobRun, error: &Error) -> Result<bool> {
        match run.check() {
            Err(Stopped::ShuttingDown) => Ok(false),
            // Cancelled, or another runner has it now.
            Err(Stopped::Cancelled) => {
                let job = self.imports.door.store().jobs_get(run.id()).await?;
                Ok(job.is_none_or(|job| job.cancel))
            }
            Ok(()) => Ok(error.kind != ErrorKind::Unavailable || run.job().attempts >= ATTEMPTS),
        }
    }

    async fn fail(&self, run: &JobRun, id: ImportId, error: &Error) -> Result<()> {
        let cancelled = run.check() == Err(Stopped::Cancelled);
        let to = match self.state {
            // An undo that failed can be asked for again.
            ImportState::Undoing => ImportState::Done,
            ImportState::Running if cancelled => ImportState::Paused,
            _ => ImportState::Failed,
        };
        let code = if cancelled { "job.cancelled" } else { error.code.as_ref() };
        let mut update = self.imports.update_import(id, &[self.state]);
        update.value("state", to.code()).value("code", code);
        self.imports.housekeep(&update).await?;
        Ok(())
    }
}
