//! PostgreSQL: any number of equal nodes on one database.

pub mod admin;
mod bind;
mod commit;
mod connect;
mod feed;
mod lock;
mod sequencer;
mod setup;
mod snapshot;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use deadpool_postgres::{Object, Pool};
use kedun_model::Context;
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub(crate) use lock::SchemaLock;
pub(crate) use snapshot::PgSnapshot;

use crate::{Changeset, CommitError, Feed, Migration, Pending, Result, Row, Stats, Stmt, StoreError, Tuning};

/// A connected database, shared by the tasks that work on it.
pub(crate) struct Shared {
    pub pool: Pool,
    /// This node, as the feed and the lease name it.
    pub node: Uuid,
    pub context: Context,
    pub tuning: Tuning,
    pub feed: broadcast::Sender<Feed>,
    /// Wakes the sequencer.
    pub wake: Notify,
    queued: AtomicUsize,
    commits: AtomicU64,
    closed: AtomicBool,
}

pub(crate) struct Engine {
    shared: Arc<Shared>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// The fewest connections: one each for a reader, a writer, the sequencer, the feed and a schema lock.
const MIN_CONNECTIONS: usize = 5;

/// How many compiled statements a connection keeps before it forgets them all.
const STATEMENTS: usize = 512;

impl Engine {
    pub(crate) async fn open(
        url: &str,
        max_connections: usize,
        context: &Context,
        migrations: Vec<Migration>,
        tuning: Tuning,
        feed: broadcast::Sender<Feed>,
    ) -> Result<Self> {
        let pool = connect::pool(url, max_connections.max(MIN_CONNECTIONS), &tuning)?;
        let shared = Arc::new(Shared {
            pool,
            node: context.new_uuid(),
            context: context.clone(),
            tuning,
            feed,
            wake: Notify::new(),
            queued: AtomicUsize::new(0),
            commits: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        });
        setup::migrate(&shared, &migrations).await?;
        let position = feed::position(&shared).await?;
        let tasks = vec![
            tokio::spawn(sequencer::run(Arc::clone(&shared))),
            tokio::spawn(feed::follow(Arc::clone(&shared), position)),
        ];
        Ok(Engine { shared, tasks: Mutex::new(tasks) })
    }

    pub(crate) async fn query(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        let client = self.shared.client().await?;
        bind::select(&client, stmt).await
    }

    pub(crate) async fn snapshot(&self) -> Result<PgSnapshot> {
        PgSnapshot::begin(self.shared.client().await?).await
    }

    pub(crate) fn stream(&self, stmt: Stmt, batch: usize, to: mpsc::Sender<Result<Vec<Row>>>) {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let result = match shared.client().await {
                Ok(client) => bind::scan(&client, &stmt, batch, &to).await,
                Err(error) => Err(error),
            };
            if let Err(error) = result {
                // A receiver that is gone wants nothing.
                let _ = to.send(Err(error)).await;
            }
        });
    }

    pub(crate) fn submit(&self, changeset: Changeset) -> Pending {
        let shared = Arc::clone(&self.shared);
        if shared.closed.load(Ordering::Acquire) {
            return Pending::failed(CommitError::Unavailable);
        }
        if shared.queued.fetch_add(1, Ordering::AcqRel) >= shared.tuning.queue {
            shared.queued.fetch_sub(1, Ordering::AcqRel);
            tracing::error!("too many changes wait for the database");
            return Pending::failed(CommitError::Unavailable);
        }
        let deadline = shared.tuning.deadline;
        let (reply, answer) = tokio::sync::oneshot::channel();
        // A task of its own: a caller that goes away does not cut a transaction short.
        tokio::spawn(async move {
            let result = commit::changeset(&shared, changeset).await;
            shared.queued.fetch_sub(1, Ordering::AcqRel);
            if result.is_ok() {
                shared.commits.fetch_add(1, Ordering::Relaxed);
            }
            drop(reply.send(result));
        });
        Pending::waiting(answer, deadline)
    }

    pub(crate) async fn write(&self, stmts: Vec<Stmt>) -> Result<Vec<u64>, CommitError> {
        let shared = Arc::clone(&self.shared);
        let until = tokio::time::Instant::now() + shared.tuning.deadline;
        let (reply, answer) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            drop(reply.send(commit::statements(&shared, &stmts).await));
        });
        crate::pending::answer(answer, until).await
    }

    pub(crate) async fn ddl(&self, stmts: Vec<Stmt>) -> Result<()> {
        setup::ddl(&self.shared, &stmts).await
    }

    pub(crate) async fn schema_lock(&self) -> Result<SchemaLock> {
        SchemaLock::take(&self.shared).await
    }

    pub(crate) async fn index_concurrently(&self, name: &str, sql: String) -> Result<()> {
        setup::index_concurrently(&self.shared, name, &sql).await
    }

    pub(crate) async fn flush_sequencer(&self) -> Result<u64> {
        sequencer::flush(&self.shared).await
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        let client = self.shared.client().await?;
        client.simple_query("SELECT 1").await.map_err(bind::failure)?;
        Ok(())
    }

    pub(crate) fn stats(&self) -> Stats {
        let status = self.shared.pool.status();
        Stats {
            queued: self.shared.queued.load(Ordering::Relaxed),
            last_batch: 1,
            commits: self.shared.commits.load(Ordering::Relaxed),
            wal_bytes: 0,
            busy: status.size.saturating_sub(status.available),
        }
    }

    pub(crate) async fn close(&self) -> Result<()> {
        if self.shared.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let tasks = std::mem::take(&mut *self.tasks.lock());
        for task in &tasks {
            task.abort();
        }
        while self.shared.queued.load(Ordering::Acquire) > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        self.shared.pool.close();
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for task in self.tasks.lock().drain(..) {
            task.abort();
        }
    }
}

impl Shared {
    /// A connection of the pool.
    pub(crate) async fn client(&self) -> Result<Object> {
        let client = self.pool.get().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if client.statement_cache.size() > STATEMENTS {
            client.statement_cache.clear();
        }
        Ok(client)
    }
}
