//! Leases jobs and runs their handlers, a few at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use kedun_model::{Error, ErrorKind, Result};
use kedun_store::{Job, JobState, Store};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::{JobRun, Stopped};

/// Does the work of one kind of job.
pub trait JobHandler: Send + Sync {
    /// The kind it takes.
    fn kind(&self) -> &'static str;

    /// Works until done, and returns what there is to say (without personal data).
    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Vec<u8>>>;
}

/// How a runner works.
#[derive(Debug, Clone, Copy)]
pub struct RunnerConfig {
    /// Jobs at once.
    pub parallel: usize,
    /// Between two looks at the queue when no job is queued here: others queue jobs too, and some are for later.
    pub poll: Duration,
    /// How long a silent runner keeps a job.
    pub lease: Duration,
    /// How often a job that met an unavailable store is tried.
    pub attempts: u32,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        RunnerConfig {
            parallel: 2,
            poll: Duration::from_millis(500),
            lease: Duration::from_secs(15),
            attempts: 20,
        }
    }
}

/// Runs jobs until it is stopped.
pub struct Runner {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Runner {
    /// Starts running jobs that `handlers` take.
    pub fn start(store: Store, handlers: Vec<Arc<dyn JobHandler>>, config: RunnerConfig) -> Self {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            owner: store.context().new_uuid(),
            handlers: handlers.into_iter().map(|h| (h.kind(), h)).collect(),
            lease: i64::try_from(config.lease.as_micros()).unwrap_or(i64::MAX),
            store,
            config,
        });
        Runner { stop, task: tokio::spawn(shared.work(stopped)) }
    }

    /// Asks all handlers to stop and waits for them; what is unfinished goes on at the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the job runner ended abnormally");
        }
    }
}

struct Shared {
    store: Store,
    owner: Uuid,
    handlers: HashMap<&'static str, Arc<dyn JobHandler>>,
    lease: i64,
    config: RunnerConfig,
}

impl Shared {
    async fn work(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(self.config.parallel));
        let mut running = tokio::task::JoinSet::new();
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        while !*stopped.borrow() {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let leased =
                self.store.jobs_lease(&kinds, self.owner, self.store.context().now(), self.lease).await;
            match leased {
                Ok(Some(job)) => {
                    let shared = Arc::clone(&self);
                    let shutdown = stopped.clone();
                    running.spawn(async move {
                        shared.run(job, shutdown).await;
                        drop(place);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "the queue of jobs cannot be read"),
            }
            drop(place);
            while running.try_join_next().is_some() {}
            tokio::select! {
                () = tokio::time::sleep(self.config.poll) => {}
                () = self.store.job_queued() => {}
                _ = stopped.changed() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    async fn run(&self, job: Job, shutdown: watch::Receiver<bool>) {
        let Some(handler) = self.handlers.get(job.kind.as_str()).cloned() else { return };
        let (id, attempts) = (job.id, job.attempts);
        let run = Arc::new(JobRun::new(self.store.clone(), job, self.owner, self.lease, shutdown));
        let beat = tokio::spawn(beat(Arc::clone(&run), self.config.lease / 3));
        let task = {
            let run = Arc::clone(&run);
            // A handler that panics fails its job, not the runner.
            tokio::spawn(async move { handler.run(&run).await })
        };
        let ended = match task.await {
            Ok(ended) => ended,
            Err(error) => Err(Error::internal(error)),
        };
        beat.abort();
        let now = self.store.context().now();
        let state = run.check();
        let noted = match ended {
            Ok(outcome) => {
                self.store.jobs_finish(id, self.owner, JobState::Done, outcome, now).await.map(drop)
            }
            Err(_) if state == Err(Stopped::Cancelled) => {
                self.store.jobs_finish(id, self.owner, JobState::Cancelled, Vec::new(), now).await.map(drop)
            }
            Err(_) if state == Err(Stopped::ShuttingDown) => {
                self.store.jobs_retry(id, self.owner, now).await.map(drop)
            }
            Err(error) if error.kind == ErrorKind::Unavailable && attempts < self.config.attempts => {
                tracing::warn!(job = %id, %error, "a job waits for the store");
                let later = now.saturating_add(1_000_000i64.saturating_mul(i64::from(attempts.min(30))));
                self.store.jobs_retry(id, self.owner, later).await.map(drop)
            }
            Err(error) => {
                tracing::error!(job = %id, %error, "a job failed");
                let code = error.code.as_bytes().to_vec();
                self.store.jobs_finish(id, self.owner, JobState::Failed, code, now).await.map(drop)
            }
        };
        if let Err(error) = noted {
            // The lease runs out and the job is taken up again.
            tracing::warn!(job = %id, %error, "the end of a job could not be noted");
        }
    }
}

async fn beat(run: Arc<JobRun>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = run.renew().await {
            tracing::warn!(%error, "the lease of a job could not be prolonged");
        }
    }
}
