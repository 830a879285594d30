//! Writing a workbook as a stream: one worksheet of texts and numbers, nothing kept, nothing on disk.
//!
//! Texts stand in their cells, so that no table of texts grows with the rows. A
//! text that a spreadsheet might run as a formula gets an apostrophe in front,
//! which importing takes off again.

mod markup;

use std::io::{self, Write};

use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use crate::sheet::SheetError;

/// The longest text of a cell, in characters, as the format has it.
pub(crate) const MAX_TEXT: usize = 32_767;
/// Rows of a worksheet, as the format has it.
const MAX_ROWS: u32 = 1_048_576;
/// Markup gathered before it is packed.
const BUFFER: usize = 32 << 10;

/// A cell to be written.
#[derive(Debug, Clone, Copy)]
pub enum Out<'a> {
    Empty,
    Text(&'a str),
    Bold(&'a str),
    Number(f64),
}

/// Writes a workbook of one worksheet to anything that takes bytes.
pub struct WorkbookWriter<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    line: String,
    rows: u32,
}

impl<W: Write> WorkbookWriter<W> {
    /// Begins a workbook; `widths` are those of the first columns, in characters. The first row stays in sight.
    ///
    /// # Errors
    /// What the target says.
    pub fn begin(out: W, widths: &[u16]) -> Result<Self, SheetError> {
        let mut zip = ZipWriter::new_stream(out);
        for (name, text) in markup::PARTS {
            zip.start_file(*name, options()).map_err(zip_error)?;
            zip.write_all(text.as_bytes())?;
        }
        zip.start_file(markup::SHEET, options().large_file(true)).map_err(zip_error)?;
        let mut line = String::with_capacity(BUFFER + 4096);
        markup::sheet_head(&mut line, widths);
        Ok(WorkbookWriter { zip, line, rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the target says; `import.cannot_write` past the last row of the format.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Out<'a>>) -> Result<(), SheetError> {
        if self.rows >= MAX_ROWS {
            return Err(SheetError::Write);
        }
        self.rows += 1;
        markup::row(&mut self.line, self.rows, cells);
        if self.line.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// Rows added so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Ends the workbook and gives back what it was written to.
    ///
    /// # Errors
    /// What the target says.
    pub fn finish(mut self) -> Result<W, SheetError> {
        self.line.push_str(markup::SHEET_TAIL);
        self.flush()?;
        let mut out = self.zip.finish().map_err(zip_error)?.into_inner();
        out.flush()?;
        Ok(out)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.write_all(self.line.as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

/// A fixed date keeps the same rows the same file.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)
}

fn zip_error(error: zip::result::ZipError) -> SheetError {
    match error {
        zip::result::ZipError::Io(io) => SheetError::Io(io.kind()),
        _ => SheetError::Write,
    }
}

/// Whether a spreadsheet might take a text for a formula or a command.
pub fn starts_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

/// The text with an apostrophe in front if it might be run, cut to what a cell holds.
pub fn safe_text(text: &str) -> String {
    let guard = starts_formula(text) || starts_formula(text.trim_start());
    let mut safe = String::with_capacity(text.len() + 1);
    if guard {
        safe.push('\'');
    }
    safe.extend(text.chars().take(MAX_TEXT - 1));
    safe
}
