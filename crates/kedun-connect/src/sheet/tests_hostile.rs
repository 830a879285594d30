//! Workbooks that are built to harm.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<Relationships><Relationship Id="r1" Type="http://x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// An archive of a minimal workbook with this worksheet and these parts besides.
fn workbook(worksheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", worksheet.as_bytes()),
    ];
    for (name, bytes) in parts.iter().chain(more) {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn sheet_of(cells: &str) -> String {
    format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{cells}</sheetData></worksheet>")
}

struct TempFile {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(bytes: &[u8]) -> TempFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.xlsx");
    std::fs::write(&path, bytes).unwrap();
    TempFile { _folder: folder, path }
}

fn read(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    let file = file(bytes);
    let mut sheet = open(&file.path, &Limits::default())?;
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row() {
        rows.push(row?);
    }
    Ok(rows)
}

fn refused(bytes: &[u8], expected: &str) {
    match read(bytes) {
        Err(SheetError::Hostile { what }) => assert_eq!(what, expected),
        Err(error) => panic!("{expected}: refused as {error}"),
        Ok(rows) => panic!("{expected}: {} rows were read", rows.len()),
    }
}

/// The most memory this process has held, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("0 0");
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[test]
fn the_minimal_workbook_is_fine() {
    let rows = read(&workbook(
        &sheet_of(
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>h</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>",
        ),
        &[],
    ));
    assert_eq!(rows.unwrap().len(), 1);
}

#[test]
fn bombs_are_refused_with_bounded_memory() {
    // 512 MiB of spaces in a part, packed to half a MiB.
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file("[Content_Types].xml", options).unwrap();
    writer.write_all(TYPES.as_bytes()).unwrap();
    writer.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    writer.write_all(b"<worksheet>").unwrap();
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..512 {
        writer.write_all(&spaces).unwrap();
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let before = peak();
    refused(&bomb, "compression ratio");

    // The same with a directory that states a small size.
    let mut lying = bomb.clone();
    let real = u32::try_from(512 * (1 << 20) + 11).unwrap().to_le_bytes();
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == real {
            lying[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
        }
    }
    assert_ne!(lying, bomb);
    match read(&lying) {
        Err(SheetError::Hostile { .. } | SheetError::Damaged { .. }) => {}
        other => panic!("{:?}", other.map(|rows| rows.len())),
    }
    let grown = peak().saturating_sub(before);
    assert!(grown < 200 * 1024, "memory grew by {grown} KiB");
}

#[test]
fn absurd_dimensions_cost_nothing() {
    let cells = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>h</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let rows = read(&workbook(&sheet_of(cells), &[])).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].number, 1_048_576);
    assert_eq!(rows[0].problem, Some(crate::coerce::Reason::Ragged { expected: 1, found: 16_384 }));
    let header = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>";
    assert!(matches!(read(&workbook(&sheet_of(header), &[])), Err(SheetError::TooManyColumns { .. })));
}

#[test]
fn no_entity_is_ever_declared_or_resolved() {
    let good = sheet_of(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>h</v></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>a&x;b</t></is></c></row>",
    );
    let declared = format!("<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>{good}");
    refused(&workbook(&declared, &[]), "document type");
    refused(&workbook(&good, &[("xl/sharedStrings.xml", b"<!DOCTYPE s []><sst/>")]), "document type");
    // Without a declaration an entity is no more than its name, or an error.
    match read(&workbook(&good, &[])) {
        Ok(rows) => {
            let text = rows[0].cells[0].to_text();
            assert!(text.contains('x') || text == "ab", "{text}");
        }
        Err(error) => assert!(matches!(error, SheetError::Damaged { .. })),
    }
}

#[test]
fn claims_and_tables_are_bounded() {
    let sheet = sheet_of("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>");
    let claim = b"<sst uniqueCount=\"9999999999999\"><si><t>h</t></si></sst>";
    assert!(matches!(
        read(&workbook(&sheet, &[("xl/sharedStrings.xml", claim)])),
        Err(SheetError::TooMuchText)
    ));
    let nested = format!("<worksheet>{}", "<x>".repeat(100_000));
    refused(&workbook(&nested, &[]), "depth");
    let many: Vec<String> = (0..10_001).map(|n| format!("xl/media/{n}.bin")).collect();
    let parts: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    refused(&workbook(&sheet, &parts), "number of parts");
    // An end record of the 64-bit form that claims a million parts, wherever it stands.
    let mut claiming = workbook(&sheet, &[]);
    claiming.extend_from_slice(b"PK\x06\x06");
    claiming.extend(44_u64.to_le_bytes());
    claiming.extend([0; 12]);
    for claim in [1_u64 << 20, 1 << 20, 46 << 20, 0] {
        claiming.extend(claim.to_le_bytes());
    }
    refused(&claiming, "number of parts");
}

#[test]
fn other_formats_are_named() {
    let mut ole = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    ole.extend([0; 4096]);
    assert!(matches!(read(&ole), Err(SheetError::OldExcel)));
    ole.extend(vec![0; 1_048_560]);
    ole.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(matches!(read(&ole), Err(SheetError::Encrypted)));
    let zip_of = |names: &[&str]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(b"<x/>").unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    assert!(matches!(read(&zip_of(&["mimetype", "content.xml"])), Err(SheetError::OpenDocument)));
    assert!(matches!(
        read(&zip_of(&["[Content_Types].xml", "xl/workbook.bin"])),
        Err(SheetError::BinaryWorkbook)
    ));
    assert!(matches!(read(&zip_of(&["readme.txt"])), Err(SheetError::NotASheet)));
    assert!(matches!(read(b"%PDF-1.7\n\0\0\0binary"), Err(SheetError::NotASheet)));
    assert!(matches!(read(b"PK\x03\x04 and no more"), Err(SheetError::Damaged { .. })));
}

/// The parts of a real workbook, to be changed and packed again.
fn sound_parts() -> Vec<(String, Vec<u8>)> {
    static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(make_parts);
    PARTS.clone()
}

fn make_parts() -> Vec<(String, Vec<u8>)> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for row in 0..20 {
        sheet.write_string(row, 0, format!("名称{row}")).unwrap();
        sheet.write_number(row, 1, f64::from(row) * 1.5).unwrap();
        sheet.write_number_with_format(row, 2, 46_000 + row, &date).unwrap();
        sheet.write_boolean(row, 3, row % 2 == 0).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mutated_archives_never_panic(changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..20)) {
        let mut bytes = pack(&sound_parts());
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[usize::from(at) * 7 % length] = byte;
        }
        drop(read(&bytes));
    }

    #[test]
    fn mutated_markup_never_panics(
        part in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), "[<>&/\"'0-9A-Za-z=!\\-\\[\\]? ]{1,3}"), 1..6),
    ) {
        let mut parts = sound_parts();
        let chosen = part.index(parts.len());
        let content = &mut parts[chosen].1;
        for (at, text) in changes {
            let at = at.index(content.len().max(1));
            let end = (at + text.len()).min(content.len());
            content.splice(at..end, text.bytes());
        }
        drop(read(&pack(&parts)));
    }
}
