//! One run of a job, as its handler sees it.

use kedun_model::{Error, JobId};
use kedun_store::{Job, Store};
use parking_lot::Mutex;
use tokio::sync::watch;
use uuid::Uuid;

/// Why a handler must return without finishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody cancelled the job, or another runner took it over.
    Cancelled,
    /// The program is shutting down; the job goes on at the next start.
    ShuttingDown,
}

impl From<Stopped> for Error {
    fn from(stopped: Stopped) -> Self {
        Error::conflict(match stopped {
            Stopped::Cancelled => "job.cancelled",
            Stopped::ShuttingDown => "job.shutting_down",
        })
    }
}

#[derive(Clone, Default)]
struct Noted {
    done: u64,
    total: u64,
    state: Option<Vec<u8>>,
}

/// A leased job.
pub struct JobRun {
    store: Store,
    job: Job,
    owner: Uuid,
    lease: i64,
    noted: Mutex<Noted>,
    cancelled: watch::Sender<bool>,
    shutdown: watch::Receiver<bool>,
}

impl JobRun {
    pub(crate) fn new(
        store: Store,
        job: Job,
        owner: Uuid,
        lease: i64,
        shutdown: watch::Receiver<bool>,
    ) -> Self {
        let noted = Noted { done: job.done, total: job.total, state: job.progress.clone() };
        let (cancelled, _) = watch::channel(false);
        JobRun { store, job, owner, lease, noted: Mutex::new(noted), cancelled, shutdown }
    }

    /// The job as it was leased.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// The id of the job.
    pub fn id(&self) -> JobId {
        self.job.id
    }

    /// What was noted last, by this run or an earlier one.
    pub fn state(&self) -> Option<Vec<u8>> {
        self.noted.lock().state.clone()
    }

    /// Whether the handler should go on.
    ///
    /// # Errors
    /// Says why not.
    pub fn check(&self) -> Result<(), Stopped> {
        if *self.cancelled.borrow() {
            return Err(Stopped::Cancelled);
        }
        if *self.shutdown.borrow() {
            return Err(Stopped::ShuttingDown);
        }
        Ok(())
    }

    /// Notes progress (units done, units in all, where to go on) and prolongs the lease.
    ///
    /// # Errors
    /// `job.cancelled` when the job is to stop, `job.shutting_down`, or the store's.
    pub async fn progress(&self, done: u64, total: u64, state: Option<Vec<u8>>) -> Result<(), Error> {
        *self.noted.lock() = Noted { done, total, state };
        self.renew().await?;
        Ok(self.check()?)
    }

    /// Prolongs the lease with what was noted last.
    pub(crate) async fn renew(&self) -> Result<(), Error> {
        let noted = self.noted.lock().clone();
        let until = self.store.context().now().saturating_add(self.lease);
        let held = self
            .store
            .jobs_progress(self.job.id, self.owner, noted.done, noted.total, noted.state, until)
            .await?;
        if !held {
            self.cancelled.send_replace(true);
        }
        Ok(())
    }
}
