//! The keys file before the store is open: it holds the wrapped key of the main file.

use std::path::Path;

use zeroize::Zeroizing;

use crate::keys::{epoch_row, secret_row, vault_queries, vault_writes};
use crate::sqlite::bind::{failure, select, write};
use crate::sqlite::files::{Files, try_lock};
use crate::sqlite::setup::open_keys;
use crate::{Dialect, EpochRow, Result, SecretRow, Store, StoreError};

impl Store {
    /// Epoch keys and secrets of a data directory that no store has open; both empty when there is none yet.
    pub fn read_vault_at(
        dir: &Path,
        keys_key: Option<&Zeroizing<[u8; 32]>>,
    ) -> Result<(Vec<EpochRow>, Vec<SecretRow>)> {
        if !dir.join("keys.db").exists() {
            return Ok((Vec::new(), Vec::new()));
        }
        let (files, _lock) = files_of(dir, keys_key)?;
        let keys = files.keys().writer(1 << 20)?;
        let [epochs, secrets] = vault_queries(Dialect::Sqlite);
        Ok((
            select(&keys, &epochs)?.iter().map(epoch_row).collect::<Result<_>>()?,
            select(&keys, &secrets)?.iter().map(secret_row).collect::<Result<_>>()?,
        ))
    }

    /// Writes epoch keys and secrets into a data directory that no store has open, making it when
    /// there is none; durable on return.
    pub fn write_vault_at(
        dir: &Path,
        keys_key: Option<&Zeroizing<[u8; 32]>>,
        epochs: &[EpochRow],
        secrets: &[SecretRow],
    ) -> Result<()> {
        let (files, _lock) = files_of(dir, keys_key)?;
        let keys = open_keys(&files.keys())?;
        keys.execute_batch("BEGIN IMMEDIATE").map_err(failure)?;
        for stmt in vault_writes(Dialect::Sqlite, epochs, secrets) {
            write(&keys, &stmt.sql, &stmt.params).map_err(failure)?;
        }
        keys.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);").map_err(failure)
    }
}

fn files_of(dir: &Path, keys_key: Option<&Zeroizing<[u8; 32]>>) -> Result<(Files, std::fs::File)> {
    let lock = try_lock(dir)?.ok_or_else(|| StoreError::InUse { dir: dir.display().to_string() })?;
    let files =
        Files { dir: dir.to_owned(), db_key: None, keys_key: keys_key.cloned(), cache_bytes: 0, readers: 0 };
    Ok((files, lock))
}
