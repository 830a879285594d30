//! What is kept of an import.

use kedun_model::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::coerce::DayOrder;
use crate::detect::PersonalKind;
use crate::imports::Relation;
use crate::sheet::GuessedKind;

/// Where an import is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Uploaded,
    Mapped,
    Checking,
    Checked,
    Running,
    Paused,
    Cancelled,
    Done,
    Failed,
    Undoing,
    Undone,
}

impl ImportState {
    pub const ALL: [ImportState; 11] = [
        ImportState::Uploaded,
        ImportState::Mapped,
        ImportState::Checking,
        ImportState::Checked,
        ImportState::Running,
        ImportState::Paused,
        ImportState::Cancelled,
        ImportState::Done,
        ImportState::Failed,
        ImportState::Undoing,
        ImportState::Undone,
    ];

    /// The stable code, as stored and as sent.
    pub fn code(self) -> &'static str {
        match self {
            ImportState::Uploaded => "uploaded",
            ImportState::Mapped => "mapped",
            ImportState::Checking => "checking",
            ImportState::Checked => "checked",
            ImportState::Running => "running",
            ImportState::Paused => "paused",
            ImportState::Cancelled => "cancelled",
            ImportState::Done => "done",
            ImportState::Failed => "failed",
            ImportState::Undoing => "undoing",
            ImportState::Undone => "undone",
        }
    }

    /// The state with this code.
    ///
    /// # Errors
    /// A defect for any other text.
    pub fn parse(code: &str) -> Result<ImportState> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == code)
            .ok_or_else(|| Error::internal("an import has an unknown state"))
    }
}

/// What the user decided about reading the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileChoice {
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    pub worksheet: Option<String>,
}

/// What was found out about an uploaded file; kept sealed, because names of files and columns may
/// be anything, even the data of a file without a header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileDetails {
    pub name: String,
    /// `csv` or `xlsx`
    pub kind: String,
    pub encoding: String,
    pub delimiter: Option<char>,
    pub worksheet: Option<String>,
    pub worksheets: Vec<String>,
    /// Data rows, if all were looked at.
    pub rows: Option<u64>,
    pub columns: Vec<Column>,
    pub choice: FileChoice,
}

/// One column of an uploaded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub index: usize,
    pub name: String,
    pub kind: GuessedKind,
    /// Filled cells per row, 0 to 1.
    pub fill: f64,
    pub distinct: u64,
    /// The key of the field it seems to be for.
    pub suggested: Option<String>,
    /// Personal data found, with the number of cells.
    pub findings: Vec<(PersonalKind, u64)>,
    /// At most three values, masked.
    pub sample: Vec<String>,
}

/// What is done with a row whose record exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMatch {
    Skip,
    Update,
}

/// How cells are to be understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Which of two small numbers of a date is the day.
    pub date_order: Option<DayOrder>,
}

/// Which column goes where, and on what ground; holds no value of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Index of the column and key of the field; what is absent is not taken.
    pub columns: Vec<(usize, String)>,
    /// Keys of the fields that tell whether a record exists, the strongest first.
    pub match_by: Vec<String>,
    /// By key of the reference field.
    pub relations: BTreeMap<String, Relation>,
    pub on_match: OnMatch,
    /// Where the data come from, in the importer's words.
    pub source: String,
    /// Why they may be kept: `consent`, `contract`, `legitimate`, `legal_duty`, `public`.
    pub basis: String,
    pub options: Options,
    /// Personal data in columns of plain fields were seen and are wanted there.
    pub acknowledged: bool,
}

/// What came of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// The same as an earlier row, or as a record that is to be left alone.
    pub duplicate: u64,
    pub rejected: u64,
    pub reasons: Vec<ReasonCount>,
    /// Personal data in columns of plain fields, found while reading every row: column, kind, cells.
    pub findings: Vec<(usize, PersonalKind, u64)>,
}

/// How often a reason was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    pub code: String,
    /// The key of the field concerned, if one is.
    pub field: Option<String>,
    pub count: u64,
}

impl Counts {
    /// Counts a reason.
    pub fn reason(&mut self, code: &str, field: Option<&str>) {
        match self.reasons.iter_mut().find(|r| r.code == code && r.field.as_deref() == field) {
            Some(known) => known.count += 1,
            None => {
                self.reasons.push(ReasonCount {
                    code: code.to_owned(),
                    field: field.map(str::to_owned),
                    count: 1,
                });
            }
        }
    }
}

/// How far a job has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Rows read, or records undone.
    pub done: u64,
    pub total: u64,
    /// The last batch that is in.
    pub batch: Option<u32>,
    pub counts: Counts,
    /// Since it was begun or taken up, microseconds of UTC, and the rows done then.
    pub since: i64,
    pub since_done: u64,
    pub rows_per_second: Option<u64>,
}

/// What a row of the file would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    New,
    Changed,
    Unchanged,
    Duplicate,
    Rejected,
}

/// A row shown after the check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    pub row: u64,
    pub outcome: Outcome,
    pub changes: Vec<SampleChange>,
}

/// A cell of such a row: the value masked where the field is sealed, or the code of what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleChange {
    pub field: Option<String>,
    pub text: Option<String>,
    pub code: Option<String>,
}
