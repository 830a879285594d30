//! A delimited text as a sheet.

use std::io::{Seek, SeekFrom};

use encoding_rs::Encoding;

use super::decode::{DecodedFile, decode_sample, to_u64};
use super::encoding::{Detected, detect};
use super::header::name_columns;
use super::records::{Record, RecordReader};
use super::{Cell, Choice, Limits, Row, Sheet, SheetError, SheetInfo, SheetKind, Source, delimiter};
use crate::coerce::Reason;

/// Bytes of the beginning in which the delimiter is looked for.
const SAMPLE: usize = 128 << 10;

/// A CSV file being read.
pub(super) struct DelimitedSheet {
    reader: RecordReader<DecodedFile>,
    header: Vec<String>,
    info: SheetInfo,
    max_rows: u64,
    max_cell: usize,
    rows: u64,
    done: bool,
}

impl DelimitedSheet {
    pub fn open(
        mut file: Source,
        bytes: u64,
        head: &[u8],
        limits: &Limits,
        choice: &Choice,
    ) -> Result<Self, SheetError> {
        let detected = match &choice.encoding {
            Some(label) => chosen_encoding(label, head)?,
            None => detect(head, to_u64(head.len()) == bytes)?,
        };
        let text = head.get(detected.bom..).unwrap_or_default();
        let sample = decode_sample(detected.encoding, text.get(..text.len().min(SAMPLE)).unwrap_or_default());
        let delimiter = match choice.delimiter {
            Some(chosen) => u8::try_from(chosen)
                .ok()
                .filter(|b| b.is_ascii() && !matches!(b, b'"' | b'\r' | b'\n'))
                .ok_or(SheetError::UnknownChoice { what: "delimiter" })?,
            None => delimiter::detect(&sample),
        };
        let offset = to_u64(detected.bom);
        file.seek(SeekFrom::Start(offset))?;
        let source = DecodedFile::new(file, detected.encoding, detected.certain, offset);
        let mut reader = RecordReader::new(source, delimiter, limits.max_cell_bytes, limits.max_columns);
        if delimiter::declared(&sample).is_some() {
            reader.next_record()?;
        }
        let first = reader.next_record()?.ok_or(SheetError::Empty)?;
        if first.fields.len() > limits.max_columns {
            return Err(SheetError::TooManyColumns { max: limits.max_columns });
        }
        Ok(DelimitedSheet {
            reader,
            header: name_columns(&first.fields),
            info: SheetInfo {
                kind: SheetKind::Csv,
                encoding: detected.encoding.name(),
                delimiter: Some(char::from(delimiter)),
                bytes,
                worksheet: None,
                worksheets: Vec::new(),
            },
            max_rows: limits.max_rows,
            max_cell: limits.max_cell_bytes,
            rows: 0,
            done: false,
        })
    }

    fn to_row(&self, record: Record) -> Row {
        let width = self.header.len();
        let found = record.fields.len();
        let mut cells: Vec<Cell> = record
            .fields
            .into_iter()
            .map(|text| if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text) })
            .collect();
        while cells.len() > width && cells.last() == Some(&Cell::Empty) {
            cells.pop();
        }
        let problem = if record.cut {
            Some(Reason::CellTooLong { max: to_u64(self.max_cell) })
        } else if found < width || cells.len() > width {
            // A short record is as suspect as a long one: half of a line that was broken in two.
            Some(Reason::Ragged { expected: to_u64(width), found: to_u64(found) })
        } else {
            None
        };
        if cells.len() < width {
            cells.resize(width, Cell::Empty);
        }
        Row { number: record.line, cells, problem }
    }
}

impl Sheet for DelimitedSheet {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self) -> Option<Result<Row, SheetError>> {
        if self.done {
            return None;
        }
        let next = self.reader.next_record();
        self.info.encoding = self.reader.source().encoding().name();
        match next {
            Ok(Some(_)) if self.rows >= self.max_rows => {
                self.done = true;
                Some(Err(SheetError::TooManyRows { max: self.max_rows }))
            }
            Ok(Some(record)) => {
                self.rows += 1;
                Some(Ok(self.to_row(record)))
            }
            Ok(None) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                Some(Err(error))
            }
        }
    }

    fn info(&self) -> &SheetInfo {
        &self.info
    }

    fn position(&self) -> u64 {
        self.reader.source().read()
    }
}

fn chosen_encoding(label: &str, head: &[u8]) -> Result<Detected, SheetError> {
    let encoding =
        Encoding::for_label(label.as_bytes()).ok_or(SheetError::UnknownChoice { what: "encoding" })?;
    let bom = match Encoding::for_bom(head) {
        Some((marked, length)) if marked == encoding => length,
        _ => 0,
    };
    Ok(Detected { encoding, bom, certain: true })
}
