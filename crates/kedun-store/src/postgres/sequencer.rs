//! Gives committed events their position. One node at a time does it for all, so that
//! changes need not queue behind one row.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Object, Transaction};
use kedun_ledger::{EventHeader, Outcome};

use crate::dialect::Verb;
use crate::ledger::{EVENT_COLUMNS, LedgerState, STATE, signed};
use crate::postgres::bind::{PgParam, failure, rows};
use crate::postgres::{Shared, feed};
use crate::{Param, Result, Row, Stmt, StoreError};

/// The advisory lock under which positions are given: the lease only spares the others the work.
const LOCK: i64 = 0x6b65_6475_6e02;
/// How many events are moved in one transaction.
const CHUNK: i64 = 2000;
const LEASE_MS: i64 = 3000;
/// Events that arrive within this time are moved together.
const GATHER: Duration = Duration::from_millis(10);

const NOW_MS: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// Works until it is aborted.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut pruned = 0u32;
    loop {
        match turn(&shared).await {
            Ok(true) => {
                tokio::select! {
                    () = shared.wake.notified() => tokio::time::sleep(GATHER).await,
                    () = tokio::time::sleep(shared.tuning.poll) => {}
                }
                pruned += 1;
                if pruned.is_multiple_of(512)
                    && let Err(error) = feed::prune(&shared).await
                {
                    tracing::warn!(%error, "the feed could not be pruned");
                }
            }
            Ok(false) => tokio::time::sleep(shared.tuning.poll).await,
            Err(error) => {
                tracing::warn!(%error, "the evidence could not be sequenced");
                tokio::time::sleep(shared.tuning.poll).await;
            }
        }
    }
}

/// Renews the lease and moves what is there; false when another node has the lease.
async fn turn(shared: &Shared) -> Result<bool> {
    let mut client = shared.client().await?;
    let lease = format!(
        "INSERT INTO lease (name, owner, until) VALUES ('sequencer', $1, {NOW_MS} + $2) \
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until \
         WHERE lease.owner = excluded.owner OR lease.until < {NOW_MS}"
    );
    let statement = client.prepare_cached(&lease).await.map_err(failure)?;
    let held = client.execute(&statement, &[&shared.node, &LEASE_MS]).await.map_err(failure)? == 1;
    if held {
        while chunk(&mut client, false).await? == CHUNK {}
    }
    Ok(held)
}

/// Moves everything that is committed, whoever has the lease.
pub(crate) async fn flush(shared: &Shared) -> Result<u64> {
    let mut client = shared.client().await?;
    let mut moved = 0;
    loop {
        let n = chunk(&mut client, true).await?;
        moved += n;
        if n < CHUNK {
            return Ok(u64::try_from(moved).unwrap_or(0));
        }
    }
}

/// Moves up to [`CHUNK`] events in one transaction; how many.
async fn chunk(client: &mut Object, wait: bool) -> Result<i64> {
    let transaction = client.transaction().await.map_err(failure)?;
    if wait {
        transaction.query_one("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await.map_err(failure)?;
    } else {
        let row =
            transaction.query_one("SELECT pg_try_advisory_xact_lock($1)", &[&LOCK]).await.map_err(failure)?;
        if !row.try_get::<_, bool>(0).map_err(failure)? {
            return Ok(0);
        }
    }
    // The bodies stay where they are: the server moves them.
    let columns: Vec<&str> = EVENT_COLUMNS.into_iter().take(9).collect();
    let list = columns.join(", ");
    let inbox = ask(
        &transaction,
        &format!("SELECT id, {list} FROM event_inbox ORDER BY id LIMIT $1"),
        vec![Param::Int(CHUNK)],
    )
    .await?;
    if inbox.is_empty() {
        return Ok(0);
    }
    let state = ask(&transaction, STATE, Vec::new()).await?;
    let missing = || StoreError::Database("the evidence has no head".into());
    let mut ledger = LedgerState::from_row(state.first().ok_or_else(missing)?)?;
    let mut ids = Vec::with_capacity(inbox.len());
    let mut seqs = Vec::with_capacity(inbox.len());
    let mut nodes = Vec::new();
    for row in &inbox {
        let seq = ledger.frontier.size();
        ids.push(row.get_i64(0)?);
        seqs.push(signed(seq)?);
        let leaf = header(row, seq)?.leaf();
        ledger.chain.append(&leaf);
        nodes.extend(ledger.frontier.append(leaf));
    }
    let places = "event_inbox i JOIN unnest($1::bigint[], $2::bigint[]) AS p (id, seq) ON p.id = i.id";
    let all = EVENT_COLUMNS.join(", ");
    let both = || vec![Param::Ints(ids.clone()), Param::Ints(seqs.clone())];
    tell(&transaction, &format!("INSERT INTO event (seq, {all}) SELECT p.seq, {all} FROM {places}"), both())
        .await?;
    let pages = format!(
        "INSERT INTO event_page (seq, at, object, n, filter) \
         SELECT p.seq, at, object, records, filter FROM {places} WHERE filter IS NOT NULL"
    );
    tell(&transaction, &pages, both()).await?;
    for node in nodes {
        let params = vec![
            Param::Int(node.level.into()),
            Param::Int(signed(node.index)?),
            Param::Blob(node.hash.to_vec()),
        ];
        tell(&transaction, "INSERT INTO tree_node (level, idx, hash) VALUES ($1, $2, $3)", params).await?;
    }
    tell(&transaction, "DELETE FROM event_inbox WHERE id = ANY($1)", vec![Param::Ints(ids.clone())]).await?;
    let update = "UPDATE ledger_state SET size = $1, frontier = $2, chain = $3 WHERE id = 1";
    tell(&transaction, update, ledger.params()?).await?;
    transaction.commit().await.map_err(failure)?;
    Ok(i64::try_from(inbox.len()).unwrap_or(i64::MAX))
}

fn header(row: &Row, seq: u64) -> Result<EventHeader> {
    let outcome = u8::try_from(row.get_i64(5)?).ok().and_then(Outcome::from_byte);
    Ok(EventHeader {
        seq,
        at: row.get_i64(1)?,
        org: row.get_i64(2)?,
        action: row.get_text(3)?,
        object: row.get_u32(4)?,
        outcome: outcome.ok_or_else(|| StoreError::Database("an event has an unknown outcome".into()))?,
        actor: row.get_array(6)?,
        session: row.get_array(7)?,
        policy: row.get_u64(8)?,
        commitment: row.get_array(9)?,
    })
}

async fn ask(transaction: &Transaction<'_>, sql: &str, params: Vec<Param>) -> Result<Vec<Row>> {
    let stmt = Stmt::own(Verb::Select, sql, params);
    let statement = transaction.prepare_cached(&stmt.sql).await.map_err(failure)?;
    let found = transaction.query_raw(&statement, stmt.params.iter().map(PgParam)).await.map_err(failure)?;
    rows(&futures::TryStreamExt::try_collect::<Vec<_>>(found).await.map_err(failure)?)
}

async fn tell(transaction: &Transaction<'_>, sql: &str, params: Vec<Param>) -> Result<u64> {
    let statement = transaction.prepare_cached(sql).await.map_err(failure)?;
    transaction.execute_raw(&statement, params.iter().map(PgParam)).await.map_err(failure)
}
