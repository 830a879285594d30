//! A worksheet of an XLSX workbook as a sheet.
//!
//! The workbook reader lends its memory to the reader of cells, so both live on
//! a thread of their own that sends rows in small batches through a bounded
//! channel. A defect of the reader ends that thread and nothing else.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::decode::to_u64;
use super::header::name_columns;
use super::{Cell, Choice, Limits, Row, Sheet, SheetError, SheetInfo, SheetKind, Source, archive_guard};
use crate::coerce::{Reason, calendar};

/// Rows of a batch.
const BATCH_ROWS: usize = 256;
/// Text of a batch in bytes; at most one row more is sent.
const BATCH_BYTES: usize = 256 << 10;
/// Batches under way.
const BATCHES: usize = 2;

enum Message {
    Header { worksheet: String, worksheets: Vec<String>, cells: Vec<String> },
    Rows(Vec<Row>),
    Failed(SheetError),
    End,
}

/// A workbook being read.
pub(super) struct WorkbookSheet {
    header: Vec<String>,
    info: SheetInfo,
    messages: Receiver<Message>,
    batch: std::vec::IntoIter<Row>,
    read: Arc<AtomicU64>,
    done: bool,
}

impl WorkbookSheet {
    pub fn open(mut file: Source, bytes: u64, limits: &Limits, choice: &Choice) -> Result<Self, SheetError> {
        archive_guard::check(&mut *file, bytes, limits)?;
        let (sender, messages) = sync_channel(BATCHES);
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { file, read: Arc::clone(&read) };
        let (limits, wanted) = (limits.clone(), choice.worksheet.clone());
        std::thread::Builder::new().name("kedun-workbook".to_owned()).spawn(move || {
            let outcome = send_workbook(counted, &limits, wanted.as_deref(), &sender);
            // Nobody listens any more if this fails.
            drop(sender.send(match outcome {
                Ok(()) => Message::End,
                Err(error) => Message::Failed(error),
            }));
        })?;
        match messages.recv() {
            Ok(Message::Header { worksheet, worksheets, cells }) => Ok(WorkbookSheet {
                header: name_columns(&cells),
                info: SheetInfo {
                    kind: SheetKind::Xlsx,
                    encoding: "UTF-8",
                    delimiter: None,
                    bytes,
                    worksheet: Some(worksheet),
                    worksheets,
                },
                messages,
                batch: Vec::new().into_iter(),
                read,
                done: false,
            }),
            Ok(Message::Failed(error)) => Err(error),
            Ok(Message::End | Message::Rows(_)) => Err(SheetError::Empty),
            Err(_) => Err(SheetError::Damaged { row: 1 }),
        }
    }
}

impl Sheet for WorkbookSheet {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self) -> Option<Result<Row, SheetError>> {
        if self.done {
            return None;
        }
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            match self.messages.recv() {
                Ok(Message::Rows(rows)) => self.batch = rows.into_iter(),
                Ok(Message::Header { .. }) => {}
                Ok(Message::End) => {
                    self.done = true;
                    return None;
                }
                Ok(Message::Failed(error)) => {
                    self.done = true;
                    return Some(Err(error));
                }
                // The thread ended without a word: a defect of the reader met by a damaged file.
                Err(_) => {
                    self.done = true;
                    return Some(Err(SheetError::Damaged { row: 0 }));
                }
            }
        }
    }

    fn info(&self) -> &SheetInfo {
        &self.info
    }

    fn position(&self) -> u64 {
        if self.done { self.info.bytes } else { self.read.load(Ordering::Relaxed).min(self.info.bytes) }
    }
}

/// Why the thread stops early.
enum Stop {
    Failed(SheetError),
    /// The receiver is gone.
    Unheard,
}

impl From<SheetError> for Stop {
    fn from(error: SheetError) -> Self {
        Stop::Failed(error)
    }
}

fn send_workbook(
    counted: Counted,
    limits: &Limits,
    wanted: Option<&str>,
    sender: &SyncSender<Message>,
) -> Result<(), SheetError> {
    match send_rows(counted, limits, wanted, sender) {
        Ok(()) | Err(Stop::Unheard) => Ok(()),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn send_rows(
    counted: Counted,
    limits: &Limits,
    wanted: Option<&str>,
    sender: &SyncSender<Message>,
) -> Result<(), Stop> {
    let read = Arc::clone(&counted.read);
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(counted)).map_err(|error| failure(error, 1))?;
    let worksheets: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .take(200)
        .collect();
    let worksheet = match wanted {
        Some(name) if worksheets.iter().any(|known| known == name) => name.to_owned(),
        Some(_) => return Err(SheetError::UnknownChoice { what: "worksheet" }.into()),
        None => worksheets.first().cloned().ok_or(SheetError::NoWorksheet)?,
    };
    let mut cells = workbook.worksheet_cells_reader(&worksheet).map_err(|error| failure(error, 1))?;
    read.store(0, Ordering::Relaxed);
    let mut out = Outbox::new(sender, limits, worksheet, worksheets);
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                out.put(row, column, cell.get_value())?;
            }
            Ok(None) => return out.close(),
            // A result of a formula newer than the reader; the cell stays empty and the row is told.
            Err(XlsxError::CellError(_)) => out.unreadable(),
            Err(error) => return Err(failure(error, out.row_number()).into()),
        }
    }
}

/// Gathers cells into rows and rows into batches.
struct Outbox<'a> {
    sender: &'a SyncSender<Message>,
    limits: &'a Limits,
    names: Option<(String, Vec<String>)>,
    width: usize,
    row: u32,
    cells: Vec<Cell>,
    problem: Option<Reason>,
    too_wide: u64,
    rows: u64,
    batch: Vec<Row>,
    batch_bytes: usize,
}

impl<'a> Outbox<'a> {
    fn new(
        sender: &'a SyncSender<Message>,
        limits: &'a Limits,
        worksheet: String,
        worksheets: Vec<String>,
    ) -> Self {
        Outbox {
            sender,
            limits,
            names: Some((worksheet, worksheets)),
            width: 0,
            row: 0,
            cells: Vec::new(),
            problem: None,
            too_wide: 0,
            rows: 0,
            batch: Vec::new(),
            batch_bytes: 0,
        }
    }

    fn row_number(&self) -> u64 {
        u64::from(self.row) + 1
    }

    fn put(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), Stop> {
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        let cell = self.cell_of(value);
        if cell.is_blank() {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= self.limits.max_columns {
            self.too_wide = self.too_wide.max(to_u64(column).saturating_add(1));
            return Ok(());
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(slot) = self.cells.get_mut(column) {
            *slot = cell;
        }
        Ok(())
    }

    fn unreadable(&mut self) {
        self.problem = Some(Reason::FormulaError);
    }

    fn cell_of(&mut self, value: &DataRef<'_>) -> Cell {
        match value {
            DataRef::Empty => Cell::Empty,
            DataRef::Int(number) => number.to_string().parse().map_or(Cell::Error, Cell::Number),
            DataRef::Float(number) if number.is_finite() => Cell::Number(*number),
            DataRef::Float(_) | DataRef::Error(_) => Cell::Error,
            DataRef::Bool(value) => Cell::Bool(*value),
            DataRef::DateTime(moment) => date_cell(moment),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                self.text_cell(text)
            }
            DataRef::SharedString(text) => self.text_cell(text),
        }
    }

    fn text_cell(&mut self, text: &str) -> Cell {
        let mut end = text.len();
        if end > self.limits.max_cell_bytes {
            self.problem = Some(Reason::CellTooLong { max: to_u64(self.limits.max_cell_bytes) });
            end = (0..=self.limits.max_cell_bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        }
        self.batch_bytes += end;
        Cell::Text(text.get(..end).unwrap_or_default().to_owned())
    }

    fn end_row(&mut self) -> Result<(), Stop> {
        let mut cells = std::mem::take(&mut self.cells);
        let mut problem = self.problem.take();
        let too_wide = std::mem::take(&mut self.too_wide);
        if cells.is_empty() && too_wide == 0 && problem.is_none() {
            return Ok(());
        }
        if let Some((worksheet, worksheets)) = self.names.take() {
            if too_wide > 0 {
                return Err(SheetError::TooManyColumns { max: self.limits.max_columns }.into());
            }
            self.width = cells.len();
            let cells = cells.iter().map(Cell::to_text).collect();
            return self.send(Message::Header { worksheet, worksheets, cells });
        }
        if self.rows >= self.limits.max_rows {
            self.flush()?;
            return Err(SheetError::TooManyRows { max: self.limits.max_rows }.into());
        }
        self.rows += 1;
        let found = to_u64(cells.len()).max(too_wide);
        if problem.is_none() && found > to_u64(self.width) {
            problem = Some(Reason::Ragged { expected: to_u64(self.width), found });
        }
        if cells.len() < self.width {
            cells.resize(self.width, Cell::Empty);
        }
        self.batch.push(Row { number: self.row_number(), cells, problem });
        if self.batch.len() >= BATCH_ROWS || self.batch_bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.batch_bytes = 0;
        if self.batch.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.batch);
        self.send(Message::Rows(rows))
    }

    fn send(&self, message: Message) -> Result<(), Stop> {
        self.sender.send(message).map_err(|_gone| Stop::Unheard)
    }

    fn close(mut self) -> Result<(), Stop> {
        self.end_row()?;
        self.flush()?;
        if self.names.is_some() {
            return Err(SheetError::Empty.into());
        }
        Ok(())
    }
}

/// A serial number with the format of a date; a time without a date becomes text.
fn date_cell(moment: &ExcelDateTime) -> Cell {
    let serial = moment.as_f64();
    if !serial.is_finite() || serial < 0.0 {
        return Cell::Error;
    }
    if moment.is_duration() || serial < 1.0 {
        let (_, _, _, hour, minute, second, _) = moment.to_ymd_hms_milli();
        return if serial < 1.0 {
            Cell::Text(format!("{hour:02}:{minute:02}:{second:02}"))
        } else {
            Cell::Number(serial)
        };
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let Some(days) = calendar::days(i32::from(year), u32::from(month), u32::from(day)) else {
        return Cell::Number(serial);
    };
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    let micros = (seconds * 1000 + i64::from(milli)) * 1000;
    Cell::DateTime(i64::from(days) * calendar::DAY + micros)
}

/// The reader's error without the texts of the file that it may quote.
fn failure(error: XlsxError, row: u64) -> SheetError {
    match error {
        XlsxError::Io(io) if io.kind() != io::ErrorKind::UnexpectedEof => SheetError::Io(io.kind()),
        XlsxError::Password => SheetError::Encrypted,
        XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_) => SheetError::NoWorksheet,
        _ => SheetError::Damaged { row },
    }
}

/// A file that counts what is read from it.
struct Counted {
    file: Source,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(to_u64(count), Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}
