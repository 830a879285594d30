//! Reading a spreadsheet of unknown origin, row by row, within limits.

mod archive_guard;
mod cell;
mod decode;
mod delimited;
mod delimiter;
mod encoding;
mod error;
mod guess;
mod header;
mod open;
mod profile;
mod records;
mod workbook;
mod xml_guard;

#[cfg(test)]
mod tests_delimited;
#[cfg(test)]
mod tests_hostile;
#[cfg(test)]
mod tests_workbook;

pub use cell::{Cell, Row};
pub use error::SheetError;
pub use guess::GuessedKind;
pub use open::{Choice, Limits, ReadSeek, Source, open, open_source, open_with};
pub use profile::{ColumnExamples, ColumnProfile, Profile, profile};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Text with delimiters.
    Csv,
    /// An Office Open XML workbook.
    Xlsx,
}

/// What was found out about a file.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SheetInfo {
    pub kind: SheetKind,
    /// The name of the text's encoding; `UTF-8` for a workbook. While a long text was plain
    /// ASCII so far it is `UTF-8` and may change once, at the first other byte.
    pub encoding: &'static str,
    /// The delimiter of a text.
    pub delimiter: Option<char>,
    /// The size of the file.
    pub bytes: u64,
    /// The worksheet that is read.
    pub worksheet: Option<String>,
    /// The visible worksheets of the workbook, at most 200.
    pub worksheets: Vec<String>,
}

/// An opened spreadsheet: a header and a stream of data rows.
///
/// Rows in which every cell is blank are passed over. An error ends the
/// stream; what is wrong with a single row is in [`Row::problem`].
pub trait Sheet: Send {
    /// The names of the columns; none is empty and all are different.
    fn header(&self) -> &[String];
    /// The next data row; none at the end and after an error.
    fn next_row(&mut self) -> Option<Result<Row, SheetError>>;
    /// What was found out about the file.
    fn info(&self) -> &SheetInfo;
    /// How far reading has come, in bytes of `info().bytes`; never goes back.
    fn position(&self) -> u64;
}
