//! Opening the files for writing: migrations, and the clearing of what a crash left behind.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kedun_model::Context;
use rusqlite::Connection;

use crate::dialect::Verb;
use crate::ledger::{LedgerState, STATE};
use crate::sqlite::bind::{failure, select, write};
use crate::sqlite::files::{DbFile, Files};
use crate::{Dialect, Migration, Param, Result, Stmt, StoreError, Tuning, migrate, migrations};

/// The write-ahead log's length in pages after the last commit.
pub(crate) type WalPages = Arc<AtomicU64>;

/// The writer's connections, and what it knows of the last commit.
pub(crate) struct Prepared {
    pub main: Connection,
    pub keys: Connection,
    pub files: [DbFile; 2],
    pub cache: u64,
    pub max_pages: Option<u32>,
    pub state: State,
    pub wal: WalPages,
    pub page_bytes: u64,
    pub dir: std::path::PathBuf,
    /// Held as long as the files are open.
    pub _lock: File,
}

/// What the last commit left.
#[derive(Clone)]
pub(crate) struct State {
    pub ledger: LedgerState,
    /// The number of the last commit that wrote evidence.
    pub batch: i64,
}

pub(crate) fn prepare(
    files: &Files,
    cache: u64,
    context: &Context,
    all: &[Migration],
    tuning: &Tuning,
    lock: File,
) -> Result<Prepared> {
    let files_of = [files.main(), files.keys()];
    let [main_file, keys_file] = &files_of;
    let wal = WalPages::default();
    let main = open_main(main_file, cache, tuning.max_pages, &wal)?;
    let keys = open_keys(keys_file)?;
    migrate(&main, all, context.now())?;
    // The lock says that whoever held these is gone.
    write(
        &main,
        "UPDATE job SET lease_until = NULL WHERE finished_at IS NULL AND lease_until IS NOT NULL",
        &[],
    )
    .map_err(failure)?;
    let state = load(&main)?;
    let orphans = remove_orphans(&keys, state.batch)?;
    if orphans > 0 {
        tracing::warn!(orphans, "keys of changes that were never committed were removed");
    }
    let page_bytes = page_bytes(&main)?;
    Ok(Prepared {
        main,
        keys,
        files: files_of,
        cache,
        max_pages: tuning.max_pages,
        state,
        wal,
        page_bytes,
        dir: files.dir.clone(),
        _lock: lock,
    })
}

/// The size of a page. An encrypted file tells it as text.
fn page_bytes(main: &Connection) -> Result<u64> {
    use rusqlite::types::Value;
    let size = main.query_row("PRAGMA page_size", [], |row| row.get::<_, Value>(0)).map_err(failure)?;
    let bytes = match size {
        Value::Integer(n) => u64::try_from(n).ok(),
        Value::Text(digits) => digits.parse().ok(),
        _ => None,
    };
    bytes.ok_or_else(|| StoreError::Database("the size of a page is not told".into()))
}

pub(crate) fn open_main(
    file: &DbFile,
    cache: u64,
    max_pages: Option<u32>,
    wal: &WalPages,
) -> Result<Connection> {
    let mut main = file.writer(cache)?;
    if let Some(pages) = max_pages {
        main.execute_batch(&format!("PRAGMA max_page_count = {pages};")).map_err(failure)?;
    }
    let seen = Arc::clone(wal);
    main.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
        seen.store(u64::try_from(pages).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }))
    .map_err(failure)?;
    Ok(main)
}

pub(crate) fn open_keys(file: &DbFile) -> Result<Connection> {
    let keys = file.writer(1 << 20)?;
    for sql in migrations::keys(Dialect::Sqlite) {
        keys.execute_batch(&sql).map_err(failure)?;
    }
    Ok(keys)
}

/// The state of the last commit, as the file has it.
pub(crate) fn load(main: &Connection) -> Result<State> {
    let own = |sql: &'static str| Stmt::own(Verb::Select, sql, Vec::new());
    let ledger = select(main, &own(STATE))?;
    let batch = select(main, &own("SELECT value FROM store_meta WHERE key = 'batch'"))?;
    let missing = || StoreError::Database("the evidence has no head".into());
    Ok(State {
        ledger: LedgerState::from_row(ledger.first().ok_or_else(missing)?)?,
        batch: batch.first().ok_or_else(missing)?.get_i64(0)?,
    })
}

/// Removes keys whose change was not committed after them.
pub(crate) fn remove_orphans(keys: &Connection, batch: i64) -> Result<u64> {
    write(keys, "DELETE FROM dek WHERE batch > ?1", &[Param::Int(batch)]).map_err(failure)
}

fn migrate(main: &Connection, all: &[Migration], now: i64) -> Result<()> {
    main.execute_batch(&migrations::journal(Dialect::Sqlite)).map_err(failure)?;
    let journal =
        Stmt::own(Verb::Select, "SELECT id, step FROM schema_step WHERE state = 'done'", Vec::new());
    let mut done: HashMap<u32, HashSet<usize>> = HashMap::new();
    for row in select(main, &journal)? {
        if let Some(id) = migrate::parse_journal_id(row.text(0)?.unwrap_or_default()) {
            done.entry(id).or_default().insert(usize::try_from(row.get_i64(1)?).unwrap_or(usize::MAX));
        }
    }
    let pending = migrate::pending(Dialect::Sqlite, all, &done);
    if pending.is_empty() {
        return Ok(());
    }
    // Definitions are transactional here: all steps or none.
    main.execute_batch("BEGIN IMMEDIATE").map_err(failure)?;
    let applied = pending.iter().try_for_each(|step| {
        main.execute_batch(&step.sql).map_err(|e| step.failed(e))?;
        let params = [
            Param::Text(migrate::journal_id(step.migration)),
            Param::Int(i64::try_from(step.number).unwrap_or(i64::MAX)),
            Param::Int(now),
        ];
        write(main, "INSERT INTO schema_step (id, step, state, at) VALUES (?1, ?2, 'done', ?3)", &params)
            .map_err(|e| step.failed(e))?;
        Ok(())
    });
    match applied {
        Ok(()) => main.execute_batch("COMMIT").map_err(failure),
        Err(error) => {
            main.execute_batch("ROLLBACK").map_err(failure)?;
            Err(error)
        }
    }
}
