//! The lock under which the schema changes, over all nodes.

use std::time::Duration;

use deadpool_postgres::Object;

use crate::postgres::Shared;
use crate::postgres::bind::failure;
use crate::{Result, StoreError};

/// The advisory lock of schema changes.
const SCHEMA: i64 = 0x6b65_6475_6e01;
/// How long a node waits for another one's schema change.
const PATIENCE: u32 = 6000;

/// Held by a connection of its own, and released with it.
pub(crate) struct SchemaLock {
    client: Option<Object>,
}

impl SchemaLock {
    /// Asks again and again instead of waiting in the server: a waiting statement would hold up an
    /// index that is built concurrently, which would hold up the lock.
    pub(crate) async fn take(shared: &Shared) -> Result<Self> {
        let lock = SchemaLock { client: Some(shared.client().await?) };
        let client = lock.client.as_ref().ok_or(StoreError::Closed)?;
        for _ in 0..PATIENCE {
            let row =
                client.query_one("SELECT pg_try_advisory_lock($1)", &[&SCHEMA]).await.map_err(failure)?;
            if row.try_get::<_, bool>(0).map_err(failure)? {
                return Ok(lock);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(StoreError::Unavailable("another node has been changing the schema for too long".into()))
    }
}

impl Drop for SchemaLock {
    fn drop(&mut self) {
        // The session ends, and the lock with it.
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}
