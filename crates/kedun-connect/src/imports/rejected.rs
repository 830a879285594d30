//! The rows that were not taken: kept sealed, and made into a workbook when it is asked for.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, ImportId, Result};
use kedun_store::Changeset;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::Imports;
use super::pass::Bad;
use super::sealed::{ImportKey, Part, disk, read_frame, write_frame};
use crate::coerce::Lang;
use crate::rejects::{RejectWriter, Rejection};
use crate::sheet::{Cell, SheetError};

/// Plaintext of one frame, about.
const FRAME: usize = 1 << 20;
/// Text kept of one row in bytes; cells beyond are left out.
const ROW: usize = 1 << 20;
/// The longest cell that a workbook shows, in characters.
const CELL: usize = 32_000;
/// Bytes of the workbook sent at a time, and how many such pieces wait.
const PIECE: usize = 64 << 10;
const WAITING: usize = 4;

/// A workbook on its way: a name for it, and its bytes.
#[derive(Debug)]
pub struct RejectedRows {
    pub name: String,
    pub bytes: mpsc::Receiver<io::Result<Vec<u8>>>,
}

/// The kept rows, written batch by batch.
pub(crate) struct RejectLog {
    file: File,
    key: ImportKey,
    frame: u32,
}

impl RejectLog {
    /// Opens the rows of an import, without those of batches after `last`; none means anew.
    pub fn open(path: &Path, key: ImportKey, last: Option<u32>) -> Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(disk)?;
        let mut log = RejectLog { file: file.try_clone().map_err(disk)?, key, frame: 0 };
        let mut end = 0;
        if let Some(last) = last {
            let mut reader = BufReader::new(&mut file);
            while let Some((batch, _)) = next(&mut reader).map_err(disk)? {
                if batch > last {
                    break;
                }
                end = reader.stream_position().map_err(disk)?;
                log.frame = log.frame.saturating_add(1);
            }
        }
        log.file.set_len(end).map_err(disk)?;
        log.file.seek(SeekFrom::Start(end)).map_err(disk)?;
        Ok(log)
    }

    /// Adds the rows of a batch; on the disk on return.
    pub fn add(&mut self, batch: u32, rows: Vec<Bad>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut plain = Zeroizing::new(Vec::new());
        for mut row in rows {
            shorten(&mut row.cells);
            serde_json::to_writer(&mut *plain, &row).map_err(Error::internal)?;
            plain.push(b'\n');
            if plain.len() >= FRAME {
                self.write(batch, &plain)?;
                plain.clear();
            }
        }
        if !plain.is_empty() {
            self.write(batch, &plain)?;
        }
        self.file.sync_data().map_err(disk)
    }

    fn write(&mut self, batch: u32, plain: &[u8]) -> Result<()> {
        let sealed = self.key.seal(Part::Rejects, self.frame, plain)?;
        self.frame = self.frame.saturating_add(1);
        let mut out = BufWriter::new(&mut self.file);
        out.write_all(&batch.to_le_bytes()).and_then(|()| write_frame(&mut out, &sealed)).map_err(disk)?;
        out.flush().map_err(disk)
    }
}

/// The number of the batch and the sealed rows of the next frame; a frame cut by a crash ends the log.
fn next(reader: &mut impl Read) -> io::Result<Option<(u32, Vec<u8>)>> {
    let mut batch = [0; 4];
    match reader.read_exact(&mut batch) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    match read_frame(reader) {
        Ok(sealed) => Ok(sealed.map(|sealed| (u32::from_le_bytes(batch), sealed))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Cuts what no workbook shows.
fn shorten(cells: &mut [Cell]) {
    let mut room = ROW;
    for cell in cells {
        if let Cell::Text(text) = cell {
            if text.len() > CELL {
                *text = text.chars().take(CELL).collect();
            }
            if text.len() > room {
                *cell = Cell::Empty;
            } else {
                room -= text.len();
            }
        }
    }
}

impl Imports {
    /// The workbook of rows that were not taken, by the last check or by the import.
    ///
    /// # Errors
    /// `import.no_rejects` before there are any; `import.expired`; `not_found`.
    pub async fn rejected(&self, caller: &Caller, id: ImportId, lang: Lang) -> Result<RejectedRows> {
        let import = self.own(caller, id).await?;
        let object = self.door.catalog();
        let object = object.require(&import.object)?;
        let details = self.details(&import).await?;
        let key = self.key(id).await?;
        let path = self.rejects_path(id);
        if !path.exists() {
            return Err(Error::not_found("import.no_rejects"));
        }
        let draft = EventDraft::new("import.rejects", Outcome::Ok)
            .object(object.def.id)
            .detail("import", id.to_string());
        let event = self.door.evidence().prepare(caller, draft)?;
        self.door.store().commit(Changeset::new(event)).await?;

        let (sender, bytes) = mpsc::channel(WAITING);
        let header: Vec<String> = details.columns.into_iter().map(|c| c.name).collect();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = write_workbook(&path, &key, &header, lang, &sender) {
                tracing::warn!(import = %id, code = error.code(), "the workbook of rejected rows broke off");
                drop(sender.blocking_send(Err(io::ErrorKind::Other.into())));
            }
        });
        let name = match lang {
            Lang::Zh => format!("未导入的行-{}.xlsx", id.0.simple()),
            Lang::En => format!("rows-not-imported-{}.xlsx", id.0.simple()),
        };
        Ok(RejectedRows { name, bytes })
    }
}

fn write_workbook(
    path: &Path,
    key: &ImportKey,
    header: &[String],
    lang: Lang,
    sender: &mpsc::Sender<io::Result<Vec<u8>>>,
) -> Result<(), SheetError> {
    let damaged = || SheetError::Io(io::ErrorKind::InvalidData);
    let mut reader = BufReader::new(File::open(path)?);
    let mut workbook =
        RejectWriter::create(Pieces { sender, piece: Vec::with_capacity(PIECE) }, header, lang)?;
    let mut frame = 0_u32;
    while let Some((_, sealed)) = next(&mut reader)? {
        let plain = key.open(Part::Rejects, frame, &sealed).map_err(|_refused| damaged())?;
        frame = frame.saturating_add(1);
        for line in plain.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let row: Bad = serde_json::from_slice(line).map_err(|_quoted| damaged())?;
            let reasons: Vec<Rejection> =
                row.reasons.into_iter().map(|(column, reason)| Rejection { column, reason }).collect();
            workbook.push(row.number, &row.cells, &reasons)?;
        }
    }
    workbook.finish()?.flush()?;
    Ok(())
}

/// Sends what is written in pieces.
struct Pieces<'a> {
    sender: &'a mpsc::Sender<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
}

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.sender.blocking_send(Ok(piece)).map_err(|_gone| io::ErrorKind::BrokenPipe.into())
    }
}
