//! What other nodes changed.

use std::sync::Arc;

use crate::dialect::Verb;
use crate::feed::unpack;
use crate::postgres::Shared;
use crate::postgres::bind::select;
use crate::{Feed, Param, Result, Stmt, StoreError};

/// How long changes are kept for nodes that follow, in microseconds.
const KEPT: i64 = 3_600_000_000;
const CHUNK: usize = 1000;

/// The last change that has been told.
#[derive(Clone, Copy)]
pub(crate) struct Position {
    commit: i64,
    id: i64,
}

/// Before every change whose transaction is not over yet.
pub(crate) async fn position(shared: &Shared) -> Result<Position> {
    let client = shared.client().await?;
    let sql = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let rows = select(&client, &Stmt::own(Verb::Select, sql, Vec::new())).await?;
    let first = rows.first().ok_or_else(|| StoreError::Database("no snapshot".into()))?;
    Ok(Position { commit: first.get_i64(0)? - 1, id: i64::MAX })
}

/// Tells the subscribers of this node what the others changed, until it is aborted.
pub(crate) async fn follow(shared: Arc<Shared>, mut position: Position) {
    loop {
        match step(&shared, &mut position).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(shared.tuning.poll).await,
            Err(error) => {
                tracing::warn!(%error, "the changes of other nodes could not be read");
                tokio::time::sleep(shared.tuning.poll).await;
            }
        }
    }
}

/// Reads on from the position; whether there may be more. Changes are taken in the order of their
/// transactions and only once no older transaction is open, so that none is ever passed over.
async fn step(shared: &Shared, position: &mut Position) -> Result<bool> {
    let sql = format!(
        "SELECT commit_no, id, node, object, ids FROM feed WHERE (commit_no, id) > ($1, $2) \
         AND commit_no < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
         ORDER BY commit_no, id LIMIT {CHUNK}"
    );
    let stmt = Stmt::own(Verb::Select, sql, vec![Param::Int(position.commit), Param::Int(position.id)]);
    let rows = {
        let client = shared.client().await?;
        select(&client, &stmt).await?
    };
    for row in &rows {
        *position = Position { commit: row.get_i64(0)?, id: row.get_i64(1)? };
        if row.get_uuid(2)? == shared.node {
            continue;
        }
        let feed = Feed {
            object: row.get_u32(3)?,
            ids: unpack(row.blob(4)?.unwrap_or_default()),
            local: false,
            commit: row.get_u64(0)?,
        };
        // Without subscribers nobody misses it.
        let _ = shared.feed.send(feed);
    }
    Ok(rows.len() == CHUNK)
}

/// Forgets changes that every node has long read.
pub(crate) async fn prune(shared: &Shared) -> Result<()> {
    let before = shared.context.now().saturating_sub(KEPT);
    let stmt = Stmt::own(Verb::Write, "DELETE FROM feed WHERE at < $1", vec![Param::Int(before)]);
    crate::postgres::commit::statements(shared, &[stmt]).await?;
    Ok(())
}
