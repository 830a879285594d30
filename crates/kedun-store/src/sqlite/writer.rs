//! The one thread that writes: it takes what is there, and commits it together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use kedun_model::Context;
use tokio::sync::{broadcast, oneshot};

use crate::sqlite::apply::{Fail, bound};
use crate::sqlite::bind::{failure, write};
use crate::sqlite::files::BUSY;
use crate::sqlite::pool::Pool;
use crate::sqlite::setup::{self, Prepared};
use crate::sqlite::work::{Counters, Work};
use crate::{CommitError, Feed, Result, Stmt, StoreError, Tuning};

/// The most changesets of one commit.
const BATCH: usize = 512;
/// The most bytes of one commit, about.
const BATCH_BYTES: usize = 1 << 20;
/// How long nothing must happen before the log is folded back.
const IDLE: Duration = Duration::from_secs(1);
/// How long queries that run may keep the log from beginning again.
const ALONE: Duration = Duration::from_millis(20);

/// The sending end of the queue. Dropping it ends the writer after what is queued.
pub(crate) struct Handle {
    queue: SyncSender<Work>,
    alive: Arc<AtomicBool>,
    counters: Arc<Counters>,
    // Dropped after the queue, for the thread ends when nobody can send any more.
    _thread: Thread,
}

/// A thread that is waited for: SQLCipher and libcrypto take themselves apart when `main` returns, and
/// a connection that is still open then crashes the process.
struct Thread(Option<JoinHandle<()>>);

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer ended badly");
        }
    }
}

impl Handle {
    /// Queues at once, or says that the queue is full or the writer gone.
    pub(crate) fn send(&self, work: Work) -> Result<(), CommitError> {
        if !self.alive() {
            return Err(CommitError::Unavailable);
        }
        self.counters.queued.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send(work).map_err(|error| {
            self.counters.queued.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => tracing::error!("the queue of the writer is full"),
                TrySendError::Disconnected(_) => tracing::error!("the writer is gone"),
            }
            CommitError::Unavailable
        })
    }

    pub(crate) fn alive(&self) -> bool {
        self.alive.load(Ordering::Acquire)
    }

    /// Refuses new work; true for the first who asks.
    pub(crate) fn shut(&self) -> bool {
        self.alive.swap(false, Ordering::AcqRel)
    }

    /// Asks the writer to end after what is queued; gives the work back while the queue is full.
    pub(crate) fn end(&self, work: Work) -> Option<Work> {
        self.counters.queued.fetch_add(1, Ordering::Relaxed);
        match self.queue.try_send(work) {
            Ok(()) => None,
            Err(error) => {
                self.counters.queued.fetch_sub(1, Ordering::Relaxed);
                match error {
                    TrySendError::Full(work) => Some(work),
                    TrySendError::Disconnected(_) => None,
                }
            }
        }
    }
}

pub(crate) fn start(
    prepared: Prepared,
    tuning: Tuning,
    feed: broadcast::Sender<Feed>,
    context: Context,
    counters: Arc<Counters>,
    readers: Pool,
) -> Result<Handle> {
    let (queue, work) = sync_channel(tuning.queue.max(1));
    let alive = Arc::new(AtomicBool::new(true));
    let mut writer = Writer {
        db: prepared,
        tuning,
        feed,
        context,
        counters: Arc::clone(&counters),
        readers,
        broken: false,
        headroom_lost: false,
        folded: 0,
    };
    let thread_alive = Arc::clone(&alive);
    let thread = std::thread::Builder::new()
        .name("kedun-writer".into())
        .spawn(move || {
            // Also when it panics, so that nobody waits for a writer that is gone.
            let _gone = Gone(thread_alive);
            let reply = writer.run(&work);
            // Whoever waits for the end may open the files anew the moment it hears of it.
            drop(writer);
            drop(reply);
        })
        .map_err(|cause| StoreError::File { what: "the writer thread".into(), cause })?;
    Ok(Handle { queue, alive, counters, _thread: Thread(Some(thread)) })
}

struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

pub(crate) struct Writer {
    pub(super) db: Prepared,
    pub(super) tuning: Tuning,
    pub(super) feed: broadcast::Sender<Feed>,
    pub(super) context: Context,
    pub(super) counters: Arc<Counters>,
    readers: Pool,
    /// The connections cannot be trusted and must be opened anew.
    pub(super) broken: bool,
    headroom_lost: bool,
    /// Pages of the log that have been folded back already.
    folded: u64,
}

impl Writer {
    /// Works until it is told to end, or nobody can send any more; returns whom to tell.
    fn run(&mut self, work: &Receiver<Work>) -> Option<oneshot::Sender<()>> {
        let mut next: Option<Work> = None;
        loop {
            let first = match next.take() {
                Some(first) => first,
                None => match work.recv_timeout(IDLE) {
                    Ok(first) => first,
                    Err(RecvTimeoutError::Timeout) => {
                        self.fold(false);
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                },
            };
            match first {
                Work::Close { reply } => {
                    self.counters.queued.fetch_sub(1, Ordering::Relaxed);
                    self.end();
                    return Some(reply);
                }
                Work::Keys { stmts, reply } => {
                    self.counters.queued.fetch_sub(1, Ordering::Relaxed);
                    drop(reply.send(self.write_keys(&stmts)));
                }
                Work::Ddl { stmts, reply } => {
                    self.counters.queued.fetch_sub(1, Ordering::Relaxed);
                    drop(reply.send(self.ddl(&stmts)));
                }
                first => {
                    let mut batch = vec![first];
                    let mut bytes = batch.first().and_then(Work::weight).unwrap_or(0);
                    while batch.len() < BATCH && bytes < BATCH_BYTES {
                        match work.try_recv() {
                            Ok(more) => match more.weight() {
                                Some(weight) => {
                                    bytes += weight;
                                    batch.push(more);
                                }
                                None => {
                                    next = Some(more);
                                    break;
                                }
                            },
                            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                        }
                    }
                    self.counters.queued.fetch_sub(batch.len(), Ordering::Relaxed);
                    self.batch(batch);
                    self.fold(true);
                }
            }
        }
        self.end();
        None
    }

    fn batch(&mut self, batch: Vec<Work>) {
        let now = Instant::now();
        // Nobody waits for these any more, and they were told so.
        let (late, batch): (Vec<_>, Vec<_>) = batch.into_iter().partition(|work| work.expired(now));
        late.into_iter().for_each(Work::refuse);
        if batch.is_empty() {
            return;
        }
        if !self.ready() {
            batch.into_iter().for_each(Work::refuse);
            return;
        }
        self.counters.last_batch.store(batch.len(), Ordering::Relaxed);
        if let Err((error, batch)) = self.commit(batch) {
            tracing::error!(%error, changesets = batch.len(), "a batch could not be written");
            self.recover();
            batch.into_iter().for_each(Work::refuse);
        }
    }

    /// Whether writing makes sense: the connections work and the disk has room.
    fn ready(&mut self) -> bool {
        if self.broken && !self.reopen() {
            return false;
        }
        match rustix::fs::statvfs(&self.db.dir) {
            Ok(disk) => {
                let free = disk.f_bavail.saturating_mul(disk.f_frsize);
                let enough = free >= self.tuning.reserve_bytes;
                if !enough && !self.headroom_lost {
                    tracing::error!(
                        free,
                        reserve = self.tuning.reserve_bytes,
                        "the disk is almost full; writing stops"
                    );
                }
                self.headroom_lost = !enough;
                enough
            }
            Err(error) => {
                tracing::error!(%error, "the free space of the disk cannot be read");
                false
            }
        }
    }

    /// Goes back to the last commit after a failure.
    pub(super) fn recover(&mut self) {
        // Whether the commit that failed is there after all is for the file to say.
        self.counters.data_changed();
        for connection in [&self.db.main, &self.db.keys] {
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "a failed transaction could not be rolled back");
                self.broken = true;
            }
        }
        // What is in the file decides, not what was in memory.
        let restored = setup::load(&self.db.main).and_then(|state| {
            setup::remove_orphans(&self.db.keys, state.batch)?;
            self.db.state = state;
            Ok(())
        });
        if let Err(error) = restored {
            tracing::error!(%error, "the state of the last commit could not be read");
            self.broken = true;
        }
    }

    fn reopen(&mut self) -> bool {
        let [main_file, keys_file] = &self.db.files;
        let opened = setup::open_main(main_file, self.db.cache, self.db.max_pages, &self.db.wal)
            .and_then(|main| Ok((main, setup::open_keys(keys_file)?)));
        match opened {
            Ok((main, keys)) => {
                self.db.main = main;
                self.db.keys = keys;
                self.broken = false;
                self.recover();
                !self.broken
            }
            Err(error) => {
                tracing::error!(%error, "the database could not be opened anew");
                false
            }
        }
    }

    fn write_keys(&mut self, stmts: &[Stmt]) -> Result<Vec<u64>, CommitError> {
        if !self.ready() {
            return Err(CommitError::Unavailable);
        }
        let keys = &self.db.keys;
        let run = || -> Result<Vec<u64>, Fail> {
            keys.execute_batch("BEGIN IMMEDIATE")?;
            let rows = stmts
                .iter()
                .map(|stmt| {
                    bound(stmt)?;
                    Ok(write(keys, &stmt.sql, &stmt.params)?)
                })
                .collect::<Result<_, Fail>>()?;
            keys.execute_batch("COMMIT")?;
            // A destroyed key must not live on in the log.
            keys.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
            Ok(rows)
        };
        run().map_err(|fail| {
            self.recover();
            match fail {
                Fail::Change(error) => error,
                Fail::Batch(error) => {
                    tracing::error!(%error, "the keys could not be written");
                    CommitError::Unavailable
                }
            }
        })
    }

    fn ddl(&mut self, stmts: &[Stmt]) -> Result<()> {
        if !self.ready() {
            return Err(StoreError::Unavailable("the writer cannot write now".into()));
        }
        let main = &self.db.main;
        let run = || -> Result<()> {
            main.execute_batch("BEGIN IMMEDIATE").map_err(failure)?;
            for stmt in stmts {
                write(main, &stmt.sql, &stmt.params).map_err(failure)?;
            }
            main.execute_batch("COMMIT").map_err(failure)
        };
        let result = run();
        self.counters.data_changed();
        if result.is_err() {
            self.recover();
        }
        result
    }

    /// Copies the log back into the file when it is long, or (not `only_long`) when there is time.
    fn fold(&mut self, only_long: bool) {
        let pages = self.db.wal.load(Ordering::Relaxed);
        let bytes = pages.saturating_mul(self.db.page_bytes);
        self.counters.wal_bytes.store(bytes, Ordering::Relaxed);
        if pages < self.folded {
            self.folded = 0;
        }
        let fresh = pages.saturating_sub(self.folded);
        let due = if only_long {
            fresh.saturating_mul(self.db.page_bytes) >= self.tuning.checkpoint_bytes
        } else {
            fresh > 0
        };
        if !due || self.broken {
            return;
        }
        self.readers.release();
        for connection in [&self.db.main, &self.db.keys] {
            if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
                tracing::warn!(%error, "the write-ahead log could not be folded back");
                return;
            }
        }
        self.folded = pages;
        if only_long && self.begin_log_again() {
            self.folded = 0;
            self.db.wal.store(0, Ordering::Relaxed);
            self.counters.wal_bytes.store(0, Ordering::Relaxed);
        }
    }

    /// Has the next commit write at the start of the log; false when somebody reads from it for long.
    fn begin_log_again(&self) -> bool {
        let Some(_alone) = self.readers.alone(ALONE) else { return false };
        let main = &self.db.main;
        let restart = || -> rusqlite::Result<bool> {
            // A long scan is not waited for.
            main.busy_timeout(Duration::ZERO)?;
            let busy = main.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get::<_, i64>(0));
            main.busy_timeout(BUSY)?;
            Ok(busy? == 0)
        };
        restart().unwrap_or_else(|error| {
            tracing::warn!(%error, "the write-ahead log could not begin again");
            false
        })
    }

    fn end(&mut self) {
        // What readers still read from would keep the log from being folded back.
        self.readers.release();
        for connection in [&self.db.main, &self.db.keys] {
            if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
                tracing::warn!(%error, "the write-ahead log could not be folded back");
            }
        }
    }
}
