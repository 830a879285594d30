//! Taking an import back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kedun_flow::JobRun;
use kedun_model::{Caller, Error, Result};

use super::Inner;
use super::handlers::Actor;
use super::row::ImportRow;
use super::run::RIGHTS_CHANGED;
use super::types::{ImportState, Progress};

/// How often an undo is taken up again when rights change under it.
const ATTEMPTS: usize = 100;
/// Between two notes of how far it has come.
const NOTE: Duration = Duration::from_millis(500);

impl Inner {
    pub(crate) async fn undo_all(&self, run: &JobRun, import: ImportRow, actor: &Actor) -> Result<()> {
        let before = import.progress.clone().unwrap_or_default();
        let total = before.counts.new + before.counts.changed;
        for _ in 0..ATTEMPTS {
            let caller = actor.caller(self).await?;
            match self.undo_watched(run, &import, &caller, &before, total).await {
                Err(error) if error.code == RIGHTS_CHANGED => {}
                Err(error) => return Err(error),
                Ok(done) => {
                    let progress = Progress { done, total: total.max(done), ..before };
                    let text = serde_json::to_string(&progress).map_err(Error::internal)?;
                    let mut update = self.update_import(import.id, &[ImportState::Undoing]);
                    update.value("state", ImportState::Undone.code()).value("progress", text);
                    self.housekeep(&update).await?;
                    return Ok(());
                }
            }
        }
        Err(Error::conflict(RIGHTS_CHANGED))
    }

    /// Undoes and notes how far it has come meanwhile; the number of records that were put back or removed.
    async fn undo_watched(
        &self,
        run: &JobRun,
        import: &ImportRow,
        caller: &Caller,
        before: &Progress,
        total: u64,
    ) -> Result<u64> {
        let done = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&done);
        let work = self.door.undo_import(caller, import.id, move |p| {
            seen.store(p.removed + p.restored, Ordering::Relaxed);
        });
        tokio::pin!(work);
        loop {
            tokio::select! {
                ended = &mut work => {
                    let report = ended?;
                    return Ok(report.done.removed + report.done.restored);
                }
                () = tokio::time::sleep(NOTE) => {
                    let progress = Progress { done: done.load(Ordering::Relaxed), total, ..before.clone() };
                    self.note(import.id, ImportState::Undoing, run.id(), &progress).await?;
                }
            }
        }
    }
}
