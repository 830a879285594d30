//! From the texts that name records to the records.

use std::collections::{HashMap, HashSet};

use kedun_engine::write::{ImportBatch, ImportRow, OnMatch, RelationMatch, RowOutcome, Source};
use kedun_model::{Error, RecordId, Result, Value};

use super::Inner;
use super::handlers::Work;
use super::pass::Good;
use super::plan::SlotRelation;

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    One(RecordId),
    None,
    Ambiguous,
    /// None yet: the import would make it.
    ToBeMade,
}

/// By text, for each slot that refers.
pub(crate) type NamedBySlot = HashMap<usize, HashMap<String, Named>>;

/// Numbers of batches that make missing records stand apart from those of the file's own.
const MADE: u32 = 0x0100_0000;

/// Whether records that are missing are made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Make {
    /// They are only told.
    Pretend,
    /// As part of this batch.
    In(u32),
}

impl Inner {
    /// What the texts of a batch name.
    pub(crate) async fn named(&self, work: Work<'_>, rows: &[Good], make: Make) -> Result<NamedBySlot> {
        let mut all = NamedBySlot::new();
        for (index, slot) in work.plan.slots.iter().enumerate() {
            let Some(relation) = &slot.relation else { continue };
            let texts: HashSet<&str> =
                rows.iter().filter_map(|row| row.values.get(index).and_then(Value::as_text)).collect();
            if texts.is_empty() {
                continue;
            }
            let mut texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
            texts.sort_unstable();
            let found =
                self.door.match_relation(work.caller, &relation.to, &relation.relation.by, &texts).await?;
            let mut named: HashMap<String, Named> = HashMap::with_capacity(texts.len());
            let mut missing = Vec::new();
            for (text, hit) in texts.into_iter().zip(found) {
                let hit = match hit {
                    RelationMatch::One(id) => Named::One(id),
                    RelationMatch::Ambiguous => Named::Ambiguous,
                    RelationMatch::None if relation.relation.create_missing => {
                        missing.push(text.clone());
                        Named::ToBeMade
                    }
                    RelationMatch::None => Named::None,
                };
                named.insert(text, hit);
            }
            if let Make::In(batch) = make {
                let number = u32::try_from(index)
                    .ok()
                    .and_then(|i| i.checked_add(1)?.checked_mul(MADE)?.checked_add(batch))
                    .ok_or_else(|| Error::invalid("import.too_many_rows"))?;
                for (text, made) in self.make(work, relation, missing, number).await? {
                    named.insert(text, made);
                }
            }
            all.insert(index, named);
        }
        Ok(all)
    }

    /// Makes records with these titles.
    async fn make(
        &self,
        work: Work<'_>,
        relation: &SlotRelation,
        texts: Vec<String>,
        batch: u32,
    ) -> Result<Vec<(String, Named)>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let catalog = self.door.catalog();
        let object = catalog.require(&relation.to)?;
        let title = object.field(&relation.relation.by).ok_or_else(|| Error::invalid("field.unknown"))?.id;
        let rows = (1..)
            .zip(&texts)
            .map(|(number, text)| ImportRow {
                number,
                values: vec![(title, Value::Text(text.clone()))],
                match_existing: None,
            })
            .collect();
        let batch = ImportBatch {
            import: work.import,
            batch,
            source: Source::Import,
            purpose: Some(work.plan.source.clone()),
            basis: Some(work.plan.basis.clone()),
            owner: None,
            on_match: OnMatch::Skip,
            rows,
        };
        let report = self.apply(work, &relation.to, batch).await?;
        let made = report.rows.into_iter().map(|(_, outcome)| match outcome {
            RowOutcome::Created(id)
            | RowOutcome::Updated(id)
            | RowOutcome::Unchanged(id)
            | RowOutcome::Skipped(id) => Named::One(id),
            RowOutcome::Rejected(_) => Named::None,
        });
        Ok(texts.into_iter().zip(made).collect())
    }
}
