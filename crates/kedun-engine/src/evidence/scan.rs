//! Going through the rows of the log in order, whatever somebody may have done to them.

use kedun_ledger::{Chain, EventHeader, Frontier, Hash, Outcome, TreeNode};
use kedun_model::{Error, Result};
use kedun_store::{Row, StoreError, StoredEvent, sq};
use sq::ExprTrait;
use tokio::sync::mpsc;

use super::prepare::Shared;

/// How many rows are taken at a time.
const BATCH: usize = 1_000;

/// The columns of an event in the order that [`Scanned`] reads them.
const HEADER: [&str; 10] =
    ["seq", "at", "org", "action", "object", "outcome", "actor", "session", "policy", "commitment"];
const REST: [&str; 4] = ["record", "records", "sensitive", "body"];
const PAGE: [&str; 4] = ["at", "object", "n", "filter"];

/// One row of the log.
pub(super) struct Scanned {
    pub event: StoredEvent,
    /// What the index of pages says about this event.
    pub page: Option<PageRow>,
}

/// The index entry of a page of records.
pub(super) struct PageRow {
    pub at: i64,
    pub object: u32,
    pub n: u64,
    pub filter: Vec<u8>,
}

/// Rows of the log, oldest first; a row that no program of ours wrote comes as its position.
pub(super) struct Scan(mpsc::Receiver<kedun_store::Result<Vec<Row>>>);

impl Scan {
    /// The next rows; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<std::result::Result<Scanned, u64>>>> {
        let Some(rows) = self.0.recv().await.transpose()? else { return Ok(None) };
        rows.iter()
            .map(|row| match Scanned::read(row) {
                Ok(scanned) => Ok(Ok(scanned)),
                Err(StoreError::Column { .. } | StoreError::Database(_)) => Ok(Err(row.get_u64(0)?)),
                Err(other) => Err(other.into()),
            })
            .collect::<Result<Vec<_>>>()
            .map(Some)
    }
}

impl Scanned {
    fn read(row: &Row) -> kedun_store::Result<Self> {
        let event = StoredEvent {
            header: header(row)?,
            record: if row.is_null(10)? { None } else { Some(row.get_array(10)?) },
            records: row.get_u64(11)?,
            sensitive: row.get_bool(12)?,
            body: row.get_blob(13)?,
            certain: true,
        };
        let page = match row.opt_i64(14)? {
            None => None,
            Some(at) => {
                Some(PageRow { at, object: row.get_u32(15)?, n: row.get_u64(16)?, filter: row.get_blob(17)? })
            }
        };
        Ok(Scanned { event, page })
    }
}

fn header(row: &Row) -> kedun_store::Result<EventHeader> {
    let outcome = u8::try_from(row.get_i64(5)?).ok().and_then(Outcome::from_byte);
    Ok(EventHeader {
        seq: row.get_u64(0)?,
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

/// The tree and the chain as stored.
#[derive(Clone)]
pub(super) struct Tip {
    pub tree: Frontier,
    pub chain: Chain,
}

impl Tip {
    /// The tip before the first event.
    pub fn beginning() -> Self {
        Tip { tree: Frontier::new(), chain: Chain::new() }
    }

    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Whether both are of the same events.
    pub fn is(&self, other: &Tip) -> bool {
        self.tree == other.tree && self.chain == other.chain
    }

    /// Adds an event and returns the nodes of the tree that it completed.
    pub fn append(&mut self, leaf: Hash) -> Vec<TreeNode> {
        self.chain.append(&leaf);
        self.tree.append(leaf)
    }
}

impl Shared {
    /// All events before `upto`, with bodies and index entries.
    pub(super) fn scan(&self, upto: u64) -> Result<Scan> {
        let mut select = sq::Query::select();
        for column in HEADER.iter().chain(&REST) {
            select.column(("event", *column));
        }
        for column in PAGE {
            select.column(("event_page", column));
        }
        select
            .from("event")
            .left_join("event_page", sq::Expr::col(("event_page", "seq")).equals(("event", "seq")))
            .and_where(sq::Expr::col(("event", "seq")).lt(signed(upto)?))
            .order_by(("event", "seq"), sq::Order::Asc);
        Ok(Scan(self.store.stream(self.store.dialect().select(&select), BATCH)))
    }

    /// Moves `tip` on over the headers stored from there up to `upto`, as far as they follow one
    /// another; returns the latest time among them.
    pub(super) async fn advance(&self, tip: &mut Tip, upto: u64) -> Result<Option<i64>> {
        let select = sq::Query::select()
            .columns(HEADER)
            .from("event")
            .and_where(sq::Expr::col("seq").gte(signed(tip.size())?))
            .and_where(sq::Expr::col("seq").lt(signed(upto)?))
            .order_by("seq", sq::Order::Asc)
            .to_owned();
        let mut rows = self.store.stream(self.store.dialect().select(&select), BATCH);
        let mut latest = None;
        while let Some(batch) = rows.recv().await.transpose()? {
            for row in &batch {
                let header = match header(row) {
                    Ok(header) if header.seq == tip.size() => header,
                    _ => return Ok(latest),
                };
                latest = Some(latest.map_or(header.at, |known: i64| Ord::max(known, header.at)));
                tip.append(header.leaf());
            }
        }
        Ok(latest)
    }

    /// The tree and the chain as they are stored now.
    pub(super) async fn stored_tip(&self) -> Result<Tip> {
        Ok(self.ends().await?.0)
    }

    /// The tree and the chain as they are stored, and the position after the last row, at one moment.
    pub(super) async fn ends(&self) -> Result<(Tip, u64)> {
        let dialect = self.store.dialect();
        let state = sq::Query::select().columns(["frontier", "chain"]).from("ledger_state").to_owned();
        let last = sq::Query::select()
            .column("seq")
            .from("event")
            .order_by("seq", sq::Order::Desc)
            .limit(1)
            .to_owned();
        let snapshot = self.store.snapshot().await?;
        let rows = snapshot.query(&dialect.select(&state)).await?;
        let row = rows.first().ok_or_else(|| Error::internal("the evidence has no head"))?;
        let tree = Frontier::from_bytes(&row.get_blob(0)?).map_err(Error::internal)?;
        let tip = Tip { tree, chain: Chain::from_head(row.get_array(1)?) };
        let rows = snapshot.query(&dialect.select(&last)).await?;
        let end = rows.first().map(|row| row.get_u64(0)).transpose()?.map_or(0, |seq| seq.saturating_add(1));
        Ok((tip, end))
    }

    /// Whether a sensitive event lies at `from` or after.
    pub(super) async fn sensitive_since(&self, from: u64) -> Result<bool> {
        let select = sq::Query::select()
            .column("seq")
            .from("event")
            .and_where(sq::Expr::col("sensitive"))
            .and_where(sq::Expr::col("seq").gte(signed(from)?))
            .limit(1)
            .to_owned();
        Ok(!self.store.query(&self.store.dialect().select(&select)).await?.is_empty())
    }
}

/// A position as a signed column.
pub(super) fn signed(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(Error::internal)
}
