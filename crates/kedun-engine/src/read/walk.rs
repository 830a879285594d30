//! Going through what the caller sees, in order, until enough rows meet the conditions in memory.

use std::collections::HashSet;

use kedun_arena::RecordKey;
use kedun_model::{Error, RecordId, Result, Value};
use kedun_store::sq::Expr;
use uuid::Uuid;

use super::arms::{Page, Rows, keys_at};
use super::candidates::InMemory;
use super::scoped::Scoped;
use super::shape::Shape;
use super::sort::{self, Key};
use crate::door::Inner;

/// The rows read first; each further piece is four times as long, up to [`LONGEST`].
const FIRST: u64 = 400;
const LONGEST: u64 = 20_000;
/// After so many rows without a page of matches the question is given up.
const MOST: u64 = 200_000;

/// What is gone through, and for what.
pub(crate) struct Walk<'a> {
    pub inner: &'a Inner,
    pub scoped: Scoped<'a>,
    pub rows: Rows<'a>,
    pub keys: &'a [Key],
    pub id_descending: bool,
    /// All have to be met.
    pub conditions: &'a [InMemory],
}

/// Rows that meet the conditions, in order.
pub(crate) struct Walked {
    pub found: Vec<(RecordId, Vec<Value>)>,
    pub end: End,
}

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As many as were wanted are found.
    Enough,
    /// There are no further rows.
    Exhausted,
    /// Too many rows were read for the few that were found.
    GaveUp,
}

impl Walk<'_> {
    /// Goes on after `after` until `wanted` rows are found. `shape` chooses the statement for so many rows.
    pub async fn run(
        &self,
        after: Option<Expr>,
        wanted: usize,
        shape: impl Fn(u64) -> Shape + Sync,
    ) -> Result<Walked> {
        let mut walked = Walked { found: Vec::new(), end: End::Exhausted };
        let (mut after, mut piece, mut read) = (after, FIRST, 0);
        loop {
            let page = Page {
                keys: self.keys,
                id_descending: self.id_descending,
                after: after.as_ref(),
                limit: piece,
            };
            let Some(stmt) = self.scoped.page(&shape(piece), &self.rows, &page, &[])? else {
                return Ok(walked);
            };
            let rows = self.inner.store.query(&stmt).await?;
            let mut ids = Vec::with_capacity(rows.len());
            for row in &rows {
                ids.push(row.get_uuid(0)?);
            }
            let met = self.met(&ids);
            for (row, id) in rows.iter().zip(&ids).filter(|(_, id)| met.contains(&key(id))) {
                walked.found.push((RecordId(*id), self.place(row)?));
                if walked.found.len() == wanted {
                    walked.end = End::Enough;
                    return Ok(walked);
                }
            }
            let n = u64::try_from(rows.len()).map_err(Error::internal)?;
            let (Some(last), Some(id)) = (rows.last(), ids.last()) else { return Ok(walked) };
            read += n;
            if n < piece {
                return Ok(walked);
            }
            if read >= MOST {
                walked.end = End::GaveUp;
                return Ok(walked);
            }
            after = Some(sort::after(self.keys, self.id_descending, &self.place(last)?, *id)?);
            piece = (piece * 4).min(LONGEST);
        }
    }

    fn met(&self, ids: &[Uuid]) -> HashSet<RecordKey> {
        let all = ids.iter().map(key).collect();
        self.conditions.iter().fold(all, |ids, condition| condition.among(&ids))
    }

    fn place(&self, row: &kedun_store::Row) -> Result<Vec<Value>> {
        self.keys.iter().enumerate().map(|(i, key)| key.read(row, keys_at(&[]) + i)).collect()
    }
}

fn key(id: &Uuid) -> RecordKey {
    RecordKey(*id.as_bytes())
}
