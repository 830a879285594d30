//! Opening a file: its first bytes decide how it is read.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::delimited::DelimitedSheet;
use super::workbook::WorkbookSheet;
use super::{Sheet, SheetError};

/// How much a file may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The size of the file in bytes.
    pub max_bytes: u64,
    /// Data rows.
    pub max_rows: u64,
    /// Columns.
    pub max_columns: usize,
    /// The text of one cell in bytes.
    pub max_cell_bytes: usize,
    /// All parts of a workbook together, unpacked, in bytes.
    pub max_unpacked: u64,
    /// Unpacked size divided by packed size.
    pub max_ratio: u32,
    /// Memory for the distinct texts of a workbook, in bytes (its format keeps them in one table).
    pub max_shared_text: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_bytes: 200 << 20,
            max_rows: 1_000_000,
            max_columns: 300,
            max_cell_bytes: 64 << 10,
            max_unpacked: 3 << 30,
            max_ratio: 200,
            max_shared_text: 512 << 20,
        }
    }
}

/// What the user decided instead of the detection.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The label of an encoding, such as `gb18030`.
    pub encoding: Option<String>,
    /// An ASCII character.
    pub delimiter: Option<char>,
    /// The name of a worksheet.
    pub worksheet: Option<String>,
}

/// What a sheet can be read from: a file, or a view that decrypts one.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Where a sheet comes from.
pub type Source = Box<dyn ReadSeek>;

/// How many bytes detection looks at.
pub(super) const HEAD: u64 = 1 << 20;

/// Opens a file and reads its header; everything about it is detected.
pub fn open(path: &Path, limits: &Limits) -> Result<Box<dyn Sheet>, SheetError> {
    open_with(path, limits, &Choice::default())
}

/// Opens a file and reads its header; what is not chosen is detected.
pub fn open_with(path: &Path, limits: &Limits, choice: &Choice) -> Result<Box<dyn Sheet>, SheetError> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    open_source(Box::new(file), bytes, limits, choice)
}

/// As [`open_with`], from a source of `bytes` bytes that stands at its beginning.
pub fn open_source(
    mut file: Source,
    bytes: u64,
    limits: &Limits,
    choice: &Choice,
) -> Result<Box<dyn Sheet>, SheetError> {
    if bytes == 0 {
        return Err(SheetError::Empty);
    }
    if bytes > limits.max_bytes {
        return Err(SheetError::TooLarge { max: limits.max_bytes });
    }
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;

    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Box::new(WorkbookSheet::open(file, bytes, limits, choice)?));
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Err(compound_file(file));
    }
    Ok(Box::new(DelimitedSheet::open(file, bytes, &head, limits, choice)?))
}

/// A compound file is a protected workbook if it names an encrypted package, and an old one else.
fn compound_file(mut file: Source) -> SheetError {
    let needle: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let finder = memchr::memmem::Finder::new(&needle);
    let mut window: Vec<u8> = Vec::new();
    loop {
        let keep = window.len().saturating_sub(needle.len());
        window.drain(..keep);
        match (&mut file).take(HEAD).read_to_end(&mut window) {
            Err(error) => return error.into(),
            Ok(_) if finder.find(&window).is_some() => return SheetError::Encrypted,
            Ok(0) => return SheetError::OldExcel,
            Ok(_) => {}
        }
    }
}
