//! The directory in memory, loaded again when a caller has seen a newer version.

use std::sync::Arc;

use kedun_model::{OrgId, Result};
use kedun_store::Store;
use parking_lot::RwLock;

use super::{DirectoryEntry, DirectorySource};

/// Holds the newest directory that was loaded.
pub struct DirectoryCache {
    source: Arc<dyn DirectorySource>,
    entry: RwLock<Option<Arc<DirectoryEntry>>>,
    /// Lets one caller load while the others wait for what it brings.
    loading: tokio::sync::Mutex<()>,
}

impl DirectoryCache {
    pub(crate) fn new(source: Arc<dyn DirectorySource>) -> Self {
        DirectoryCache { source, entry: RwLock::new(None), loading: tokio::sync::Mutex::new(()) }
    }

    /// The directory at `version` or a later one. Later is right: rights only count as they are now.
    pub(crate) async fn at(&self, store: &Store, org: OrgId, version: u64) -> Result<Arc<DirectoryEntry>> {
        if let Some(entry) = self.kept(version) {
            return Ok(entry);
        }
        let _turn = self.loading.lock().await;
        if let Some(entry) = self.kept(version) {
            return Ok(entry);
        }
        let entry = Arc::new(self.source.load(store, org).await?);
        *self.entry.write() = Some(Arc::clone(&entry));
        Ok(entry)
    }

    fn kept(&self, version: u64) -> Option<Arc<DirectoryEntry>> {
        self.entry.read().as_ref().filter(|e| e.version >= version).cloned()
    }
}
