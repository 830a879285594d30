//! Delimited texts in every form that occurs.

use std::path::PathBuf;

use encoding_rs::{GB18030, UTF_16LE};
use proptest::prelude::*;

use super::*;
use crate::coerce::Reason;
use crate::detect::PersonalKind;
use crate::fixtures::{Acceptance, HEADER, Spec, write_csv_gb18030, write_csv_utf8};

struct TempFile {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(bytes: &[u8]) -> TempFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, bytes).unwrap();
    TempFile { _folder: folder, path }
}

fn read(bytes: &[u8]) -> (Box<dyn Sheet>, Vec<Row>) {
    let file = file(bytes);
    let mut sheet = open(&file.path, &Limits::default()).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row() {
        rows.push(row.unwrap());
    }
    (sheet, rows)
}

fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(Cell::to_text).collect()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let mut out = if little { vec![0xFF, 0xFE] } else { vec![0xFE, 0xFF] };
    for unit in text.encode_utf16() {
        out.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
    }
    out
}

#[test]
fn ten_thousand_rows_of_gb18030_come_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("客户.csv");
    let truth = Acceptance::new(Spec { rows: 10_000, broken: 100, duplicates: 50, seed: 7 });
    write_csv_gb18030(&truth, &path).unwrap();
    let mut sheet = open(&path, &Limits::default()).unwrap();
    assert_eq!(sheet.info().encoding, "gb18030");
    assert_eq!(sheet.info().delimiter, Some(','));
    assert_eq!(sheet.header(), HEADER);
    let mut position = 0;
    for index in 0..10_000 {
        let row = sheet.next_row().unwrap().unwrap();
        assert_eq!(row.number, Acceptance::number(index));
        assert_eq!(row.problem, None);
        assert_eq!(texts(&row), truth.row(index));
        assert!(sheet.position() >= position && sheet.position() <= sheet.info().bytes);
        position = sheet.position();
    }
    assert!(sheet.next_row().is_none());
    assert_eq!(sheet.position(), sheet.info().bytes);
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let text = "姓名,电话\r\n张三,138\r\n\"李,四\",139\r\n";
    let variants = [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8"),
        (GB18030.encode(text).0.into_owned(), "gb18030"),
        (utf16(text, true), "UTF-16LE"),
        (utf16(text, false), "UTF-16BE"),
    ];
    for (bytes, encoding) in variants {
        let (sheet, rows) = read(&bytes);
        assert_eq!(sheet.info().encoding, encoding);
        assert_eq!(sheet.header(), ["姓名", "电话"]);
        assert_eq!(texts(&rows[1]), ["李,四", "139"]);
        assert_eq!((rows.len(), rows[1].number), (2, 3));
    }
    assert_eq!(UTF_16LE.name(), "UTF-16LE");
}

#[test]
fn each_delimiter_is_found() {
    for delimiter in [',', ';', '\t', '|'] {
        let text = format!(
            "甲{delimiter}乙{delimiter}丙\n1{delimiter}\"x{delimiter}\n\"\"y\"{delimiter}3\n4{delimiter}5{delimiter}6\n"
        );
        let (sheet, rows) = read(text.as_bytes());
        assert_eq!(sheet.info().delimiter, Some(delimiter));
        assert_eq!(texts(&rows[0])[1], format!("x{delimiter}\n\"y"));
        assert_eq!((rows[0].number, rows[1].number), (2, 4));
    }
}

#[test]
fn ragged_rows_are_told_and_do_not_end_the_file() {
    let (_, rows) = read(b"a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n\n,,\n5,6,7");
    let problems: Vec<_> = rows.iter().map(|row| (row.number, row.problem.clone())).collect();
    assert_eq!(
        problems,
        [
            (2, Some(Reason::Ragged { expected: 3, found: 2 })),
            (3, None),
            (4, Some(Reason::Ragged { expected: 3, found: 4 })),
            (5, None),
            (8, None),
        ]
    );
    assert_eq!(rows[2].cells.len(), 4, "the extra cell is kept for the workbook of rejects");
    assert!(rows.iter().all(|row| row.cells.len() >= 3));
}

#[test]
fn text_that_turns_foreign_late_is_decoded_from_there() {
    let mut ascii = "name,note\n".to_owned();
    while ascii.len() < (1 << 20) + 70_000 {
        ascii.push_str("abcdefgh,12345678\n");
    }
    let line = ascii.lines().count() as u64 + 1;
    let bytes = [ascii.as_bytes(), &GB18030.encode("张三,老客户转介绍\n").0].concat();
    let (sheet, rows) = read(&bytes);
    assert_eq!(sheet.info().encoding, "gb18030");
    let last = rows.last().unwrap();
    assert_eq!((last.number, texts(last)), (line, vec!["张三".to_owned(), "老客户转介绍".to_owned()]));
}

#[test]
fn a_late_fault_names_its_row() {
    let mut text = "姓名,备注\n".to_owned();
    while text.len() < (1 << 20) + 70_000 {
        text.push_str("张三,正常的一行\n");
    }
    let line = text.lines().count() as u64 + 1;
    let bytes = [text.as_bytes(), b"x,\xFF\xFEbad\n".as_slice()].concat();
    let file = file(&bytes);
    let mut sheet = open(&file.path, &Limits::default()).unwrap();
    let mut rows = 0;
    let error = loop {
        match sheet.next_row().unwrap() {
            Ok(_) => rows += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(rows, line - 2);
    assert!(matches!(error, SheetError::Encoding { row, encoding: "UTF-8" } if row == line));
    assert!(sheet.next_row().is_none());
}

#[test]
fn limits_hold() {
    let tight =
        Limits { max_rows: 2, max_columns: 3, max_cell_bytes: 10, max_bytes: 200, ..Limits::default() };
    let run = |bytes: &[u8]| {
        let file = file(bytes);
        let mut sheet = open(&file.path, &tight)?;
        let mut rows = Vec::new();
        while let Some(row) = sheet.next_row() {
            rows.push(row?);
        }
        Ok::<_, SheetError>(rows)
    };
    assert_eq!(run(b"a\n1\n2\n").unwrap().len(), 2);
    assert!(matches!(run(b"a\n1\n2\n3\n"), Err(SheetError::TooManyRows { max: 2 })));
    assert!(matches!(run(b"a,b,c,d\n"), Err(SheetError::TooManyColumns { max: 3 })));
    assert!(matches!(run(&[b'a'; 201]), Err(SheetError::TooLarge { max: 200 })));
    assert!(matches!(run(b""), Err(SheetError::Empty)));
    assert!(matches!(run(b"\n\n,,\n"), Err(SheetError::Empty)));
    assert!(matches!(run(b"a\n\"b\n"), Err(SheetError::UnclosedQuote { row: 2 })));
    let rows = run(b"a,b\n12345678901,x\n1,2\n").unwrap();
    assert_eq!(rows[0].problem, Some(Reason::CellTooLong { max: 10 }));
    assert_eq!(rows[1].problem, None);
}

#[test]
fn choices_go_before_detection() {
    let file = file(&GB18030.encode("姓名;电话\n张三;1\n").0);
    let choose = |encoding: Option<&str>, delimiter| {
        let choice = Choice { encoding: encoding.map(str::to_owned), delimiter, worksheet: None };
        open_with(&file.path, &Limits::default(), &choice)
    };
    assert_eq!(choose(Some("gbk"), Some(',')).unwrap().header(), ["姓名;电话"]);
    assert!(matches!(choose(Some("utf-8"), None).err(), Some(SheetError::Encoding { row: 1, .. })));
    assert!(matches!(
        choose(Some("nonsense"), None).err(),
        Some(SheetError::UnknownChoice { what: "encoding" })
    ));
    assert!(matches!(choose(None, Some('中')).err(), Some(SheetError::UnknownChoice { what: "delimiter" })));
}

#[test]
fn a_profile_names_kinds_and_hidden_personal_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    let truth = Acceptance::new(Spec { rows: 500, broken: 0, duplicates: 0, seed: 3 });
    write_csv_utf8(&truth, &path).unwrap();
    let mut text = std::fs::read_to_string(&path).unwrap();
    // One number among all the notes.
    text.push_str("甲公司,王伟,13812345678,a@b.cn,金融,2026-01-02,5.00,,电话改为13912345678请更新\n");
    std::fs::write(&path, &text).unwrap();
    let mut sheet = open(&path, &Limits::default()).unwrap();
    let profile = profile(sheet.as_mut(), 1000).unwrap();
    assert_eq!((profile.rows, profile.complete), (501, true));
    let kinds: Vec<GuessedKind> = profile.columns.iter().map(|column| column.kind).collect();
    use GuessedKind::{Date, Email, Money, Phone, Select, Text};
    assert_eq!(kinds[0], Text);
    assert_eq!(kinds[2..8], [Phone, Email, Select, Date, Money, Text]);
    assert_eq!(profile.columns[8].personal, [(PersonalKind::Mobile, 1)]);
    assert_eq!(profile.columns[2].personal, [(PersonalKind::Mobile, 501)]);
    assert_eq!(profile.columns[7].personal, [(PersonalKind::Uscc, 500)]);
    assert!(profile.columns[7].fill_rate > 0.99 && profile.columns[7].fill_rate < 1.0);
    assert_eq!(profile.columns[0].distinct, 501);
    // No example is a value of the file.
    for (column, examples) in profile.examples.iter().enumerate() {
        assert!(!examples.masked.is_empty());
        for masked in &examples.masked {
            assert!((0..500).all(|index| &truth.row(index)[column] != masked), "{masked} is a value");
        }
    }
}

fn exhaust(path: &std::path::Path) -> usize {
    let limits = Limits { max_rows: 5000, ..Limits::default() };
    let mut count = 0;
    if let Ok(mut sheet) = open(path, &limits) {
        let mut errors = 0;
        while let Some(row) = sheet.next_row() {
            count += 1;
            errors += usize::from(row.is_err());
            assert!(errors <= 1, "an error must be the last item");
        }
    }
    if let Ok(mut sheet) = open(path, &limits) {
        drop(profile(sheet.as_mut(), 100));
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        exhaust(&file(&bytes).path);
    }

    #[test]
    fn arbitrary_text_never_panics(
        text in "([a-z0-9,;|\t\"\r\n 中￥@.-]|sep=|138|\"\"){0,300}",
        mark in 0..4_usize,
    ) {
        let bytes = match mark {
            0 => text.into_bytes(),
            1 => utf16(&text, true),
            2 => GB18030.encode(&text).0.into_owned(),
            _ => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        };
        exhaust(&file(&bytes).path);
    }

    #[test]
    fn what_is_written_is_read(
        table in proptest::collection::vec(proptest::collection::vec("[a-z0-9,\"\n 中文]{0,8}", 3), 1..20),
    ) {
        let mut text = "h1,h2,h3\n".to_owned();
        for row in &table {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        let (_, rows) = read(text.as_bytes());
        let blank = |cell: &String| cell.trim().is_empty();
        let expected: Vec<Vec<String>> = table
            .into_iter()
            .filter(|row| !row.iter().all(blank))
            .map(|row| row.into_iter().map(|cell| if blank(&cell) { String::new() } else { cell }).collect())
            .collect();
        prop_assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), expected);
    }
}
