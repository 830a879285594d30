//! The files of a data directory, and how a connection to one is set up.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::sqlite::bind::failure;
use crate::{Result, StoreError};

/// Where the files are, and their keys.
pub(crate) struct Files {
    pub dir: PathBuf,
    pub db_key: Option<Zeroizing<[u8; 32]>>,
    pub keys_key: Option<Zeroizing<[u8; 32]>>,
    pub cache_bytes: u64,
    pub readers: usize,
}

/// One database file.
pub(crate) struct DbFile {
    pub path: PathBuf,
    key: Option<Zeroizing<[u8; 32]>>,
}

/// How long a connection waits for another that writes.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// How many compiled statements a connection keeps.
const STATEMENTS: usize = 256;

impl Files {
    pub(crate) fn main(&self) -> DbFile {
        DbFile { path: self.dir.join("main.db"), key: self.db_key.clone() }
    }

    pub(crate) fn keys(&self) -> DbFile {
        DbFile { path: self.dir.join("keys.db"), key: self.keys_key.clone() }
    }

    /// Makes the directory and takes its lock; waits a second for a store that is just closing.
    pub(crate) async fn lock(&self) -> Result<File> {
        for attempt in 0..10 {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            if let Some(file) = try_lock(&self.dir)? {
                return Ok(file);
            }
        }
        Err(StoreError::InUse { dir: self.dir.display().to_string() })
    }
}

/// The lock of a data directory, `None` while somebody else has it.
pub(crate) fn try_lock(dir: &Path) -> Result<Option<File>> {
    make_dir(dir)?;
    let path = dir.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|cause| StoreError::File { what: path.display().to_string(), cause })?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(cause)) => {
            Err(StoreError::File { what: path.display().to_string(), cause })
        }
    }
}

fn make_dir(dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|cause| StoreError::File { what: dir.display().to_string(), cause })
}

impl DbFile {
    /// A connection that may write; makes the file when there is none. `cache` is in bytes.
    pub(crate) fn writer(&self, cache: u64) -> Result<Connection> {
        let connection =
            self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, cache)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;").map_err(failure)?;
        Ok(connection)
    }

    /// A connection that can only read. `cache` is in bytes.
    pub(crate) fn reader(&self, cache: u64) -> Result<Connection> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE, cache)?;
        connection.execute_batch("PRAGMA query_only = ON;").map_err(failure)?;
        Ok(connection)
    }

    fn connect(&self, flags: OpenFlags, cache: u64) -> Result<Connection> {
        let connection = Connection::open_with_flags(&self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(failure)?;
        // Logging of the cipher goes to the standard error; what matters comes back as an error.
        connection
            .execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = OFF;")
            .map_err(failure)?;
        if let Some(key) = &self.key {
            let mut pragma = Zeroizing::new(String::with_capacity(96));
            pragma.push_str("PRAGMA key = \"x'");
            for byte in key.iter() {
                for nibble in [byte >> 4, byte & 15] {
                    pragma.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
                }
            }
            pragma.push_str("'\";");
            connection.execute_batch(&pragma).map_err(failure)?;
        }
        let opened = connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
        match opened {
            Err(rusqlite::Error::SqliteFailure(error, _))
                if error.code == rusqlite::ErrorCode::NotADatabase =>
            {
                return Err(StoreError::WrongKey { file: self.path.display().to_string() });
            }
            other => other.map_err(failure)?,
        }
        // Otherwise a statement with a bound LIMIT is compiled anew at every use, for the value of that use.
        connection
            .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(failure)?;
        let cache_kib = cache >> 10;
        connection
            .execute_batch(&format!(
                "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
                 PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;
                 PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -{cache_kib};"
            ))
            .map_err(failure)?;
        connection.busy_timeout(BUSY).map_err(failure)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        rusqlite::vtab::array::load_module(&connection).map_err(failure)?;
        Ok(connection)
    }
}
