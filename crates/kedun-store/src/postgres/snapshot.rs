//! One unchanging state, read by several statements.

use deadpool_postgres::Object;

use crate::postgres::bind::{failure, select};
use crate::{Result, Row, Stmt, StoreError};

/// A read-only transaction; given up when dropped.
pub(crate) struct PgSnapshot {
    client: Option<Object>,
}

impl PgSnapshot {
    pub(crate) async fn begin(client: Object) -> Result<Self> {
        // Made first: should the wait be cut short, the connection must not go back with an open transaction.
        let snapshot = PgSnapshot { client: Some(client) };
        snapshot
            .client()?
            .batch_execute("START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
            .map_err(failure)?;
        Ok(snapshot)
    }

    pub(crate) async fn query(&self, stmt: &Stmt) -> Result<Vec<Row>> {
        select(self.client()?, stmt).await
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for PgSnapshot {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if client.batch_execute("ROLLBACK").await.is_err() {
                        drop(Object::take(client));
                    }
                });
            }
            Err(_) => drop(Object::take(client)),
        }
    }
}
