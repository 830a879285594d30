//! Delimited text: encoding, delimiter, quoting, limits.

use encoding_rs::GB18030;
use kedun_connect::sheet::{Cell, Choice, Limits, open_source, profile};

use super::Target;
use super::sheets::{self, Taken, output, take};
use crate::mutate::Shape;
use crate::{Random, Seen};

pub const TARGET: Target = Target {
    name: "csv",
    run,
    shape: Shape::Text,
    words: &[
        ",",
        ";",
        "\t",
        "|",
        "\"",
        "\"\"",
        "\r\n",
        "\n",
        "\r",
        "sep=;\n",
        "sep=\t\r\n",
        "\u{feff}",
        "=",
        "'=",
        "中文",
        "姓名",
        "\0",
        "\u{1}",
        ",,,,,,,,",
        "\"\n\"",
        "a\"b",
        "\u{3000}",
        "\u{2028}",
        "Column 2",
        "(2)",
    ],
    short: 900,
    meets: 150,
    longest: 64 << 10,
};

/// Reads the bytes as a file, whole and in small pieces, and writes what was read in every encoding to read it
/// again.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    if sheets::is_archive(data) {
        return seen;
    }
    let mut random = Random::of(data);
    let tight =
        Limits { max_bytes: 40_000, max_rows: 40, max_columns: 6, max_cell_bytes: 24, ..Limits::default() };
    let limits = if random.chance(50) { tight } else { Limits::default() };
    let length = data.len();

    let (taken, read) = take(data, &limits, &Choice::default(), usize::MAX);
    sheets::note(&mut seen, &taken);
    // Once to look at the beginning and once to read it; a decoder makes at most three bytes of one.
    assert!(read <= u64::try_from(length * 2).unwrap(), "{read} bytes read of {length}");
    if let Ok(taken) = &taken {
        assert!(output(taken) <= length * 3, "more text came out than went in");
    }

    let (pieces, _) = take(data, &limits, &Choice::default(), 1 + random.below(7));
    assert_eq!(taken, pieces, "the outcome depends on how the file was cut");

    if let Ok(mut sheet) = open_source(
        Box::new(std::io::Cursor::new(data.to_vec())),
        data.len() as u64,
        &limits,
        &Choice::default(),
    ) && let Ok(profile) = profile(sheet.as_mut(), 200)
    {
        assert_eq!(profile.columns.len(), sheet.header().len());
        for column in &profile.columns {
            assert!((0.0..=1.0).contains(&column.fill_rate));
            seen.note(column.kind);
        }
    }
    if let Ok(taken) = taken {
        comes_back(&taken, &mut random);
    }
    seen
}

/// What is written with quotes in any encoding is read back as it was.
fn comes_back(taken: &Taken, random: &mut Random) {
    let delimiter = *random.pick(&[',', ';', '\t', '|']);
    let line_end = *random.pick(&["\n", "\r\n", "\r"]);
    let expected: Vec<Vec<&str>> = taken
        .rows
        .iter()
        .filter(|row| row.problem.is_none())
        .map(|row| row.cells.iter().map(|cell| if let Cell::Text(text) = cell { text } else { "" }).collect())
        .collect();
    let mut text = line(taken.header.iter().map(String::as_str), delimiter, line_end);
    for row in &expected {
        text.push_str(&line(row.iter().copied(), delimiter, line_end));
    }
    let (bytes, label, decoded) = encode(&text, random);
    if decoded != text {
        return; // the encoding has no sign for some character
    }
    let choice = Choice { encoding: label.map(str::to_owned), delimiter: Some(delimiter), worksheet: None };
    let (again, _) = take(&bytes, &Limits::default(), &choice, usize::MAX);
    let again = again.expect("what was written is a file");
    assert_eq!(again.error, None);
    assert_eq!(again.header, taken.header, "the names of the columns changed");
    let found: Vec<Vec<&str>> = again
        .rows
        .iter()
        .map(|row| {
            assert_eq!(row.problem, None);
            row.cells
                .iter()
                .map(|cell| if let Cell::Text(text) = cell { text.as_str() } else { "" })
                .collect()
        })
        .collect();
    assert!(found == expected, "what was written is not what was read");
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, delimiter: char, end: &str) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    cells.join(&delimiter.to_string()) + end
}

/// The text in an encoding, the label to be chosen (none where a mark tells), and the text it stands for.
fn encode(text: &str, random: &mut Random) -> (Vec<u8>, Option<&'static str>, String) {
    match random.below(5) {
        0 => (text.as_bytes().to_vec(), Some("utf-8"), text.to_owned()),
        1 => ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), None, text.to_owned()),
        2 => {
            let bytes = text.encode_utf16().flat_map(u16::to_le_bytes);
            ([0xFF, 0xFE].into_iter().chain(bytes).collect(), None, text.to_owned())
        }
        3 => {
            let bytes = text.encode_utf16().flat_map(u16::to_be_bytes);
            ([0xFE, 0xFF].into_iter().chain(bytes).collect(), None, text.to_owned())
        }
        _ => {
            let (bytes, _, unmappable) = GB18030.encode(text);
            let decoded = if unmappable { String::new() } else { GB18030.decode(&bytes).0.into_owned() };
            (bytes.into_owned(), Some("gb18030"), decoded)
        }
    }
}
