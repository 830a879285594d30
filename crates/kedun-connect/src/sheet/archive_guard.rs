//! What must hold of a workbook's archive before a workbook reader sees it.
//!
//! Three passes, each with fixed memory: the raw bytes are searched for the
//! records that make a reader allocate; the directory is checked for size and
//! ratio; every part is unpacked once, to count what really comes out and to
//! look at its markup.

use std::io::{BufReader, Read, Seek, SeekFrom};

use memchr::memmem::Finder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::decode::to_u64;
use super::xml_guard::XmlGuard;
use super::{Limits, SheetError};

/// Parts of an archive; real workbooks have tens, those with many pictures hundreds.
const MAX_PARTS: u64 = 10_000;
/// Unpacked bytes that are free of the ratio rule, since small parts may be very regular.
const FREE_BYTES: u64 = 16 << 20;
/// A part that is not markup, such as a picture.
const MAX_BINARY_PART: u64 = 64 << 20;

/// Refuses archives that are protected, of another format, or built to exhaust a reader.
pub(super) fn check<R: Read + Seek + ?Sized>(
    file: &mut R,
    bytes: u64,
    limits: &Limits,
) -> Result<(), SheetError> {
    check_records(&mut *file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut archive = ZipArchive::new(BufReader::new(&mut *file)).map_err(|error| match error {
        ZipError::Io(io) => SheetError::Io(io.kind()),
        _ => SheetError::Damaged { row: 0 },
    })?;
    check_directory(&mut archive, bytes, limits)?;
    check_parts(&mut archive, bytes, limits)?;
    drop(archive);
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}

/// Counts directory entries and reads the claims of the end records, wherever they stand.
fn check_records<R: Read + Seek + ?Sized>(file: &mut R) -> Result<(), SheetError> {
    const OVERLAP: usize = 64;
    let entry = Finder::new(b"PK\x01\x02");
    let end64 = Finder::new(b"PK\x06\x06");
    let mut entries = 0_u64;
    let mut window: Vec<u8> = Vec::with_capacity((1 << 20) + OVERLAP);
    file.seek(SeekFrom::Start(0))?;
    loop {
        let read = (&mut *file).take(1 << 20).read_to_end(&mut window)?;
        let last = read == 0;
        // A record that begins in the overlap is looked at with the next piece.
        let limit = if last { window.len() } else { window.len().saturating_sub(OVERLAP) };
        entries += to_u64(entry.find_iter(&window).filter(|at| *at < limit).count());
        if entries > MAX_PARTS {
            return Err(SheetError::Hostile { what: "number of parts" });
        }
        for at in end64.find_iter(&window).filter(|at| *at < limit) {
            // Not a record if its length is absurd; compressed data may hold the mark by chance.
            let plausible = number_at(&window, at + 4).is_some_and(|length| length < 1 << 32);
            if plausible && number_at(&window, at + 32).is_some_and(|claimed| claimed > MAX_PARTS) {
                return Err(SheetError::Hostile { what: "number of parts" });
            }
        }
        if last {
            return Ok(());
        }
        window.drain(..limit);
    }
}

fn number_at(window: &[u8], at: usize) -> Option<u64> {
    let bytes = window.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

/// Judges the archive by what its directory states.
fn check_directory<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    bytes: u64,
    limits: &Limits,
) -> Result<(), SheetError> {
    let mut unpacked = 0_u64;
    let mut workbook = false;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        if part.encrypted() {
            return Err(SheetError::Encrypted);
        }
        if name.ends_with("xl/workbook.bin") {
            return Err(SheetError::BinaryWorkbook);
        }
        if name == "meta-inf/manifest.xml" || name == "mimetype" {
            return Err(SheetError::OpenDocument);
        }
        workbook |= name == "[content_types].xml";
        unpacked = unpacked.saturating_add(part.size());
    }
    if !workbook {
        return Err(SheetError::NotASheet);
    }
    check_sizes(unpacked, bytes, limits)
}

fn check_sizes(unpacked: u64, bytes: u64, limits: &Limits) -> Result<(), SheetError> {
    if unpacked > limits.max_unpacked {
        return Err(SheetError::Hostile { what: "unpacked size" });
    }
    if unpacked > bytes.saturating_mul(u64::from(limits.max_ratio)).max(FREE_BYTES) {
        return Err(SheetError::Hostile { what: "compression ratio" });
    }
    Ok(())
}

/// Unpacks every part, because a directory may lie about sizes.
fn check_parts<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    bytes: u64,
    limits: &Limits,
) -> Result<(), SheetError> {
    let mut unpacked = 0_u64;
    let mut buffer = vec![0_u8; 64 << 10];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let mut guard = XmlGuard::new(limits);
        let mut size = 0_u64;
        loop {
            let count = match part.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                // A part that does not unpack is a fault of the archive, not of the disk.
                Err(_) => return Err(SheetError::Damaged { row: 0 }),
            };
            size += to_u64(count);
            unpacked += to_u64(count);
            check_sizes(unpacked, bytes, limits)?;
            guard.look_at(buffer.get(..count).unwrap_or_default())?;
            if !guard.is_markup() && size > MAX_BINARY_PART {
                return Err(SheetError::Hostile { what: "size of a picture" });
            }
        }
    }
    Ok(())
}

fn damaged(error: ZipError) -> SheetError {
    match error {
        ZipError::Io(io) => SheetError::Io(io.kind()),
        ZipError::UnsupportedArchive(_) => SheetError::Hostile { what: "unusual compression" },
        _ => SheetError::Damaged { row: 0 },
    }
}
