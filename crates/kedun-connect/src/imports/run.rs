//! The import: batch by batch, each in once, however often it is broken off.

use std::sync::Arc;

use kedun_engine::write::{BatchReport, ImportBatch};
use kedun_flow::JobRun;
use kedun_model::{Error, Result};
use kedun_store::sq::{Expr, ExprTrait};

use super::Inner;
use super::check::add;
use super::handlers::{Actor, Work};
use super::rejected::RejectLog;
use super::row::{ImportRow, KEPT, Move};
use super::stage::{Mode, Staged};
use super::types::{ImportState, Progress};

/// How often a batch is tried again when rights change between decision and commit.
const ATTEMPTS: usize = 20;
pub(crate) const RIGHTS_CHANGED: &str = "access.changed";

impl Inner {
    pub(crate) async fn run_file(&self, run: &JobRun, import: ImportRow, actor: &Actor) -> Result<()> {
        let mut caller = actor.caller(self).await?;
        let (plan, details, key) = self.prepare(&import).await?;
        let mut progress: Progress = import.progress.clone().unwrap_or_default();
        let mut rejects = RejectLog::open(&self.rejects_path(import.id), key.clone(), progress.batch)?;
        let mut batches = self.reading(&import, &key, &details, &plan).start();
        while let Some(batch) = batches.recv().await {
            let batch = batch?;
            run.check()?;
            // Read again only to know which rows repeat others.
            if progress.batch.is_some_and(|last| batch.number <= last) {
                continue;
            }
            let number = batch.number;
            if number > 0 {
                caller = actor.caller(self).await?;
            }
            // Before the batch, so that a pause acts at once.
            if !self.note(import.id, ImportState::Running, run.id(), &progress).await? {
                return self.note_stopped(run, &import, &progress).await;
            }
            let work = Work { actor, caller: &caller, plan: &plan, import: import.id };
            let staged = self.stage(work, Mode::Run, batch, 0).await?;
            let Staged { counts, bad, .. } = staged;
            rejects.add(number, bad)?;
            add(&mut progress.counts, counts);
            progress.batch = Some(number);
            progress.done = progress.counts.rows;
            progress.total = Ord::max(progress.total, progress.done);
            progress.rate(self.now());
        }
        if !self.note(import.id, ImportState::Running, run.id(), &progress).await? {
            return self.note_stopped(run, &import, &progress).await;
        }
        self.finish(run, &import, actor, &progress).await
    }

    /// Notes what was in when the import was paused or cancelled.
    async fn note_stopped(&self, run: &JobRun, import: &ImportRow, progress: &Progress) -> Result<()> {
        let text = serde_json::to_string(progress).map_err(Error::internal)?;
        let mut update = self.update_import(import.id, &[ImportState::Paused, ImportState::Cancelled]);
        update.value("progress", text).and_where(Expr::col("job").eq(run.id().0));
        self.housekeep(&update).await?;
        Ok(())
    }

    async fn finish(
        &self,
        run: &JobRun,
        import: &ImportRow,
        actor: &Actor,
        progress: &Progress,
    ) -> Result<()> {
        let counts = serde_json::to_string(&progress.counts).map_err(Error::internal)?;
        let text = serde_json::to_string(progress).map_err(Error::internal)?;
        let c = &progress.counts;
        for _ in 0..ATTEMPTS {
            let caller = actor.caller(self).await?;
            let step = Move {
                from: &[ImportState::Running],
                to: ImportState::Done,
                action: "import.run",
                set: vec![
                    ("counts", counts.as_str().into()),
                    ("progress", text.as_str().into()),
                    ("keep_until", self.now().saturating_add(KEPT).into()),
                ],
                job: None,
                details: vec![("phase", "done".to_owned())],
                counts: vec![
                    ("rows", c.rows),
                    ("new", c.new),
                    ("changed", c.changed),
                    ("unchanged", c.unchanged),
                    ("duplicate", c.duplicate),
                    ("rejected", c.rejected),
                ],
            };
            match self.move_import(&caller, import, step).await {
                Err(error) if error.code == RIGHTS_CHANGED => {}
                // Paused or cancelled at the last moment.
                Err(error) if error.code == "import.state" => {
                    return self.note_stopped(run, import, progress).await;
                }
                other => return other,
            }
        }
        Err(Error::conflict(RIGHTS_CHANGED))
    }

    /// Applies a batch under the rights of the moment of its commit.
    pub(crate) async fn apply(
        &self,
        work: Work<'_>,
        object: &str,
        batch: ImportBatch,
    ) -> Result<BatchReport> {
        let mut caller = work.caller.clone();
        let batch = Arc::new(batch);
        for _ in 0..ATTEMPTS {
            match self.door.import_batch(&caller, object, Arc::clone(&batch)).await {
                Err(error) if error.code == RIGHTS_CHANGED => caller = work.actor.caller(self).await?,
                other => return other,
            }
        }
        Err(Error::conflict(RIGHTS_CHANGED))
    }
}
