//! What must hold of every sheet, whatever the file.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kedun_connect::sheet::{Cell, Choice, Limits, Row, SheetError, open_source};

use crate::Seen;

/// A file that was read to its end or to its first error.
#[derive(Debug, PartialEq)]
pub struct Taken {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    /// The error that ended the stream.
    pub error: Option<String>,
    pub encoding: &'static str,
    pub delimiter: Option<char>,
}

/// Bytes as a file; counts what is read of it and gives at most `most` bytes at a time.
struct Counted {
    file: Cursor<Vec<u8>>,
    most: usize,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(self.most);
        let count = self.file.read(&mut buffer[..most])?;
        self.read.fetch_add(u64::try_from(count).unwrap(), Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(position)
    }
}

/// Reads a file of at most `most` bytes at a time, checks what must hold of any file, and tells how many bytes
/// were read to do so.
pub fn take(bytes: &[u8], limits: &Limits, choice: &Choice, most: usize) -> (Result<Taken, String>, u64) {
    let read = Arc::new(AtomicU64::new(0));
    let source = Counted { file: Cursor::new(bytes.to_vec()), most, read: Arc::clone(&read) };
    let length = u64::try_from(bytes.len()).unwrap();
    let taken = match open_source(Box::new(source), length, limits, choice) {
        Err(error) => Err(code(&error)),
        Ok(mut sheet) => {
            let mut taken = Taken {
                header: sheet.header().to_vec(),
                rows: Vec::new(),
                error: None,
                encoding: "",
                delimiter: sheet.info().delimiter,
            };
            let mut position = 0;
            while let Some(row) = sheet.next_row() {
                assert!(taken.error.is_none(), "a row came after an error");
                assert!(sheet.position() >= position, "the position went back");
                position = sheet.position();
                assert!(position <= length, "the position is behind the end");
                match row {
                    Ok(row) => taken.rows.push(row),
                    Err(error) => taken.error = Some(code(&error)),
                }
            }
            assert!(sheet.next_row().is_none(), "the end was not the end");
            assert_eq!(sheet.info().bytes, length);
            taken.encoding = sheet.info().encoding;
            check(&taken, limits);
            Ok(taken)
        }
    };
    (taken, read.load(Ordering::Relaxed))
}

/// Whether a file is taken for a workbook.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The kind of an error and the row it names.
fn code(error: &SheetError) -> String {
    match error {
        SheetError::Encoding { row, .. } => format!("Encoding {row}"),
        SheetError::UnclosedQuote { row } => format!("UnclosedQuote {row}"),
        other => format!("{other:?}"),
    }
}

fn check(taken: &Taken, limits: &Limits) {
    let width = taken.header.len();
    assert!((1..=limits.max_columns).contains(&width), "{width} columns");
    for (index, name) in taken.header.iter().enumerate() {
        assert!(!name.trim().is_empty() && name.trim() == name, "a name is empty or not trimmed");
        assert!(!name.chars().any(char::is_control), "a name has control characters");
        assert!(name.chars().count() <= 140, "a name is too long");
        assert!(!taken.header[..index].contains(name), "two columns have the same name");
    }
    assert!(u64::try_from(taken.rows.len()).unwrap() <= limits.max_rows, "too many rows");
    for row in &taken.rows {
        assert!(row.number >= 1);
        assert!(row.cells.len() >= width, "a row is shorter than the header");
        assert!(row.cells.len() <= limits.max_columns + 1, "a row is wider than allowed");
        assert!(row.problem.is_some() || row.cells.len() == width, "a ragged row has no problem");
        assert!(row.problem.is_some() || row.cells.iter().any(|cell| !cell.is_blank()), "a blank row");
        for cell in &row.cells {
            match cell {
                Cell::Text(text) => assert!(text.len() <= limits.max_cell_bytes, "a cell is too long"),
                Cell::Number(number) => assert!(number.is_finite()),
                _ => {}
            }
        }
    }
}

/// All text that came out, in bytes.
pub fn output(taken: &Taken) -> usize {
    let cells = taken.rows.iter().flat_map(|row| &row.cells);
    cells.map(|cell| if let Cell::Text(text) = cell { text.len() } else { 0 }).sum()
}

/// Notes what became of a file.
pub fn note(seen: &mut Seen, taken: &Result<Taken, String>) {
    match taken {
        Err(error) => seen.note(error.split(' ').next().unwrap_or_default()),
        Ok(taken) => {
            seen.note((taken.encoding, taken.delimiter));
            seen.note(taken.error.as_deref().and_then(|error| error.split(' ').next()));
            seen.size(taken.rows.len());
            seen.size(taken.header.len());
            let mut problems: Vec<_> =
                taken.rows.iter().filter_map(|row| row.problem.as_ref()).map(|p| p.code()).collect();
            problems.sort_unstable();
            problems.dedup();
            seen.note(problems);
            let mut kinds = [false; 6];
            for cell in taken.rows.iter().flat_map(|row| &row.cells) {
                kinds[match cell {
                    Cell::Empty => 0,
                    Cell::Text(_) => 1,
                    Cell::Number(_) => 2,
                    Cell::Bool(_) => 3,
                    Cell::DateTime(_) => 4,
                    Cell::Error => 5,
                }] = true;
            }
            seen.note(kinds);
        }
    }
}
