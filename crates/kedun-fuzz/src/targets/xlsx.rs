//! Workbooks: the archive, its markup, and what our own writer makes of what was read.

use kedun_connect::sheet::{Cell, Choice, Limits};
use kedun_connect::workbook::{Out, WorkbookWriter, safe_text, starts_formula};

use super::sheets::{self, Taken, output, take};
use super::{Target, books};
use crate::Seen;
use crate::mutate::Shape;

pub const TARGET: Target = Target {
    name: "xlsx",
    run,
    shape: Shape::Zip,
    words: &[
        "<row r=\"1\">",
        "<row r=\"1048576\">",
        "<row r=\"1048577\">",
        "<row r=\"4294967295\">",
        "</row>",
        "<c r=\"A1\">",
        "<c r=\"XFD1\">",
        "<c r=\"XFE1\">",
        "<c r=\"ZZZZZZZ1\">",
        "<c r=\"A0\">",
        "<c r=\"A99999999999\">",
        "<c t=\"s\"><v>0</v></c>",
        "<c t=\"s\"><v>4294967296</v></c>",
        "<c t=\"e\"><v>#N/A</v></c>",
        "<c t=\"e\"><v>#NEW!</v></c>",
        "<c t=\"b\"><v>1</v></c>",
        "<c t=\"d\"><v>2026-11-23T00:00:00</v></c>",
        "<c t=\"str\"><v>",
        "<c t=\"inlineStr\"><is><t>",
        "</t></is></c>",
        "<v>1e308</v>",
        "<v>-1</v>",
        "<v>NaN</v>",
        "<v>0.999999999</v>",
        "<v>2958466</v>",
        "<v>",
        "</v>",
        "<f>",
        "<f t=\"shared\" si=\"0\" ref=\"A1:XFD1048576\">",
        "<dimension ref=\"A1:XFD1048576\"/>",
        "<dimension ref=\"A0:@0\"/>",
        "<mergeCell ref=\"A1:XFD1048576\"/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]>",
        "&x;",
        "&#0;",
        "&#x110000;",
        "&amp;",
        "&lt;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
        "_x000D_",
        "_xD800_",
        "_xFFFF_",
        "_x005F_",
        "xml:space=\"preserve\"",
        "s=\"1\"",
        "s=\"4294967295\"",
        "numFmtId=\"14\"",
        "numFmtId=\"164\"",
        "formatCode=\"yyyy-mm-dd\"",
        "formatCode=\"[h]:mm\"",
        "uniqueCount=\"4294967295\"",
        "date1904=\"1\"",
        "state=\"hidden\"",
        "r:id=\"rId2\"",
        "Target=\"../../etc/passwd\"",
        "Target=\"/xl/worksheets/sheet1.xml\"",
        "TargetMode=\"External\"",
        "x:c",
        "<x:sheetData>",
    ],
    short: 1_500,
    meets: 12,
    longest: 256 << 10,
};

/// Limits under which an archive that unpacks to anything large is refused at once.
fn limits() -> Limits {
    Limits {
        max_rows: 300,
        max_columns: 20,
        max_cell_bytes: 4 << 10,
        max_unpacked: 4 << 20,
        max_shared_text: 1 << 20,
        ..Limits::default()
    }
}

/// Reads the bytes as a workbook, and writes what was read with our own writer to read it again.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    if !sheets::is_archive(data) {
        return seen;
    }
    let limits = limits();
    let (taken, read) = take(data, &limits, &Choice::default(), usize::MAX);
    sheets::note(&mut seen, &taken);
    // The raw bytes are searched once; a part is begun three times, each with a buffer of 8 KiB, and takes at least
    // 76 bytes of the archive; parts may overlap, so what they unpack to counts too.
    let bound =
        u64::try_from(data.len()).unwrap() * (3 * 8_192 / 76 + 10) + 2 * limits.max_unpacked + (2 << 20);
    assert!(read <= bound, "{read} bytes read of {}", data.len());
    if let Ok(taken) = taken {
        let unpacked = usize::try_from(limits.max_unpacked).unwrap();
        // One shared text can stand in any number of cells, each of which takes some bytes of markup.
        let most = (unpacked / 8).min(taken.rows.len() * 20) * limits.max_cell_bytes + unpacked;
        assert!(output(&taken) <= most);
        comes_back(&taken);
    }
    seen
}

/// Writes a workbook of what was read, reads it, and does so again: nothing may be lost or become a formula.
fn comes_back(taken: &Taken) {
    let wide = Limits { max_columns: 30, max_cell_bytes: 1 << 20, ..Limits::default() };
    let read = |bytes: &[u8]| {
        let (again, _) = take(bytes, &wide, &Choice::default(), usize::MAX);
        let again = again.expect("what was written is a workbook");
        assert_eq!(again.error, None);
        again
    };
    let rows: Vec<Vec<Cell>> = taken.rows.iter().map(|row| row.cells.clone()).collect();
    let once = read(&write(&taken.header, &rows));
    assert_eq!(once.header.len(), taken.header.len());
    // Rows of nothing but blank cells are passed over.
    let expected = rows.iter().map(|row| row.iter().map(kept).collect::<Vec<_>>());
    let expected: Vec<_> = expected.filter(|row| row.iter().any(|cell| !cell.is_blank())).collect();
    assert_eq!(once.rows.len(), expected.len(), "rows were lost");
    for (row, expected) in once.rows.iter().zip(&expected) {
        for (at, cell) in expected.iter().enumerate() {
            let found = row.cells.get(at).unwrap_or(&Cell::Empty);
            let same = found == cell || (found.is_blank() && cell.is_blank());
            assert!(same, "{found:?} was read where {cell:?} was written: {:?}", shape(found, cell));
            if let Cell::Text(text) = found {
                assert!(!starts_formula(text.trim_start()), "a text could run as a formula");
            }
        }
    }
    let rows: Vec<Vec<Cell>> = once.rows.iter().map(|row| row.cells.clone()).collect();
    let twice = read(&write(&once.header, &rows));
    assert!(twice.header == once.header && twice.rows == once.rows, "a second time something changed");
}

/// Where two texts differ, without telling them.
fn shape(found: &Cell, expected: &Cell) -> (usize, usize, Option<usize>) {
    let (found, expected) = (found.to_text(), expected.to_text());
    let at = found.chars().zip(expected.chars()).position(|(a, b)| a != b);
    (found.chars().count(), expected.chars().count(), at)
}

/// What a cell must be after it was written and read.
fn kept(cell: &Cell) -> Cell {
    match cell {
        Cell::Empty => Cell::Empty,
        Cell::Number(number) => Cell::Number(*number),
        other => {
            let text = safe_text(&other.to_text());
            let text: String = text
                .chars()
                .filter(|c| {
                    !matches!(c, '\u{fffe}' | '\u{ffff}') && (*c >= ' ' || matches!(c, '\t' | '\n' | '\r'))
                })
                .collect();
            if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text) }
        }
    }
}

fn write(header: &[String], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = WorkbookWriter::begin(Vec::new(), &[]).unwrap();
    writer.row(header.iter().map(|name| Out::Bold(name))).unwrap();
    for row in rows {
        let texts: Vec<String> = row.iter().map(Cell::to_text).collect();
        writer
            .row(row.iter().zip(&texts).map(|(cell, text)| match cell {
                Cell::Empty => Out::Empty,
                Cell::Number(number) => Out::Number(*number),
                _ => Out::Text(text),
            }))
            .unwrap();
    }
    writer.finish().unwrap()
}

/// Workbooks that our own writer made, and one with every kind of cell.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let names = ["姓名", "电话", "金额"].map(str::to_owned);
    let rows = [
        vec![Cell::Text("张三".into()), Cell::Text("13800138000".into()), Cell::Number(1234.5)],
        vec![Cell::Text("=1+1".into()), Cell::Empty, Cell::Number(-1.0)],
        vec![Cell::Text("a\r\nb_x0041_".into()), Cell::Bool(true), Cell::DateTime(1_795_392_000_000_000)],
    ];
    vec![("ours.xlsx", write(&names, &rows)), ("kinds.xlsx", books::every_kind())]
}
