//! Reading a file from its beginning to its end, in batches that are the same each time: what is in
//! a batch depends on the file and the mapping alone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use kedun_model::{Error, Result};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::mapping::alarming;
use super::plan::{ImportPlan, Values};
use super::sealed::{ImportKey, SealedReader};
use super::types::{FileChoice, Outcome};
use super::upload::sheet_choice;
use crate::coerce::Reason;
use crate::detect::{PersonalKind, scan};
use crate::rejects::Rejection;
use crate::sheet::{self, Cell, Limits, Row, SheetError};

/// Rows of a batch, all counted.
const ROWS: usize = 1_000;
/// Text of a batch in bytes, after which it ends early.
const BYTES: usize = 4 << 20;
/// Batches under way.
const AHEAD: usize = 2;

/// A row that can be taken.
pub(crate) struct Good {
    pub number: u64,
    pub cells: Vec<Cell>,
    pub values: Values,
}

/// A row that is not taken, as it is kept for the workbook.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Bad {
    #[serde(rename = "n")]
    pub number: u64,
    #[serde(rename = "c")]
    pub cells: Vec<Cell>,
    #[serde(rename = "r")]
    pub reasons: Vec<(Option<usize>, Reason)>,
    #[serde(rename = "o")]
    pub outcome: Outcome,
}

impl Bad {
    pub fn new(number: u64, cells: Vec<Cell>, reasons: Vec<Rejection>) -> Self {
        let outcome = match reasons.as_slice() {
            [Rejection { reason: Reason::DuplicateInFile { .. }, .. }] => Outcome::Duplicate,
            _ => Outcome::Rejected,
        };
        let reasons = reasons.into_iter().map(|r| (r.column, r.reason)).collect();
        Bad { number, cells, reasons, outcome }
    }

    /// A row whose record is there and not to be changed.
    pub fn duplicate(number: u64, cells: Vec<Cell>) -> Self {
        Bad { number, cells, reasons: vec![(None, Reason::DuplicateExisting)], outcome: Outcome::Duplicate }
    }
}

/// Some rows of a file.
#[derive(Default)]
pub(crate) struct Batch {
    pub number: u32,
    /// How many there are, good and bad.
    pub rows: u64,
    pub good: Vec<Good>,
    pub bad: Vec<Bad>,
    /// Personal data in watched columns: column, kind, cells.
    pub findings: Vec<(usize, PersonalKind, u64)>,
    /// How far reading has come in the file, in bytes.
    pub position: u64,
    text: usize,
}

/// What is read.
pub(crate) struct Reading {
    pub path: PathBuf,
    pub key: ImportKey,
    pub bytes: u64,
    pub limits: Limits,
    pub choice: FileChoice,
    pub plan: Arc<ImportPlan>,
}

impl Reading {
    /// The batches, read ahead on a thread of their own. Dropping the receiver ends the reading.
    pub fn start(self) -> mpsc::Receiver<Result<Batch>> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = self.read(&sender) {
                // Nobody listens any more if this fails.
                drop(sender.blocking_send(Err(error)));
            }
        });
        receiver
    }

    fn read(self, sender: &mpsc::Sender<Result<Batch>>) -> Result<()> {
        let source =
            SealedReader::open(&self.path, self.key, self.bytes).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Error::conflict("import.expired"),
                _ => SheetError::from(error).into(),
            })?;
        let mut sheet =
            sheet::open_source(Box::new(source), self.bytes, &self.limits, &sheet_choice(&self.choice))?;
        let mut seen: HashMap<u64, u32> = HashMap::new();
        let mut batch = Batch::default();
        while let Some(row) = sheet.next_row() {
            take(&self.plan, &mut batch, &mut seen, row?);
            if batch.rows >= super::count(ROWS) || batch.text >= BYTES {
                batch.position = sheet.position();
                let next = Batch { number: batch.number.saturating_add(1), ..Batch::default() };
                if sender.blocking_send(Ok(std::mem::replace(&mut batch, next))).is_err() {
                    return Ok(());
                }
            }
        }
        if batch.rows > 0 {
            batch.position = self.bytes;
            drop(sender.blocking_send(Ok(batch)));
        }
        Ok(())
    }
}

fn take(plan: &ImportPlan, batch: &mut Batch, seen: &mut HashMap<u64, u32>, row: Row) {
    batch.rows += 1;
    batch.text +=
        row.cells.iter().map(|c| if let Cell::Text(text) = c { text.len() } else { 8 }).sum::<usize>();
    for slot in plan.slots.iter().filter(|s| s.watched) {
        if let Some(cell @ (Cell::Text(_) | Cell::Number(_))) = row.cells.get(slot.column) {
            watch(batch, slot.column, cell);
        }
    }
    let values = match plan.values(&row) {
        Ok(values) => values,
        Err(reasons) => {
            batch.bad.push(Bad::new(row.number, row.cells, reasons));
            return;
        }
    };
    let marks: Vec<u64> = plan.marks(&values).collect();
    if let Some(first) = marks.iter().find_map(|mark| seen.get(mark)) {
        let reason = Reason::DuplicateInFile { row: u64::from(*first) };
        batch.bad.push(Bad::new(row.number, row.cells, vec![Rejection { column: None, reason }]));
        return;
    }
    let number = u32::try_from(row.number).unwrap_or(u32::MAX);
    for mark in marks {
        seen.insert(mark, number);
    }
    batch.good.push(Good { number: row.number, cells: row.cells, values });
}

fn watch(batch: &mut Batch, column: usize, cell: &Cell) {
    let mut kinds: Vec<PersonalKind> = scan(&cell.to_text()).iter().map(|f| f.kind).collect();
    kinds.retain(|kind| alarming(*kind));
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        add_finding(&mut batch.findings, column, kind, 1);
    }
}

/// Adds to the number of cells of a column in which a kind was found.
pub(crate) fn add_finding(
    findings: &mut Vec<(usize, PersonalKind, u64)>,
    column: usize,
    kind: PersonalKind,
    n: u64,
) {
    match findings.iter_mut().find(|(c, k, _)| *c == column && *k == kind) {
        Some((.., known)) => *known += n,
        None => findings.push((column, kind, n)),
    }
}
