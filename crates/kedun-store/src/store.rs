//! The store as everybody else sees it.

use std::collections::HashSet;
use std::sync::Arc;

use kedun_model::Context;
use tokio::sync::{Notify, broadcast, mpsc};

use crate::dialect::Verb;
use crate::{
    Changeset, CommitError, Committed, Dialect, Feed, Migration, Pending, Result, Row, Stmt, StoreConfig,
    StoreError, Tuning, housekeeping, migrate, postgres, sqlite,
};

/// An open database. Cloning it is cheap; all clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    context: Context,
    engine: Engine,
    feed: broadcast::Sender<Feed>,
    housekeeping: HashSet<&'static str>,
    schema: Arc<tokio::sync::Mutex<()>>,
    /// Rung when a job was queued.
    queued: Notify,
}

enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

/// What the store is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Changesets that wait for the writer.
    pub queued: usize,
    /// Changesets in the last batch.
    pub last_batch: usize,
    /// Commits since the start.
    pub commits: u64,
    /// Bytes in the write-ahead log; 0 on PostgreSQL.
    pub wal_bytes: u64,
    /// Connections in use.
    pub busy: usize,
}

/// How many changes a slow subscriber may fall behind before it misses some.
const FEED_CAPACITY: usize = 4096;

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.dialect())
    }
}

impl Store {
    /// Opens the database, makes or migrates its schema, and finishes schema changes that were interrupted.
    pub async fn open(config: StoreConfig, context: Context, migrations: Vec<Migration>) -> Result<Self> {
        Self::open_with(config, context, migrations, Tuning::default()).await
    }

    /// As [`Store::open`], within other bounds.
    pub async fn open_with(
        config: StoreConfig,
        context: Context,
        migrations: Vec<Migration>,
        tuning: Tuning,
    ) -> Result<Self> {
        let migrations = migrate::ordered(migrations)?;
        let housekeeping = migrate::housekeeping_tables(&migrations)?;
        let (feed, _) = broadcast::channel(FEED_CAPACITY);
        let engine = match config {
            StoreConfig::Sqlite { dir, db_key, keys_key, cache_bytes, readers } => {
                let files = sqlite::Files { dir, db_key, keys_key, cache_bytes, readers };
                Engine::Sqlite(sqlite::Engine::open(files, &context, migrations, tuning, feed.clone()).await?)
            }
            StoreConfig::Postgres { url, max_connections } => Engine::Postgres(
                postgres::Engine::open(&url, max_connections, &context, migrations, tuning, feed.clone())
                    .await?,
            ),
        };
        let store = Store(Arc::new(Inner {
            context,
            engine,
            feed,
            housekeeping,
            schema: Arc::default(),
            queued: Notify::new(),
        }));
        store.resume_schema().await?;
        Ok(store)
    }

    /// Which SQL this store speaks.
    pub fn dialect(&self) -> Dialect {
        match self.0.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The clock and the source of ids the store was opened with.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// Runs one short SELECT. On SQLite it runs on the calling thread.
    pub async fn query(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        readable(stmt)?;
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.query(stmt).await,
            Engine::Postgres(engine) => engine.query(stmt).await,
        }
    }

    /// Runs one SELECT on the keys database.
    pub async fn query_keys(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        readable(stmt)?;
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.query_keys(stmt).await,
            Engine::Postgres(engine) => engine.query(stmt).await,
        }
    }

    /// Runs one expensive SELECT away from the threads that serve requests.
    pub async fn query_long(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        readable(stmt)?;
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.query_long(stmt.clone()).await,
            Engine::Postgres(engine) => engine.query(stmt).await,
        }
    }

    /// Begins reading one unchanging state of the main database.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        Ok(Snapshot(match &self.0.engine {
            Engine::Sqlite(engine) => Snapshots::Sqlite(parking_lot::Mutex::new(engine.snapshot().await?)),
            Engine::Postgres(engine) => Snapshots::Postgres(engine.snapshot().await?),
        }))
    }

    /// Reads a long result in batches of `batch` rows, from one unchanging state. The reader may be
    /// slow: no more than two batches are kept. Dropping the receiver ends the scan.
    pub fn stream(&self, stmt: Stmt, batch: usize) -> mpsc::Receiver<Result<Vec<Row>>> {
        let (to, from) = mpsc::channel(2);
        let batch = batch.max(1);
        if let Err(error) = readable(&stmt) {
            // The channel is new and empty.
            let _ = to.try_send(Err(error));
            return from;
        }
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.stream(stmt, batch, to),
            Engine::Postgres(engine) => engine.stream(stmt, batch, to),
        }
        from
    }

    /// Queues a changeset at once; the outcome is awaited when it is needed.
    pub fn submit(&self, changeset: Changeset) -> Pending {
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.submit(changeset),
            Engine::Postgres(engine) => engine.submit(changeset),
        }
    }

    /// Applies a changeset whole, durably, or not at all.
    pub async fn commit(&self, changeset: Changeset) -> Result<Committed, CommitError> {
        let has_jobs = !changeset.jobs.is_empty();
        let committed = self.submit(changeset).await?;
        if has_jobs {
            self.0.queued.notify_one();
        }
        Ok(committed)
    }

    /// Waits until a job was queued by this process since this was last asked; one waits at a time.
    pub async fn job_queued(&self) {
        self.0.queued.notified().await;
    }

    /// Changes from now on. A subscriber that falls behind by more than 4096 gets an error once and
    /// must then read everything anew.
    pub fn subscribe(&self) -> broadcast::Receiver<Feed> {
        self.0.feed.subscribe()
    }

    /// Writes, in one transaction and without evidence, to tables that migrations registered for it.
    /// Returns the number of affected rows of each statement.
    pub async fn housekeeping(&self, stmts: Vec<Stmt>) -> Result<Vec<u64>, CommitError> {
        housekeeping::check(&self.0.housekeeping, &stmts)
            .map_err(|e| CommitError::Internal(e.to_string()))?;
        self.write_own(stmts).await
    }

    /// Writes to tables of the store's own.
    pub(crate) async fn write_own(&self, stmts: Vec<Stmt>) -> Result<Vec<u64>, CommitError> {
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.write(stmts).await,
            Engine::Postgres(engine) => engine.write(stmts).await,
        }
    }

    /// Writes to the keys database, in one transaction.
    pub(crate) async fn write_keys(&self, stmts: Vec<Stmt>) -> Result<Vec<u64>, CommitError> {
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.write_keys(stmts).await,
            Engine::Postgres(engine) => engine.write(stmts).await,
        }
    }

    /// Runs statements that change the schema, with their journal, in one transaction.
    pub(crate) async fn ddl(&self, stmts: Vec<Stmt>) -> Result<()> {
        if stmts.is_empty() {
            return Ok(());
        }
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.ddl(stmts).await,
            Engine::Postgres(engine) => engine.ddl(stmts).await,
        }
    }

    /// Makes sure that no other task, and no other node, changes the schema meanwhile.
    pub(crate) async fn schema_guard(&self) -> Result<SchemaGuard> {
        let local = self.0.schema.clone().lock_owned().await;
        let shared = match &self.0.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(engine) => Some(engine.schema_lock().await?),
        };
        Ok(SchemaGuard { _shared: shared, _local: local })
    }

    /// Builds an index beside the traffic (PostgreSQL).
    pub(crate) async fn index_concurrently(&self, name: &str, sql: String) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite(_) => Err(StoreError::Refused("SQLite builds indexes in its writer")),
            Engine::Postgres(engine) => engine.index_concurrently(name, sql).await,
        }
    }

    /// Gives every event that is committed its position now, instead of within a second. On SQLite
    /// they have it already. Returns how many were given.
    pub async fn flush_sequencer(&self) -> Result<u64> {
        match &self.0.engine {
            Engine::Sqlite(_) => Ok(0),
            Engine::Postgres(engine) => engine.flush_sequencer().await,
        }
    }

    /// Fails when the store cannot read, or its writer is gone.
    pub async fn ping(&self) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.ping().await,
            Engine::Postgres(engine) => engine.ping().await,
        }
    }

    /// What the store is doing.
    pub fn stats(&self) -> Stats {
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.stats(),
            Engine::Postgres(engine) => engine.stats(),
        }
    }

    /// Writes what is queued, folds the write-ahead log back, and releases the files. Whatever is
    /// submitted afterwards fails.
    pub async fn close(&self) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => engine.close().await,
        }
    }
}

fn readable(stmt: &Stmt) -> Result<()> {
    if let Some(fault) = stmt.fault {
        return Err(StoreError::Refused(fault));
    }
    if stmt.verb != Verb::Select {
        return Err(StoreError::Refused("only a SELECT can be queried"));
    }
    Ok(())
}

/// Held while the schema changes.
pub(crate) struct SchemaGuard {
    _shared: Option<postgres::SchemaLock>,
    _local: tokio::sync::OwnedMutexGuard<()>,
}

/// One unchanging state of the database.
pub struct Snapshot(Snapshots);

enum Snapshots {
    Sqlite(parking_lot::Mutex<sqlite::Lease>),
    Postgres(postgres::PgSnapshot),
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot")
    }
}

impl Snapshot {
    /// Runs one SELECT on this state.
    pub async fn query(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        readable(stmt)?;
        match &self.0 {
            Snapshots::Sqlite(lease) => sqlite::select(lease.lock().connection()?, stmt),
            Snapshots::Postgres(snapshot) => snapshot.query(stmt).await,
        }
    }
}
