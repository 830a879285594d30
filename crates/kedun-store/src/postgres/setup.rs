//! Migrations and other changes of the schema.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio_postgres::error::SqlState;

use crate::postgres::bind::{PgParam, failure};
use crate::postgres::{SchemaLock, Shared};
use crate::{Dialect, Migration, Param, Result, Stmt, StoreError, migrate, migrations};

/// The oldest server that has what is used here.
const OLDEST: i32 = 150_000;

pub(crate) async fn migrate(shared: &Shared, all: &[Migration]) -> Result<()> {
    let _lock = SchemaLock::take(shared).await?;
    let client = shared.client().await?;
    let version =
        client.query_one("SELECT current_setting('server_version_num')::int", &[]).await.map_err(failure)?;
    if version.try_get::<_, i32>(0).map_err(failure)? < OLDEST {
        return Err(StoreError::Config("PostgreSQL 15 or newer is needed".into()));
    }
    client.batch_execute(&migrations::journal(Dialect::Postgres)).await.map_err(failure)?;
    for sql in migrations::keys(Dialect::Postgres) {
        client.batch_execute(&sql).await.map_err(failure)?;
    }
    let mut done: HashMap<u32, HashSet<usize>> = HashMap::new();
    for row in
        client.query("SELECT id, step FROM schema_step WHERE state = 'done'", &[]).await.map_err(failure)?
    {
        let id: String = row.try_get(0).map_err(failure)?;
        let step: i64 = row.try_get(1).map_err(failure)?;
        if let Some(id) = migrate::parse_journal_id(&id) {
            done.entry(id).or_default().insert(usize::try_from(step).unwrap_or(usize::MAX));
        }
    }
    drop(client);
    let sql: std::sync::Arc<str> =
        Dialect::Postgres.insert_sql("schema_step", &["id", "step", "state", "at"]).into();
    for step in migrate::pending(Dialect::Postgres, all, &done) {
        let mark = Stmt::own(
            crate::dialect::Verb::Write,
            sql.clone(),
            vec![
                Param::Text(migrate::journal_id(step.migration)),
                Param::Int(i64::try_from(step.number).unwrap_or(i64::MAX)),
                Param::Text("done".into()),
                Param::Int(shared.context.now()),
            ],
        );
        let definition = Stmt::own(crate::dialect::Verb::Other, step.sql.as_str(), Vec::new());
        ddl(shared, &[definition, mark]).await.map_err(|error| step.failed(error))?;
    }
    Ok(())
}

/// Runs statements in one transaction. A table that is in use is waited for in small bits, so that
/// the queue behind the lock stays short.
pub(crate) async fn ddl(shared: &Shared, stmts: &[Stmt]) -> Result<()> {
    for _ in 0..20 {
        match try_ddl(shared, stmts).await? {
            Ok(()) => return Ok(()),
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            Err(error) => return Err(failure(error)),
        }
    }
    Err(StoreError::Unavailable("a table is in use and cannot be changed".into()))
}

async fn try_ddl(shared: &Shared, stmts: &[Stmt]) -> Result<Result<(), tokio_postgres::Error>> {
    let mut client = shared.client().await?;
    let run = async {
        let transaction = client.transaction().await?;
        transaction.batch_execute("SET LOCAL lock_timeout = 2000").await?;
        for stmt in stmts {
            transaction.execute_raw(&*stmt.sql, stmt.params.iter().map(PgParam)).await?;
        }
        transaction.commit().await
    };
    Ok(run.await)
}

/// Builds an index beside the traffic; one that an interruption left invalid is built anew.
pub(crate) async fn index_concurrently(shared: &Shared, name: &str, sql: &str) -> Result<()> {
    let client = shared.client().await?;
    let invalid = "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                   WHERE c.relname = $1 AND NOT i.indisvalid";
    if !client.query(invalid, &[&name]).await.map_err(failure)?.is_empty() {
        // Names of indexes are generated, never given by a user.
        client.batch_execute(&format!("DROP INDEX IF EXISTS {name}")).await.map_err(failure)?;
    }
    client.batch_execute(sql).await.map_err(failure)
}
