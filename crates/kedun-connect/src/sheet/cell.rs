//! A row and its cells.

use crate::coerce::{Reason, calendar};

/// One cell as the file states it.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, not trimmed.
    Text(String),
    /// A number of a workbook.
    Number(f64),
    /// A truth value of a workbook.
    Bool(bool),
    /// A date or moment of a workbook: microseconds since 1970-01-01T00:00 of the wall clock,
    /// whose zone the file does not tell.
    DateTime(i64),
    /// A formula without a result, such as `#N/A`.
    Error,
}

impl Cell {
    /// Whether there is nothing in it but white space.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as text: numbers with 15 significant digits and no exponent, dates in ISO form.
    pub fn to_text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => plain_number(*number),
            Cell::Bool(true) => "TRUE".to_owned(),
            Cell::Bool(false) => "FALSE".to_owned(),
            Cell::DateTime(micros) => calendar::iso(*micros),
            Cell::Error => "#N/A".to_owned(),
        }
    }
}

/// Shows the shape alone, because a cell may hold anything about a person.
impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Cell::Empty => "Empty",
            Cell::Text(_) => "Text(..)",
            Cell::Number(_) => "Number(..)",
            Cell::Bool(_) => "Bool(..)",
            Cell::DateTime(_) => "DateTime(..)",
            Cell::Error => "Error",
        })
    }
}

/// A data row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line (CSV) or row (workbook) on which it begins in the file, from 1.
    pub number: u64,
    /// At least as many cells as the header has names; more if the row has values without a name.
    pub cells: Vec<Cell>,
    /// What is wrong with the row as a whole; such a row is to be rejected.
    pub problem: Option<Reason>,
}

/// Formats with the 15 significant digits that a workbook promises, so that 0.1 + 0.2 is `0.3`.
pub(crate) fn plain_number(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") }
}
