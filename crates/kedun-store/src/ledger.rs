//! The evidence as stored: its head, checkpoints, anchors, and the columns of an event.

use kedun_ledger::{Chain, Frontier, Hash, PreparedEvent};
use uuid::Uuid;

use crate::dialect::Verb;
use crate::{Param, Result, Row, Stmt, Store, StoreError};

/// The state of the evidence after the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerHead {
    /// The number of events.
    pub size: u64,
    pub root: Hash,
    /// The head of the chain.
    pub chain: Hash,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    pub size: u64,
    /// Microseconds of UTC.
    pub at: i64,
    pub root: Hash,
    /// The signed note.
    pub note: Vec<u8>,
}

/// An attempt to leave a checkpoint outside this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorRow {
    pub size: u64,
    /// Where, such as `file` or `mail`.
    pub target: String,
    /// Microseconds of UTC.
    pub at: i64,
    pub ok: bool,
    /// What the target answered.
    pub receipt: Vec<u8>,
}

/// The growing tree, as one writer holds it.
#[derive(Clone)]
pub(crate) struct LedgerState {
    pub frontier: Frontier,
    pub chain: Chain,
}

pub(crate) const STATE: &str = "SELECT size, frontier, chain FROM ledger_state WHERE id = 1";

impl LedgerState {
    pub(crate) fn from_row(row: &Row) -> Result<Self> {
        let frontier = Frontier::from_bytes(row.blob(1)?.unwrap_or_default())?;
        if frontier.size() != row.get_u64(0)? {
            return Err(StoreError::Database("the stored size and edge of the evidence tree differ".into()));
        }
        Ok(LedgerState { frontier, chain: Chain::from_head(row.get_array(2)?) })
    }

    pub(crate) fn params(&self) -> Result<Vec<Param>> {
        Ok(vec![
            Param::Int(signed(self.frontier.size())?),
            Param::Blob(self.frontier.to_bytes()),
            Param::Blob(self.chain.head().to_vec()),
        ])
    }

    pub(crate) fn head(&self) -> LedgerHead {
        LedgerHead { size: self.frontier.size(), root: self.frontier.root(), chain: self.chain.head() }
    }
}

/// A count as a signed column.
pub(crate) fn signed(n: u64) -> Result<i64> {
    i64::try_from(n).ok().ok_or(StoreError::Refused("a number is larger than a 64-bit signed integer"))
}

/// The columns of `event` after `seq`, which `event_inbox` has too.
pub(crate) const EVENT_COLUMNS: [&str; 13] = [
    "at",
    "org",
    "action",
    "object",
    "outcome",
    "actor",
    "session",
    "policy",
    "commitment",
    "record",
    "records",
    "sensitive",
    "body",
];

/// The parameters of [`EVENT_COLUMNS`].
pub(crate) fn event_params(event: &PreparedEvent) -> Result<Vec<Param>> {
    if event.action.len() > kedun_ledger::MAX_ACTION {
        return Err(StoreError::Refused("an action code is too long"));
    }
    let records = i64::try_from(event.records.len()).unwrap_or(i64::MAX);
    Ok(vec![
        Param::Int(event.at),
        Param::Int(event.org),
        Param::Text(event.action.clone()),
        Param::Int(event.object.into()),
        Param::Int(event.outcome.to_byte().into()),
        Param::Uuid(Uuid::from_bytes(event.actor)),
        Param::Blob(event.session.to_vec()),
        Param::Int(signed(event.policy)?),
        Param::Blob(event.commitment.to_vec()),
        event.record.map_or(Param::Null, |id| Param::Uuid(Uuid::from_bytes(id))),
        Param::Int(records),
        Param::Bool(event.sensitive),
        Param::Blob(event.sealed_body.clone()),
    ])
}

impl Store {
    /// The size, root and chain of the evidence.
    pub async fn ledger_head(&self) -> Result<LedgerHead> {
        let rows = self.query(&Stmt::own(Verb::Select, STATE, Vec::new())).await?;
        let row = rows.first().ok_or_else(|| StoreError::Database("the evidence has no head".into()))?;
        Ok(LedgerState::from_row(row)?.head())
    }

    /// Keeps a signed checkpoint; one of the same size is replaced.
    pub async fn put_checkpoint(&self, row: &CheckpointRow) -> Result<()> {
        let sql = format!(
            "{} ON CONFLICT (size) DO UPDATE SET at = excluded.at, root = excluded.root, note = excluded.note",
            self.dialect().insert_sql("checkpoint", &["size", "at", "root", "note"])
        );
        let params = vec![
            Param::Int(signed(row.size)?),
            Param::Int(row.at),
            Param::Blob(row.root.to_vec()),
            Param::Blob(row.note.clone()),
        ];
        self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await?;
        Ok(())
    }

    /// The last `limit` checkpoints, the newest first.
    pub async fn checkpoints(&self, limit: u32) -> Result<Vec<CheckpointRow>> {
        let sql = format!(
            "SELECT size, at, root, note FROM checkpoint ORDER BY size DESC LIMIT {}",
            self.dialect().placeholder(1)
        );
        let rows = self.query(&Stmt::own(Verb::Select, sql, vec![Param::Int(limit.into())])).await?;
        rows.iter()
            .map(|row| {
                Ok(CheckpointRow {
                    size: row.get_u64(0)?,
                    at: row.get_i64(1)?,
                    root: row.get_array(2)?,
                    note: row.get_blob(3)?,
                })
            })
            .collect()
    }

    /// Notes an attempt to anchor a checkpoint.
    pub async fn put_anchor(&self, row: &AnchorRow) -> Result<()> {
        let sql = self.dialect().insert_sql("anchor", &["size", "target", "at", "ok", "receipt"]);
        let params = vec![
            Param::Int(signed(row.size)?),
            Param::Text(row.target.clone()),
            Param::Int(row.at),
            Param::Bool(row.ok),
            Param::Blob(row.receipt.clone()),
        ];
        self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await?;
        Ok(())
    }

    /// The last `limit` attempts to anchor, the newest first.
    pub async fn anchors(&self, limit: u32) -> Result<Vec<AnchorRow>> {
        let sql = format!(
            "SELECT size, target, at, ok, receipt FROM anchor ORDER BY id DESC LIMIT {}",
            self.dialect().placeholder(1)
        );
        let rows = self.query(&Stmt::own(Verb::Select, sql, vec![Param::Int(limit.into())])).await?;
        rows.iter()
            .map(|row| {
                Ok(AnchorRow {
                    size: row.get_u64(0)?,
                    target: row.get_text(1)?,
                    at: row.get_i64(2)?,
                    ok: row.get_bool(3)?,
                    receipt: row.get_blob(4)?,
                })
            })
            .collect()
    }
}
