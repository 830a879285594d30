//! Importing in batches: each batch is one changeset that counts once, and an import can be undone.

mod apply;
mod matching;
mod outcomes;
mod plan;
mod seal;
mod state;
mod undo;
mod undo_plan;

use kedun_model::error::FieldError;
use kedun_model::{FieldId, ImportId, PersonId, RecordId, Value};

use super::Source;

pub use matching::{RelationMatch, RowMatch};
pub use undo::{UndoProgress, UndoReport};

/// How many rows a batch may have.
pub const MAX_ROWS: usize = 1_000;

/// Some rows of an import.
#[derive(Debug, Clone)]
pub struct ImportBatch {
    pub import: ImportId,
    /// The number of the batch within the import; a batch that is in already is not applied again.
    pub batch: u32,
    pub source: Source,
    pub purpose: Option<String>,
    /// The lawful basis of keeping the data.
    pub basis: Option<String>,
    /// Whose the new records are; the caller's if absent.
    pub owner: Option<PersonId>,
    pub on_match: OnMatch,
    /// At most 1,000.
    pub rows: Vec<ImportRow>,
}

/// One row, its cells parsed and its references resolved.
#[derive(Clone)]
pub struct ImportRow {
    /// The number of the row in its file.
    pub number: u64,
    /// A field that is absent or null stays as it is in a record that is there.
    pub values: Vec<(FieldId, Value)>,
    /// The record that the row is about, and the version it was seen at.
    pub match_existing: Option<(RecordId, u64)>,
}

impl std::fmt::Debug for ImportRow {
    // Values stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportRow")
            .field("number", &self.number)
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}

/// What is done with a row whose record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMatch {
    Skip,
    Update,
}

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    Created(RecordId),
    Updated(RecordId),
    /// The record says so already.
    Unchanged(RecordId),
    /// The record is there, and was to be left alone.
    Skipped(RecordId),
    Rejected(Vec<FieldError>),
}

/// What came of a batch, row by row in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BatchReport {
    /// Whether the batch was in already and nothing was done now.
    pub replayed: bool,
    pub rows: Vec<(u64, RowOutcome)>,
}

impl BatchReport {
    /// How many rows were created, updated, unchanged, skipped and rejected.
    pub fn counts(&self) -> [u64; 5] {
        let mut counts = [0; 5];
        for (_, outcome) in &self.rows {
            let i = match outcome {
                RowOutcome::Created(_) => 0,
                RowOutcome::Updated(_) => 1,
                RowOutcome::Unchanged(_) => 2,
                RowOutcome::Skipped(_) => 3,
                RowOutcome::Rejected(_) => 4,
            };
            if let Some(n) = counts.get_mut(i) {
                *n += 1;
            }
        }
        counts
    }
}
