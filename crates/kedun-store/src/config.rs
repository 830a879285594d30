//! Where the data is, and the bounds within which the store works.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

/// Which engine, and where.
#[derive(Clone)]
pub enum StoreConfig {
    /// Files in a directory of this machine: `main.db` and `keys.db`.
    Sqlite {
        dir: PathBuf,
        /// The key of `main.db`; `None` leaves the file unencrypted.
        db_key: Option<Zeroizing<[u8; 32]>>,
        /// The key of `keys.db`; `None` leaves the file unencrypted.
        keys_key: Option<Zeroizing<[u8; 32]>>,
        /// Memory for pages, over all readers.
        cache_bytes: u64,
        /// The number of connections that read, at least 1.
        readers: usize,
    },
    /// A PostgreSQL server, version 15 or newer. `sslmode=require` needs `sslrootcert=<PEM file>` in the URL.
    Postgres { url: String, max_connections: usize },
}

impl fmt::Debug for StoreConfig {
    // A URL holds a password, the rest are keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreConfig::Sqlite { dir, db_key, .. } => f
                .debug_struct("Sqlite")
                .field("dir", dir)
                .field("encrypted", &db_key.is_some())
                .finish_non_exhaustive(),
            StoreConfig::Postgres { max_connections, .. } => {
                f.debug_struct("Postgres").field("max_connections", max_connections).finish_non_exhaustive()
            }
        }
    }
}

/// Bounds that seldom need another value.
#[derive(Debug, Clone)]
pub struct Tuning {
    /// Free space of the disk below which nothing is written any more, in bytes.
    pub reserve_bytes: u64,
    /// How long a caller waits for its commit.
    pub deadline: Duration,
    /// How many changesets may wait for the writer.
    pub queue: usize,
    /// The largest size of `main.db` in pages of 4 KiB, if it is to be bounded.
    pub max_pages: Option<u32>,
    /// The size of the write-ahead log in bytes at which it is copied back.
    pub checkpoint_bytes: u64,
    /// The longest that a reader of SQLite reads from one state: what another program writes into the
    /// file is seen after this time.
    pub hold: Duration,
    /// How often the sequencer and the change feed of PostgreSQL look for work.
    pub poll: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            reserve_bytes: 64 << 20,
            deadline: Duration::from_secs(2),
            queue: 8192,
            max_pages: None,
            checkpoint_bytes: 16 << 20,
            hold: Duration::from_secs(2),
            poll: Duration::from_millis(250),
        }
    }
}
