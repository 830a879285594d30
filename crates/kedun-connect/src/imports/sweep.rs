//! Files do not stay longer than they are needed.

use std::collections::HashSet;
use std::io;
use std::time::Duration;

use kedun_engine::{EventDraft, system_caller};
use kedun_ledger::Outcome;
use kedun_model::{ImportId, Result};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait};

use super::row::no_bytes;
use super::sealed::disk;
use super::types::ImportState;
use super::{Imports, Inner};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(3_600);
/// Files nobody knows are removed when they are older, in microseconds: an upload may still be under way.
const UNKNOWN: i64 = 86_400 * 1_000_000;
/// Imports that end at a time.
const AT_ONCE: u64 = 100;

/// The sweeping of files; ends when dropped.
#[derive(Debug)]
#[must_use = "the sweeping ends when this is dropped"]
pub(crate) struct Sweeping(tokio::task::JoinHandle<()>);

impl Drop for Sweeping {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Imports {
    /// Deletes files whose time is over, at once and then every hour, until what is returned is dropped.
    pub(crate) fn keep_house(&self) -> Sweeping {
        let imports = self.clone();
        Sweeping(tokio::spawn(async move {
            loop {
                if let Err(error) = imports.sweep().await {
                    tracing::warn!(%error, "files of imports could not be swept");
                }
                tokio::time::sleep(EVERY).await;
            }
        }))
    }

    /// Deletes files whose time is over, with their keys, and files that belong to no import;
    /// returns the number of imports concerned.
    ///
    /// # Errors
    /// The store's.
    pub async fn sweep(&self) -> Result<u64> {
        let mut ended = 0;
        loop {
            let statement = self
                .select_imports()
                .and_where(Expr::col("gone").eq(false))
                .and_where(Expr::col("keep_until").lt(self.now()))
                .and_where(
                    Expr::col("state").is_not_in(
                        [ImportState::Checking, ImportState::Running, ImportState::Undoing]
                            .map(ImportState::code),
                    ),
                )
                .limit(AT_ONCE)
                .to_owned();
            let imports = self.imports_of(&statement).await?;
            if imports.is_empty() {
                break;
            }
            for import in imports {
                let to = match import.state {
                    ImportState::Uploaded
                    | ImportState::Mapped
                    | ImportState::Checked
                    | ImportState::Paused => ImportState::Cancelled,
                    other => other,
                };
                let mut update = self.update_import(import.id, &[import.state]);
                update
                    .value("state", to.code())
                    .value("gone", true)
                    .value("details", Vec::<u8>::new())
                    .value("sample", no_bytes());
                let draft =
                    EventDraft::new("import.expire", Outcome::Ok).detail("import", import.id.to_string());
                let event = self.door.evidence().prepare(&system_caller(self.org()), draft)?;
                let store = self.door.store();
                store.commit(Changeset::new(event).exec(store.dialect().update(&update))).await?;
                self.delete_files(import.id).await?;
                ended += 1;
            }
        }
        self.sweep_unknown().await?;
        Ok(ended)
    }
}

impl Inner {
    /// Deletes the files of an import and destroys their key.
    pub(crate) async fn delete_files(&self, id: ImportId) -> Result<()> {
        for path in [self.file_path(id), self.rejects_path(id)] {
            match std::fs::remove_file(path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(disk(error)),
            }
        }
        self.destroy_key(id).await
    }

    /// Deletes what a crash left: files without an import, or of one whose files are gone.
    async fn sweep_unknown(&self) -> Result<()> {
        let entries = match std::fs::read_dir(&self.config.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(disk(error)),
        };
        let mut found: HashSet<ImportId> = HashSet::new();
        for entry in entries {
            let name = entry.map_err(disk)?.file_name();
            let id: Option<ImportId> =
                name.to_str().and_then(|n| n.split_once('.')).and_then(|(stem, _)| stem.parse().ok());
            found.extend(id);
        }
        for id in found {
            let (seconds, _) = id.0.get_timestamp().map_or((0, 0), |t| t.to_unix());
            let made = i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000);
            let kept = match self.load(id).await? {
                Some(import) => !import.gone,
                None => made.saturating_add(UNKNOWN) > self.now(),
            };
            if !kept {
                self.delete_files(id).await?;
            }
        }
        Ok(())
    }
}
