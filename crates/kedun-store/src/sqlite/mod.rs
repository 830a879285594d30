//! SQLite: one encrypted file with one writer thread, a pool of readers, and a second
//! small file for keys.

mod apply;
mod bind;
mod bootstrap;
mod commit;
mod files;
mod pool;
mod setup;
mod work;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use kedun_model::Context;
use tokio::sync::{broadcast, mpsc};

pub(crate) use bind::select;
pub(crate) use files::Files;
pub(crate) use pool::Lease;

use crate::{Changeset, CommitError, Feed, Migration, Pending, Result, Row, Stats, Stmt, StoreError, Tuning};
use pool::Pool;
use work::{Counters, Work};
use writer::Handle;

/// Connections for scans and exports, besides the readers.
const LONG_READERS: usize = 2;
const KEY_READERS: usize = 2;
const LONG_CACHE: u64 = 8 << 20;
const KEYS_CACHE: u64 = 8 << 20;

/// The open files.
pub(crate) struct Engine {
    readers: Pool,
    long: Pool,
    keys: Pool,
    writer: Handle,
    counters: Arc<Counters>,
    deadline: Duration,
}

impl Engine {
    pub(crate) async fn open(
        files: Files,
        context: &Context,
        migrations: Vec<Migration>,
        tuning: Tuning,
        feed: broadcast::Sender<Feed>,
    ) -> Result<Self> {
        let context = context.clone();
        let lock = files.lock().await?;
        blocking(move || {
            let counters = Arc::new(Counters::default());
            let readers = files.readers.max(1);
            let share = files.cache_bytes / u64::try_from(readers).unwrap_or(1).saturating_add(1);
            let writer = setup::prepare(&files, share, &context, &migrations, &tuning, lock)?;
            let main = files.main();
            let keys = files.keys();
            let deadline = tuning.deadline;
            counters.fold_at(tuning.checkpoint_bytes);
            let hold = tuning.hold;
            let readers = Pool::open(readers, hold, || main.reader(share))?;
            Ok(Engine {
                readers: readers.clone(),
                long: Pool::open(LONG_READERS, hold, || main.reader(LONG_CACHE))?,
                keys: Pool::open(KEY_READERS, hold, || keys.reader(KEYS_CACHE / 2))?,
                writer: writer::start(writer, tuning, feed, context, Arc::clone(&counters), readers)?,
                counters,
                deadline,
            })
        })
        .await
    }

    pub(crate) async fn query(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        self.readers.lease().await?.read(&self.counters, stmt)
    }

    pub(crate) async fn query_keys(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        let lease = self.keys.lease().await?;
        select(lease.connection()?, stmt)
    }

    pub(crate) async fn query_long(&self, stmt: Stmt) -> Result<Vec<Row>> {
        let lease = self.long.lease().await?;
        blocking(move || select(lease.connection()?, &stmt)).await
    }

    pub(crate) async fn snapshot(&self) -> Result<Lease> {
        let mut lease = self.readers.lease().await?;
        lease.release();
        bind::begin_read(lease.connection()?)?;
        Ok(lease)
    }

    pub(crate) fn stream(&self, stmt: Stmt, batch: usize, to: mpsc::Sender<Result<Vec<Row>>>) {
        let pool = self.long.clone();
        tokio::spawn(async move {
            let lease = match pool.lease().await {
                Ok(lease) => lease,
                Err(error) => {
                    // A receiver that is gone wants nothing.
                    let _ = to.send(Err(error)).await;
                    return;
                }
            };
            let scan = tokio::task::spawn_blocking(move || {
                let result = lease.connection().and_then(|connection| {
                    let scanned =
                        bind::scan(connection, &stmt, batch, |rows| to.blocking_send(Ok(rows)).is_ok());
                    // A whole table went through; nobody asks for its pages again.
                    scanned.and(connection.execute_batch("PRAGMA shrink_memory").map_err(bind::failure))
                });
                if let Err(error) = result {
                    let _ = to.blocking_send(Err(error));
                }
            });
            if let Err(error) = scan.await {
                tracing::error!(%error, "a scan ended badly");
            }
        });
    }

    pub(crate) fn submit(&self, changeset: Changeset) -> Pending {
        let (reply, answer) = tokio::sync::oneshot::channel();
        match self.writer.send(Work::change(changeset, self.deadline, reply)) {
            Ok(()) => Pending::waiting(answer, self.deadline),
            Err(error) => Pending::failed(error),
        }
    }

    pub(crate) async fn write(&self, stmts: Vec<Stmt>) -> Result<Vec<u64>, CommitError> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.writer.send(Work::house(stmts, self.deadline, reply))?;
        crate::pending::answer(answer, tokio::time::Instant::now() + self.deadline).await
    }

    pub(crate) async fn write_keys(&self, stmts: Vec<Stmt>) -> Result<Vec<u64>, CommitError> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.writer.send(Work::Keys { stmts, reply })?;
        crate::pending::answer(answer, tokio::time::Instant::now() + self.deadline).await
    }

    /// Waits as long as it takes: an index over many rows takes its time.
    pub(crate) async fn ddl(&self, stmts: Vec<Stmt>) -> Result<()> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.writer.send(Work::Ddl { stmts, reply })?;
        answer.await.ok().ok_or(StoreError::Closed)?
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        self.query(&Stmt::own(crate::dialect::Verb::Select, "SELECT 1", Vec::new())).await?;
        if self.writer.alive() { Ok(()) } else { Err(StoreError::Closed) }
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats { busy: self.readers.busy(), ..self.counters.stats() }
    }

    pub(crate) async fn close(&self) -> Result<()> {
        // Readers go first, so that the log can be folded back whole.
        for pool in [&self.readers, &self.long, &self.keys] {
            pool.close().await;
        }
        if !self.writer.shut() {
            return Ok(());
        }
        let (reply, answer) = tokio::sync::oneshot::channel();
        let mut work = Some(Work::Close { reply });
        while let Some(again) = work.take() {
            work = self.writer.end(again);
            if work.is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        // The sender is dropped when the files are closed.
        let _ = answer.await;
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(run: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(run)
        .await
        .unwrap_or_else(|error| Err(StoreError::Database(error.to_string())))
}
