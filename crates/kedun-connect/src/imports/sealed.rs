//! Files and texts of an import under a key of its own, sealed in pieces so that any place of a
//! long file can be read without opening the rest.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use kedun_model::{Error, ImportId, Result, SubjectId};
use kedun_vault::{FieldCtx, SubjectKey, Vault, VaultError};
use zeroize::Zeroizing;

use super::Inner;
use super::count;

/// Plaintext of one piece.
pub(crate) const PIECE: usize = 64 << 10;
/// The largest sealed piece that is believed: a rejects frame holds a batch of wide rows.
const MAX_SEALED: usize = 17 << 20;

/// What is sealed; part of what is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The uploaded file, by number of the piece.
    File,
    /// Rows that were not taken, by number of the batch.
    Rejects,
    /// Texts in the table: 0 details of the file, 1 sample.
    Text,
}

/// The key of one import.
#[derive(Clone)]
pub(crate) struct ImportKey {
    vault: Arc<Vault>,
    key: Arc<SubjectKey>,
    id: ImportId,
}

impl ImportKey {
    pub fn seal(&self, part: Part, number: u32, plain: &[u8]) -> Result<Vec<u8>> {
        let sealed = self.vault.seal(&self.key, &self.ctx(part, number), plain).map_err(vault_error)?;
        Ok(sealed.into_bytes())
    }

    pub fn open(&self, part: Part, number: u32, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let plain = self.vault.open_field(&self.key, &self.ctx(part, number), sealed).map_err(vault_error)?;
        Ok(plain.into_zeroizing())
    }

    /// Seals something as JSON.
    pub fn seal_json<T: serde::Serialize>(&self, number: u32, value: &T) -> Result<Vec<u8>> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(Error::internal)?);
        self.seal(Part::Text, number, &plain)
    }

    /// Opens what [`ImportKey::seal_json`] sealed.
    pub fn open_json<T: serde::de::DeserializeOwned>(&self, number: u32, sealed: &[u8]) -> Result<T> {
        let plain = self.open(Part::Text, number, sealed)?;
        serde_json::from_slice(&plain)
            .map_err(|_text_may_be_quoted| Error::internal("a text of an import is damaged"))
    }

    fn ctx(&self, part: Part, number: u32) -> FieldCtx {
        FieldCtx {
            org: self.key.org(),
            // Objects have small numbers of their own; these are never given.
            object: match part {
                Part::File => u32::MAX,
                Part::Rejects => u32::MAX - 1,
                Part::Text => u32::MAX - 2,
            },
            field: number,
            record: self.id.bytes(),
            subject: self.key.subject(),
        }
    }
}

fn vault_error(error: VaultError) -> Error {
    Error::internal(format!("{}: {error}", error.code()))
}

impl Inner {
    /// A key for a new import, and its row, which must be durable with the import.
    pub(crate) fn new_key(&self, id: ImportId) -> Result<(ImportKey, kedun_store::KeyRow)> {
        let vault = Arc::clone(self.door.vault());
        let subject = kedun_vault::SubjectId(id.bytes());
        let org = kedun_vault::OrgId(self.org().0);
        let (row, key) = vault.new_subject_key(org, subject, self.now()).map_err(vault_error)?;
        let row = kedun_store::KeyRow {
            subject: row.subject.0,
            generation: row.generation,
            epoch: row.epoch,
            wrapped: row.wrapped,
            commitment: row.commitment,
            created_at: row.created_at,
        };
        Ok((ImportKey { vault, key, id }, row))
    }

    /// The key of an import.
    ///
    /// # Errors
    /// `import.expired` when it was destroyed.
    pub(crate) async fn key(&self, id: ImportId) -> Result<ImportKey> {
        let vault = Arc::clone(self.door.vault());
        if let Some(key) = vault.cached(&kedun_vault::SubjectId(id.bytes())) {
            return Ok(ImportKey { vault, key, id });
        }
        let rows = self.door.store().keys_for(&[SubjectId(id.0)]).await?;
        let row = rows.into_iter().last().ok_or_else(|| Error::conflict("import.expired"))?;
        let row = kedun_vault::KeyRow {
            subject: kedun_vault::SubjectId(row.subject),
            generation: row.generation,
            epoch: row.epoch,
            wrapped: row.wrapped,
            commitment: row.commitment,
            created_at: row.created_at,
        };
        let key = vault.unwrap_key(kedun_vault::OrgId(self.org().0), &row).map_err(vault_error)?;
        Ok(ImportKey { vault, key, id })
    }

    /// Destroys the key of an import: what it sealed is gone wherever a copy of it is.
    pub(crate) async fn destroy_key(&self, id: ImportId) -> Result<()> {
        self.door.store().destroy_keys(&[SubjectId(id.0)]).await?;
        self.door.vault().forget(&kedun_vault::SubjectId(id.bytes()));
        Ok(())
    }
}

/// Writes a file piece by piece, each sealed before it is written.
pub(crate) struct SealedWriter {
    file: File,
    key: ImportKey,
    piece: Zeroizing<Vec<u8>>,
    number: u32,
    bytes: u64,
}

impl SealedWriter {
    pub fn create(path: &Path, key: ImportKey) -> io::Result<Self> {
        let file = File::options().write(true).create_new(true).open(path)?;
        Ok(SealedWriter { file, key, piece: Zeroizing::new(Vec::with_capacity(PIECE)), number: 0, bytes: 0 })
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.bytes += count(bytes.len());
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes the rest; durable on return.
    pub fn finish(mut self) -> Result<u64> {
        if !self.piece.is_empty() {
            self.flush()?;
        }
        self.file.sync_all().map_err(Error::internal)?;
        Ok(self.bytes)
    }

    fn flush(&mut self) -> Result<()> {
        let sealed = self.key.seal(Part::File, self.number, &self.piece)?;
        write_frame(&mut self.file, &sealed).map_err(disk)?;
        self.number = self.number.saturating_add(1);
        self.piece.clear();
        Ok(())
    }
}

/// A disk that does not take more is no defect.
pub(crate) fn disk(error: io::Error) -> Error {
    Error::unavailable("store.unavailable").with_internal(error.kind())
}

pub(crate) fn write_frame(file: &mut impl Write, sealed: &[u8]) -> io::Result<()> {
    let length = u32::try_from(sealed.len()).map_err(|_too_long| io::ErrorKind::InvalidData)?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(sealed)
}

/// The next frame; none at the end.
pub(crate) fn read_frame(file: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match file.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_SEALED {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut sealed = vec![0; length];
    file.read_exact(&mut sealed)?;
    Ok(Some(sealed))
}

/// A view of a sealed file that reads like the file itself.
pub(crate) struct SealedReader {
    file: BufReader<File>,
    key: ImportKey,
    bytes: u64,
    /// What a full piece takes in the file, with its length.
    stride: u64,
    position: u64,
    piece: Zeroizing<Vec<u8>>,
    /// Which piece is open.
    open: Option<u64>,
}

impl SealedReader {
    /// Opens a file whose plaintext has `bytes` bytes; a file that was cut is refused where it ends.
    pub fn open(path: &Path, key: ImportKey, bytes: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut length = [0; 4];
        file.read_exact(&mut length)?;
        let stride = u64::from(u32::from_le_bytes(length)) + 4;
        let piece = Zeroizing::new(Vec::new());
        Ok(SealedReader { file: BufReader::new(file), key, bytes, stride, position: 0, piece, open: None })
    }

    fn load(&mut self, number: u64) -> io::Result<()> {
        if self.open == Some(number) {
            return Ok(());
        }
        if self.open.and_then(|n| n.checked_add(1)) != Some(number) {
            self.file.seek(SeekFrom::Start(number.saturating_mul(self.stride)))?;
        }
        self.open = None;
        let sealed = read_frame(&mut self.file)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let name = u32::try_from(number).map_err(|_too_far| io::ErrorKind::InvalidData)?;
        self.piece =
            self.key.open(Part::File, name, &sealed).map_err(|_refused| io::ErrorKind::InvalidData)?;
        self.open = Some(number);
        Ok(())
    }
}

impl Read for SealedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.bytes || buffer.is_empty() {
            return Ok(0);
        }
        let size = count(PIECE);
        self.load(self.position / size)?;
        let start = usize::try_from(self.position % size).map_err(|_never| io::ErrorKind::InvalidData)?;
        let rest = self.piece.get(start..).unwrap_or_default();
        let taken = rest.len().min(buffer.len());
        if taken == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let (Some(to), Some(from)) = (buffer.get_mut(..taken), rest.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.position += count(taken);
        Ok(taken)
    }
}

impl Seek for SealedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
