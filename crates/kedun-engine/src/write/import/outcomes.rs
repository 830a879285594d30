//! What came of a batch, as it is kept: so that a batch that comes again gets the same answer.

use kedun_model::error::FieldError;
use kedun_model::{Error, ImportId, RecordId, Result};
use kedun_store::sq;
use serde::{Deserialize, Serialize};
use sq::{Expr, ExprTrait};

use super::{BatchReport, ImportBatch, RowOutcome};
use crate::door::Inner;

/// The kept form: a byte and 16 bytes per row, then the rejections.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(rename = "k")]
    kinds: Vec<u8>,
    /// The ids of the rows that are not rejected, one after the other.
    #[serde(rename = "i")]
    ids: Vec<[u8; 16]>,
    /// Fields and codes; never values.
    #[serde(rename = "r")]
    rejected: Vec<Vec<(String, String)>>,
}

pub(super) fn encode(outcomes: &[RowOutcome]) -> Result<Vec<u8>> {
    let mut kept = Kept { kinds: Vec::with_capacity(outcomes.len()), ids: Vec::new(), rejected: Vec::new() };
    for outcome in outcomes {
        let (kind, id) = match outcome {
            RowOutcome::Created(id) => (0, id),
            RowOutcome::Updated(id) => (1, id),
            RowOutcome::Unchanged(id) => (2, id),
            RowOutcome::Skipped(id) => (3, id),
            RowOutcome::Rejected(errors) => {
                kept.kinds.push(4);
                kept.rejected.push(errors.iter().map(|e| (e.field.clone(), e.code.to_string())).collect());
                continue;
            }
        };
        kept.kinds.push(kind);
        kept.ids.push(id.bytes());
    }
    let mut bytes = Vec::new();
    ciborium::into_writer(&kept, &mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Result<Vec<RowOutcome>> {
    let bad = || Error::internal("the outcomes of a batch are not in the expected form");
    let kept: Kept = ciborium::from_reader(bytes).map_err(Error::internal)?;
    let (mut ids, mut rejected) = (kept.ids.into_iter(), kept.rejected.into_iter());
    let mut outcomes = Vec::with_capacity(kept.kinds.len());
    for kind in kept.kinds {
        let mut id = || ids.next().map(RecordId::from_bytes).ok_or_else(bad);
        outcomes.push(match kind {
            0 => RowOutcome::Created(id()?),
            1 => RowOutcome::Updated(id()?),
            2 => RowOutcome::Unchanged(id()?),
            3 => RowOutcome::Skipped(id()?),
            _ => RowOutcome::Rejected(
                rejected
                    .next()
                    .ok_or_else(bad)?
                    .into_iter()
                    .map(|(field, code)| FieldError { field, code: code.into(), args: Vec::new() })
                    .collect(),
            ),
        });
    }
    Ok(outcomes)
}

impl Inner {
    /// The statement that finds a batch that is in.
    pub(super) fn batch_done(&self, import: ImportId, batch: u32) -> kedun_store::Stmt {
        let select = sq::Query::select()
            .column("outcomes")
            .from("import_batch")
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("import_id").eq(import.0))
            .and_where(Expr::col("batch").eq(i64::from(batch)))
            .to_owned();
        self.store.dialect().select(&select)
    }

    /// What came of a batch that is in already.
    pub(super) async fn replayed(&self, batch: &ImportBatch) -> Result<Option<BatchReport>> {
        let rows = self.store.query(&self.batch_done(batch.import, batch.batch)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let outcomes = decode(&row.get_blob(0)?)?;
        if outcomes.len() != batch.rows.len() {
            return Err(Error::conflict("import.batch_differs"));
        }
        let rows = batch.rows.iter().map(|r| r.number).zip(outcomes).collect();
        Ok(Some(BatchReport { replayed: true, rows }))
    }

    /// The statement that keeps what came of a batch.
    pub(super) fn keep_batch(
        &self,
        batch: &ImportBatch,
        outcomes: &[RowOutcome],
        at: i64,
    ) -> Result<kedun_store::Stmt> {
        let insert = sq::Query::insert()
            .into_table("import_batch")
            .columns(["org", "import_id", "batch", "at", "outcomes"])
            .values([
                self.org.0.into(),
                batch.import.0.into(),
                i64::from(batch.batch).into(),
                at.into(),
                encode(outcomes)?.into(),
            ])
            .map_err(Error::internal)?
            .to_owned();
        Ok(self.store.dialect().insert(&insert))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_come_back() {
        let id = |n| RecordId(uuid::Uuid::from_u128(n));
        let outcomes = vec![
            RowOutcome::Created(id(1)),
            RowOutcome::Rejected(vec![FieldError {
                field: "name".into(),
                code: "field.required".into(),
                args: vec![],
            }]),
            RowOutcome::Updated(id(2)),
            RowOutcome::Unchanged(id(3)),
            RowOutcome::Skipped(id(4)),
        ];
        assert_eq!(decode(&encode(&outcomes).unwrap()).unwrap(), outcomes);
        assert!(decode(&[1, 2, 3]).is_err());
    }
}
