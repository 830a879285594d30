//! The check: every row is read and judged, nothing is stored but the result.

use std::sync::Arc;

use kedun_flow::JobRun;
use kedun_model::{Error, Result};

use super::Inner;
use super::handlers::{Actor, Work};
use super::pass::{Reading, add_finding};
use super::plan::ImportPlan;
use super::rejected::RejectLog;
use super::row::ImportRow;
use super::sealed::ImportKey;
use super::stage::{Mode, Staged};
use super::types::{Counts, FileDetails, ImportState, Progress, SampleRow};

/// Rows shown after the check.
const SAMPLE: usize = 20;

impl Inner {
    /// What a job of an import works with.
    pub(crate) async fn prepare(
        &self,
        import: &ImportRow,
    ) -> Result<(Arc<ImportPlan>, FileDetails, ImportKey)> {
        let key = self.key(import.id).await?;
        let details = self.details(import).await?;
        let mapping = import.mapping.as_ref().ok_or_else(|| Error::conflict("import.state"))?;
        let catalog = self.door.catalog();
        let plan = ImportPlan::new(catalog.require(&import.object)?, mapping)?;
        Ok((Arc::new(plan), details, key))
    }

    pub(crate) fn reading(
        &self,
        import: &ImportRow,
        key: &ImportKey,
        details: &FileDetails,
        plan: &Arc<ImportPlan>,
    ) -> Reading {
        Reading {
            path: self.file_path(import.id),
            key: key.clone(),
            bytes: import.bytes,
            limits: self.config.limits.clone(),
            choice: details.choice.clone(),
            plan: Arc::clone(plan),
        }
    }

    pub(crate) async fn check_file(&self, run: &JobRun, import: ImportRow, actor: &Actor) -> Result<()> {
        let mut caller = actor.caller(self).await?;
        let (plan, details, key) = self.prepare(&import).await?;
        let mut rejects = RejectLog::open(&self.rejects_path(import.id), key.clone(), None)?;
        let mut progress =
            Progress { since: self.now(), total: details.rows.unwrap_or(0), ..Progress::default() };
        let mut sample: Vec<SampleRow> = Vec::new();
        let mut batches = self.reading(&import, &key, &details, &plan).start();
        while let Some(batch) = batches.recv().await {
            let batch = batch?;
            run.check()?;
            let (number, position) = (batch.number, batch.position);
            if number > 0 {
                caller = actor.caller(self).await?;
            }
            let wanted = SAMPLE.saturating_sub(sample.len());
            let work = Work { actor, caller: &caller, plan: &plan, import: import.id };
            let staged = self.stage(work, Mode::Check, batch, wanted).await?;
            let Staged { counts, bad, sample: shown } = staged;
            rejects.add(number, bad)?;
            sample.extend(shown);
            add(&mut progress.counts, counts);
            progress.done = progress.counts.rows;
            if details.rows.is_none() {
                progress.total = estimate(progress.done, position, import.bytes);
            }
            progress.rate(self.now());
            if !self.note(import.id, ImportState::Checking, run.id(), &progress).await? {
                return Ok(());
            }
        }
        let counts = serde_json::to_string(&progress.counts).map_err(Error::internal)?;
        let mut update = self.update_import(import.id, &[ImportState::Checking]);
        update
            .value("state", ImportState::Checked.code())
            .value("counts", counts)
            .value("sample", key.seal_json(1, &sample)?)
            .value("progress", super::row::no_text());
        self.housekeep(&update).await?;
        Ok(())
    }
}

/// Rows in all, guessed from how much of the file they took.
fn estimate(rows: u64, position: u64, bytes: u64) -> u64 {
    if position == 0 { rows } else { rows.saturating_mul(bytes).div_ceil(position).max(rows) }
}

/// Adds the counts of a batch.
pub(crate) fn add(to: &mut Counts, from: Counts) {
    to.rows += from.rows;
    to.new += from.new;
    to.changed += from.changed;
    to.unchanged += from.unchanged;
    to.duplicate += from.duplicate;
    to.rejected += from.rejected;
    for reason in from.reasons {
        match to.reasons.iter_mut().find(|r| r.code == reason.code && r.field == reason.field) {
            Some(known) => known.count += reason.count,
            None => to.reasons.push(reason),
        }
    }
    for (column, kind, n) in from.findings {
        add_finding(&mut to.findings, column, kind, n);
    }
}

impl Progress {
    /// Notes how fast it goes since it was begun or taken up.
    pub(crate) fn rate(&mut self, now: i64) {
        let micros = u64::try_from(now.saturating_sub(self.since)).unwrap_or(0);
        let rows = self.done.saturating_sub(self.since_done);
        self.rows_per_second = rows.saturating_mul(1_000_000).checked_div(micros);
    }
}
