//! A fixed number of connections, lent one at a time.

use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Result, StoreError};

#[derive(Clone)]
pub(crate) struct Pool {
    free: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    size: usize,
}

impl Pool {
    pub(crate) fn open(size: usize, open: impl Fn() -> Result<Connection>) -> Result<Self> {
        let connections = (0..size).map(|_| open()).collect::<Result<Vec<_>>>()?;
        Ok(Pool { free: Arc::new(Mutex::new(connections)), permits: Arc::new(Semaphore::new(size)), size })
    }

    /// A connection; waits while all are lent.
    pub(crate) async fn lease(&self) -> Result<Lease> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => Arc::clone(&self.permits).acquire_owned().await.ok().ok_or(StoreError::Closed)?,
        };
        let connection = self.free.lock().pop().ok_or(StoreError::Closed)?;
        Ok(Lease { connection: Some(connection), free: Arc::clone(&self.free), _permit: permit })
    }

    pub(crate) fn busy(&self) -> usize {
        self.size.saturating_sub(self.permits.available_permits())
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
        self.free.lock().clear();
    }
}

/// A lent connection; goes back when dropped, out of any transaction.
pub(crate) struct Lease {
    connection: Option<Connection>,
    free: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(crate) fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.is_autocommit()
            && let Err(error) = connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a snapshot could not be given up");
        }
        self.free.lock().push(connection);
    }
}
