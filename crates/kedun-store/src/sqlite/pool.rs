//! A fixed number of connections, lent one at a time.
//!
//! A connection that begins to read after any commit of another throws away all pages it has in
//! memory, and every page it then needs is read and decrypted anew. Each read of personal data
//! commits its evidence, so that no page would ever be found in memory. Therefore a reader keeps its
//! read transaction open from one query to the next for as long as nothing but evidence was
//! committed: what it sees is the last state of everything else, and queries of the evidence
//! itself begin anew. The log can begin again at its start only when nobody reads from it: for that the
//! writer has the readers to itself for a moment ([`Pool::alone`]); while the log is long all the same,
//! because of a long scan, nothing is kept open. What another program writes into the
//! file is seen after [`hold`](crate::Tuning::hold) at the latest, for nobody tells us of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::sqlite::bind::{failure, select};
use crate::sqlite::work::Counters;
use crate::{Result, Row, Stmt, StoreError};

/// The tables that commits of evidence alone write to, as their names begin.
const EVIDENCE: [&str; 4] = ["event", "ledger_state", "tree_node", "store_meta"];

/// The state that an open transaction reads.
#[derive(Clone, Copy)]
struct Held {
    /// What [`Counters::data`] said before it began.
    data: u64,
    since: Instant,
}

impl Held {
    fn is_last(self, data: u64, hold: Duration) -> bool {
        self.data == data && self.since.elapsed() < hold
    }
}

/// A connection, and the state of the data that its open transaction reads.
struct Reader {
    connection: Connection,
    held: Option<Held>,
    /// The longest that it reads from one state.
    hold: Duration,
}

impl Reader {
    /// Gives up what it reads from.
    fn release(&mut self) {
        self.held = None;
        if !self.connection.is_autocommit()
            && let Err(error) = run(&self.connection, "ROLLBACK")
        {
            tracing::error!(%error, "a snapshot could not be given up");
        }
    }
}

/// The connections that are not lent.
struct Free {
    readers: Vec<Reader>,
    /// Nothing is lent for a moment.
    shut: bool,
}

#[derive(Clone)]
pub(crate) struct Pool {
    free: Arc<Mutex<Free>>,
    permits: Arc<Semaphore>,
    /// Says when connections are lent again.
    shut: watch::Sender<bool>,
    size: usize,
}

impl Pool {
    pub(crate) fn open(size: usize, hold: Duration, open: impl Fn() -> Result<Connection>) -> Result<Self> {
        let readers = (0..size)
            .map(|_| Ok(Reader { connection: open()?, held: None, hold }))
            .collect::<Result<Vec<_>>>()?;
        Ok(Pool {
            free: Arc::new(Mutex::new(Free { readers, shut: false })),
            permits: Arc::new(Semaphore::new(size)),
            shut: watch::Sender::new(false),
            size,
        })
    }

    /// A connection; waits while all are lent.
    pub(crate) async fn lease(&self) -> Result<Lease> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => Arc::clone(&self.permits).acquire_owned().await.ok().ok_or(StoreError::Closed)?,
        };
        loop {
            if let Some(taken) = self.free.lock().take() {
                let reader = Some(taken.ok_or(StoreError::Closed)?);
                return Ok(Lease { reader, free: Arc::clone(&self.free), _permit: permit });
            }
            // The sender lives as long as the pool.
            let mut shut = self.shut.subscribe();
            drop(shut.wait_for(|shut| !shut).await);
        }
    }

    pub(crate) fn busy(&self) -> usize {
        self.size.saturating_sub(self.permits.available_permits())
    }

    /// Has the connections that are not lent read from nothing.
    pub(crate) fn release(&self) {
        self.free.lock().readers.iter_mut().for_each(Reader::release);
    }

    /// Lends nothing until the answer is dropped, and waits until nothing is lent and nobody reads;
    /// none when somebody reads on for longer than `patience`.
    #[expect(clippy::disallowed_methods, reason = "the writer waits on a thread of its own")]
    pub(crate) fn alone(&self, patience: Duration) -> Option<Alone<'_>> {
        self.free.lock().shut = true;
        self.shut.send_replace(true);
        let alone = Alone(self);
        let begun = Instant::now();
        while self.free.lock().readers.len() < self.size {
            if begun.elapsed() >= patience {
                return None;
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        self.release();
        Some(alone)
    }

    /// Lends nothing more and waits, up to five seconds, for what is lent.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(self.size).unwrap_or(u32::MAX);
        let returned =
            tokio::time::timeout(std::time::Duration::from_secs(5), self.permits.acquire_many(all)).await;
        if returned.is_err() {
            tracing::warn!("readers were still at work when the store was closed");
        }
        self.permits.close();
        self.free.lock().readers.clear();
    }
}

impl Free {
    /// A connection, inner none when they are closed; outer none while nothing is lent.
    fn take(&mut self) -> Option<Option<Reader>> {
        (!self.shut).then(|| self.readers.pop())
    }
}

/// While it lives nothing of a pool is lent.
pub(crate) struct Alone<'a>(&'a Pool);

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.free.lock().shut = false;
        self.0.shut.send_replace(false);
    }
}

/// A lent connection; goes back when dropped, out of any transaction but one that [`Lease::read`] keeps.
pub(crate) struct Lease {
    reader: Option<Reader>,
    free: Arc<Mutex<Free>>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(crate) fn connection(&self) -> Result<&Connection> {
        self.reader.as_ref().map(|reader| &reader.connection).ok_or(StoreError::Closed)
    }

    /// Gives up what the connection still reads from.
    pub(crate) fn release(&mut self) {
        if let Some(reader) = &mut self.reader {
            reader.release();
        }
    }

    /// Runs a SELECT on the last state of what it asks for.
    pub(crate) fn read(&mut self, counters: &Counters, stmt: &Stmt) -> Result<Vec<Row>> {
        let reader = self.reader.as_mut().ok_or(StoreError::Closed)?;
        // Taken before the transaction begins, so that what is read is never older than it says.
        let data = counters.data();
        let may_hold = counters.log_is_short() && !EVIDENCE.iter().any(|table| stmt.sql.contains(table));
        if reader.held.is_some_and(|held| !may_hold || !held.is_last(data, reader.hold)) {
            reader.release();
        }
        if may_hold && reader.held.is_none() {
            run(&reader.connection, "BEGIN DEFERRED").map_err(failure)?;
            reader.held = Some(Held { data, since: Instant::now() });
        }
        let rows = select(&reader.connection, stmt);
        if rows.is_err() {
            reader.release();
        }
        rows
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut reader) = self.reader.take() else { return };
        if reader.held.is_none() {
            reader.release();
        }
        self.free.lock().readers.push(reader);
    }
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(|_none| ())
}
